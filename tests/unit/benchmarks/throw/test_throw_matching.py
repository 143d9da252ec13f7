"""Which told fall is which true one."""

import pytest

from benchmarks.throw.matching import Matching, match
from benchmarks.throw.measures import Box
from benchmarks.throw.told import boxes_along, together
from edge.trajectory import Point

SIDE = 4.0
SCALE = 20.0  # pixels a metre: a metre is more than two lengths


def path(frames: range, x: float = 100.0, y: float = 0.0, step: float = 10.0) -> dict[int, Box]:
    """A box that goes down `step` pixels a frame."""
    half = SIDE / 2
    return {f: (x - half, y + step * f - half, x + half, y + step * f + half) for f in frames}


TRUE = path(range(10, 30))
MATCHES = [
    # name, true, told, expected
    ("the same", [TRUE], [TRUE], Matching((0,), (), ())),
    ("nothing told", [TRUE], [], Matching((None,), (), ())),
    ("nothing falls", [], [TRUE], Matching((), (0,), ())),
    ("a metre aside still counts", [TRUE], [path(range(10, 30), x=120.0)], Matching((0,), (), ())),
    ("farther does not", [TRUE], [path(range(10, 30), x=120.1)], Matching((None,), (0,), ())),
    ("another time", [TRUE], [path(range(40, 50), y=-300.0)], Matching((None,), (0,), ())),
    ("half of it is not most", [TRUE], [path(range(20, 40))], Matching((None,), (0,), ())),
    ("one frame more is", [TRUE], [path(range(19, 38))], Matching((0,), (), ())),
    ("part of it", [TRUE], [path(range(24, 29))], Matching((0,), (), ())),
    ("told twice", [TRUE], [path(range(24, 29)), path(range(10, 22))], Matching((1,), (), (0,))),
    ("two falls", [TRUE, path(range(10, 30), x=300.0)], [path(range(12, 30), x=301.0)], Matching((None, 0), (), ())),
]


@pytest.mark.parametrize(("name", "true", "told", "expected"), MATCHES, ids=[row[0] for row in MATCHES])
def test_match(name: str, true: list[dict[int, Box]], told: list[dict[int, Box]], expected: Matching) -> None:
    assert match(true, told, [SCALE] * len(true)) == expected


def test_a_large_thing_may_be_farther_off_than_a_metre() -> None:
    large: dict[int, Box] = dict.fromkeys(range(10), (80.0, 0.0, 120.0, 30.0))  # 40 px long: 80 px
    aside: dict[int, Box] = dict.fromkeys(range(10), (157.0, 0.0, 197.0, 30.0))
    assert match([large], [aside], [SCALE]).found == (0,)
    assert match([large], [dict.fromkeys(range(10), (161.0, 0.0, 201.0, 30.0))], [SCALE]).found == (None,)


def test_boxes_between_sightings_lie_halfway() -> None:
    times = [i / 10 for i in range(10)]
    points = [Point(0.2, 50.0, 10.0, 4.0, 6.0, 12.0, 9.0), Point(0.4, 54.0, 30.0, 4.0, 10.0, 12.0, 9.0)]
    assert boxes_along(points, times) == {
        2: pytest.approx((48.0, 7.0, 52.0, 13.0)),
        3: pytest.approx((50.0, 16.0, 54.0, 24.0)),
        4: pytest.approx((52.0, 25.0, 56.0, 35.0)),
    }


def test_together_collects_boxes_by_frame() -> None:
    one: Box = (0, 0, 1, 1)
    two: Box = (5, 5, 6, 6)
    assert together([{1: one, 2: one}, {2: two}]) == {1: [one], 2: [one, two]}
