"""What a benchmark calls the machine it ran on."""

import platform
from pathlib import Path

import pytest

from benchmarks.machine import cpu_name, describe

NAMES = [
    # name,               cpuinfo,                                          board,           called
    ("a PC",              "processor\t: 0\nmodel name\t: EPYC\nModel\t: x\n", None,            "EPYC"),
    ("two processors",    "model name\t: first\n\nmodel name\t: second\n", None,            "first"),
    ("a Raspberry Pi",    "model name\t: ARMv8\n",                          "Pi 4 Model B\0", "Pi 4 Model B"),
    ("older ARM kernels", "processor\t: 0\nHardware\t: BCM2835\n",          None,            "BCM2835"),
    ("an empty name",     "model name\t: \nHardware\t: BCM2835\n",          None,            "BCM2835"),
    ("nothing said",      "",                                               None,            platform.machine()),
    ("no such file",      None,                                             None,            platform.machine()),
]  # fmt: skip


@pytest.mark.parametrize(("cpuinfo", "board", "called"), [pytest.param(*row[1:], id=row[0]) for row in NAMES])
def test_cpu_name(cpuinfo: str | None, board: str | None, called: str, tmp_path: Path) -> None:
    for name, text in (("cpuinfo", cpuinfo), ("board", board)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert cpu_name(tmp_path / "cpuinfo", tmp_path / "board") == called


def test_this_machine() -> None:
    here = describe(("numpy",))
    assert here.cores >= 1
    assert here.cpu
    assert list(here.packages) == ["numpy"]
