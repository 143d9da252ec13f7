"""A clip as a value: what is filmed, what falls in it, and the truth of each fall."""

from dataclasses import dataclass

import numpy as np

from models.throw.simulation.bodies import Look, ObjectKind
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Confuser, Scene

Box = tuple[float, float, float, float]
Instant = tuple[float, float, float, float]  # seconds, then x, y, z in metres


@dataclass(frozen=True, slots=True)
class Throw:
    """One fall and its truth.

    Attributes:
        kind: what falls; `look`: its size and how it is drawn.
        floor: from which it came. `column`: from the left, from 1; 0 or more than the scene's beside the rectangle.
        start_s: when it left the hand. `height_m`: above the ground then.
        path: (s, x, y, z) every 10 ms from the launch to the ground or 12 s later, seconds of the clip and metres.
        frames: indexes of the pictures in which it is seen, rising: from the first to the last in which it stands out,
            without those in which it lies outside the picture or behind a tree.
        boxes: x1, y1, x2, y2 in pixels in each of these: around its whole streak, clipped to the picture.
        peaks: the most it changes any one pixel in each of these, grey levels, before noise and encoding.
        area: its own area in the picture, unblurred, pixels, median over these.
    """

    kind: ObjectKind
    look: Look
    floor: int
    column: int
    start_s: float
    height_m: float
    path: tuple[Instant, ...]
    frames: tuple[int, ...]
    boxes: tuple[Box, ...]
    peaks: tuple[float, ...]
    area: float

    @property
    def flight(self) -> Flight:
        """Its way, as it is drawn: seconds of the clip."""
        path = np.array(self.path)
        return Flight(path[:, 0], path[:, 1:], self.look)


@dataclass(frozen=True, slots=True)
class Clip:
    """A simulated recording; the same family, number and request give the same one.

    Attributes:
        family: the family's name. `number`: 0 to 999,999.
        seconds: length. `throws`: empty where nothing falls. `confusers`: everything else that happens.
        strength: how much of that there is: 1 where the clip is made of it, less where it is the day's usual.
    """

    family: str
    number: int
    scene: Scene
    seconds: float
    throws: tuple[Throw, ...]
    confusers: tuple[Confuser, ...]
    strength: float

    @property
    def frame_count(self) -> int:
        """Pictures in it."""
        return round(self.seconds * self.scene.fps)
