"""Two pictures of one street: without the car and with it, put together from single frames of the crossing shot.

The shot lasts from 5.5 to 7.4 s: a hand-held camera looks through a fence at a road, and a dark car drives through
the picture. No frame shows the road empty, but every stretch of it is empty in some frame. So the frames are laid
over each other, the empty picture is joined from four of them along upright seams, and the car of a fifth stands in
it. Nothing is painted: each pixel was filmed, except that it is not all one moment. More cars stand at the right
in every frame; they are outside the zone and must never be reported.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from deploy.story.footage import Picture

_Film = NDArray[np.float32]
"""shape (h, w, 3), float32, BGR, 0 to 255."""


class Scene(StrEnum):
    """What the story's camera can show."""

    EMPTY = "empty"
    STANDING = "standing"


PLACE: Final = ((0.18, 0.44), (0.63, 0.44), (0.72, 0.64), (0.14, 0.64))
"""The zone the car stands in, as fractions of width and height; the other car's wheels are to the right of it."""

CAR_BOX: Final = (0.26, 0.24, 0.61, 0.53)
"""Where the car stands, x1 y1 x2 y2 as fractions, read off the picture by eye."""

WIDTH: Final = 1280  # GA/T 832-2014: a panorama has at least 1280 × 720
HEIGHT: Final = 720

_CAR_FRAME: Final = 168
_BASE_FRAME: Final = 174
_SEAMS: Final = ((352, 182), (398, 186), (415, 138))  # from this column of frame 168 on, this frame shows free road

# Each frame's place on frame 168: rotation with scale, then shift in pixels. Measured once by SIFT matches and RANSAC
# (at least 570 inliers within 1 pixel each); written down, so that every machine makes the same pictures.
_ONTO_CAR_FRAME: Final[Mapping[int, tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    138: ((0.9991, 0.0009, -5.9881), (-0.0009, 0.9991, -6.0839)),
    168: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    174: ((1.0001, -0.0004, 1.0562), (0.0004, 1.0001, 0.5113)),
    182: ((0.9999, -0.0011, 2.2647), (0.0011, 0.9999, 1.2414)),
    186: ((1.0002, -0.0021, 2.8075), (0.0021, 1.0002, 1.5335)),
}
FRAMES: Final = frozenset(_ONTO_CAR_FRAME)

_CAR_PATCH: Final = (86, 178, 296, 460)  # rows and columns of frame 168 that the car and its shadow take
_CROP: Final = (75, 246, 265, 569)  # 16:9; nearer, the bicycle and the fence would hide the car from the detector
_SEAM_PX: Final = 6
_PATCH_SOFTNESS_PX: Final = 4.0


def compose(frames: Mapping[int, Picture]) -> dict[Scene, Picture]:
    """Make the story's pictures.

    Args:
        frames: the frames numbered in `FRAMES`, each (272, 640, 3).
    Returns:
        a picture a scene, each (720, 1280, 3).
    """
    laid = {number: _laid_over(frames[number], number) for number in FRAMES}
    empty = laid[_BASE_FRAME]
    for column, number in _SEAMS:
        empty = _blend(empty, laid[number], _right_of(column, empty.shape[1]))
    standing = _blend(empty, laid[_CAR_FRAME], _car_mask(empty))
    return {Scene.EMPTY: _enlarged(empty), Scene.STANDING: _enlarged(standing)}


def _laid_over(frame: Picture, number: int) -> _Film:
    height, width = frame.shape[:2]
    matrix = np.array(_ONTO_CAR_FRAME[number], np.float64)
    return cv2.warpAffine(frame.astype(np.float32), matrix, (width, height), flags=cv2.INTER_CUBIC).astype(np.float32)


def _blend(below: _Film, above: _Film, weight: NDArray[np.float32]) -> _Film:
    return (below * (1 - weight) + above * weight).astype(np.float32)


def _right_of(column: int, width: int) -> NDArray[np.float32]:
    """Weights of shape (1, width, 1) that rise from 0 to 1 over a few columns."""
    ramp = np.clip((np.arange(width, dtype=np.float32) - column) / _SEAM_PX + 0.5, 0, 1)
    return ramp.astype(np.float32)[None, :, None]


def _car_mask(film: _Film) -> NDArray[np.float32]:
    mask = np.zeros(film.shape[:2], np.float32)
    top, bottom, left, right = _CAR_PATCH
    mask[top:bottom, left:right] = 1
    return cv2.GaussianBlur(mask, (0, 0), _PATCH_SOFTNESS_PX).astype(np.float32)[..., None]


def _enlarged(film: _Film) -> Picture:
    top, bottom, left, right = _CROP
    cropped = film[top:bottom, left:right].clip(0, 255).astype(np.uint8)
    return cv2.resize(cropped, (WIDTH, HEIGHT), interpolation=cv2.INTER_LANCZOS4).astype(np.uint8)
