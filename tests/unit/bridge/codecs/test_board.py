"""The board's frames, by the vectors that the board's own program runs too."""

from pathlib import Path
from typing import Final

import pytest

from firmware_bridge.codecs import bridge
from firmware_bridge.codecs.bridge import Frame, Kind, frame_of, payload_of
from firmware_bridge.codecs.bridge.cobs import LONGEST, decode, encode
from firmware_bridge.codecs.bridge.frame import crc16
from firmware_bridge.codecs.garbage import Garbage, Reason
from firmware_bridge.codecs.values import Unreadable
from tests.unit.bridge.codecs.streams import decoded, every, frames, raw, reasons

VECTORS: Final = Path(__file__).parents[4] / "firmware_bridge" / "firmware" / "vectors" / "board.txt"
REASONS: Final = {
    "empty": Reason.EMPTY,
    "long": Reason.TOO_LONG,
    "cobs": Reason.BAD_STUFFING,
    "short": Reason.TOO_SHORT,
    "version": Reason.WRONG_VERSION,
    "length": Reason.BAD_LENGTH,
    "crc": Reason.BAD_CHECKSUM,
}


def vectors(kind: str) -> list[list[str]]:
    lines = (line.split() for line in VECTORS.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [words[1:] for words in lines if words[0] == kind]


def octets(text: str) -> bytes:
    return b"" if text == "-" else bytes.fromhex(text)


GOOD = {name: (octets(packet), octets(frame)) for name, packet, frame in vectors("frame")}
BAD = {name: (REASONS[reason], octets(line)) for name, reason, line in vectors("bad")}


def test_every_line_of_the_vectors_is_one_of_three() -> None:
    lines = [line for line in VECTORS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(vectors("crc")) + len(GOOD) + len(BAD)
    assert min(len(vectors("crc")), len(GOOD), len(BAD)) > 2


@pytest.mark.parametrize(("name", "data", "crc"), vectors("crc"))
def test_crc(name: str, data: str, crc: str) -> None:
    assert crc16(octets(data)) == int(crc, 16)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_good(name: str, size: int) -> None:
    packet, line = GOOD[name]
    (frame,) = decoded(bridge.Decoder, every(line, size))
    assert isinstance(frame, Frame)
    assert (frame.packet, frame.raw) == (packet, line)
    assert Frame(frame.kind, frame.sequence, frame.payload).raw == line


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_bad(name: str, size: int) -> None:
    reason, line = BAD[name]
    _, good = GOOD["hello"]
    items = decoded(bridge.Decoder, every(line + good, size))
    assert reasons(items) == [reason]
    assert [frame.raw for frame in frames(items)] == [good]
    assert raw(items) == line + good


def test_vectors_have_every_reason_and_every_kind() -> None:
    assert {reason for reason, _ in BAD.values()} == set(REASONS.values())
    kinds = {packet[1] for packet, _ in GOOD.values()}
    assert kinds >= bridge.PAYLOADS.keys()
    assert set(Kind) <= bridge.PAYLOADS.keys()


@pytest.mark.parametrize("name", [name for name, (packet, _) in GOOD.items() if packet[1] in bridge.PAYLOADS])
def test_payloads_come_back(name: str) -> None:
    (frame,) = frames(decoded(bridge.Decoder, [GOOD[name][1]]))
    payload = payload_of(frame)
    assert not isinstance(payload, Unreadable)
    assert frame_of(payload, frame.sequence) == frame


def payload(name: str) -> object:
    (frame,) = frames(decoded(bridge.Decoder, [GOOD[name][1]]))
    return payload_of(frame)


PAYLOADS = [
    ("set_time", bridge.SetTime(1767225600, 250)),
    ("set_output_pulse", bridge.SetOutput(0, 1, 500)),
    ("ack_events_reply", bridge.AckedEvents(bridge.Status.DONE, 4097)),
    ("get_setting_reply", bridge.GotSetting(bridge.Status.DONE, bridge.Setting.DEBOUNCE_MS, 30)),
    ("self_test_failed", bridge.SelfTested(bridge.Status.DONE, 0b10010)),
    ("update_end_signature_wrong", bridge.EndedUpdate(bridge.Status.SIGNATURE_WRONG)),
    ("update_data_one_byte", bridge.UpdateData(40959, b"\0")),
    ("state_reply", bridge.StateReply(0b1001, 0b01, 12, 5, 9, 0, 3, 0)),
    ("event_loop_rises", bridge.Event(4097, 1767225600, 250, 123456, bridge.Source.LOOP, 1, 13)),
    ("unknown_reply", bridge.UnknownKind(0x3F)),
    (
        "hello_reply",
        bridge.HelloReply(1, 0, 3, 12, bytes.fromhex("4C4C000102030405"), 7, 123456, 0, 1, 4097, 4090),
    ),
]


@pytest.mark.parametrize(("name", "expected"), PAYLOADS)
def test_payloads(name: str, expected: bridge.Payload) -> None:
    assert payload(name) == expected


@pytest.mark.parametrize("kind", sorted(bridge.PAYLOADS))
def test_lengths_are_strict(kind: int) -> None:
    fits = [size for size in range(201) if not isinstance(payload_of(Frame(kind, 0, bytes(size))), Unreadable)]
    wanted = list(range(5, 4 + 128 + 1)) if kind == Kind.UPDATE_DATA else [bridge.PAYLOADS[kind].LAYOUT.size]
    assert fits == wanted


UNREADABLE = [
    ("status 9", Frame(Kind.SET_TIME | 0x40, 0, b"\x09")),
    ("event of an unknown source", Frame(Kind.EVENT, 0, bytes(14) + b"\x04" + bytes(5))),
    ("kind nobody knows", Frame(0x3F, 0)),
]


@pytest.mark.parametrize(("name", "frame"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_unreadable(name: str, frame: Frame) -> None:
    assert isinstance(payload_of(frame), Unreadable)


def test_values_have_limits() -> None:
    for output, value, pulse_ms in ((0, 1, 65536), (256, 1, 0), (0, -1, 0)):
        with pytest.raises(ValueError, match="SetOutput"):
            bridge.SetOutput(output, value, pulse_ms)
    with pytest.raises(ValueError, match="128"):
        bridge.UpdateData(0, bytes(129))
    with pytest.raises(ValueError, match="128"):
        bridge.UpdateData(0, b"")
    for kind, sequence, size in ((256, 0, 0), (-1, 0, 0), (1, 65536, 0), (1, 0, 201)):
        with pytest.raises(ValueError, match="too large"):
            Frame(kind, sequence, bytes(size))


def test_sizes() -> None:
    longest = Frame(0x3E, 0xFFFF, b"\xff" * bridge.LONGEST_PAYLOAD)
    assert (len(longest.packet), len(longest.raw)) == (207, 209)
    assert (bridge.LONGEST_PACKET, bridge.LONGEST_FRAME) == (207, 209)


def test_cobs_has_a_limit() -> None:
    longest = b"\x01" * LONGEST
    assert decode(encode(longest)) == longest
    with pytest.raises(ValueError, match="at most 253"):
        encode(longest + b"\x01")


def test_without_a_zero_it_is_cut_off_and_what_follows_is_found() -> None:
    decoder = bridge.Decoder()
    _, good = GOOD["hello"]
    assert decoder.feed(good[:-1]) == []
    assert decoder.flush() == [Garbage(good[:-1], Reason.CUT_OFF)]
    assert [frame.raw for frame in frames(decoder.feed(good))] == [good]


def test_silence_ends_what_is_too_long() -> None:
    decoder = bridge.Decoder()
    _, good = GOOD["hello"]
    assert reasons(decoder.feed(b"\x11" * 300)) == [Reason.TOO_LONG]
    assert decoder.flush() == []
    assert [frame.raw for frame in frames(decoder.feed(good))] == [good]


def test_a_zero_before_a_frame_keeps_noise_from_it() -> None:
    _, good = GOOD["hello"]
    items = decoded(bridge.Decoder, [b"\xa5\x5a\x00" + good])
    assert [frame.raw for frame in frames(items)] == [good]


def test_directions() -> None:
    assert not Frame(Kind.HELLO, 0).is_from_board
    assert Frame(Kind.HELLO | bridge.REPLY, 0).is_from_board
    assert Frame(Kind.EVENT, 0).is_from_board
