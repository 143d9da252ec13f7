"""Finding M-Bus frames in what a line brings, EN 13757-2: `E5`, `10 C A CS 16`, `68 L L 68 C A CI … CS 16`.

`pyMeterBus` takes apart whole frames only; where one begins and ends is found here. The form of frames was read in
public descriptions of M-Bus.
"""

import re
from dataclasses import dataclass
from typing import Final

from firmware_bridge.codecs.garbage import Reason
from firmware_bridge.codecs.scanner import END, START, Fault, Found, Scanner

ACK: Final = 0xE5
SHORT_START: Final = 0x10
LONGEST_FRAME: Final = 255 + 6
_STARTS: Final = re.compile(rb"[\xe5\x10\x68]")
_SHORT: Final = 5
_HEAD: Final = 4
_TAIL: Final = 2
_LEAST: Final = 3  # control, address and what the content is


@dataclass(frozen=True, slots=True)
class MbusFrame:
    """One frame as it stood on the line, its checksum right."""

    raw: bytes

    @property
    def is_long(self) -> bool:
        """It has control, address and content; else it is an acknowledgement or a request."""
        return self.raw[0] == START

    @property
    def control(self) -> int:
        return self.raw[_HEAD] if self.is_long else 0

    @property
    def address(self) -> int:
        return self.raw[_HEAD + 1] if self.is_long else 0

    @property
    def content(self) -> int:
        """CI, what a long frame's data are."""
        return self.raw[_HEAD + 2] if self.is_long else 0

    @property
    def data(self) -> bytes:
        return self.raw[_HEAD + _LEAST : -_TAIL] if self.is_long else b""


class MbusDecoder(Scanner[MbusFrame]):
    """Incremental parser of a line of M-Bus meters."""

    def __init__(self) -> None:
        super().__init__(_judge, _STARTS)


def _judge(buffer: bytearray, at: int) -> Found[MbusFrame] | Fault | None:
    """Look for a frame at a start byte; decides within `LONGEST_FRAME` bytes."""
    if buffer[at] == ACK:
        return Found(MbusFrame(bytes([ACK])), 1)
    if buffer[at] == SHORT_START:
        return _closed(buffer, at, at + 1, at + _SHORT)
    if len(buffer) < at + _HEAD:
        return None
    size, again, start = buffer[at + 1 : at + _HEAD]
    if (size, START) != (again, start) or size < _LEAST:
        return Fault(Reason.NOISE)
    return _closed(buffer, at, at + _HEAD, at + _HEAD + size + _TAIL)


def _closed(buffer: bytearray, at: int, summed: int, end: int) -> Found[MbusFrame] | Fault | None:
    if len(buffer) < end:
        return None
    if sum(buffer[summed : end - _TAIL]) & 0xFF != buffer[end - 2]:
        return Fault(Reason.BAD_CHECKSUM, end - at)
    if buffer[end - 1] != END:
        return Fault(Reason.BAD_END, end - at)
    return Found(MbusFrame(bytes(buffer[at:end])), end - at)
