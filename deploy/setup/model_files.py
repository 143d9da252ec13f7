"""The models: fetched, converted and checked by the zoo's own command, into the user's cache."""

import os
from pathlib import Path

from deploy.setup.browser_files import environment
from deploy.setup.commands import Commands
from deploy.setup.steps import Step


def step(root: Path, commands: Commands) -> Step:
    """Fetch every model of the manifest; what the cache already holds is only checked."""

    def work() -> None:
        commands.run([root / ".venv" / "bin" / "linli-models", "fetch", "--all"], environment=environment(root))

    return Step(
        name="models",
        title="models, models/manifest.toml",
        reads=tuple(sorted((root / "models").glob("manifest*"))),
        makes=(directory(),),
        work=work,
    )


def directory() -> Path:
    """Return where the zoo keeps its models; said here again, for the zoo itself cannot be imported before set-up."""
    if chosen := os.environ.get("LINLI_MODELS"):
        return Path(chosen).expanduser()
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (cache if cache.is_absolute() else Path.home() / ".cache") / "linli" / "models"
