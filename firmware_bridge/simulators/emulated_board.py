"""The board's real program in QEMU: built with Debian's cross compiler, its line a pseudo-terminal of QEMU's."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from firmware_bridge import firmware
from firmware_bridge.codecs.bridge import Source
from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.simulators.board import INPUTS

PROGRAMS: Final = {
    "make": "make",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi",
    "qemu-system-arm": "qemu-system-arm",
}
"""What it needs, and the Debian package that brings it."""

SOURCES: Final = Path(firmware.__file__).parent
BUILD_WITHIN_S: Final = 120.0
STARTS_WITHIN_S: Final = 20.0
_BOARD: Final = "lm3s6965evb"
_PTY: Final = re.compile(r"/dev/(?:pts/|ttys)\S+")
_LONGEST_ERROR: Final = 2000  # characters of what a compiler says


def missing() -> list[str]:
    """Name the Debian packages that are not installed; none: it can run."""
    return [package for program, package in PROGRAMS.items() if shutil.which(program) is None]


class EmulatedBoard:
    """A running board; `path` is its line, for whoever opens it."""

    def __init__(self, path: str, inputs: asyncio.StreamWriter, process: asyncio.subprocess.Process) -> None:
        self.path = path
        self._process = process
        self._inputs = inputs
        self._levels = 0

    async def set_input(self, source: Source, level: int) -> None:
        """Raise or lower an input: a byte with all levels, docs/board-protocol.md.

        It goes out twice: QEMU forgets one that comes before the program has set up that line.

        Raises:
            LineLost: QEMU is gone.
        """
        bit = 1 << INPUTS.index(source)
        self._levels = self._levels | bit if level else self._levels & ~bit
        try:
            self._inputs.write(bytes([self._levels] * 2))
            await self._inputs.drain()
        except OSError as error:
            raise LineLost(f"QEMU: {error}") from error

    async def run(self) -> None:
        """Wait as long as QEMU runs.

        Raises:
            LineLost: it has ended.
        """
        raise LineLost(f"QEMU: 已退出 ended with {await self._process.wait()}")


@asynccontextmanager
async def emulated_board(folder: Path) -> AsyncIterator[EmulatedBoard]:
    """Build the program, start it, and end it again.

    Args:
        folder: empty; it holds what is built and the board's flash.
    Raises:
        Misconfigured: a package is missing, it does not build, or QEMU does not start.
    """
    if packages := missing():
        raise Misconfigured(f"--board: 缺少 missing: apt-get install --no-install-recommends {' '.join(packages)}")
    await _build(folder)
    process = await asyncio.create_subprocess_exec(
        "qemu-system-arm", "-M", _BOARD, "-nographic", "-monitor", "none",
        "-kernel", str(folder / _BOARD / "boot.elf"),
        "-serial", "pty", "-serial", "unix:inputs,server=on,wait=on",
        "-semihosting-config", "enable=on,target=native",
        cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    writer: asyncio.StreamWriter | None = None
    try:
        try:
            async with asyncio.timeout(STARTS_WITHIN_S):
                writer = await _inputs(folder / "inputs")
                path = await _terminal(process)
        except TimeoutError as error:
            raise Misconfigured(f"--board: QEMU 未启动 did not start within {STARTS_WITHIN_S:.0f} s") from error
        yield EmulatedBoard(path, writer, process)
    finally:
        if writer is not None:
            writer.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _build(folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        "make", "--silent", "-C", str(SOURCES), f"OUT={folder}", f"PYTHON={sys.executable}", _BOARD,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(BUILD_WITHIN_S):
            said, _ = await process.communicate()
    except TimeoutError as error:
        process.kill()
        raise Misconfigured(f"--board: 编译超时 not built within {BUILD_WITHIN_S:.0f} s") from error
    if process.returncode:
        raise Misconfigured(f"--board: 编译失败 does not build:\n{said.decode(errors='replace')[-_LONGEST_ERROR:]}")
    shutil.copy(folder / _BOARD / "flash.bin", folder / "flash.bin")


async def _inputs(path: Path) -> asyncio.StreamWriter:
    """Connect to the inputs; QEMU goes on when somebody has."""
    while True:
        try:
            _, writer = await asyncio.open_unix_connection(path)
        except (FileNotFoundError, ConnectionRefusedError):
            await asyncio.sleep(0.02)
        else:
            return writer


async def _terminal(process: asyncio.subprocess.Process) -> str:
    """Read which pseudo-terminal QEMU has made."""
    if process.stdout is None:
        raise ValueError("QEMU's words are not piped")
    while line := await process.stdout.readline():
        if found := _PTY.search(line.decode(errors="replace")):
            return found.group()
    raise Misconfigured("--board: QEMU 未启动 ended before it named its terminal")
