"""A street without pixels of a frame: places hold painted patches, and an eye describes them on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.appearance import WHOLE, Appearance, describe
from edge.values import Box, ClockTrust, Detection, Image, Moment

WIDTH, HEIGHT = 320, 180


def moment(at_s: float) -> Moment:
    return Moment(at_s, datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)


@dataclass
class PaintedEye:
    """One look at a painted picture, in which the detections are what the test says."""

    moment: Moment
    detections: tuple[Detection, ...]
    image: Image
    shown: Box = WHOLE

    @property
    def whole(self) -> Appearance:
        return describe(self.image, WHOLE)

    def looks(self, box: Box) -> Appearance:
        return describe(self.image, box)


@dataclass
class Street:
    """What stands where; each vehicle is a seed of its paint, or a blend: two seeds and the first one's share."""

    standing: dict[Box, int] = field(default_factory=dict)
    blends: dict[Box, tuple[int, int, float]] = field(default_factory=dict)
    gain: float = 1.0

    def image(self, at_s: float) -> Image:
        image = np.random.default_rng(int(at_s * 10)).normal(100, 3, (HEIGHT, WIDTH, 3))
        for n in range(6):
            image[20:30, n * 50 : n * 50 + 20] -= 50
        for box, seed in self.standing.items():
            x1, x2 = (round(x * WIDTH) for x in (box.x1, box.x2))
            y1, y2 = (round(y * HEIGHT) for y in (box.y1, box.y2))
            one, other, share = self.blends.get(box, (seed, seed, 1.0))
            size = x2 - x1, y2 - y1
            image[y1:y2, x1:x2] = share * panels(one, *size) + (1 - share) * panels(other, *size)
        return np.asarray((image * self.gain).clip(0, 255), np.uint8)

    def eye(self, at_s: float, missed: Sequence[Box] = (), score: float = 0.8) -> PaintedEye:
        found = tuple(Detection("car", score, box) for box in self.standing if box not in missed)
        return PaintedEye(moment(at_s), found, self.image(at_s))


def panels(seed: int, width: int, height: int) -> NDArray[np.float64]:
    """A vehicle: panels of its own colours."""
    paint = np.random.default_rng(seed).uniform(10, 240, (5, 7, 3))
    return np.asarray(cv2.resize(paint, (width, height), interpolation=cv2.INTER_NEAREST), np.float64)
