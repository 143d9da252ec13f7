"""How like two places are: generated pictures, changed as light and vehicles change them."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from edge.perception.appearance import COLUMNS, ROWS, Appearance, clear_cells, describe, similarity
from edge.perception.slots import ALIKE, UNLIKE
from edge.values import Box, Image

HERE = Box(0.25, 0.25, 0.75, 0.75)


def street(seed: int = 1) -> Image:
    """Asphalt: grey with grain."""
    return np.random.default_rng(seed).normal(110, 6, (240, 320, 3)).clip(0, 255).astype(np.uint8)


def parked(body: tuple[int, int, int] = (40, 40, 200), mirrored: bool = False, shift: int = 0) -> Image:
    """A car of simple shapes at HERE."""
    image = street(2)
    cv2.rectangle(image, (90 + shift, 110), (230 + shift, 170), body, -1)
    cabin = [(110, 110), (130, 70), (190, 70), (225, 110)]
    corners = [((320 - x if mirrored else x) + shift, y) for x, y in cabin]
    cv2.fillPoly(image, [np.array(corners, np.int32)], (60, 50, 40))
    for x in (120, 200):
        cv2.circle(image, (x + shift, 170), 14, (15, 15, 15), -1)
    return image


def lit(gain: float, offset: float, noise: float = 4.0) -> Callable[[Image], Image]:
    def change(image: Image) -> Image:
        grain = np.random.default_rng(3).normal(0, noise, image.shape)
        return np.asarray((image * gain + offset + grain).clip(0, 255), np.uint8)

    return change


def grey(image: Image) -> Image:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)


def half_in_shade(image: Image) -> Image:
    out = image.copy()
    out[:, :150] = (out[:, :150] * 0.6).astype(np.uint8)
    return out


SAME = [
    ("itself", lambda image: image),
    ("darker", lit(0.4, 5)),
    ("brighter", lit(1.4, 20)),
    ("noisy", lit(1, 0, 15)),
    ("infrared", grey),
    ("half in shade", half_in_shade),
    ("smaller stream", lambda image: cv2.resize(image, (160, 120), interpolation=cv2.INTER_AREA)),
]


@pytest.mark.parametrize("change", [row[1] for row in SAME], ids=[row[0] for row in SAME])
def test_the_same_car_is_alike(change: Callable[[Image], Image]) -> None:
    assert (similarity(describe(parked(), HERE), describe(change(parked()), HERE)) or 0.0) >= ALIKE


def test_bare_ground_is_unlike() -> None:
    assert (similarity(describe(parked(), HERE), describe(street(), HERE)) or 0.0) < UNLIKE


def test_a_car_standing_otherwise_is_less_alike() -> None:
    same, shifted = (similarity(describe(parked(), HERE), describe(parked(shift=by), HERE)) for by in (0, 60))
    assert (shifted or 0.0) < ALIKE < (same or 0.0)


def test_another_paint_is_less_alike() -> None:
    red, white = describe(parked(), HERE), describe(parked((235, 235, 235)), HERE)
    assert (similarity(red, white) or 0.0) < ALIKE


def test_two_blanks_are_alike_and_a_blank_and_a_car_are_not() -> None:
    blank = describe(np.full((50, 50, 3), 90, np.uint8), HERE)
    assert similarity(blank, describe(np.full((50, 50, 3), 99, np.uint8), HERE)) == pytest.approx(1.0)
    assert similarity(blank, describe(parked(), HERE)) == 0.0


def test_only_the_cells_asked_for_are_compared() -> None:
    left_changed = parked()
    left_changed[:, :160] = street()[:, :160]
    right = clear_cells(HERE, [Box(0.0, 0.0, 0.5, 1.0)])
    assert right.sum() == ROWS * COLUMNS // 2
    assert (similarity(describe(parked(), HERE), describe(left_changed, HERE), right) or 0.0) > 0.95
    assert similarity(describe(parked(), HERE), describe(left_changed, HERE), clear_cells(HERE, [HERE])) is None


@pytest.mark.parametrize("box", [Box(0, 0, 1e-4, 1e-4), Box(0.9999, 0.9999, 1, 1), Box(0, 0, 1, 1)])
@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 3, 3), (240, 320, 3)])
def test_any_box_of_any_picture_is_described(box: Box, shape: tuple[int, int, int]) -> None:
    assert len(describe(np.zeros(shape, np.uint8), box).data) == 432


def test_a_damaged_description_is_refused() -> None:
    with pytest.raises(ValueError, match="432 bytes, not 3"):
        Appearance(b"abc")


def test_a_box_without_extent_has_cells_too() -> None:
    assert clear_cells(Box(0.5, 0.5, 0.5, 0.6), [Box(0.4, 0.4, 0.6, 0.7)]).shape == (16, 24)
