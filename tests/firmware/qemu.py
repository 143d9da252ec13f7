"""The board in QEMU: started, killed, started again; its line a pseudo-terminal, its inputs driven over a socket."""

import os
import re
import select
import shutil
import socket
import subprocess
import time
import tty
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MACHINE: Final = ("qemu-system-arm", "-M", "lm3s6965evb", "-nographic", "-monitor", "none")
SEMIHOSTING: Final = ("-semihosting-config", "enable=on,target=native")
STARTS_WITHIN_S: Final = 10.0
_PTY: Final = re.compile(r"/dev/(?:pts/|ttys)\S+")
_SLICE: Final = 4096


@dataclass(slots=True)
class Qemu:
    """One board: its folder holds `flash.bin`, which is all that outlives a kill.

    Attributes:
        built: where `make lm3s6965evb` has built.
        folder: QEMU's working directory.
    """

    built: Path
    folder: Path
    line: int = -1
    _process: subprocess.Popen[str] | None = None
    _pty: str = ""
    _inputs: socket.socket | None = None

    def __post_init__(self) -> None:
        shutil.copy(self.built / "lm3s6965evb" / "flash.bin", self.folder / "flash.bin")

    def start(self, levels: bytes = b"") -> None:
        """Switch the power on; `levels` are on their way to the inputs before the program runs.

        QEMU's UART forgets a byte that comes before the program has switched its FIFO on: the first one is sent twice.
        """
        kernel = str(self.built / "lm3s6965evb" / "boot.elf")
        serial = ("-serial", "pty", "-serial", "unix:inputs,server=on,wait=on")
        self._process = subprocess.Popen(
            [*MACHINE, "-kernel", kernel, *serial, *SEMIHOSTING],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._inputs = self._connect()
        self._inputs.sendall(levels[:1] + levels)
        self._pty = self._find_pty()
        self.plug_in()

    def kill(self) -> None:
        """As a power cut: nothing is told to it. What it had sent on the inputs' line can still be read."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STARTS_WITHIN_S)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
        self.unplug()

    def close(self) -> None:
        """Kill it and forget it."""
        self.kill()
        if self._inputs is not None:
            self._inputs.close()
            self._inputs = None

    def plug_in(self) -> None:
        """Open the line."""
        self.line = os.open(self._pty, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.line)

    def unplug(self) -> None:
        """Close the line: what the board sends then is lost."""
        if self.line >= 0:
            os.close(self.line)
            self.line = -1

    def read(self, wait_s: float) -> bytes:
        """What has come over the line, after at most `wait_s`; nothing while it is unplugged."""
        if self.line < 0:
            time.sleep(wait_s)
            return b""
        ready, _, _ = select.select([self.line], [], [], wait_s)
        return os.read(self.line, _SLICE) if ready else b""

    def write(self, data: bytes) -> None:
        """Send over the line; lost while it is unplugged, and what a full one does not take."""
        if self.line >= 0:
            with suppress(BlockingIOError):
                os.write(self.line, data)

    def drive(self, levels: bytes) -> None:
        """Send levels to the inputs, one byte each: see the head of the board's hal.c."""
        assert self._inputs is not None
        self._inputs.sendall(levels)

    def driven(self) -> bytes:
        """The levels that the program has seen since this was last asked; works once after a kill, too."""
        assert self._inputs is not None
        echoed = b""
        while select.select([self._inputs], [], [], 0)[0]:
            try:
                part = self._inputs.recv(_SLICE)
            except ConnectionResetError:  # killed with levels unread: comes after all that it had sent
                break
            echoed += part
            if not part:
                break
        return echoed

    def _connect(self) -> socket.socket:
        """QEMU goes on when somebody has connected."""
        deadline = time.monotonic() + STARTS_WITHIN_S
        if self._inputs is not None:
            self._inputs.close()
        client = socket.socket(socket.AF_UNIX)
        while time.monotonic() < deadline:
            try:
                client.connect(str(self.folder / "inputs"))
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.01)
            else:
                return client
        client.close()
        raise AssertionError(f"QEMU did not open its inputs' socket within {STARTS_WITHIN_S} s")

    def _find_pty(self) -> str:
        """QEMU prints which pseudo-terminal it has made."""
        assert self._process is not None
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        found = _PTY.search(said)
        assert found, f"QEMU named no pseudo-terminal: {said!r}"
        return found.group()
