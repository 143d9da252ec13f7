"""What is said of a thing that moved before a façade: values between perception, evidence and app. All frozen.

Positions are pixels of the whole picture from its upper left edge, x to the right, y downwards: a fall is measured, and
fractions of a picture's width and height would be measures of two kinds. Times are seconds on a camera's own timeline.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Point:
    """One sighting of a thing in one frame.

    Attributes:
        at_s: when, on the camera's timeline.
        x, y: its middle, pixels.
        width, height: of what moved, pixels, ≥ 1; a fast thing is blurred to a streak along its path.
        area: pixels that moved, ≥ 1.
        contrast: grey levels, of 255, against what lies behind; negative is darker.
    """

    at_s: float
    x: float
    y: float
    width: float
    height: float
    area: float
    contrast: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A free fall with drag as the picture shows it, fitted to points.

    Attributes:
        from_s, to_s: what the fit rests on.
        at_s, x, y: shape (n,), float64: where the thing was, by the fit, from launch (or first seen) to last seen.
    """

    from_s: float
    to_s: float
    at_s: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def at(self, at_s: float) -> tuple[float, float]:
        """Where it was at a moment, pixels; held at the ends."""
        return float(np.interp(at_s, self.at_s, self.x)), float(np.interp(at_s, self.at_s, self.y))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with the interval in which it lies nine times of ten; low ≤ value ≤ high."""

    low: float
    value: float
    high: float


class FloorBy(StrEnum):
    """What a floor is told by."""

    GRID = "grid"  # the façade's grid, drawn in commissioning
    PHYSICS = "physics"  # gravity as the ruler


@dataclass(frozen=True, slots=True)
class Floors:
    """From which floor: low ≤ likely ≤ high, true nine times of ten. There is no floor 0: below 1 comes −1."""

    low: int
    likely: int
    high: int
    by: FloorBy


class Rejection(StrEnum):
    """Why something that moved is no fall. Each has words in two languages in `edge.perception.falls.verdict`."""

    TOO_SHORT = "too_short"  # seen too briefly, or moved too little, to say anything
    NOT_DOWN = "not_down"  # it went up or sideways
    STEADY = "steady"  # it did not gather speed: a leaf, snow, rain, a spider on its thread
    WRONG_GRAVITY = "wrong_gravity"  # it gathered speed, but not as gravity lets it
    ERRATIC = "erratic"  # it changed its mind: a bird, an insect
    SWINGING = "swinging"  # it came back: laundry, a branch, a flag
    MANY = "many"  # much moved alike at once: rain, snow, a shaken camera, a change of light
    UNLIKE = "unlike"  # the classifier does not hold it for a fall


@dataclass(frozen=True, slots=True)
class Rejected:
    """A track that is no fall, and why.

    Attributes:
        points: at least 1, in order of time.
        likeness: how much it was like one, 0 to 1: the classifier's score; 0 where it was not asked.
    """

    reason: Rejection
    points: tuple[Point, ...]
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Fall:
    """A thing fell or was thrown.

    Attributes:
        points: at least 4, in order of time.
        curve: the fit, reaching back to the launch where the fit can say it.
        pixels_per_metre: at the middle of the fall.
        fell_m: how far down it was seen to fall, metres.
        height_m: of the launch above the ground, metres.
        floors: where it came from; None where nothing can be said.
        column: the window's column from the left, from 1; None without a grid or beside it.
        speed_m_s: at the end; horizontal_m_s: along the façade, ≥ 0.
        score: how sure, 0 to 1.
        words_zh, words_en: what was seen, at most 300 characters each.
    """

    points: tuple[Point, ...]
    curve: Curve
    pixels_per_metre: Estimate
    fell_m: Estimate
    height_m: Estimate
    floors: Floors | None
    column: int | None
    speed_m_s: float
    horizontal_m_s: float
    score: float
    words_zh: str
    words_en: str

    @property
    def began_s(self) -> float:
        """When it was first seen, on the camera's timeline."""
        return self.points[0].at_s

    @property
    def ended_s(self) -> float:
        """When it was last seen."""
        return self.points[-1].at_s


Verdict = Fall | Rejected
