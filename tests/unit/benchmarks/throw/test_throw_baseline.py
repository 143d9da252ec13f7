"""The baseline on a tiny drawn film."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.throw.baseline import LEAST_BLOBS, Baseline, falls
from edge.config import Facade
from edge.trajectory import Point

FPS = 25.0
SIZE = (160, 240)  # width, height
FACADE = Facade(id="facade", polygon=((0.1, 0.0), (0.9, 0.0), (0.9, 0.95), (0.1, 0.95)))
Where = Callable[[float], tuple[float, float] | None]


def film(where: Where, seconds: float = 4.0) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Noise, and from second 2 on a bright square of 4 pixels where `where` says it is."""
    rng = np.random.default_rng(5)
    wall = rng.integers(90, 110, (SIZE[1], SIZE[0])).astype(np.float64)
    for frame in range(round(seconds * FPS)):
        at_s = frame / FPS
        picture = wall + rng.normal(0.0, 1.5, wall.shape)
        place = where(at_s - 2.0) if at_s >= 2.0 else None
        if place is not None:
            x, y = (round(value) for value in place)
            cv2.rectangle(picture, (x - 2, y - 2), (x + 1, y + 1), 220.0, -1)
        yield picture.clip(0, 255).astype(np.uint8), at_s


def seen(where: Where, facade: Facade = FACADE) -> list[tuple[Point, ...]]:
    baseline = Baseline(facade)
    paths = [path for picture, at_s in film(where) for path in baseline.observe(picture, at_s)]
    return [*paths, *baseline.finish(SIZE[1])]


def falling(s: float) -> tuple[float, float] | None:
    y = 10.0 + 40.0 * s + 80.0 * s * s
    return (80.0, y) if y < 225 else None


def rising(s: float) -> tuple[float, float] | None:
    y = 220.0 - 80.0 * s
    return (80.0, y) if y > 10 else None


def crossing(s: float) -> tuple[float, float] | None:
    x = 20.0 + 90.0 * s
    return (x, 100.0) if x < 140 else None


def test_a_thing_that_falls_is_told_where_it_is() -> None:
    (path,) = seen(falling)
    assert path[0].at_s == pytest.approx(2.0, abs=0.2)
    for point in path:
        true = falling(point.at_s - 2.0)
        assert true is not None
        assert (point.x, point.y) == pytest.approx(true, abs=3.0)


@pytest.mark.parametrize("where", [rising, crossing, lambda s: None], ids=["rising", "crossing", "nothing"])
def test_what_does_not_go_down_is_not_told(where: Where) -> None:
    assert seen(where) == []


def test_what_falls_outside_or_is_ignored_is_not_told() -> None:
    right = Facade(id="facade", polygon=((0.7, 0.0), (1.0, 0.0), (1.0, 1.0), (0.7, 1.0)))
    assert seen(falling, right) == []
    middle = ((0.4, 0.0), (0.6, 0.0), (0.6, 1.0), (0.4, 1.0))
    assert seen(falling, FACADE.model_copy(update={"ignore": (middle,)})) == []


def track(count: int, step: float, gap_s: float = 0.04, side: float = 0.0) -> list[Point]:
    return [Point(i * gap_s, side * i, step * i, 2.0, 2.0, 4.0, 9.0) for i in range(count)]


FALLS = [
    # name, points, is a fall in 1000 rows
    ("long and steep", track(LEAST_BLOBS, 10.0), True),
    ("one blob too few", track(LEAST_BLOBS - 1, 20.0), False),
    ("not far enough down", track(LEAST_BLOBS, 9.9), False),
    ("steeper than sideways", track(LEAST_BLOBS, 10.0, side=10.0), True),
    ("more sideways than down", track(LEAST_BLOBS, 10.0, side=10.1), False),
    ("too fast", track(LEAST_BLOBS, 42.0), False),  # 41.7 px in 1/25 s of 1000 rows
    ("not too fast", track(LEAST_BLOBS, 41.0), True),
    ("unseen too long", track(LEAST_BLOBS, 10.0, gap_s=0.17), False),
    ("nothing", [], False),
]


@pytest.mark.parametrize(("name", "points", "expected"), FALLS, ids=[row[0] for row in FALLS])
def test_what_is_a_fall_to_the_baseline(name: str, points: list[Point], expected: bool) -> None:
    assert falls(points, 1000) is expected
