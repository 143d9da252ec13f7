"""Free fall with drag, fitted to what a picture shows of it: gravity is the ruler.

A thing that falls through still air goes down by

    z(t) = ln(cosh(p + t √(g κ)) / cosh(p)) / κ,   p = artanh(v₀ √(κ / g)),   κ = g / v∞²

where v∞ is its terminal speed (quadratic drag; e.g. Taylor, Classical Mechanics, 2005, section 2.4; below it here, and
written without p so that a thing thrown down faster than v∞ is slowed by it). Seen by a camera that looks up along a
façade, equal metres are not equal pixels: along a vertical line the picture is a projective map, with
y = y₀ + s z / (1 − c z). The fit is by least squares with what is known beforehand of each part (maximum a
posteriori), so few points give wide intervals instead of bold answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

GRAVITY: Final = 9.80665  # m/s², standard acceleration of gravity (CGPM 1901)
ROUNDS: Final = 12  # of Gauss and Newton's; the fit is nearly linear and settles in five
STEP: Final = 1e-4  # of each part's own spread, for its slope
HUBER: Final = 2.0  # spreads beyond which a point counts less: a speck that was something else
NINE_OF_TEN: Final = 1.645  # spreads either side of a normal distribution's middle that hold nine of ten
CUT: Final = 5.0  # spreads that one point is off at most
MAX_SPREAD: Final = 6.0  # a part stays so near to what is known of it

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before a thing is seen: a middle and a spread for each part of the fit.

    Attributes:
        scale: log of units of the measure (pixels, or metres on a façade's plane) in a metre.
        squeeze: c above, 1/m: how equal metres grow along the fall.
        speed: m/s down when first seen.
        drag: log of κ, 1/m.
    """

    scale: tuple[float, float]
    squeeze: tuple[float, float]
    speed: tuple[float, float]
    drag: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ballistics:
    """A fit.

    Attributes:
        start, speed, scale, squeeze, drag: y₀, v₀, s, c and κ; units of the measure, m/s, units/m, 1/m, 1/m.
        covariance: shape (5, 5), of y₀, v₀, log s, c, log κ.
        residual: root mean square of what is left, in spreads of the measurement; 1 is as good as can be.
        straight: the same for the best constant speed.
    """

    start: float
    speed: float
    scale: float
    squeeze: float
    drag: float
    covariance: Floats
    residual: float
    straight: float
    points: int

    @property
    def gain(self) -> float:
        """By how much it explains the points better than a constant speed does: a difference of χ²."""
        return self.points * (self.straight**2 - self.residual**2)

    def spread_of(self, measure: Callable[["Ballistics"], float]) -> float:
        """The standard deviation of what a fit says, to first order: each part is moved by its own spread."""
        steps = np.sqrt(np.diag(self.covariance))
        slopes = np.array(
            [measure(self._moved(step * unit)) - measure(self) for step, (_, unit) in zip(steps, _UNITS, strict=True)]
        )
        shares = self.covariance / np.outer(steps, steps)
        return float(np.sqrt(max(0.0, slopes @ shares @ slopes)))

    def _moved(self, by: Floats) -> "Ballistics":
        start, speed, scale, squeeze, drag = (float(part) for part in by)
        return replace(
            self,
            start=self.start + start,
            speed=self.speed + speed,
            scale=self.scale * float(np.exp(scale)),
            squeeze=self.squeeze + squeeze,
            drag=self.drag * float(np.exp(drag)),
        )

    def fallen_m(self, t: Floats) -> Floats:
        """Metres down since t = 0; t may be negative a little, then it is what free fall would have been."""
        return _fallen(np.asarray(t, np.float64), self.speed, self.drag)

    def seen(self, t: Floats) -> Floats:
        """Where it is in units of the measure."""
        return _seen(self.fallen_m(t), self.start, self.scale, self.squeeze)

    def scale_at(self, t: float) -> float:
        """Units in a metre, where it is then."""
        return self.scale / max(0.15, 1.0 - self.squeeze * float(self.fallen_m(np.array([t]))[0])) ** 2

    def speed_at(self, t: float) -> float:
        """Metres a second down."""
        ahead, behind = _fallen(np.array([t + 1e-3, t - 1e-3]), self.speed, self.drag)
        return float((ahead - behind) / 2e-3)


def fit(t: Floats, y: Floats, noise: Floats, prior: Prior) -> Ballistics:
    """Fit a fall.

    Args:
        t: shape (n,), seconds from the first point, rising; n ≥ 4.
        y: shape (n,), downwards, in any unit of length.
        noise: shape (n,), spread of each `y`, same unit, above 0.
        prior: what is known beforehand.
    """
    middle = np.array([y[0], prior.speed[0], prior.scale[0], prior.squeeze[0], prior.drag[0]])
    known = np.array([1e6 * noise[0], prior.speed[1], prior.scale[1], prior.squeeze[1], prior.drag[1]])
    parts = middle.copy()
    step = np.array([noise[0], *known[1:]]) * STEP
    weight = np.ones_like(y)
    curvature = np.eye(5)
    for _ in range(ROUNDS):
        off = (y - _curve(t, parts)) / noise
        weight = np.minimum(1.0, HUBER / np.maximum(np.abs(off), 1e-9))
        slopes = np.stack([(_curve(t, parts + step * unit) - _curve(t, parts)) / step[i] for i, unit in _UNITS], axis=1)
        slopes = slopes / noise[:, None]
        curvature = slopes.T @ (weight[:, None] * slopes) + np.diag(known**-2.0)
        pull = slopes.T @ (weight * off) + (middle - parts) * known**-2.0
        parts = parts + np.linalg.solve(curvature, pull)
        parts[1:] = np.clip(parts[1:], middle[1:] - MAX_SPREAD * known[1:], middle[1:] + MAX_SPREAD * known[1:])
    return Ballistics(
        start=float(parts[0]),
        speed=float(parts[1]),
        scale=float(np.exp(parts[2])),
        squeeze=float(parts[3]),
        drag=float(np.exp(parts[4])),
        covariance=np.asarray(np.linalg.inv(curvature), np.float64),
        residual=_root(y - _curve(t, parts), noise),
        straight=_straight(t, y, noise),
        points=len(t),
    )


_UNITS: Final = tuple(enumerate(np.eye(5)))


def _curve(t: Floats, parts: Floats) -> Floats:
    start, speed, scale, squeeze, drag = parts
    return _seen(_fallen(t, speed, float(np.exp(drag))), start, float(np.exp(scale)), squeeze)


def _fallen(t: Floats, speed: float, drag: float) -> Floats:
    """z(t), by the sum formulas of cosh: ln(cosh(rt) + q sinh(rt)) / κ with q = v₀ / v∞."""
    rate = np.sqrt(GRAVITY * drag)
    share = speed * np.sqrt(drag / GRAVITY)
    arc = np.clip(rate * t, -30.0, 30.0)
    inside = np.cosh(arc) + share * np.sinh(arc)
    return np.asarray(np.log(np.maximum(inside, 1e-6)) / drag, np.float64)


def _seen(fallen: Floats, start: float, scale: float, squeeze: float) -> Floats:
    return np.asarray(start + scale * fallen / np.maximum(1.0 - squeeze * fallen, 0.15), np.float64)


def _straight(t: Floats, y: Floats, noise: Floats) -> float:
    """What the best constant speed leaves."""
    design = np.stack([np.ones_like(t), t], axis=1) / noise[:, None]
    found, *_ = np.linalg.lstsq(design, y / noise, rcond=None)
    return _root(y - design @ found * noise, noise)


def _root(off: Floats, noise: Floats) -> float:
    """Root mean square in spreads; one wild point counts as five spreads at most."""
    return float(np.sqrt((np.minimum(np.abs(off / noise), CUT) ** 2).mean()))
