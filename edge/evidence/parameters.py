"""Parameter sets of H.264 and HEVC: what a decoder must know before the first picture.

They come beside a stream (RTSP's SDP, a file's header), in it before each key frame, or both. Only the byte stream
format is looked into (ITU-T H.264 and H.265, annex B), in which cameras send; files have theirs in the header.
"""

from collections.abc import Iterator
from typing import Final

START: Final = b"\x00\x00\x01"
_H264_SETS: Final = frozenset({7, 8})  # SPS, PPS: ITU-T H.264, table 7-1
_H264_PICTURES: Final = frozenset(range(1, 6))
_HEVC_SETS: Final = frozenset({32, 33, 34})  # VPS, SPS, PPS: ITU-T H.265, table 7-1
_HEVC_PICTURES: Final = frozenset(range(32))


def is_byte_stream(extradata: bytes) -> bool:
    """Whether units begin with a start code, rather than with their length (ISO/IEC 14496-15)."""
    return not extradata or extradata.startswith((START, b"\x00" + START))


def parameter_sets(codec: str, data: bytes) -> bytes:
    """The parameter sets before the first slice of a packet, each with a start code; empty where there are none.

    Args:
        codec: `h264` or `hevc`; others have none.
        data: one packet in the byte stream format.
    """
    if codec == "h264":
        return _sets(data, mask=0x1F, shift=0, sets=_H264_SETS, pictures=_H264_PICTURES)
    if codec == "hevc":
        return _sets(data, mask=0x7E, shift=1, sets=_HEVC_SETS, pictures=_HEVC_PICTURES)
    return b""


def _sets(data: bytes, *, mask: int, shift: int, sets: frozenset[int], pictures: frozenset[int]) -> bytes:
    found = []
    for unit in _units(data):
        kind = (unit[0] & mask) >> shift
        if kind in pictures:
            break
        if kind in sets:
            found.append(START + unit)
    return b"".join(found)


def _units(data: bytes) -> Iterator[bytes]:
    """Units without their start codes and what is stuffed behind them; each is looked for only when it is wanted."""
    at = data.find(START)
    while 0 <= at < len(data) - len(START):
        after = data.find(START, at + len(START))
        unit = data[at + len(START) : after if after >= 0 else len(data)].rstrip(b"\x00")
        if unit:
            yield unit
        at = after
