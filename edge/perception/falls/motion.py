"""A track's motion, fitted and measured: all that a verdict or the classifier asks of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.ballistics import Ballistics, fit
from edge.perception.falls.place import Place
from edge.perception.falls.ruler import ON_THE_PLANE, free_prior
from edge.trajectory import Point

MOMENT_S: Final = 0.15  # after it was last seen: a fall that is near the edge has left by then
NOISE_PX: Final = 0.7  # spread of a speck's middle, pixels …
STREAK: Final = 0.08  # … and of the length of its streak
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trace:
    """A track as it was followed: points in order of time, `crowd` and `crops` as in `Motion`."""

    points: tuple[Point, ...]
    crowd: float
    crops: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Motion:
    """What a track did.

    Attributes:
        t: shape (n,), seconds since the first point. xy: shape (n, 2), pixels.
        noise: shape (n,), spread of each place, pixels.
        free: the fall as the picture alone tells it; on_plane: on the façade's plane, None without a grid.
        sideways: pixels a second and a second²: a parabola's.
        aside: root mean square of what that leaves, in spreads.
        off: shape (n, 2), pixels: what the fits of the picture leave at each point.
        crowd: specks about as strong in its frames, on average.
        crops: shape (n, CROP, CROP) uint8, by how much it stood out at each point; (0, …) where no pictures are.
        begins, ends: how far inside the façade's edge it was first seen, and would be a moment after it was last seen,
            pixels: what falls begins at a window, and ends at the ground or out of the picture.
        rows: of the picture, pixels.
    """

    points: tuple[Point, ...]
    t: Floats
    xy: Floats
    noise: Floats
    free: Ballistics
    on_plane: Ballistics | None
    sideways: tuple[float, float]
    aside: float
    off: Floats
    crowd: float
    crops: NDArray[np.uint8]
    begins: float
    ends: float
    rows: int

    @property
    def lasted_s(self) -> float:
        return float(self.t[-1])

    @property
    def fall(self) -> Ballistics:
        """The better ruler's."""
        return self.on_plane or self.free

    @property
    def at_odds(self) -> float:
        """By how many spreads the grid's scale differs from what was known of it; positive is larger; 0 without one."""
        if self.on_plane is None:
            return 0.0
        middle, spread = ON_THE_PLANE.scale
        return float((np.log(self.on_plane.scale) - middle) / spread)

    @property
    def down_px(self) -> float:
        return float(self.xy[-1, 1] - self.xy[0, 1])

    @property
    def fell_m(self) -> float:
        return float(self.fall.fallen_m(self.t[-1:])[0])


def measure(trace: Trace, place: Place) -> Motion:
    """Fit and measure a track of at least 4 points."""
    points, rows, ruler = trace.points, place.height, place.ruler
    t = np.array([point.at_s for point in points]) - points[0].at_s
    xy = np.array([(point.x, point.y) for point in points])
    length = np.array([np.hypot(point.width, point.height) for point in points])
    noise = NOISE_PX * max(1.0, rows / 1080.0) + STREAK * length
    free = fit(t, xy[:, 1], noise, free_prior(rows))
    on_plane = None
    if ruler is not None:
        up = ruler.place(xy)[:, 1]
        on_plane = fit(t, -up, noise / ruler.pixels_per_metre(xy), ON_THE_PLANE)
    sideways, off_x = _parabola(t, xy[:, 0], noise)
    aside = float(np.sqrt((np.minimum(np.abs(off_x / noise), 5.0) ** 2).mean()))
    off = np.stack([off_x, xy[:, 1] - free.seen(t)], axis=1)
    later = t[-1] + MOMENT_S
    ahead = points[0].x + sideways[0] * later + sideways[1] * later**2 / 2, float(free.seen(np.array([later]))[0])
    return Motion(
        points=points,
        t=t,
        xy=xy,
        noise=noise,
        free=free,
        on_plane=on_plane,
        sideways=sideways,
        aside=aside,
        off=off,
        crowd=trace.crowd,
        crops=trace.crops,
        begins=place.inside_px(points[0].x, points[0].y),
        ends=place.inside_px(*ahead),
        rows=rows,
    )


def _parabola(t: Floats, x: Floats, noise: Floats) -> tuple[tuple[float, float], Floats]:
    """Speed and its change, and what they leave at each point."""
    design = np.stack([np.ones_like(t), t, t * t], axis=1)
    found, *_ = np.linalg.lstsq(design / noise[:, None], x / noise, rcond=None)
    return (float(found[1]), float(2 * found[2])), x - design @ found
