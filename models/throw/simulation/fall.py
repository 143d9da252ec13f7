"""Free fall with quadratic drag in moving air, by small steps."""

from dataclasses import dataclass
from math import pi, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.bodies import AIR, GRAVITY, Body

Vector = tuple[float, float, float]

SAMPLE_S: Final = 0.01
STEPS: Final = 4
"""Runge–Kutta steps of 2.5 ms between two samples: the error of a fall of 90 m is below a millimetre."""
LONGEST_S: Final = 20.0
GUST_S: Final = 1.2
"""How long a gust lasts: streets show 0.5 to 3 s near façades; an Ornstein–Uhlenbeck process as in Dryden's model."""
BOUNCE: Final = 0.25  # of the speed across the wall, kept when something hits it
NEAREST: Final = 0.05  # metres before the wall


@dataclass(frozen=True, slots=True)
class Wind:
    """Air before a façade: mean along x and z and spread of the gusts, m/s."""

    along: float
    away: float
    gust: float

    def blow(self, seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """The air's speed every `SAMPLE_S`: shape (n, 3), m/s."""
        count = int(seconds / SAMPLE_S) + 2
        keep = float(np.exp(-SAMPLE_S / GUST_S))
        kicks = rng.standard_normal((count, 3)) * sqrt(1 - keep**2)
        kicks[0] = rng.standard_normal(3)
        for i in range(1, count):
            kicks[i] += keep * kicks[i - 1]
        # Along a wall the air moves freely, through it not at all; up and down half as much (Dryden near the ground).
        return np.array([self.along, 0.0, self.away]) + self.gust * kicks * [1.0, 0.5, 0.4]


CALM: Final = Wind(0.0, 0.0, 0.0)


def fall(
    body: Body,
    start: Vector,
    velocity: Vector,
    wind: Wind,
    rng: np.random.Generator,
    *,
    longest_s: float = LONGEST_S,
) -> NDArray[np.float64]:
    """Let a thing fall until it reaches the ground.

    Args:
        start, velocity: metres and m/s; x along the façade, y up, z away from it.
        longest_s: after which it is let be, seconds, above 0.
    Returns:
        shape (n, 4), n ≥ 2: seconds since the launch, every `SAMPLE_S`, then x, y, z. The last may lie up to a
        sample's way below the ground.
    """
    air = wind.blow(longest_s, rng)
    phase, side = float(rng.uniform(0, 2 * pi)), float(rng.uniform(0, 2 * pi))
    here, speed = start, velocity
    rows = [(0.0, *here)]
    step = SAMPLE_S / STEPS
    for sample in range(int(longest_s / SAMPLE_S)):
        blown = (float(air[sample, 0]), float(air[sample, 1]), float(air[sample, 2]))
        for part in range(STEPS):
            at_s = sample * SAMPLE_S + part * step
            here, speed = _step(_Moment(body, blown, at_s, (phase, side)), here, speed, step)
        rows.append(((sample + 1) * SAMPLE_S, *here))
        if here[1] <= 0:
            break
    return np.array(rows)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What pulls at a thing: its body, the air's speed, the time in its turning, and where that began, radians."""

    body: Body
    air: Vector
    at_s: float
    phases: tuple[float, float]


def _step(moment: _Moment, here: Vector, speed: Vector, step: float) -> tuple[Vector, Vector]:
    """One step of the classical Runge–Kutta method of fourth order; then the wall."""
    half = step / 2
    a1 = _acceleration(moment, speed, 0.0)
    v2 = _moved(speed, a1, half)
    a2 = _acceleration(moment, v2, half)
    v3 = _moved(speed, a2, half)
    a3 = _acceleration(moment, v3, half)
    v4 = _moved(speed, a3, step)
    a4 = _acceleration(moment, v4, step)
    x, y, z = (h + step / 6 * (a + 2 * b + 2 * c + d) for h, a, b, c, d in zip(here, speed, v2, v3, v4, strict=True))
    vx, vy, vz = (v + step / 6 * (a + 2 * b + 2 * c + d) for v, a, b, c, d in zip(speed, a1, a2, a3, a4, strict=True))
    if z < NEAREST and vz < 0:
        return (x, y, NEAREST), (vx, vy, -BOUNCE * vz)
    return (x, y, z), (vx, vy, vz)


def _moved(speed: Vector, acceleration: Vector, step: float) -> Vector:
    return (
        speed[0] + step * acceleration[0],
        speed[1] + step * acceleration[1],
        speed[2] + step * acceleration[2],
    )


def _acceleration(moment: _Moment, speed: Vector, later_s: float) -> Vector:
    """Weight and quadratic drag on a thing that turns; limp things are also pushed aside as they swing."""
    body, air, phases = moment.body, moment.air, moment.phases
    rx, ry, rz = speed[0] - air[0], speed[1] - air[1], speed[2] - air[2]
    fast = sqrt(rx * rx + ry * ry + rz * rz)
    turn = 2 * pi * body.rate * (moment.at_s + later_s)
    pull = 0.5 * AIR * body.drag_area / body.mass * fast * (1 + body.tumble * sin(2 * turn + phases[0]))
    aside = body.flutter * pull * fast
    return (
        -pull * rx + aside * sin(turn + phases[0]),
        -GRAVITY - pull * ry,
        -pull * rz + aside * sin(0.8 * turn + phases[1]),
    )
