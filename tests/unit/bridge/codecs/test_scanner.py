"""Noise, splits, echoes and collisions on a line of DL/T 645 and CJ/T 188 meters."""

from collections.abc import Callable
from typing import Any

import pytest

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.codecs.garbage import Reason
from tests.unit.bridge.codecs.streams import Decoder, decoded, every, frames, raw, reasons

ASK = bytes.fromhex("68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16")
ANSWER = bytes.fromhex("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16")
VOLTS = bytes.fromhex("68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16")
WATER_ASK = bytes.fromhex("68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16")
WATER = bytes.fromhex(
    "68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16"
)
WAKE = b"\xfe" * 4
FALSE_START = bytes.fromhex("68 00 00 00 00 00 00 68 91")
NOISE = bytes.fromhex("00 FF A5 16 33")


NEIGHBOUR = bytes.fromhex("68 62 02 00 00 00 00 68 91 08 33 33 34 33 A6 38 33 33 DE 16")
COLLISION = bytes(a & b for a, b in zip(ANSWER, NEIGHBOUR, strict=True))  # on RS-485 the dominant level is 0


def damaged(frame: bytes, at: int) -> bytes:
    return frame[:at] + bytes([frame[at] ^ 0x01]) + frame[at + 1 :]


N, W, C, E, X = Reason.NOISE, Reason.WAKE_UP, Reason.BAD_CHECKSUM, Reason.BAD_END, Reason.CUT_OFF
LONG, ADDRESS = Reason.TOO_LONG, Reason.BAD_ADDRESS
DLT645 = [
    # name,                             bytes on the line,                          frames,            garbage
    ("answer", ANSWER, [ANSWER], []),
    ("wake-up bytes before", WAKE + ANSWER, [ANSWER], [W]),
    ("echo of one's own request", WAKE + ASK + WAKE + ANSWER, [ASK, ANSWER], [W, W]),
    ("two answers at once", ANSWER + VOLTS, [ANSWER, VOLTS], []),
    ("noise before, between, after", NOISE + ANSWER + NOISE + VOLTS + NOISE, [ANSWER, VOLTS], [N, N, N]),
    ("one bit wrong in the data", damaged(ANSWER, 14), [], [C]),
    ("one bit wrong in the checksum", damaged(ANSWER, 18), [], [C]),
    ("wrong end byte", ANSWER[:-1] + b"\x17", [], [E]),
    ("second start byte wrong", damaged(ANSWER, 7), [], [N]),
    ("damaged, then good", damaged(ANSWER, 14) + VOLTS, [VOLTS], [C]),
    ("cut off", ANSWER[:-1], [], [X]),
    ("cut off in the head", ANSWER[:5], [], [X]),
    ("cut off by a good one", ANSWER[:12] + VOLTS, [VOLTS], [C]),
    ("noise behind a good one in a bad one", ANSWER[:12] + VOLTS + NOISE, [VOLTS], [C, N]),
    ("cut off in the head by a good one", ANSWER[:4] + VOLTS, [VOLTS], [N]),
    ("start bytes as noise", b"\x68" * 3 + VOLTS, [VOLTS], [N]),
    ("collision of two meters' answers", COLLISION, [], [C]),
    ("collision, then good", COLLISION + ANSWER, [ANSWER], [C]),
    ("false start that claims 200 bytes", FALSE_START + b"\xc8" + VOLTS, [VOLTS], [X]),
    ("false start that claims 201 bytes", FALSE_START + b"\xc9" + VOLTS, [VOLTS], [LONG, N]),
    ("address that is not decimal", bytes.fromhex("68 0B 00 00 00 00 00 68 91 00 6C 16"), [], [ADDRESS]),
    ("the copied page's sum B2", ANSWER[:-2] + b"\xb2\x16", [], [C]),
    ("nothing", b"", [], []),
]  # fmt: skip
CJT188 = [
    ("answer", WATER, [WATER], []),
    ("echo of one's own request", WAKE + WATER_ASK + WATER, [WATER_ASK, WATER], [W]),
    ("the published answer with its wrong sum 08", WATER[:-2] + b"\x08\x16", [], [C]),
    ("the published answer, then a good one", WATER[:-2] + b"\x08\x16" + WATER, [WATER], [C]),
    ("wrong end byte", WATER[:-1] + b"\x61", [], [E]),
    ("cut off by a good one", WATER[:20] + WATER, [WATER], [C]),
    ("kind that is none", damaged(WATER, 1)[:1] + b"\x50" + WATER[2:] + WATER, [WATER], [N]),
    ("longest data is 100", bytes.fromhex("68 10 00 00 00 00 00 00 00 81 65") + WATER, [WATER], [LONG, N]),
    ("number not decimal", bytes.fromhex("68 10 0B 00 00 00 00 00 00 81 00 04 16"), [], [ADDRESS]),
    ("noise", NOISE + WATER + NOISE, [WATER], [N, N]),
]  # fmt: skip
LINES = [
    pytest.param(make, *row, id=f"{protocol}: {name}")
    for protocol, make, table in (("dlt645", dlt645.Decoder, DLT645), ("cjt188", cjt188.Decoder, CJT188))
    for name, *row in table
]
Make = Callable[[], Decoder[Any]]


@pytest.mark.parametrize(("make", "line", "sound", "garbage"), LINES)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_line(make: Make, line: bytes, sound: list[bytes], garbage: list[Reason], size: int) -> None:
    items = decoded(make, every(line, size))
    assert [frame.raw for frame in frames(items)] == sound
    assert reasons(items) == garbage
    assert raw(items) == line


def test_a_frame_comes_out_with_its_last_byte() -> None:
    decoder = dlt645.Decoder()
    assert decoder.feed(ANSWER[:-1]) == []
    assert [frame.raw for frame in frames(decoder.feed(ANSWER[-1:]))] == [ANSWER]
    assert decoder.flush() == []


def test_a_false_start_holds_good_frames_back_only_until_flush() -> None:
    decoder = dlt645.Decoder()
    assert decoder.feed(FALSE_START + b"\xc8" + ANSWER) == []
    assert [frame.raw for frame in frames(decoder.flush())] == [ANSWER]
    assert decoder.feed(ANSWER) == decoded(dlt645.Decoder, [ANSWER])


def test_a_false_start_holds_good_frames_back_no_longer_than_it_claims() -> None:
    decoder = dlt645.Decoder()
    line = FALSE_START + b"\xc8" + ANSWER * 11
    assert [frame.raw for frame in frames(decoder.feed(line))] == [ANSWER] * 11
    assert len(line) > dlt645.LONGEST_FRAME


def test_blame_ends_with_a_bad_frame() -> None:
    items = decoded(dlt645.Decoder, [damaged(ANSWER, 14) + NOISE])
    assert [(item.raw, item.reason) for item in items if not isinstance(item, dlt645.Frame)] == [
        (damaged(ANSWER, 14), C),
        (NOISE, N),
    ]
