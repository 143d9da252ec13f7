"""Frames of DL/T 645-2007: `68 A0…A5 68 C L DATA CS 16`, low byte first, DATA + 33H, CS the sum modulo 256."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from firmware_bridge.codecs.dlt645.address import ADDRESS_BYTES, Address
from firmware_bridge.codecs.garbage import Reason
from firmware_bridge.codecs.scanner import END, START, WAKE_UP, Fault, Found, Scanner, unsound

LONGEST_DATA: Final = 200  # DL/T 645-2007, 5.2.4: L ≤ 200 for reading
HEADER: Final = ADDRESS_BYTES + 4
LONGEST_FRAME: Final = HEADER + LONGEST_DATA + 2
WAKE_UP_BYTES: Final = bytes([WAKE_UP]) * 4  # to send before a frame

_REPLY, _ERROR, _FOLLOWING, _FUNCTION = 0x80, 0x40, 0x20, 0x1F
_ADD = bytes((byte + 0x33) & 0xFF for byte in range(256))
_TAKE = bytes((byte - 0x33) & 0xFF for byte in range(256))


@dataclass(frozen=True, slots=True)
class Control:
    """The control code, taken apart.

    Attributes:
        function: 0 to 31, mostly a `Function`.
        reply: from the meter; False in the echo of one's own request.
        error: the meter refused; the data is one error word.
        following: the meter has more, to be asked for by read following.
    """

    function: int
    reply: bool = False
    error: bool = False
    following: bool = False

    @classmethod
    def from_byte(cls, code: int) -> "Control":
        return cls(code & _FUNCTION, bool(code & _REPLY), bool(code & _ERROR), bool(code & _FOLLOWING))

    def to_byte(self) -> int:
        bits = self.reply * _REPLY | self.error * _ERROR | self.following * _FOLLOWING
        return self.function & _FUNCTION | bits


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `data` as it is meant, without the 33H, at most `LONGEST_DATA` bytes.

    Raises:
        ValueError: the data is too long.
    """

    address: Address
    control: Control
    data: bytes = b""

    def __post_init__(self) -> None:
        if len(self.data) > LONGEST_DATA:
            raise ValueError(f"{len(self.data)} bytes of data; a frame holds at most {LONGEST_DATA}")

    @property
    def raw(self) -> bytes:
        """From the first 68 to 16, without wake-up bytes."""
        head = bytes([START, *self.address.to_bytes(), START, self.control.to_byte(), len(self.data)])
        body = head + self.data.translate(_ADD)
        return body + bytes([sum(body) & 0xFF, END])


_CONTROLS: Final = tuple(Control.from_byte(code) for code in range(256))


def judge(buffer: bytearray, at: int) -> Found[Frame] | Fault | None:
    """Look for a frame at a start byte; decides within `LONGEST_FRAME` bytes."""
    body = at + HEADER
    if len(buffer) < body:
        return None
    if buffer[at + 7] != START:
        return Fault(Reason.NOISE)
    size = buffer[at + 9]
    if size > LONGEST_DATA:
        return Fault(Reason.TOO_LONG)
    end = body + size + 2
    if len(buffer) < end:
        return None
    return _closed(buffer, at, end)


def _closed(buffer: bytearray, at: int, end: int) -> Found[Frame] | Fault:
    if (fault := unsound(buffer, at, end)) is not None:
        return fault
    try:
        address = _address(bytes(buffer[at + 1 : at + 7]))
    except ValueError:
        return Fault(Reason.BAD_ADDRESS, end - at)
    data = bytes(buffer[at + HEADER : end - 2]).translate(_TAKE)
    return Found(Frame(address, _CONTROLS[buffer[at + 8]], data), end - at)


@lru_cache(maxsize=1024)
def _address(raw: bytes) -> Address:
    """A line has few meters and hears them often."""
    return Address.from_bytes(raw)


class Decoder(Scanner[Frame]):
    """Incremental parser of a line of DL/T 645-2007 meters."""

    def __init__(self) -> None:
        super().__init__(judge)
