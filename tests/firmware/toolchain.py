"""Building the board's program, or saying which Debian package is missing."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
FIRMWARE: Final = ROOT / "firmware_bridge" / "firmware"
PACKAGES: Final = {
    "make": "make",
    "cc": "gcc libc6-dev",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi",
    "qemu-system-arm": "qemu-system-arm",
}
LIBC: Final = Path("/usr/include/string.h")  # Debian's gcc comes without it where recommended packages are left out
BUILD_WITHIN_S: Final = 100.0


def need(*programs: str) -> None:
    """Skip where one of the programs is missing, and say which Debian package brings it."""
    missing = [one for one in programs if shutil.which(one) is None or (one == "cc" and not LIBC.exists())]
    if missing:
        names = " ".join(PACKAGES[program] for program in missing)
        pytest.skip(f"{', '.join(missing)} not found: apt-get install --no-install-recommends {names}")


@dataclass(slots=True)
class Builder:
    """Builds once what is asked for more than once.

    Attributes:
        folder: where everything goes; nothing is written into the checkout.
    """

    folder: Path
    _built: dict[tuple[str, ...], Path] = field(default_factory=dict)

    def make(self, *words: str) -> Path:
        """Run make with these targets and variables, and return the folder that it built into."""
        if words not in self._built:
            out = self.folder / str(len(self._built))
            self.run(out, *words)
            self._built[words] = out
        return self._built[words]

    @staticmethod
    def run(out: Path, *words: str) -> str:
        """Run make; what it printed. A failure shows all of it."""
        command = ["make", "--silent", f"--jobs={os.cpu_count()}", "-C", str(FIRMWARE), f"OUT={out}", *words]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=BUILD_WITHIN_S, check=False
        )
        assert done.returncode == 0, done.stdout
        return done.stdout
