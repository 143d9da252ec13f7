"""What is told of a fall is within what the contract lets an event say, whatever was measured."""

import math
from dataclasses import replace

import pytest

from contract.throwing import ThrownData
from edge.app.fall_drafts import MAX_PATH, Told, thrown_draft
from edge.config import Camera
from edge.trajectory import Estimate, Fall, FloorBy, Floors, Point
from tests.unit.app.street import moment
from tests.unit.evidence.falls import fall

FALL = fall(2.0)
CAMERA = Camera.model_validate(
    {
        "id": "east",
        "url": "rtsp://192.0.2.1/s",
        "facades": [{"id": "front", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}],
    }
)
NOWHERE = Estimate(math.nan, math.nan, math.nan)
IMPOSSIBLE: dict[str, dict[str, object]] = {
    "outside its own interval": {"height_m": Estimate(3.0, 2.0, 1.0)},
    "an interval that rounding turned": {"height_m": Estimate(31.3, 29.0, 29.0001)},
    "no number": {"height_m": NOWHERE, "fell_m": NOWHERE, "score": math.nan, "speed_m_s": math.nan},
    "without end": {"fell_m": Estimate(0.0, 1.0, math.inf), "speed_m_s": math.inf},
    "below nothing": {"height_m": Estimate(-3.0, -2.0, -1.0), "horizontal_m_s": -1.0, "score": -0.1},
    "a column too many": {"column": 101},
    "a column too few": {"column": 0},
    "no scale": {"pixels_per_metre": Estimate(0.0, 0.0, 0.0)},
    "too fine a scale": {"pixels_per_metre": Estimate(1e9, 1e9, 1e9)},
    "too many words": {"words_zh": "很" * 301, "words_en": "x" * 301},
}
FLOORS = [
    # name,                told of
    ("within limits",      (-3, 1, 200),     (-3, 1, 200)),
    ("too high",           (180, 230, 400),  (180, 200, 200)),
    ("all of it too high", (201, 230, 400),  (200, 200, 200)),
    ("too deep",           (-9, -5, 2),      (-3, -3, 2)),
    ("a floor 0",          (0, 0, 0),        (-1, 1, 1)),
    ("out of order",       (9, 5, 2),        (5, 5, 5)),
]  # fmt: skip


def told(thing: Fall) -> ThrownData:
    named = Told("f1", thing, CAMERA.facades[0], (640, 360), moment(thing.began_s), moment(thing.ended_s))
    data = thrown_draft(named, CAMERA, models=()).data
    assert isinstance(data, ThrownData)
    return data


@pytest.mark.parametrize("change", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_is_told_as_the_nearest_that_can(change: dict[str, object]) -> None:
    data = told(replace(FALL, **change))  # type: ignore[arg-type]
    assert ThrownData.model_validate(data.model_dump()) == data


def test_what_can_be_is_told_as_it_is() -> None:
    data, height = told(FALL), FALL.height_m
    assert (data.height_m.low, data.height_m.high) == (round(height.low, 4), round(height.high, 4))
    assert data.speed_m_s == round(FALL.speed_m_s, 4)
    assert data.metres_per_pixel == round(1 / FALL.pixels_per_metre.value, 6)
    assert len(data.path) == len(FALL.points)


@pytest.mark.parametrize(("floors", "expected"), [row[1:] for row in FLOORS], ids=[row[0] for row in FLOORS])
def test_floors_are_those_that_a_building_has(floors: tuple[int, int, int], expected: tuple[int, int, int]) -> None:
    floor = told(replace(FALL, floors=Floors(*floors, FloorBy.PHYSICS))).floor
    assert floor is not None
    assert (floor.low, floor.likely, floor.high) == expected


def seen(*times: float) -> Fall:
    return replace(FALL, points=tuple(Point(at_s, 9.0, 9.0 + at_s, 3.0, 3.0, 9.0, -50.0) for at_s in times))


def test_points_that_are_told_with_one_time_are_one() -> None:
    path = told(seen(2.0, 2.04, 2.04001, 2.08, 2.1201, 2.12014)).path
    assert [point.s for point in path] == [0.0, 0.04, 0.08, 0.1201]


def test_a_path_is_told_for_a_minute() -> None:
    assert [point.s for point in told(seen(2.0, 3.0, 62.0, 62.001)).path] == [0.0, 1.0, 60.0]


@pytest.mark.parametrize("count", [MAX_PATH, MAX_PATH + 1, 3 * MAX_PATH])
def test_a_path_is_thinned_to_what_an_event_holds(count: int) -> None:
    path = told(seen(*(2.0 + number / 50 for number in range(count)))).path
    assert len(path) == MAX_PATH
    assert path[-1].s == round((count - 1) / 50, 4)
