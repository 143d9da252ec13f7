"""Where a stream's own stamps lie on a camera's timeline, whatever its counter does."""

from fractions import Fraction
from itertools import pairwise

import pytest

from edge.sources.stamps import AHEAD_S, LAG_S, SLEW, LiveStamps, Placed, RecordedStamps
from edge.sources.timeline import REORDER_S

RATE = Fraction(25)

RECORDED = [
    # name,                        stamps,                          places,                        jumps at
    ("from where it starts",       [7.0, 7.04, 7.08],               [0.0, 0.04, 0.08],             []),
    ("pictures shown before",      [0.0, 0.12, 0.04, 0.08],         [0.0, 0.12, 0.04, 0.08],       []),
    ("the same stamp twice",       [0.0, 0.04, 0.04, 0.08],         [0.0, 0.04, 0.04, 0.08],       []),
    ("a gap is time that passed",  [0.0, 30.0],                     [0.0, 30.0],                   []),
    ("a broken counter is not",    [0.0, 61.0, 61.04],              [0.0, 0.04, 0.08],             [1]),
    ("back to zero",               [50.0, 50.04, 0.0, 0.04],        [0.0, 0.04, 0.08, 0.12],       [2]),
    ("a stamp is missing",         [0.0, None, 0.08],               [0.0, 0.04, 0.08],             []),
    ("none at all",                [None, None, None],              [0.0, 0.04, 0.08],             []),
]  # fmt: skip


@pytest.mark.parametrize(("stamps", "places", "jumps"), [row[1:] for row in RECORDED], ids=[row[0] for row in RECORDED])
def test_a_recording_is_placed_by_its_stamps(stamps: list[float | None], places: list[float], jumps: list[int]) -> None:
    recorded = RecordedStamps(RATE)
    placed = [recorded.place(stamp) for stamp in stamps]
    assert [one.at_s for one in placed] == pytest.approx(places)
    assert [number for number, one in enumerate(placed) if one.jumped] == jumps
    assert [one.stamped for one in placed] == [stamp is not None for stamp in stamps]


def live(*arrivals: tuple[float | None, float, bool]) -> list[Placed]:
    stamps = LiveStamps(RATE)
    return [stamps.place(stamp, now, idle=idle) for stamp, now, idle in arrivals]


def test_what_a_network_holds_up_keeps_its_distance() -> None:
    arrivals = [(5.0 + n * 0.04, 100.0 + n * 0.04 + (0.3 if n % 7 == 3 else 0.0), True) for n in range(50)]
    placed = live(*arrivals)
    steps = [after.at_s - before.at_s for before, after in pairwise(placed)]
    assert steps == pytest.approx([0.04] * 49, abs=0.04 * SLEW * 1.01)
    assert not any(one.jumped or one.behind for one in placed)


def test_a_camera_whose_clock_runs_fast_is_followed_slowly() -> None:
    placed = live(*((n * 0.04 * 1.0003, n * 0.04, True) for n in range(25 * 600)))
    assert placed[-1].at_s == pytest.approx(25 * 600 * 0.04, abs=0.1)
    assert not any(one.jumped for one in placed)


@pytest.mark.parametrize("jump_s", [AHEAD_S + 0.1, 3600.0, -LAG_S - 0.1, -3600.0])
def test_a_jump_is_anchored_anew_where_it_arrives(jump_s: float) -> None:
    placed = live((0.0, 10.0, True), (0.04, 10.04, True), (0.08 + jump_s, 10.08, True), (0.12 + jump_s, 10.12, True))
    assert [one.at_s for one in placed] == pytest.approx([10.0, 10.04, 10.08, 10.12], abs=1e-3)
    assert [one.jumped for one in placed] == [False, False, True, False]


def test_at_the_limit_it_is_no_jump() -> None:
    placed = live((0.0, 0.0, True), (AHEAD_S, 0.0, True))
    assert not placed[1].jumped


def test_late_with_packets_unread_the_reader_is_behind_and_nothing_has_jumped() -> None:
    placed = live((0.0, 0.0, True), (0.04, 2.0, False), (1.9, 2.0, False), (2.0, 2.0, True), (2.04, 2.04, False))
    assert [one.behind for one in placed] == [False, True, True, False, False], "until nothing lies unread"
    assert not any(one.jumped for one in placed)


def test_a_packet_without_a_stamp_comes_a_step_later() -> None:
    placed = live((0.0, 0.0, True), (None, 0.05, True), (0.08, 0.09, True))
    assert [one.at_s for one in placed] == pytest.approx([0.0, 0.04, 0.08], abs=1e-3)
    assert [one.stamped for one in placed] == [True, False, True]


def test_a_counter_that_starts_again_while_packets_lie_unread_is_a_jump() -> None:
    placed = live((1000.0, 9.96, True), (1000.04, 10.0, True), (0.0, 10.4, False), (0.04, 10.4, False))
    assert [one.at_s for one in placed] == pytest.approx([9.96, 10.0, 10.4, 10.44], abs=1e-3)
    assert [one.jumped for one in placed] == [False, False, True, False]


@pytest.mark.parametrize(("back_s", "jumps"), [(REORDER_S, False), (REORDER_S + 0.01, True)])
def test_pictures_may_be_reordered_so_much(back_s: float, jumps: bool) -> None:
    placed = live((50.0, 10.0, True), (50.4, 10.4, True), (50.4 - back_s, 10.4, False))
    assert placed[-1].jumped is jumps
