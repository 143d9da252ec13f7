"""Whether there is a browser to test with that really starts, and if not, why: for a skip that says its reason."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser")
ANSWERS_WITHIN_S: Final = 60.0  # a cold disk under load


def find() -> Path | None:
    """Return Debian's Chromium where it is installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


@cache
def lacking() -> str | None:
    """Why no test can have a browser, or None: Chromium and what drives it are each asked for their version."""
    chromium = find()
    if chromium is None:
        return "no browser: as root, apt-get install chromium"
    return silent([str(chromium), "--version"]) or silent([sys.executable, "-m", "playwright", "--version"])


def silent(command: Sequence[str]) -> str | None:
    """Why the program does not start, in its own last words, or None when it does."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=ANSWERS_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no browser that starts: {error}"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
    return f"no browser that starts: {' '.join(command)}: {said[-1]}"
