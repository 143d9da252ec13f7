"""Frames of CJ/T 188: `68 T A0…A6 C L DATA CS 16`, nothing added to the data, CS the sum modulo 256."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_bridge.codecs.cjt188.address import ADDRESS_BYTES, Address
from firmware_bridge.codecs.cjt188.meters import is_kind
from firmware_bridge.codecs.garbage import Reason
from firmware_bridge.codecs.scanner import END, START, WAKE_UP, Fault, Found, Scanner, unsound

LONGEST_DATA: Final = 100  # CJ/T 188-2004: L ≤ 64H for reading; common knowledge, to be confirmed
HEADER: Final = ADDRESS_BYTES + 4
LONGEST_FRAME: Final = HEADER + LONGEST_DATA + 2
WAKE_UP_BYTES: Final = bytes([WAKE_UP]) * 4  # two to four before a frame

_REPLY, _ERROR, _FUNCTION = 0x80, 0x40, 0x3F


class Function(IntEnum):
    """What a frame is for."""

    READ = 0x01
    READ_ADDRESS = 0x03
    WRITE = 0x04
    WRITE_ADDRESS = 0x15
    WRITE_COUNTER = 0x16  # sets the electronic reading to the mechanical one


_WORDS: Final[dict[int, str]] = {
    Function.READ: "读数据 read",
    Function.READ_ADDRESS: "读地址 read address",
    Function.WRITE: "写数据 write",
    Function.WRITE_ADDRESS: "写地址 write address",
    Function.WRITE_COUNTER: "写机电同步数 write counter",
}


def function_words(function: int) -> str:
    """For people, Chinese and English; total."""
    return _WORDS.get(function, f"功能 {function:02X} function {function:02X}")


@dataclass(frozen=True, slots=True)
class Control:
    """The control code, taken apart.

    Attributes:
        function: 0 to 63, mostly a `Function`.
        reply: from the meter; False in the echo of one's own request.
        error: the meter refused.
    """

    function: int
    reply: bool = False
    error: bool = False

    @classmethod
    def from_byte(cls, code: int) -> "Control":
        return cls(code & _FUNCTION, bool(code & _REPLY), bool(code & _ERROR))

    def to_byte(self) -> int:
        return self.function & _FUNCTION | self.reply * _REPLY | self.error * _ERROR


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `kind` is T, `data` at most `LONGEST_DATA` bytes.

    Raises:
        ValueError: there is no such kind of meter, or the data is too long.
    """

    kind: int
    address: Address
    control: Control
    data: bytes = b""

    def __post_init__(self) -> None:
        if not is_kind(self.kind):
            raise ValueError(f"{self.kind:02X}: no kind of meter")
        if len(self.data) > LONGEST_DATA:
            raise ValueError(f"{len(self.data)} bytes of data; a frame holds at most {LONGEST_DATA}")

    @property
    def raw(self) -> bytes:
        """From 68 to 16, without wake-up bytes."""
        head = [START, self.kind, *self.address.to_bytes(), self.control.to_byte(), len(self.data)]
        body = bytes(head) + self.data
        return body + bytes([sum(body) & 0xFF, END])


def judge(buffer: bytearray, at: int) -> Found[Frame] | Fault | None:
    """Look for a frame at a start byte; decides within `LONGEST_FRAME` bytes."""
    body = at + HEADER
    if len(buffer) < body:
        return None
    if not is_kind(buffer[at + 1]):
        return Fault(Reason.NOISE)
    size = buffer[at + 10]
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
        address = Address.from_bytes(bytes(buffer[at + 2 : at + 9]))
    except ValueError:
        return Fault(Reason.BAD_ADDRESS, end - at)
    data = bytes(buffer[at + HEADER : end - 2])
    return Found(Frame(buffer[at + 1], address, Control.from_byte(buffer[at + 9]), data), end - at)


class Decoder(Scanner[Frame]):
    """Incremental parser of a line of CJ/T 188 meters."""

    def __init__(self) -> None:
        super().__init__(judge)
