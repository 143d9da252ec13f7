"""What a benchmark ran on, so that its figures can be read elsewhere."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

CPUINFO: Final = Path("/proc/cpuinfo")
BOARD: Final = Path("/proc/device-tree/model")  # what ARM boards call themselves
NAMING: Final = ("model name", "Model", "Hardware")


class Machine(BaseModel):
    """The computer, as the system names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cpu: str
    cores: int = Field(ge=1, description="that this process may use")
    architecture: str
    system: str
    python: str
    load: float = Field(ge=0, description="processes that wanted a core in the last minute, before the benchmark began")
    packages: dict[str, str] = Field(description="versions of what did the work")


def describe(packages: Iterable[str]) -> Machine:
    """Describe this machine and the installed versions of `packages`."""
    return Machine(
        cpu=cpu_name(),
        cores=len(os.sched_getaffinity(0)),
        architecture=platform.machine(),
        system=platform.platform(),
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2),
        packages={package: version(package) for package in packages},
    )


def cpu_name(cpuinfo: Path = CPUINFO, board: Path = BOARD) -> str:
    """Return the board's name where there is one, else the processor's, else the architecture."""
    if board.is_file():
        return board.read_text(encoding="utf-8", errors="replace").strip("\0\n ")
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines() if cpuinfo.is_file() else []
    named = dict(reversed([(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines)]))
    return next((named[key] for key in NAMING if named.get(key)), platform.machine())
