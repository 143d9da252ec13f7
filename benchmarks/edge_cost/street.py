"""What the stream shows: the demo's street at 1080p, a car standing in it; still, or with cars that pass before it.

Real footage, arranged: the passing car is the standing one once more, cut out by what differs from the empty street.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from deploy.story.footage import Picture
from deploy.story.scene import Scene

PASSES_EVERY_S: Final = 5.0
PASSES_FROM_S: Final = 1.0
PASSES_FOR_S: Final = 2.5
CUT: Final = (0.24, 0.11, 0.63, 0.56)  # where the car stands with room around it, x1 y1 x2 y2 as fractions
LANE: Final = 0.3  # of the height: so much nearer does a car pass; it hides the standing one's lower half
LIKE_GROUND: Final = 12.0  # levels of difference up to which a pixel is still the street
NOISE_LEVELS: Final = 2.0  # standard deviation of luma, of 255: a sensor in daylight
NOISE_FIELDS: Final = 8
SEED: Final = 20_200_401

I420 = NDArray[np.uint8]
"""shape (h · 3 / 2, w), uint8: planes Y, U and V below each other, as encoders take them."""


class Traffic(StrEnum):
    """What happens in the street."""

    STILL = "still"  # nothing moves: day in, day out what most cameras see
    BUSY = "busy"  # a car passes during half of the time


class Street:
    """Draws the street at any moment.

    Args:
        scenes: both of the story's pictures, any one size.
        size: width and height of what is drawn, both even.
    """

    def __init__(self, scenes: Mapping[Scene, Picture], size: tuple[int, int]) -> None:
        empty, standing = (_scaled(scenes[scene], size) for scene in (Scene.EMPTY, Scene.STANDING))
        self._standing = standing
        x1, y1, x2, y2 = _box(size)
        self._car = standing[y1:y2, x1:x2].astype(np.float32)
        self._weight = _weight(empty[y1:y2, x1:x2], standing[y1:y2, x1:x2])
        self._top = y1 + round(LANE * size[1])
        self._noise = _noise(size)

    def films(self, traffic: Traffic, *, fps: int, seconds: int) -> Iterator[I420]:
        """Yield `seconds` of pictures, the same ones each time."""
        random = np.random.default_rng(SEED)
        still = _planes(self._standing)
        for number in range(fps * seconds):
            passed = _passed(number / fps) if traffic is Traffic.BUSY else None
            planes = still.copy() if passed is None else _planes(self._with_car(passed))
            luma = planes[: self._standing.shape[0]]
            cv2.add(luma, self._noise[random.integers(NOISE_FIELDS)], dst=luma, dtype=cv2.CV_8U)
            yield planes

    def _with_car(self, passed: float) -> Picture:
        """Put the passing car into the picture, `passed` of its way along: 0 is outside at the left, 1 at the right."""
        drawn = self._standing.copy()
        height, width = drawn.shape[:2]
        car_height, car_width = self._car.shape[:2]
        left = round(passed * (width + car_width)) - car_width
        first, last = max(0, left), min(width, left + car_width)
        rows = slice(self._top, min(height, self._top + car_height))
        part = slice(0, rows.stop - rows.start), slice(first - left, last - left)
        ground = drawn[rows, first:last]
        drawn[rows, first:last] = ground + self._weight[part] * (self._car[part] - ground)
        return drawn


def _passed(at_s: float) -> float | None:
    """How far along its way the passing car is, or None while none passes."""
    since_s = (at_s - PASSES_FROM_S) % PASSES_EVERY_S
    return since_s / PASSES_FOR_S if since_s < PASSES_FOR_S else None


def _scaled(picture: Picture, size: tuple[int, int]) -> Picture:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _box(size: tuple[int, int]) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = CUT
    return round(x1 * size[0]), round(y1 * size[1]), round(x2 * size[0]), round(y2 * size[1])


def _weight(empty: Picture, standing: Picture) -> NDArray[np.float32]:
    """How much of each pixel is car: shape (h, w, 1), 0 to 1."""
    differs = np.abs(standing.astype(np.float32) - empty).max(axis=2)
    solid = cv2.morphologyEx((differs > LIKE_GROUND).astype(np.float32), cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    return np.asarray(cv2.GaussianBlur(solid, (0, 0), 3.0), np.float32)[..., None]


def _noise(size: tuple[int, int]) -> NDArray[np.int16]:
    random = np.random.default_rng(SEED)
    return random.normal(0, NOISE_LEVELS, (NOISE_FIELDS, size[1], size[0])).round().astype(np.int16)


def _planes(picture: Picture) -> I420:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
