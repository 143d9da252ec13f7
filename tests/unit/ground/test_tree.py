"""What is tracked names no registry, no path of somebody's machine, and holds nothing that does not belong there."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[3]
# Written in halves, so that this file does not hold what it looks for.
REGISTRIES: Final = (
    "registry." + "npmjs.org",
    "files." + "pythonhosted.org",
    "pypi." + "org/simple",
    "deb." + "debian.org",
    "registry." + "npmmirror.com",
)
PLACES: Final = ("/wo" + "rk/", "/ro" + "ot/", "file://" + "/opt", "/Us" + "ers/")
LARGEST_BYTES: Final = 2_000_000
NEVER: Final = (".onnx", ".mp4", ".pt", ".engine", ".whl", ".tgz", ".pem", ".key", ".sqlite")
# The throw classifier is our own, trained here, and ships with the code.
OUR_OWN_WEIGHTS: Final = {"models/throw/throw.onnx"}  # trained here, on clips drawn here


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nothing is tracked")
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str:
    """Return a file's text, or nothing for one that holds bytes."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


@pytest.mark.parametrize("needle", [*REGISTRIES, *PLACES])
def test_no_tracked_text_names(needle: str) -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked() if needle in text_of(path)] == []


def test_no_weights_footage_packages_or_keys_are_tracked() -> None:
    names = [str(path.relative_to(ROOT)) for path in tracked() if path.suffix in NEVER]
    assert [name for name in names if name not in OUR_OWN_WEIGHTS] == []


def test_nothing_tracked_is_large() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > LARGEST_BYTES] == []
