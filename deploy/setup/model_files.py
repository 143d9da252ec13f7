"""The models: fetched, converted and checked by the zoo's own command, into the user's cache."""

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
        title="models, models/manifest",
        reads=tuple(sorted((root / "models").glob("manifest*"))),
        makes=(Path.home() / ".cache" / "linli" / "models",),
        work=work,
    )
