"""Small things drawn: light is kept, streaks are as long as the way, boxes hold them."""

import cv2
import numpy as np
import pytest

from models.throw.simulation.brush import LARGEST, PLACES, Strokes, places, stamp


def strokes(
    x: list[float],
    half: tuple[float, float] = (4.0, 2.0),
    *,
    corner: float = 2.0,
    share: float = 1.0,
) -> Strokes:
    count = len(x)
    return Strokes(
        x=np.array(x),
        y=np.full(count, 50.0),
        half_length=np.full(count, half[0]),
        half_breadth=np.full(count, half[1]),
        angle=np.zeros(count),
        brightness=np.full(count, 200.0),
        bands=0.0,
        corner=corner,
        seed=5,
        blur=0.7,
        share=share,
    )


@pytest.mark.parametrize("half", [(0.2, 0.2), (0.6, 0.2), (4.0, 2.0), (20.0, 9.0)])
def test_a_things_light_is_that_of_its_area(half: tuple[float, float]) -> None:
    mark = stamp(strokes([50.3], half))
    assert mark is not None
    assert mark.cover.sum() == pytest.approx(np.pi * half[0] * half[1], rel=0.06)
    assert mark.cover.max() <= 1.0


@pytest.mark.parametrize("half", [(0.3, 0.3), (0.8, 0.5), (4.0, 2.0), (10.0, 5.0)])
def test_a_thing_looks_as_if_a_lens_had_blurred_it(half: tuple[float, float]) -> None:
    """Beside an ellipse drawn twenty times as fine, averaged to pixels and blurred by a Gaussian."""
    fine = (np.arange(41 * 20) + 0.5) / 20 - 0.5 - 20
    inside = ((fine[None, :] / half[0]) ** 2 + (fine[:, None] / half[1]) ** 2 < 1).astype(np.float32)
    expected = cv2.GaussianBlur(inside.reshape(41, 20, 41, 20).mean(axis=(1, 3)), (0, 0), 0.7)
    mark = stamp(strokes([50.0], half))
    assert mark is not None
    canvas = np.zeros((100, 100), np.float32)
    canvas[mark.top : mark.top + mark.cover.shape[0], mark.left : mark.left + mark.cover.shape[1]] = mark.cover
    drawn = canvas[30:71, 30:71]
    assert drawn.max() == pytest.approx(expected.max(), rel=0.1)
    assert np.abs(drawn - expected).max() < 0.2


def test_motion_spreads_light_and_loses_none() -> None:
    still, moved = stamp(strokes([50.0])), stamp(strokes(np.linspace(40, 70, 40).tolist()))
    assert still is not None
    assert moved is not None
    assert moved.cover.sum() == pytest.approx(still.cover.sum(), rel=0.02)
    assert moved.cover.max() < 0.4 * still.cover.max()
    assert moved.box()[2] - moved.box()[0] == pytest.approx(30 + 8, abs=4)


def test_a_thing_that_comes_late_leaves_less() -> None:
    whole, half = stamp(strokes([50.0])), stamp(strokes([50.0], share=0.5))
    assert whole is not None
    assert half is not None
    assert half.cover.sum() == pytest.approx(0.5 * whole.cover.sum())


def test_a_box_is_where_the_thing_is() -> None:
    mark = stamp(strokes([50.0], (10.0, 5.0), corner=8.0))
    assert mark is not None
    assert mark.box() == pytest.approx((40.0, 45.0, 61.0, 56.0), abs=2.0)


@pytest.mark.parametrize("corner", [2.0, 8.0, 0.0])
def test_pressing_changes_only_what_it_covers(corner: float) -> None:
    mark = stamp(strokes([50.0], corner=corner))
    assert mark is not None
    picture = np.full((100, 100), 100, np.uint8)
    peak = mark.press(picture)
    assert 90.0 <= peak <= 100.0
    assert 190 <= picture[50, 50] <= 200
    assert (picture[:30] == 100).all()


def test_outside_the_picture_nothing_is_drawn() -> None:
    mark = stamp(strokes([-80.0]))
    assert mark is not None
    picture = np.full((100, 100), 100, np.uint8)
    assert mark.press(picture) == 0.0
    assert (picture == 100).all()


def test_a_mask_keeps_light_out() -> None:
    mark = stamp(strokes([50.0]))
    assert mark is not None
    picture = np.full((100, 100), 100, np.uint8)
    mark.press(picture, np.zeros((100, 100), np.uint8))
    assert (picture == 100).all()


def test_patches_and_places_have_limits() -> None:
    assert stamp(strokes([50.0], (LARGEST / 4, 5.0))) is not None
    assert stamp(strokes([50.0], (LARGEST * 0.6, 5.0))) is None
    assert places(10_000.0, 1.0) == PLACES
    assert places(0.0, 1.0) == 1
