"""FADE's measures, worked out by hand."""

import pytest

from benchmarks.throw.measures import (
    Box,
    Boxes,
    Tally,
    boxes_tally,
    frames_tally,
    mean,
    overlap,
    range_overlap,
    wilson,
)

UNIT: Box = (0, 0, 10, 10)

OVERLAPS = [
    # name, one, other, intersection over union
    ("the same", UNIT, UNIT, 1.0),
    ("apart", UNIT, (20, 0, 30, 10), 0.0),
    ("touching", UNIT, (10, 0, 20, 10), 0.0),
    ("half beside", UNIT, (5, 0, 15, 10), 50 / 150),
    ("inside", UNIT, (0, 0, 5, 5), 25 / 100),
    ("no area", (3, 3, 3, 3), (3, 3, 3, 3), 0.0),
]


@pytest.mark.parametrize(("name", "one", "other", "expected"), OVERLAPS, ids=[row[0] for row in OVERLAPS])
def test_overlap_is_intersection_over_union(name: str, one: Box, other: Box, expected: float) -> None:
    assert overlap(one, other) == pytest.approx(expected)
    assert overlap(other, one) == pytest.approx(expected)


# 3/10 of a box beside UNIT: overlap 0.7 / 1.3; 6/10 beside: 0.4 / 1.6 = 0.25, below 0.3
NEAR: Box = (3, 0, 13, 10)
FAR: Box = (6, 0, 16, 10)
EXACT: Box = (0, 0, 10, 3)  # 30 of 100: exactly 0.3

TALLIES: list[tuple[str, Boxes, Boxes, Tally]] = [
    # name, true, told, tally: right, false and missed
    ("nothing", {}, {}, Tally(0, 0, 0)),
    ("all right", {1: [UNIT], 2: [UNIT]}, {1: [UNIT], 2: [NEAR]}, Tally(2, 0, 0)),
    ("too far aside is false and missed", {1: [UNIT]}, {1: [FAR]}, Tally(0, 1, 1)),
    ("the threshold is inclusive", {1: [UNIT]}, {1: [EXACT]}, Tally(1, 0, 0)),
    ("a frame too early", {1: [UNIT]}, {0: [UNIT]}, Tally(0, 1, 1)),
    ("two told of one are both right", {1: [UNIT]}, {1: [UNIT, NEAR]}, Tally(2, 0, 0)),
    ("one told of two", {1: [UNIT, (50, 50, 60, 60)]}, {1: [UNIT]}, Tally(1, 0, 1)),
    ("two told of one do not make up for another", {1: [UNIT, (50, 50, 60, 60)]}, {1: [UNIT, NEAR]}, Tally(2, 0, 1)),
    ("a frame without boxes counts nothing", {1: []}, {2: []}, Tally(0, 0, 0)),
]


@pytest.mark.parametrize(("name", "true", "told", "expected"), TALLIES, ids=[row[0] for row in TALLIES])
def test_boxes_are_counted_as_fade_counts_them(name: str, true: Boxes, told: Boxes, expected: Tally) -> None:
    assert boxes_tally(true, told) == expected


def test_frames_are_counted_wherever_the_boxes_lie() -> None:
    assert frames_tally({1: [UNIT], 2: [UNIT], 3: []}, {2: [FAR, FAR], 3: [UNIT]}) == Tally(1, 1, 1)


RANGES: list[tuple[str, Boxes, Boxes, float | None]] = [
    # name, true frames, told frames, TRO
    ("nothing falls", {}, {3: [UNIT]}, None),
    ("nothing told", {3: [UNIT]}, {}, 0.0),
    ("the same", {3: [UNIT], 7: [UNIT]}, {3: [UNIT], 7: [UNIT]}, 1.0),
    ("apart", {3: [UNIT], 7: [UNIT]}, {8: [UNIT], 9: [UNIT]}, 0.0),
    ("far apart", {3: [UNIT], 7: [UNIT]}, {18: [UNIT], 19: [UNIT]}, 0.0),
    ("one frame in common", {3: [UNIT], 7: [UNIT]}, {7: [UNIT], 9: [UNIT]}, 1 / 7),  # 7 of 3…9
    ("late by two", {0: [UNIT], 9: [UNIT]}, {2: [UNIT], 9: [UNIT]}, 8 / 10),
    ("gaps between do not count", {0: [UNIT], 9: [UNIT]}, {0: [UNIT], 4: [UNIT], 9: [UNIT]}, 1.0),
    ("empty frames are no range", {3: [UNIT], 4: []}, {2: [], 3: [UNIT]}, 1.0),
]


@pytest.mark.parametrize(("name", "true", "told", "expected"), RANGES, ids=[row[0] for row in RANGES])
def test_range_overlap(name: str, true: Boxes, told: Boxes, expected: float | None) -> None:
    assert range_overlap(true, told) == (None if expected is None else pytest.approx(expected))


def test_f_measure_is_the_harmonic_mean_over_all_videos_together() -> None:
    both = Tally(8, 2, 0) + Tally(0, 6, 8)  # 8 right, 8 false, 8 missed
    assert (both.precision, both.recall, both.f_measure) == (0.5, 0.5, 0.5)
    uneven = Tally(30, 10, 0)
    assert uneven.precision == 0.75
    assert uneven.recall == 1.0
    assert uneven.f_measure == pytest.approx(1.5 / 1.75)


def test_measures_of_nothing() -> None:
    assert Tally().f_measure is None
    assert Tally(0, 3, 0).recall is None
    assert Tally(0, 3, 0).f_measure == 0.0
    assert Tally(0, 0, 3).f_measure == 0.0
    assert mean([]) is None
    assert mean([None, 0.5, 1.0]) == 0.75


INTERVALS = [
    # part, whole, low, high: Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("part", "whole", "low", "high"), INTERVALS)
def test_wilson_interval(part: int, whole: int, low: float, high: float) -> None:
    interval = wilson(part, whole)
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=5e-5)
    mirrored = wilson(whole - part, whole)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_wilson_of_nothing() -> None:
    assert wilson(0, 0) is None
