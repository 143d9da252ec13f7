"""The board's packet: version, kind, sequence, length, payload, CRC; little-endian, then COBS and a zero."""

from binascii import crc_hqx
from dataclasses import dataclass
from struct import Struct
from typing import Final

from firmware_bridge.codecs.bridge import cobs
from firmware_bridge.codecs.bridge.kinds import REPLY
from firmware_bridge.codecs.garbage import Reason

VERSION: Final = 1
LONGEST_PAYLOAD: Final = 200
_HEADER: Final = Struct("<BBHB")
_CRC_BYTES: Final = 2
_SHORTEST: Final = _HEADER.size + _CRC_BYTES
LONGEST_PACKET: Final = _SHORTEST + LONGEST_PAYLOAD
LONGEST_FRAME: Final = LONGEST_PACKET + 2  # a code of COBS, as a packet is shorter than 254 bytes, and the delimiter


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the board's line.

    Attributes:
        kind: 0x01 to 0x3F from the gateway, 0x41 to 0x7F from the board; see `Kind`.
        sequence: 0 to 65535; a reply carries that of its request, an event the low bits of its number.
        payload: at most `LONGEST_PAYLOAD` bytes.

    Raises:
        ValueError: one of them is outside that.
    """

    kind: int
    sequence: int
    payload: bytes = b""

    def __post_init__(self) -> None:
        if not (0 <= self.kind <= 0xFF and 0 <= self.sequence <= 0xFFFF and len(self.payload) <= LONGEST_PAYLOAD):
            raise ValueError(f"kind {self.kind}, sequence {self.sequence}, {len(self.payload)} bytes: too large")

    @property
    def is_from_board(self) -> bool:
        """False in the echo of one's own request."""
        return bool(self.kind & REPLY)

    @property
    def packet(self) -> bytes:
        head = _HEADER.pack(VERSION, self.kind, self.sequence, len(self.payload)) + self.payload
        return head + crc16(head).to_bytes(_CRC_BYTES, "little")

    @property
    def raw(self) -> bytes:
        """What goes over the line, with the closing zero.

        Send one more zero before it after a silence: what noise has left in the receiver ends there.
        """
        return cobs.encode(self.packet) + bytes([cobs.DELIMITER])

    @classmethod
    def from_coded(cls, coded: bytes) -> "Frame | Reason":
        """Read what stood before a zero: a frame, or why it is none."""
        if not coded:
            return Reason.EMPTY
        if len(coded) >= LONGEST_FRAME:
            return Reason.TOO_LONG
        packet = cobs.decode(coded)
        return Reason.BAD_STUFFING if packet is None else cls._from_packet(packet)

    @classmethod
    def _from_packet(cls, packet: bytes) -> "Frame | Reason":
        if len(packet) < _SHORTEST:
            return Reason.TOO_SHORT
        version, kind, sequence, size = _HEADER.unpack_from(packet)
        if version != VERSION:
            return Reason.WRONG_VERSION
        if size > LONGEST_PAYLOAD or size != len(packet) - _SHORTEST:
            return Reason.BAD_LENGTH
        if crc16(packet[:-_CRC_BYTES]) != int.from_bytes(packet[-_CRC_BYTES:], "little"):
            return Reason.BAD_CHECKSUM
        return cls(kind, sequence, packet[_HEADER.size : -_CRC_BYTES])


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, from FFFF, not reflected; of `123456789` it is 29B1."""
    return crc_hqx(data, 0xFFFF)
