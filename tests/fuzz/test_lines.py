"""Any bytes on a line, of each protocol."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.app.decoding import LineProtocol
from firmware_bridge.codecs.garbage import Garbage
from tests.fuzz.frames import EXAMPLES, FRAMES, cuts, lines
from tests.fuzz.targets import LINES, TARGETS
from tests.unit.bridge.codecs.streams import decoded, frames, raw

bounded = settings(max_examples=EXAMPLES, deadline=None)
each = pytest.mark.parametrize("protocol", list(LineProtocol))


@each
@bounded
@given(st.data())
def test_all_is_accounted_for(protocol: LineProtocol, data: st.DataObject) -> None:
    TARGETS[protocol](data.draw(st.one_of(st.binary(max_size=600), lines(protocol))))


@each
@bounded
@given(st.data())
def test_any_split_gives_the_same(protocol: LineProtocol, data: st.DataObject) -> None:
    make, _ = LINES[protocol]
    line = data.draw(lines(protocol))
    sizes = data.draw(st.lists(st.integers(0, 80), max_size=20))
    assert decoded(make, cuts(line, sizes)) == decoded(make, [line])


@each
@bounded
@given(st.data())
def test_frames_come_back(protocol: LineProtocol, data: st.DataObject) -> None:
    make, _ = LINES[protocol]
    sent = data.draw(st.lists(FRAMES[protocol], min_size=1, max_size=5))
    assert decoded(make, [raw(sent)]) == sent


@pytest.mark.parametrize("protocol", [LineProtocol.DLT645, LineProtocol.CJT188])
@bounded
@given(st.data())
def test_noise_without_a_start_byte_hides_nothing(protocol: LineProtocol, data: st.DataObject) -> None:
    make, _ = LINES[protocol]
    noise = st.binary(max_size=40).map(lambda some: some.replace(b"\x68", b"\x67"))
    sent = data.draw(st.lists(FRAMES[protocol], max_size=5))
    line = b"".join(data.draw(noise) + frame.raw for frame in sent) + data.draw(noise)
    assert frames(decoded(make, [line])) == sent


@bounded
@given(st.lists(st.tuples(st.binary(max_size=300), FRAMES[LineProtocol.BOARD]), max_size=5))
def test_noise_that_a_zero_ends_hides_nothing_from_the_board_s_decoder(parts: list[tuple[bytes, Any]]) -> None:
    make, _ = LINES[LineProtocol.BOARD]
    line = b"".join(noise + b"\0" + frame.raw for noise, frame in parts)
    found = iter(frames(decoded(make, [line])))
    assert all(any(frame == other for other in found) for _, frame in parts)  # in order; noise may hold frames too


@pytest.mark.parametrize("protocol", [LineProtocol.DLT645, LineProtocol.CJT188])
@bounded
@given(st.data())
def test_a_frame_is_found_unless_a_sound_one_lies_over_it(protocol: LineProtocol, data: st.DataObject) -> None:
    """Any noise at all, start bytes too: one sum in 256 is right by chance, and nothing else may hide a frame."""
    make, _ = LINES[protocol]
    noise = st.one_of(st.binary(max_size=30), lines(protocol))
    line, sent = b"", []
    for frame in data.draw(st.lists(FRAMES[protocol], max_size=4)):
        line += data.draw(noise)
        sent.append((len(line), frame))
        line += frame.raw
    at, found = 0, []
    for item in decoded(make, [line]):
        if not isinstance(item, Garbage):
            found.append((at, item))
        at += len(item.raw)
    for start, frame in sent:
        covered = any(other < start < other + len(item.raw) for other, item in found)
        assert covered or (start, frame) in found
