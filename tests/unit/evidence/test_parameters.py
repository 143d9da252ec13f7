"""Parameter sets are found in a byte stream, whatever surrounds them."""

import pytest

from edge.evidence.parameters import is_byte_stream, parameter_sets

LONG, SHORT = b"\x00\x00\x00\x01", b"\x00\x00\x01"
SPS, PPS, AUD, SEI, IDR = b"\x67sps", b"\x68pps", b"\x09\xf0", b"\x06sei", b"\x65picture"
VPS5, SPS5, PPS5, IDR5 = b"\x40\x01v", b"\x42\x01s", b"\x44\x01p", b"\x26\x01picture"

CASES = [
    # name,                     codec,   data,                                                       sets
    ("before a key frame",      "h264",  LONG + SPS + LONG + PPS + LONG + IDR,                        [SPS, PPS]),
    ("among other units",       "h264",  LONG + AUD + LONG + SPS + SHORT + PPS + SHORT + SEI + IDR,   [SPS, PPS]),
    ("stuffed",                 "h264",  LONG + SPS + b"\x00\x00" + LONG + PPS + b"\x00" + LONG + IDR, [SPS, PPS]),
    ("after the picture: not",  "h264",  LONG + IDR + LONG + SPS,                                     []),
    ("none",                    "h264",  LONG + AUD + LONG + IDR,                                     []),
    ("alone, as in an SDP",     "h264",  LONG + SPS + LONG + PPS,                                     [SPS, PPS]),
    ("of HEVC",                 "hevc",  LONG + VPS5 + LONG + SPS5 + LONG + PPS5 + LONG + IDR5,     [VPS5, SPS5, PPS5]),
    ("of another codec",        "mjpeg", LONG + SPS,                                                  []),
    ("nothing",                 "h264",  b"",                                                         []),
    ("a start code alone",      "h264",  LONG,                                                        []),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "data", "sets"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_sets_before_the_first_picture(codec: str, data: bytes, sets: list[bytes]) -> None:
    assert parameter_sets(codec, data) == b"".join(SHORT + one for one in sets)


@pytest.mark.parametrize(
    ("extradata", "answer"), [(b"", True), (LONG + SPS, True), (SHORT + SPS, True), (b"\x01\x4d\x40", False)]
)
def test_a_header_with_lengths_is_told_from_a_byte_stream(extradata: bytes, answer: bool) -> None:
    assert is_byte_stream(extradata) is answer
