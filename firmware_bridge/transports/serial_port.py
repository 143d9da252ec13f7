"""A serial adapter under its stable path, `/dev/serial/by-id/…`, which stays the same whatever it is plugged into."""

import errno
import fcntl
import os
import termios
import tty
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from firmware_bridge.errors import BridgeError, FormatNotTaken, LineLost, Misconfigured
from firmware_bridge.transports.descriptor import DescriptorLine

BY_ID: Final = Path("/dev/serial/by-id")
SPEEDS: Final = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_CONTROL_FLAGS: Final = 2  # the places of the fields that `termios.tcgetattr` returns
_IN_SPEED: Final = 4
_OUT_SPEED: Final = 5


class Parity(StrEnum):
    """The ninth bit of a byte."""

    NONE = "N"
    EVEN = "E"
    ODD = "O"


_PARITY_FLAGS: Final = {
    Parity.NONE: 0,
    Parity.EVEN: termios.PARENB,
    Parity.ODD: termios.PARENB | termios.PARODD,
}


@dataclass(frozen=True, slots=True)
class SerialFormat:
    """Speed in bits a second, parity, and 1 or 2 stop bits; always 8 data bits.

    Raises:
        Misconfigured: there is no such speed or number of stop bits.
    """

    speed: int = 2400
    parity: Parity = Parity.EVEN
    stop_bits: int = 1

    def __post_init__(self) -> None:
        if self.speed not in SPEEDS:
            raise Misconfigured(f"speed {self.speed}: 应为 one of {', '.join(map(str, SPEEDS))}")
        if self.stop_bits not in (1, 2):
            raise Misconfigured(f"stop_bits {self.stop_bits}: 应为 1 或 or 2")

    @property
    def byte_s(self) -> float:
        """Seconds a byte takes: start bit, eight data bits, parity, stop bits."""
        return (1 + 8 + (self.parity is not Parity.NONE) + self.stop_bits) / self.speed

    @classmethod
    def parse(cls, text: str) -> "SerialFormat":
        """Read `2400-8E1`, as installers write it.

        Raises:
            Misconfigured: it is not of that form.
        """
        speed, _, rest = text.strip().upper().partition("-")
        if not (speed.isascii() and speed.isdecimal() and len(rest) == 3 and rest[0] == "8"):
            raise Misconfigured(f"{text!r}: 应形如 like 2400-8E1")
        if rest[1] not in tuple(Parity) or rest[2] not in "12":
            raise Misconfigured(f"{text!r}: 校验应为 parity N, E, O；停止位 stop bits 1, 2")
        return cls(int(speed), Parity(rest[1]), int(rest[2]))

    def __str__(self) -> str:
        return f"{self.speed}-8{self.parity}{self.stop_bits}"


FACTORY: Final = SerialFormat()
"""Of DL/T 645-2007 and CJ/T 188 meters as they leave the factory: common knowledge, to be confirmed on a meter."""


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial adapter by its path."""

    path: Path
    form: SerialFormat = FACTORY

    @property
    def name(self) -> str:
        return str(self.path)

    async def open(self) -> DescriptorLine:
        """As `Port.open`; a speed or parity that it does not take is `FormatNotTaken`."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except PermissionError as error:
            raise Misconfigured(
                f"{self.path}: 无权限，需加入 dialout 组 no permission: join the group dialout"
            ) from error
        except FileNotFoundError as error:
            raise LineLost(f"{self.path}: 没有这个端口，转换器没插好？ there is no such port") from error
        except OSError as error:
            raise LineLost(f"{self.path}: {error.strerror}") from error
        try:
            _set_up(descriptor, self.form)
        except (termios.error, OSError) as error:
            os.close(descriptor)
            raise self._fault(*error.args[:2]) from error
        return DescriptorLine(descriptor, self.name, self.form.byte_s)

    def _fault(self, number: int, words: str) -> BridgeError:
        match number:
            case errno.EINVAL:  # a pseudo-terminal, for example, has no parity
                return FormatNotTaken(f"{self.path}: 不接受 does not take {self.form}: {words}")
            case errno.EWOULDBLOCK:
                return LineLost(f"{self.path}: 已被另一个程序占用 another program has it")
            case errno.ENOTTY:
                return Misconfigured(f"{self.path}: 不是串口 is no serial port: {words}")
            case _:
                return LineLost(f"{self.path}: {words}")


def stable_paths(folder: Path = BY_ID) -> tuple[Path, ...]:
    """Return the adapters that are plugged in now, in the order of their names."""
    return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()


def _set_up(descriptor: int, form: SerialFormat) -> None:
    """Raw bytes, no handshake, none of our programs beside this one; what came before is thrown away.

    The lock ends with the descriptor. `TIOCEXCL` would stay on a pseudo-terminal that its other side keeps open.
    """
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    tty.setraw(descriptor)
    attributes = termios.tcgetattr(descriptor)
    flags = attributes[_CONTROL_FLAGS]
    flags &= ~(termios.PARENB | termios.PARODD | termios.CSTOPB | termios.CSIZE | termios.CRTSCTS)
    flags |= termios.CS8 | termios.CLOCAL | termios.CREAD | _PARITY_FLAGS[form.parity]
    flags |= termios.CSTOPB if form.stop_bits == 2 else 0
    attributes[_CONTROL_FLAGS] = flags
    attributes[_IN_SPEED] = attributes[_OUT_SPEED] = getattr(termios, f"B{form.speed}")
    termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    if _form_bits(termios.tcgetattr(descriptor)) != _form_bits(attributes):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))  # POSIX: it may take a part and report success
    termios.tcflush(descriptor, termios.TCIOFLUSH)


def _form_bits(attributes: list[Any]) -> tuple[int, int, int]:
    """Parity and stop bits, speed in and out, of what `termios.tcgetattr` returns."""
    flags: int = attributes[_CONTROL_FLAGS] & (termios.PARENB | termios.PARODD | termios.CSTOPB | termios.CSIZE)
    return flags, attributes[_IN_SPEED], attributes[_OUT_SPEED]
