"""`python3 -m deploy.setup PART...`: sets up the parts named, quickly where nothing has changed."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from deploy.setup import browser_files, debian, model_files
from deploy.setup.commands import Commands, SetupFailed
from deploy.setup.packages import Environment
from deploy.setup.steps import Step, carry_out_all, say

PARTS: Final = ("packages", "tools", "browser-files", "models", "debian")
OLDEST: Final = (3, 11)


def steps(parts: Sequence[str], environment: Environment) -> Iterator[Step]:
    """Return the steps of `parts` in the order they build on each other."""
    root, commands = environment.root, environment.commands
    yield environment.step("dev" if "tools" in parts else "onebox")
    if "browser-files" in parts:
        yield browser_files.step(root, commands)
    if "models" in parts:
        yield model_files.step(root, commands)
    if "debian" in parts and (absent := debian.missing()):
        if debian.can_install():
            yield debian.step(commands, absent)
        else:
            say(debian.what_is_skipped(absent))


def main(parts: Sequence[str]) -> int:
    """Set up `parts`; 0 done, 2 where a person must do something first."""
    if sys.version_info < OLDEST:
        say(f"setup: Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}.")
        return 2
    if not parts or unknown(parts):
        say(f"setup: unknown part {' '.join(unknown(parts)) or '(none named)'}; known are {', '.join(PARTS)}.")
        return 2
    root = Path(__file__).resolve().parents[2]
    environment = Environment(root, Commands(root, log=root / ".cache" / "setup.log"))
    environment.commands.log.unlink(missing_ok=True)
    try:
        carry_out_all(steps(parts, environment), environment.stamps)
    except SetupFailed as error:
        say(f"setup: {error}\nsetup: stopped. The whole output is in {environment.commands.log.relative_to(root)}.")
        return 2
    except KeyboardInterrupt:
        say("setup: stopped by you; what is done is kept.")
        return 130
    return 0


def unknown(parts: Sequence[str]) -> list[str]:
    """Return those of `parts` that set-up does not know."""
    return [part for part in parts if part not in PARTS]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
