"""A long-standing vehicle's diary: a page a day in like light, what changed between pages, and no more than eight."""

import numpy as np
import pytest

from edge.perception.appearance import WHOLE, describe
from edge.perception.wear import DAY_S, MAX_CHANGES, TRIES_S, Diary, Page, is_due, ring_cells, ring_of, written
from edge.values import Box, Image
from tests.unit.perception.street import HEIGHT, WIDTH, Street

PLACE = Box(0.3, 0.4, 0.5, 0.7)
RING = ring_of(PLACE)
CELLS = ring_cells(RING, (PLACE,))


def page(day: float, image: Image) -> Page:
    return Page(day * DAY_S, PLACE, describe(image, PLACE), RING, describe(image, RING), describe(image, WHOLE))


def yard(day: int, *, leaves: bool = False, washed: bool = False) -> Image:
    image = Street({PLACE: 2 if washed else 1}).image(day).copy()
    if leaves:
        draw = np.random.default_rng(day)
        for x, y in draw.integers(0, (WIDTH, HEIGHT), (160, 2)).tolist():
            if not (PLACE.x1 * WIDTH - 6 <= x <= PLACE.x2 * WIDTH and PLACE.y1 * HEIGHT - 6 <= y <= PLACE.y2 * HEIGHT):
                image[y : y + 6, x : x + 6] = draw.integers(20, 230, 3)
    return image


def kept(days: list[float], **what: bool) -> Diary:
    diary = None
    for day in days:
        if is_due(diary, day * DAY_S):
            diary = written(diary, page(day, yard(int(day), **what)), CELLS)
    assert diary is not None
    return diary


def test_a_vehicle_that_nobody_touches_among_leaves_that_come_and_go() -> None:
    wear = kept([0, 1, 2, 3, 4], leaves=True).wear
    assert wear.days == 4
    assert wear.own < 0.1
    assert wear.around > 0.3


def test_where_nothing_changes_nothing_is_told_apart() -> None:
    wear = kept([0, 1, 2, 3]).wear
    assert (wear.days, wear.own < 0.1, wear.around < 0.6) == (3, True, True)


def test_a_vehicle_that_changes_from_day_to_day() -> None:
    diary = None
    for day in range(4):
        diary = written(diary, page(day, yard(day, washed=day % 2 == 1)), CELLS)
    assert diary is not None
    assert diary.wear.own > 0.5


DUE = [
    # name,                       days later, due
    ("a minute later", 1 / 1440, False),
    ("the same evening", 0.4, False),
    ("a day later", 1.0, True),
    ("a day later, half an hour off", 1.0 + 0.5 / 24, True),
    ("a day later, an hour off", 1.0 + 1 / 24, False),
    ("another day at this hour", 2.0 - 0.3 / 24, True),
    ("three days later at any hour", TRIES_S / DAY_S + 0.4, True),
]


@pytest.mark.parametrize(("later", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_a_page_is_written_once_a_day_at_a_like_hour(later: float, due: bool) -> None:
    assert is_due(kept([0.0]), later * DAY_S) is due


def test_pages_at_another_hour_or_in_another_light_are_not_compared() -> None:
    night = np.asarray(np.random.default_rng(1).normal(60, 25, (HEIGHT, WIDTH, 3)).clip(0, 255), np.uint8)
    assert written(kept([0.0]), page(3.4, yard(3)), CELLS).wear.days == 0
    assert written(kept([0.0]), page(1.0, night), CELLS).wear.days == 0


def test_eight_changes_are_kept_at_most() -> None:
    diary = kept([float(day) for day in range(30)])
    assert len(diary.changes) == MAX_CHANGES
    assert diary.wear.days == MAX_CHANGES


def test_a_ring_is_ground_within_the_picture() -> None:
    corner = ring_of(Box(0.0, 0.9, 0.2, 1.0))
    assert (corner.x1, corner.y2) == (0.0, 1.0)
    assert corner.y1 == pytest.approx(0.85)
    assert corner.x2 == pytest.approx(0.3)
    assert not ring_cells(RING, (PLACE,)).all()
    assert not ring_cells(RING, (RING,)).any()
