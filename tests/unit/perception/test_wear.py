"""A long-standing vehicle's diary: a page a day in like light, what changed between pages, and no more than eight."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.perception.appearance import WHOLE, describe
from edge.perception.wear import (
    DAY_S,
    LIKE_HOUR_S,
    MAX_CHANGES,
    TRIES_S,
    Diary,
    Page,
    aimed,
    bits_of,
    cells_of,
    is_due,
    ring_cells,
    ring_of,
    written,
)
from edge.rules.signs import LIVELY, STILL, SURELY_STILL, TOUCHED
from edge.values import Box, Image, Wear
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


def mirrored(image: Image, seed: int, levels: float) -> Image:
    """The same with reflections of such a spread on the vehicle."""
    top, bottom, left, right = (
        round(edge) for edge in (PLACE.y1 * HEIGHT, PLACE.y2 * HEIGHT, PLACE.x1 * WIDTH, PLACE.x2 * WIDTH)
    )
    spots = np.random.default_rng(seed).standard_normal((7, 9)).astype(np.float32)
    glow = cv2.resize(spots, (right - left, bottom - top), interpolation=cv2.INTER_CUBIC)[..., None]
    shown = image.astype(np.float32)
    shown[top:bottom, left:right] += levels * glow / float(glow.std())
    return np.asarray(shown.clip(0, 255), np.uint8)


def shaded(image: Image, seed: int) -> Image:
    """The same under soft shadows, seen a little off its aim, at another exposure."""
    soft = np.random.default_rng(seed).uniform(0.6, 1.1, (3, 4)).astype(np.float32)
    light = cv2.resize(soft, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[..., None]
    aim = np.array([[1, 0, 1.0], [0, 1, -1.0]], np.float32)
    off = cv2.warpAffine(image, aim, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray((off.astype(np.float32) * light).clip(0, 255), np.uint8)


def test_a_vehicle_that_nobody_touches_among_leaves_that_come_and_go() -> None:
    wear = kept([0, 1, 2, 3, 4], leaves=True).wear
    assert wear.days == 4
    assert wear.own < SURELY_STILL / 2
    assert wear.around > 2 * LIVELY


def test_where_nothing_changes_nothing_is_told_apart() -> None:
    wear = kept([0, 1, 2, 3]).wear
    assert (wear.days, wear.own < STILL, wear.around < LIVELY) == (3, True, True)


def test_what_a_clean_vehicle_mirrors_is_told_from_shadows_and_a_camera_off_its_aim() -> None:
    yards = [yard(0, leaves=True) for _ in range(4)]
    dusty = [shaded(image, day) for day, image in enumerate(yards)]
    clean = [mirrored(image, day, 13.0) for day, image in enumerate(yards)]
    both = [shaded(image, day) for day, image in enumerate(clean)]
    assert told(dusty).own < SURELY_STILL
    assert told(clean).own > TOUCHED
    assert told(both).own > TOUCHED


def told(pictures: list[Image]) -> Wear:
    diary = None
    for day, picture in enumerate(pictures):
        diary = written(diary, page(day, picture), CELLS)
    assert diary is not None
    return diary.wear


def test_a_vehicle_that_changes_from_day_to_day() -> None:
    assert told([yard(day, washed=day % 2 == 1) for day in range(4)]).own > 0.2


def test_the_latest_change_tells_when_it_is_more_than_the_mean() -> None:
    still = yard(0)
    washed = mirrored(still, 1, 20.0)
    assert told([still] * 6).own < 0.02
    assert told([*[still] * 6, washed]).own == pytest.approx(told([still, washed]).own, abs=0.01)
    assert told([still, washed, still, still]).own < told([still, washed]).own


def test_of_a_day_the_page_in_the_likest_light_is_kept() -> None:
    sunny, cloudy = shaded(yard(0), 3), yard(0)
    diary = written(written(None, page(0.0, cloudy), CELLS), page(1.0 - 0.01, sunny), CELLS)
    better = written(diary, page(1.0, cloudy), CELLS)
    assert is_due(diary, DAY_S)
    assert (better.page.at_s, better.wear.days) == (DAY_S, 1)
    assert better.wear.own < diary.wear.own
    assert written(better, page(1.01, sunny), CELLS) == better


def test_a_camera_put_right_by_a_cell_is_aimed_anew() -> None:
    cell = (PLACE.x2 - PLACE.x1) / 24
    off = np.roll(yard(0), round(cell * WIDTH), axis=1)
    found = aimed(page(0.0, yard(0)), lambda box: describe(off, box))
    assert found.x1 - PLACE.x1 == pytest.approx(cell, abs=0.26 * cell)
    assert found.y1 == pytest.approx(PLACE.y1)
    assert found.x2 - found.x1 == pytest.approx(PLACE.x2 - PLACE.x1)


def test_what_stands_before_it_in_either_picture_is_no_change() -> None:
    dirty = yard(0).copy()
    top, bottom, left, right = (
        round(edge) for edge in (PLACE.y1 * HEIGHT, PLACE.y2 * HEIGHT, PLACE.x1 * WIDTH, PLACE.x2 * WIDTH)
    )
    dirty[top:bottom, left : (left + right) // 2 + 4] = yard(0)[top:bottom, left : (left + right) // 2 + 4, ::-1] // 3
    dirty[top:bottom:3, left : (left + right) // 2 + 4] = 250
    clear = np.ones((16, 24), np.bool_)
    clear[:, :15] = False
    covered = replace(page(1.0, dirty), clear=bits_of(clear))
    whole = written(written(None, page(0.0, yard(0)), CELLS), page(1.0, dirty), CELLS)
    part = written(written(None, page(0.0, yard(0)), CELLS), covered, CELLS)
    assert whole.wear.own > 0.1
    assert part.wear.own < 0.03
    assert (cells_of(covered.clear) == clear).all()


def test_pages_stay_at_the_first_ones_hour() -> None:
    diary = kept([0.0])
    for day in range(1, 8):
        early = (day - LIKE_HOUR_S / DAY_S) * DAY_S
        assert is_due(diary, early)
        assert not is_due(diary, early - 1.0)
        diary = written(diary, page(early / DAY_S, yard(day)), CELLS)
    assert diary.wear.days == 7


def test_a_day_in_another_light_costs_that_day_alone() -> None:
    night = np.asarray(np.random.default_rng(1).normal(60, 25, (HEIGHT, WIDTH, 3)).clip(0, 255), np.uint8)
    assert told([yard(0), yard(0), night, yard(0), yard(0)]).days == 3


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


def test_a_page_has_a_bit_for_each_cell() -> None:
    with pytest.raises(ValueError, match="48 bytes, not 3"):
        replace(page(0.0, yard(0)), clear=b"abc")
