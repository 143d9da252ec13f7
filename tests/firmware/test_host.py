"""The board's logic, compiled for this machine with the sanitizers on and tested in C."""

import subprocess
from typing import Final

import pytest

from tests.firmware.toolchain import FIRMWARE, Builder, need

ARGUMENTS: Final = {"vectors": "vectors/board.txt", "ed25519": "host/rfc8032.txt"}
TESTS: Final = sorted(path.stem.removeprefix("test_") for path in (FIRMWARE / "host").glob("test_*.c"))


@pytest.mark.parametrize("name", TESTS)
def test_in_c(builder: Builder, name: str) -> None:
    need("make", "cc")
    folder = builder.make("host-tests")
    command = [str(folder / "host" / f"test_{name}"), *([ARGUMENTS[name]] if name in ARGUMENTS else [])]
    done = subprocess.run(command, cwd=FIRMWARE, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_make_runs_the_same_tests() -> None:
    text = (FIRMWARE / "Makefile").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("TESTS := "))
    assert sorted(line.split()[2:]) == TESTS
