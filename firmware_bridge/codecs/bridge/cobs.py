"""Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): bytes without zeros, so that a zero can end a frame.

Only for packets of fewer than 254 bytes, as the board's are: the code FF, for longer runs without a zero, never occurs.
"""

from typing import Final

DELIMITER: Final = 0
LONGEST: Final = 253


def encode(packet: bytes) -> bytes:
    """Stuff a packet; the delimiter is not added.

    Raises:
        ValueError: it has more than `LONGEST` bytes.
    """
    if len(packet) > LONGEST:
        raise ValueError(f"{len(packet)} bytes; at most {LONGEST}")
    return b"".join(bytes([len(part) + 1]) + part for part in packet.split(b"\0"))


def decode(coded: bytes) -> bytes | None:
    """Unstuff what stood before a delimiter; None if it is no COBS of such a packet."""
    parts: list[bytes] = []
    at = 0
    while at < len(coded):
        end = at + coded[at]
        if coded[at] == DELIMITER or end > len(coded):
            return None
        parts.append(coded[at + 1 : end])
        at = end
    return b"\0".join(parts)
