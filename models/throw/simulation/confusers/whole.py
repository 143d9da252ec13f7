"""What befalls the whole picture: a camera that shakes, exposure that steps, the switch to infrared."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.scene import Scene

SHAKE_HZ: Final = (0.5, 8.0)
"""A pole sways at 0.5 to 2 Hz, a bracket on a wall trembles at 3 to 8."""
SETTLES_S: Final = 0.18  # time constant in which a camera's automatic exposure follows
BLACK_S: Final = (0.08, 0.5)  # while the infrared filter swings


@dataclass(frozen=True, slots=True)
class Shake:
    """A camera in the wind: sums of swings, stronger in gusts.

    Attributes:
        hertz, phase: shape (m, 2). `reach`: shape (m, 2), pixels along x and y.
    """

    hertz: NDArray[np.float64]
    phase: NDArray[np.float64]
    reach: NDArray[np.float64]

    def offset(self, at_s: float) -> tuple[float, float]:
        """How far the picture is off its place at a moment: x and y in pixels."""
        gust = 0.55 + 0.45 * np.sin(0.9 * at_s + self.phase[0, 0])
        off = gust * (self.reach * np.sin(2 * np.pi * self.hertz * at_s + self.phase)).sum(axis=0)
        return float(off[0]), float(off[1])

    def move(self, picture: NDArray[np.uint8], at_s: float) -> NDArray[np.uint8]:
        """The picture as the shaken camera takes it."""
        x, y = self.offset(at_s)
        shift = np.array([[1.0, 0.0, x], [0.0, 1.0, y]])
        size = picture.shape[::-1]
        return np.asarray(cv2.warpAffine(picture, shift, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def shake(rng: np.random.Generator, reach_px: float) -> Shake:
    """Draw a shake of about that many pixels at its strongest."""
    count = 3
    hertz = np.exp(rng.uniform(np.log(SHAKE_HZ[0]), np.log(SHAKE_HZ[1]), (count, 2)))
    # Quick swings are small ones: a structure's reach falls with its frequency.
    share = 1.0 / hertz
    share *= reach_px / share.sum(axis=0)
    return Shake(hertz, rng.uniform(0, 2 * np.pi, (count, 2)), share * [1.0, rng.uniform(0.4, 1.0)])


@dataclass(frozen=True, slots=True)
class Tone:
    """The picture's brightness over time.

    Attributes:
        at_s, gains: shape (n,): from each moment on, exposure is on its way to that gain.
        lift: shape (n,): grey levels added, as by a filter that no longer keeps infrared out.
        dark: from and till when the picture is nearly black, seconds; equal when never.
    """

    at_s: NDArray[np.float64]
    gains: NDArray[np.float64]
    lift: NDArray[np.float64]
    dark: tuple[float, float]

    def settings(self, at_s: float) -> tuple[float, float]:
        """Gain and lift at a moment."""
        gain, lift = 1.0, 0.0
        for begin, next_gain, next_lift in zip(self.at_s, self.gains, self.lift, strict=True):
            if at_s >= begin:
                near = 1.0 - float(np.exp(-(at_s - begin) / SETTLES_S))
                gain, lift = gain + near * (next_gain - gain), lift + near * (next_lift - lift)
        if self.dark[0] <= at_s < self.dark[1]:
            return 0.08 * gain, 0.0
        return float(gain), float(lift)

    def apply(self, picture: NDArray[np.uint8], at_s: float) -> NDArray[np.uint8]:
        """The picture at the exposure of a moment."""
        gain, lift = self.settings(at_s)
        table = np.clip(np.arange(256) * gain + lift + 0.5, 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(picture, table), np.uint8)


def stepping(rng: np.random.Generator, seconds: float) -> Tone:
    """Exposure that steps each second or so, up and down."""
    times = np.arange(float(rng.uniform(0.3, 1.0)), seconds, float(rng.uniform(0.8, 1.5)))
    gains = np.exp(rng.uniform(-0.30, 0.30, len(times)))
    return Tone(times, gains, np.zeros(len(times)), (0.0, 0.0))


def infrared(scene: Scene, rng: np.random.Generator, seconds: float) -> Tone:
    """Dusk or dawn: the filter swings, the picture goes dark for a moment and comes back another."""
    at = float(rng.uniform(0.25, 0.75)) * seconds
    dark = (at, at + float(rng.uniform(*BLACK_S)))
    gain = float(rng.uniform(1.2, 1.9) if scene.night else rng.uniform(0.6, 0.9))
    return Tone(np.array([at, dark[1]]), np.array([0.9, gain]), np.array([0.0, float(rng.uniform(5, 35))]), dark)
