"""Plates cut out straight, and two lines laid side by side, on drawn plates."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.plates import AROUND, HEIGHT, LEFT, LONGEST, rectify, split
from tests.unit.models.drawn_plates import Kind, corners, hang, plate


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How alike two pictures are, brought to one size: the correlation of their grey, at most 1."""
    size = (one.shape[1], one.shape[0])
    alike = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (one, other)]
    greys = [cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) for image in alike]
    return float(np.corrcoef(greys[0].ravel(), greys[1].ravel())[0, 1])


def inner(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The plate itself, without what was cut out around it."""
    height, width = crop.shape[:2]
    left, right = LEFT / (1 + LEFT + AROUND), AROUND / (1 + LEFT + AROUND)
    top = AROUND / (1 + 2 * AROUND)
    return crop[round(top * height) : round((1 - top) * height), round(left * width) : round((1 - right) * width)]


SEEN = [
    # name, corners
    ("straight", corners(100, 100, 232, 142)),
    ("from the left", corners(100, 100, 220, 142, lean=30)),
    ("from the right", corners(100, 140, 220, 182, lean=-30)),
    ("far and near ends", np.array([[100, 100], [240, 80], [240, 140], [100, 134]], np.float32)),
    ("turned by a quarter", np.array([[200, 100], [200, 232], [158, 232], [158, 100]], np.float32)),
    ("at the picture's corner", corners(0, 0, 132, 42)),
    ("as large as the picture", corners(0, 20, 639, 223)),
]


@pytest.mark.parametrize("at", [case[1] for case in SEEN], ids=[case[0] for case in SEEN])
def test_a_plate_is_cut_out_as_if_seen_from_straight_ahead(at: NDArray[np.float32]) -> None:
    drawn = plate("AB12345")
    crop = rectify(hang(drawn, at), at)
    assert crop is not None
    assert len(crop) == HEIGHT
    assert crop.dtype == np.uint8
    assert likeness(inner(crop), drawn) > 0.8
    assert likeness(inner(crop), plate("BA54321")) < 0.7


def test_the_shape_is_kept_and_the_left_is_wider() -> None:
    at = corners(100, 100, 200, 150)
    crop = rectify(hang(plate("AB12345"), at), at)
    assert crop is not None
    assert crop.shape[1] == round(HEIGHT * (100 * (1 + LEFT + AROUND)) / (50 * (1 + 2 * AROUND)))
    left_of_plate = crop[:, : int(0.08 * crop.shape[1])]
    assert (left_of_plate == 90).all()


def test_corners_outside_the_picture_repeat_its_edge() -> None:
    crop = rectify(np.full((60, 80, 3), 77, np.uint8), corners(-400, -20, 40, 120))
    assert crop is not None
    assert (crop == 77).all()


NO_PLATE = [
    # name, corners
    ("a point", corners(10, 10, 10, 10)),
    ("a line", corners(10, 10, 100, 10)),
    ("too narrow", corners(10, 10, 17, 20)),
    ("too low", corners(10, 10, 60, 13)),
    ("too long", corners(10, 10, 10 + 10 * (LONGEST / 2) + 1, 20)),
    ("mirrored", corners(100, 10, 10, 40)),
    ("upside down and mirrored", corners(10, 40, 100, 10)),
    ("crossed", np.array([[10, 10], [100, 40], [100, 10], [10, 40]], np.float32)),
    ("no numbers", np.full((4, 2), np.nan, np.float32)),
    ("without end", np.array([[0, 0], [np.inf, 0], [np.inf, 9], [0, 9]], np.float32)),
]


@pytest.mark.parametrize("at", [case[1] for case in NO_PLATE], ids=[case[0] for case in NO_PLATE])
def test_corners_of_no_plate_give_none(at: NDArray[np.float32]) -> None:
    assert rectify(np.zeros((100, 200, 3), np.uint8), at) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3000, 4000)])
def test_pictures_of_any_size_are_cut(size: tuple[int, int]) -> None:
    image = np.zeros((*size, 3), np.uint8)
    whole = corners(0, 0, size[1], size[0])
    crop = rectify(image, whole)
    assert crop is None or (len(crop) == HEIGHT and crop.shape[1] <= LONGEST * HEIGHT)
    assert split(image).size > 0


def test_what_is_no_picture_or_no_corners_is_refused() -> None:
    with pytest.raises(ValueError, match="a picture is"):
        rectify(np.zeros((10, 10), np.uint8), corners(0, 0, 9, 9))
    with pytest.raises(ValueError, match="corners of shape"):
        rectify(np.zeros((10, 10, 3), np.uint8), np.zeros((5, 2), np.float32))
    with pytest.raises(ValueError, match="a picture is"):
        split(np.zeros((0, 10, 3), np.uint8))


@pytest.mark.parametrize("lean", [0, 20, -20])
def test_two_lines_are_laid_side_by_side(lean: float) -> None:
    drawn = plate("AB12345", "two lines")
    at = corners(100, 100, 220, 160, lean=lean)
    crop = rectify(hang(drawn, at), at)
    assert crop is not None
    line = split(crop)
    assert line.shape[1] > 2.2 * line.shape[0]
    seam = _seam_of(crop, line)
    assert 0.27 < seam < 0.50  # GA 36's sketch: the upper line ends at 75 of 220, the lower one begins at 90
    cut = round(seam * len(crop))
    tail = line[:, -round(0.8 * crop.shape[1]) :]
    assert likeness(tail, crop[cut:, -tail.shape[1] :]) > 0.99
    head = round(0.8 * crop.shape[1])
    wide = round(head * len(line) / cut)
    assert likeness(crop[:cut, :head], line[:, :wide]) > 0.9


ONE_LINE: list[tuple[str, str, Kind, NDArray[np.float32]]] = [
    # name, text, kind, corners
    ("blue", "AB12345", "blue", corners(100, 100, 232, 142)),
    ("yellow", "AB12345", "yellow", corners(100, 100, 232, 142)),
    ("new energy, eight places", "ABD12345", "green", corners(100, 100, 244, 142)),
    ("so far aslant that it is as narrow as one of two lines", "AB12345", "blue", corners(100, 100, 172, 142, lean=20)),
]


@pytest.mark.parametrize(("text", "kind", "at"), [case[1:] for case in ONE_LINE], ids=[case[0] for case in ONE_LINE])
def test_one_line_stays_as_it_is(text: str, kind: Kind, at: NDArray[np.float32]) -> None:
    crop = rectify(hang(plate(text, kind), at), at)
    assert crop is not None
    assert split(crop) is crop


def test_a_blank_square_is_no_two_lines() -> None:
    crop = np.full((48, 60, 3), 120, np.uint8)
    assert split(crop) is crop


def _seam_of(crop: NDArray[np.uint8], line: NDArray[np.uint8]) -> float:
    """Where the crop was cut, as a part of its height: the lower, taller part keeps its rows."""
    return 1 - len(line) / len(crop)
