"""Finding Modbus answers in what a line brings; checksums, requests and contents are those of `pymodbus`.

The framers of `pymodbus` throw away all they hold at a wrong checksum, and so lose the answer behind an echo of the
request, as two-wire adapters give it, or behind noise. So where a frame begins and ends is found here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from pymodbus.framer import FramerRTU

from firmware_bridge.codecs.garbage import Reason
from firmware_bridge.codecs.scanner import Fault, Found, Scanner

READS: Final = (0x03, 0x04)  # holding and input registers
EXCEPTION: Final = 0x80
MOST_REGISTERS: Final = 125  # of one answer, Modbus Application Protocol 1.1b3, 6.3
LONGEST_RTU: Final = 256  # Modbus over Serial Line 1.02, 2.3
LONGEST_TCP: Final = 260  # Modbus Messaging on TCP/IP 1.0b, 3.1.3
_CRC: Final = 2
_REQUEST: Final = 8
_REFUSAL: Final = 5
_MBAP: Final = 7
_ANY: Final = re.compile(rb"[\x00-\xff]")


@dataclass(frozen=True, slots=True)
class Adu:
    """One frame: `pdu` is the function and what follows it; `transaction` is 0 on a serial line."""

    raw: bytes
    unit: int
    pdu: bytes
    transaction: int = 0


Decode = Callable[[], Scanner[Adu]]


def rtu_decoder(unit: int) -> Decode:
    """Give decoders of what one device on a serial line says; its echo of a request is a frame too."""
    return partial(Scanner, _rtu, re.compile(re.escape(bytes([unit]))))


def tcp_decoder() -> Decode:
    """Give decoders of Modbus TCP."""
    return partial(Scanner, _tcp, _ANY)


def _rtu(buffer: bytearray, at: int) -> Found[Adu] | Fault | None:
    """Look for a frame at a device's number; decides within `LONGEST_RTU` bytes."""
    if len(buffer) < at + 3:
        return None
    if buffer[at + 1] & ~EXCEPTION not in READS:
        return Fault(Reason.NOISE)
    sizes = _sizes(buffer[at + 1], buffer[at + 2])
    for size in sizes:
        raw = bytes(buffer[at : at + size])
        if len(raw) < size:
            return None
        if FramerRTU.check_CRC(raw[:-_CRC], int.from_bytes(raw[-_CRC:], "big")):
            return Found(Adu(raw, raw[0], raw[1:-_CRC]), size)
    return Fault(Reason.BAD_CHECKSUM, max(sizes))


def _sizes(function: int, count: int) -> list[int]:
    """Lengths that a frame may have, the shortest first: of a refusal, an answer, a request."""
    if function & EXCEPTION:
        return [_REFUSAL]
    answer = [_REFUSAL + count] if count and count % 2 == 0 and count <= 2 * MOST_REGISTERS else []
    return sorted([*answer, _REQUEST])


def _tcp(buffer: bytearray, at: int) -> Found[Adu] | Fault | None:
    """Look for a frame anywhere; decides within `LONGEST_TCP` bytes."""
    if len(buffer) < at + _MBAP:
        return None
    protocol, length = (int.from_bytes(buffer[at + place : at + place + 2], "big") for place in (2, 4))
    if protocol or not 3 <= length <= LONGEST_TCP - 6:
        return Fault(Reason.NOISE)
    end = at + 6 + length
    if len(buffer) < end:
        return None
    raw = bytes(buffer[at:end])
    return Found(Adu(raw, raw[6], raw[_MBAP:], int.from_bytes(raw[:2], "big")), len(raw))
