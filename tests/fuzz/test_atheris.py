"""A few seconds of each target, guided by coverage; `make fuzz` gives them longer."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
SECONDS = 3


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed: it has wheels for x86-64 only")
@pytest.mark.parametrize("target", TARGETS)
def test_target(target: str) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", str(SECONDS), target]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
