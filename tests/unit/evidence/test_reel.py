"""The reel keeps whole groups, within its bounds, and cuts on key frames."""

from dataclasses import replace

import pytest

from edge.evidence.reel import SLACK_S, Clip, Reel

GROUP = 10  # pictures from one key frame to the next


def fed(reel: Reel, pictures: int, *, size: int = 100, start: int = 0) -> Reel:
    for number in range(start, start + pictures):
        reel.keep(bytes([number % 256]) * size, number / 10, is_key=number % GROUP == 0)
    return reel


def reel(seconds: float = 5.0, max_bytes: int = 10**6, max_packets: int = 10**6) -> Reel:
    made = Reel(seconds=seconds, max_bytes=max_bytes, max_packets=max_packets)
    made.begin("mpeg4", (64, 36), b"header")
    return made


def cut(source: Reel, from_s: float, to_s: float, max_bytes: int = 10**6) -> Clip:
    clip = source.cut(from_s, to_s, max_bytes=max_bytes)
    assert clip is not None
    assert clip.packets[0].is_key
    return clip


def test_what_is_older_than_asked_for_goes_group_by_group() -> None:
    kept = fed(reel(seconds=5.0), 1000)
    assert len(kept) == (5 + SLACK_S) * 10 + GROUP, "back to the key frame before"
    assert kept.bytes_used == len(kept) * 100


@pytest.mark.parametrize(("max_bytes", "left"), [(2000, 20), (1999, 10)])
def test_bytes_are_bounded_to_the_byte(max_bytes: int, left: int) -> None:
    kept = fed(reel(max_bytes=max_bytes), 20)
    assert (len(kept), kept.bytes_used) == (left, left * 100)


def test_packets_are_bounded() -> None:
    assert len(fed(reel(max_packets=20), 20)) == 20
    assert len(fed(reel(max_packets=20), 21)) == 11


def test_a_group_that_alone_is_too_large_is_dropped_and_the_next_key_frame_waited_for() -> None:
    kept = fed(reel(max_bytes=550), 9)
    assert (len(kept), kept.bytes_used) == (0, 0)
    assert len(fed(kept, 3, start=10)) == 3


def test_before_the_first_key_frame_nothing_is_kept() -> None:
    kept = fed(reel(), 5, start=3)
    assert len(kept) == 0
    assert kept.cut(0.0, 1.0, max_bytes=10**6) is None


def test_a_clip_begins_with_the_key_frame_before_and_ends_in_time() -> None:
    clip = cut(fed(reel(), 100), 2.5, 4.5)
    assert (clip.began_s, clip.packets[-1].at_s) == (2.0, 4.5)
    assert clip.size == len(clip.packets) * 100


def test_on_a_key_frame_it_begins_there() -> None:
    assert cut(fed(reel(), 100), 2.0, 3.0).began_s == 2.0


def test_what_is_gone_is_left_out() -> None:
    assert cut(fed(reel(max_bytes=3000), 100), 1.0, 9.0).began_s == 7.0


def test_a_clip_that_would_be_too_large_begins_later() -> None:
    kept = fed(reel(), 100)
    assert cut(kept, 2.5, 4.9, max_bytes=3000).began_s == 2.0
    assert cut(kept, 2.5, 4.9, max_bytes=2999).began_s == 3.0
    assert kept.cut(2.5, 4.9, max_bytes=999) is None


def test_held_it_keeps_what_is_old_until_bytes_run_out() -> None:
    kept = reel()
    kept.hold(0.0)
    assert len(fed(kept, 1000)) == 1000
    kept.hold(None)
    assert len(fed(kept, 1, start=1000)) < 200
    tight = reel(max_bytes=20_000)
    tight.hold(0.0)
    assert fed(tight, 1000).bytes_used <= 20_000


def test_another_stream_clears_it() -> None:
    kept = fed(reel(), 20)
    kept.begin("hevc", (1, 1), b"")
    assert (len(kept), kept.bytes_used) == (0, 0)


def test_other_parameter_sets_clear_it_and_are_what_a_clip_begins_with() -> None:
    first, second = (b"\x00\x00\x01\x67" + name + b"\x00\x00\x01\x68p" for name in (b"one", b"two"))
    picture = b"\x00\x00\x00\x01\x65picture"
    kept = Reel(seconds=5.0, max_bytes=10**6)
    kept.begin("h264", (64, 36), first)
    for number, sets in enumerate((first, b"", first, second, second)):
        kept.keep(sets + picture, float(number), is_key=True)
    clip = cut(kept, 0.0, 9.0)
    assert clip.began_s == 3.0
    assert clip.codec.extradata == second
    assert clip.codec.size == (0, 0), "no longer known"


def test_pictures_shown_before_the_key_frame_do_not_begin_a_clip() -> None:
    kept = reel()
    for at_s, is_key in (
        (0.0, True),
        (0.4, False),
        (1.0, True),
        (0.8, False),
        (0.9, False),
        (1.2, False),
        (1.1, False),
    ):
        kept.keep(b"x", at_s, is_key=is_key)
    assert [packet.at_s for packet in cut(kept, 1.0, 2.0).packets] == [1.0, 1.2, 1.1]


def kept(*packets: tuple[float, bool]) -> Reel:
    made = reel()
    for at_s, is_key in packets:
        made.keep(b"x", at_s, is_key=is_key)
    return made


@pytest.mark.parametrize("broken_s", [-900.0, 900.0])
def test_a_broken_time_neither_lengthens_a_clip_nor_is_in_it(broken_s: float) -> None:
    source = fed(reel(seconds=60.0), 50)
    source._packets[25] = replace(source._packets[25], at_s=broken_s)
    source.keep(b"x", -900.0, is_key=False)
    assert [one.at_s for one in cut(source, 1.0, 3.5).packets] == [n / 10 for n in range(10, 36) if n != 25]


def test_after_the_first_key_frame_past_its_end_nothing_is_in_a_clip() -> None:
    source = kept((0.0, True), (0.5, False), (2.0, True), (2.5, False), (0.7, False))
    assert [one.at_s for one in cut(source, 0.0, 1.0).packets] == [0.0, 0.5]


def test_what_a_picture_at_the_end_needs_is_in_the_clip() -> None:
    reordered = kept((0.0, True), (0.4, False), (0.2, False), (0.3, False), (1.0, True), (0.8, False), (0.9, False))
    assert [one.at_s for one in cut(reordered, 0.0, 0.25).packets] == [0.0, 0.4, 0.2]
    assert [one.at_s for one in cut(reordered, 0.0, 0.85).packets] == [0.0, 0.4, 0.2, 0.3, 1.0, 0.8]
