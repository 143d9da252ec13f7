"""Fuzz the codecs, guided by coverage: `python -m tests.fuzz --seconds 60 dlt645`; without a target, all in turn.

It needs atheris, which has wheels for x86-64 only. What it finds stays in a file, to be run again by giving its name
after the target's: `python -m tests.fuzz dlt645 test-results/crash-…`.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

LINES: Final = ("dlt645", "cjt188", "board", "modbus", "modbus-tcp", "mbus")
VALUES: Final = ("dlt645-values", "cjt188-values", "board-values", "modbus-values", "mbus-values")
NAMES: Final = (*LINES, *VALUES)
PERSON_MUST_FIX: Final = 2
LONGEST: Final = 600  # bytes of one input: two of the longest frames and noise
FINDINGS: Final = Path("test-results")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the codecs with atheris.")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("target", nargs="?", choices=NAMES, help="without it, all in turn")
    parser.add_argument("found", nargs="?", help="a file with bytes to run once")
    chosen = parser.parse_args(arguments)
    if find_spec("atheris") is None:
        print(
            "atheris 未安装，仅有 x86-64 版本 atheris is not installed: it has wheels for x86-64 only", file=sys.stderr
        )
        return PERSON_MUST_FIX
    if chosen.target is None:
        return max(_apart(name, chosen.seconds) for name in NAMES)
    FINDINGS.mkdir(exist_ok=True)
    limits = [f"-max_total_time={chosen.seconds}", f"-max_len={LONGEST}", f"-artifact_prefix={FINDINGS}/"]
    _fuzz(chosen.target, [chosen.found] if chosen.found else [*limits, "-verbosity=0"])
    return 0


def _apart(name: str, seconds: int) -> int:
    """Fuzz in a process of its own: atheris ends the process when its time is up."""
    print(f"fuzz · {name} · {seconds} s", flush=True)
    return subprocess.run([sys.executable, "-m", "tests.fuzz", "--seconds", str(seconds), name], check=False).returncode


def _fuzz(name: str, options: list[str]) -> None:
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["firmware_bridge"]):
        targets = import_module("tests.fuzz.targets")
    atheris.Setup(["fuzz", *options], targets.TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
