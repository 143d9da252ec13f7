"""A thing on its way through the world, seen by a camera: one actor for falls, birds, leaves, drops and insects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.bodies import Look
from models.throw.simulation.brush import Stamp, Strokes, places, stamp
from models.throw.simulation.camera import Camera

NEAREST = 0.03  # metres before the lens
OUTSIDE = 250.0  # pixels beyond the picture's edge after which nothing is drawn


@dataclass(frozen=True, slots=True)
class Flight:
    """A way through the world.

    Attributes:
        at_s: shape (n,), n ≥ 2, rising, seconds of the clip; before and after, the thing is not there.
        where: shape (n, 3), metres.
        look: how it appears. `blur`: by being out of focus, pixels, beside the lens's own.
        spread: shape (n,): its breadth in parts of the look's, as wings beat or a leaf turns; none means as it tumbles.
        heading: shape (n,): the picture's angle of its length, degrees; none means as it spins.
    """

    at_s: NDArray[np.float64]
    where: NDArray[np.float64]
    look: Look
    blur: float = 0.0
    spread: NDArray[np.float64] | None = None
    heading: NDArray[np.float64] | None = None

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where it is at times within its own: shape (k, 3), metres."""
        return np.stack([np.interp(times, self.at_s, self.where[:, i]) for i in range(3)], axis=1)

    def breadth(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its breadth, in parts of the look's, at times: shape (k,)."""
        if self.spread is not None:
            return np.asarray(np.interp(times, self.at_s, self.spread))
        return np.asarray(1.0 - self.look.tumble * (0.5 + 0.5 * np.sin(self._turn(times))))

    def angle(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """The angle of its length in the picture at times, from x to y, degrees: shape (k,)."""
        if self.heading is not None:
            return np.asarray(np.interp(times, self.at_s, self.heading))
        return np.asarray(self.look.angle + 360 * self.look.spin * (times - self.at_s[0]))

    def brightness(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Grey levels at times, shape (k,): a thing that tumbles turns now a bright side, now a dark one."""
        return np.asarray(self.look.brightness * (1.0 + 0.3 * self.look.tumble * np.sin(self._turn(times) + 1.0)))

    def _turn(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(2 * np.pi * self.look.rate * (times - self.at_s[0]) + self.look.seed % 6)


@dataclass(frozen=True, slots=True)
class Eye:
    """What takes the picture: camera, size of the picture, exposure in seconds and the lens's blur in pixels."""

    camera: Camera
    width: int
    height: int
    exposure_s: float
    blur: float

    def strokes(self, flight: Flight, from_s: float) -> Strokes | None:
        """Where a flight is while a picture is exposed from a moment on; None where it is not in the picture."""
        till_s = min(from_s + self.exposure_s, float(flight.at_s[-1]))
        begin = max(from_s, float(flight.at_s[0]))
        if till_s <= begin:
            return None
        ends = self.camera.project(flight.at(np.array([begin, till_s])))
        if ends[:, 2].min() <= NEAREST or not self._near(ends):
            return None
        way = float(np.hypot(*(ends[1, :2] - ends[0, :2])))
        count = places(way, flight.look.breadth * self.camera.focal / float(ends[0, 2]))
        times = begin + (till_s - begin) * (np.arange(count) + 0.5) / count
        seen = self.camera.project(flight.at(times))
        scale = self.camera.focal / np.maximum(seen[:, 2], NEAREST)
        return Strokes(
            x=seen[:, 0],
            y=seen[:, 1],
            half_length=0.5 * flight.look.length * scale,
            half_breadth=0.5 * flight.look.breadth * flight.breadth(times) * scale,
            angle=np.radians(flight.angle(times)),
            brightness=flight.brightness(times),
            bands=flight.look.bands,
            corner=flight.look.corner,
            seed=flight.look.seed,
            blur=float(np.hypot(self.blur, flight.blur)),
            share=(till_s - begin) / self.exposure_s,
        )

    def stamp(self, flight: Flight, from_s: float) -> Stamp | None:
        """A flight's mark in the picture exposed from a moment on; None where there is none."""
        strokes = self.strokes(flight, from_s)
        return None if strokes is None else stamp(strokes)

    def _near(self, ends: NDArray[np.float64]) -> bool:
        x, y = ends[:, 0], ends[:, 1]
        beside = x.max() < -OUTSIDE or x.min() > self.width + OUTSIDE
        return not (beside or y.max() < -OUTSIDE or y.min() > self.height + OUTSIDE)


@dataclass(frozen=True, slots=True)
class Flyer:
    """An actor that draws flights; only where the mask is not 0, where there is one."""

    eye: Eye
    flights: tuple[Flight, ...]
    mask: NDArray[np.uint8] | None = None

    def draw(self, picture: NDArray[np.uint8], at_s: float) -> None:
        """Draw them as exposed from a moment on, in place."""
        for flight in self.flights:
            if (mark := self.eye.stamp(flight, at_s)) is not None:
                mark.press(picture, self.mask)
