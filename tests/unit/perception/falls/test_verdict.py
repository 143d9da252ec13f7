"""Falls, and what only looks like them, as tracks."""

import math

import pytest

from edge.perception.falls.place import Place
from edge.perception.falls.verdict import WORDS, judge
from edge.trajectory import Fall, FloorBy, Rejected, Rejection
from models.throw.classifier import Shown
from tests.unit.perception.falls.drawn import FLOOR_M, GRID, HEIGHT, PPM, WIDTH, Way, dropped, facade, trace

GRIDDED = Place.of(facade(grid=GRID), WIDTH, HEIGHT)
FREE = Place.of(facade(), WIDTH, HEIGHT)


class Says:
    """A classifier of one opinion."""

    def __init__(self, score: float) -> None:
        self._score = score

    def score(self, shown: Shown) -> float:
        return self._score


def down(speed: float) -> Way:
    return lambda at_s: (300.0, 50 + speed * at_s)


TRACKS: list[tuple[str, Way, float, Rejection | None]] = [
    ("dropped", dropped(0.0), 2.4, None),
    ("thrown sideways", dropped(0.0, sideways=60.0), 2.4, None),
    ("seen for half a second", dropped(0.0), 0.8, None),
    ("seen for an instant", dropped(0.0), 0.2, Rejection.TOO_SHORT),
    ("hardly moved", dropped(0.0), 0.3, Rejection.TOO_SHORT),
    ("a leaf, a flake", down(30.0), 3.0, Rejection.STEADY),
    ("rain before the lens", down(400.0), 0.8, Rejection.STEADY),
    ("a bird that flutters", lambda t: (300 + 25 * math.sin(9 * t), 60 + 60 * t + 30 * t * t), 2.4, Rejection.ERRATIC),
    ("a bird across", lambda t: (60 + 200 * t, 200 + 25 * t * t), 2.4, Rejection.NOT_DOWN),
    ("laundry", lambda t: (300.0, 200 - 60 * math.cos(3.0 * t)), 1.8, Rejection.SWINGING),
]


@pytest.mark.parametrize("place", [GRIDDED, FREE], ids=["grid", "no grid"])
@pytest.mark.parametrize(("name", "way", "seconds", "reason"), TRACKS, ids=[row[0] for row in TRACKS])
def test_tracks(name: str, way: Way, seconds: float, reason: Rejection | None, place: Place) -> None:
    verdict = judge(trace(way, seconds=seconds), place)
    assert (verdict.reason if isinstance(verdict, Rejected) else None) == reason


@pytest.mark.parametrize("gravity", [2.0, 3.0])
def test_a_grid_tells_what_gathers_speed_too_fast(gravity: float) -> None:
    def way(at_s: float) -> tuple[float, float]:
        return 300.0, 50 + 0.5 * gravity * 9.8 * PPM * at_s**2

    verdict = judge(trace(way, seconds=1.6), GRIDDED)
    assert isinstance(verdict, Rejected)
    assert verdict.reason in {Rejection.WRONG_GRAVITY, Rejection.ERRATIC}


def test_in_a_crowd_more_is_asked() -> None:
    verdict = judge(trace(dropped(0.0), seconds=0.85, crowd=24.0), GRIDDED)
    assert verdict == Rejected(Rejection.MANY, verdict.points)


def test_the_classifier_has_a_say() -> None:
    path = trace(dropped(0.0), seconds=2.4, crops=True)
    assert isinstance(judge(path, GRIDDED, Says(0.98)), Fall)
    refused = judge(path, GRIDDED, Says(0.94))
    assert isinstance(refused, Rejected)
    assert refused.reason is Rejection.UNLIKE


def test_the_busier_it_is_the_surer_it_must_be() -> None:
    path = trace(dropped(0.0), seconds=2.4, crops=True)
    assert isinstance(judge(path, GRIDDED, Says(0.98), busy=0.0), Fall)
    assert isinstance(judge(path, GRIDDED, Says(0.98), busy=9.0), Rejected)
    assert isinstance(judge(path, GRIDDED, Says(0.999), busy=9.0), Fall)


def test_a_fall_is_told_with_floor_and_window() -> None:
    launch = 0.9 * HEIGHT - (9.5 * FLOOR_M) * PPM  # the tenth floor's middle
    fall = judge(trace(dropped(0.0, y=launch, sideways=0.0), seconds=2.0), GRIDDED)
    assert isinstance(fall, Fall)
    assert fall.floors is not None
    assert fall.floors.by is FloorBy.GRID
    assert fall.floors.low <= 10 <= fall.floors.high
    assert abs(fall.floors.likely - 10) <= 1
    assert fall.column == 4  # 300 of 64 to 576 in 8 columns
    assert fall.fell_m.low <= 0.5 * 9.80665 * 1.96**2 <= fall.fell_m.high
    assert fall.speed_m_s == pytest.approx(19.2, rel=0.1)
    assert "层" in fall.words_zh
    assert "floor" in fall.words_en


def test_from_above_what_is_drawn_it_is_the_highest_floor_and_higher() -> None:
    roof = 0.1 * HEIGHT - 2.5 * PPM
    fall = judge(trace(dropped(0.0, y=roof, sideways=0.0), seconds=2.4), GRIDDED)
    assert isinstance(fall, Fall)
    assert fall.floors is not None
    assert fall.floors.low <= fall.floors.likely == fall.floors.high == 13
    assert fall.height_m.low <= fall.height_m.value <= fall.height_m.high
    assert fall.height_m.value == pytest.approx(13 * FLOOR_M + 2.5, abs=1.5)


def test_seen_late_it_is_led_back_to_where_it_began() -> None:
    late = trace(dropped(0.0, y=100.0), seconds=2.4, missing=tuple(range(25)))
    fall = judge(late, GRIDDED)
    assert isinstance(fall, Fall)
    x, y = fall.curve.at(0.0)
    assert y == pytest.approx(100.0, abs=20)
    assert x == pytest.approx(300.0, abs=6)


def test_without_a_grid_gravity_is_the_ruler() -> None:
    fall = judge(trace(dropped(0.0, y=60.0), seconds=2.6), FREE)
    assert isinstance(fall, Fall)
    assert fall.floors is not None
    assert fall.floors.by is FloorBy.PHYSICS
    assert fall.pixels_per_metre.value == pytest.approx(PPM, rel=0.15)
    assert fall.height_m.low <= (HEIGHT - 60) / PPM <= fall.height_m.high
    assert fall.column is None


def test_each_reason_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Rejection)
    assert all(zh and en for zh, en in WORDS.values())
