"""Falling leaves: they flutter from side to side, or tumble and drift, at a steady speed."""

from typing import Final

import numpy as np

from models.throw.simulation.bodies import Look
from models.throw.simulation.confusers.place import object_brightness, seen_point, wind
from models.throw.simulation.fall import SAMPLE_S
from models.throw.simulation.family import Family
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Scene

SPEED: Final = (0.5, 2.0)
"""m/s, of leaves of 5 to 15 cm: A. Belmonte, H. Eisenberg and E. Moses, Phys. Rev. Lett. 81 (1998) for the two ways of
falling; 0.5 to 2 m/s as D. F. Greene and E. A. Johnson (Can. J. Botany 1989) measured for samaras and leaves."""
LENGTHS: Final = (0.05, 0.16)
LASTS_S: Final = 10.0
GETS_GOING_S: Final = 0.25  # in which it reaches its speed: that speed over g


def leaf(scene: Scene, family: Family, rng: np.random.Generator, start_s: float) -> Flight:
    """One leaf (or petal, or scrap of paper) before a façade, from within the picture or above it."""
    times = np.arange(0.0, LASTS_S, SAMPLE_S)
    speed, hertz = float(rng.uniform(*SPEED)), float(rng.uniform(*family.flutter))
    phase = float(rng.uniform(0, 2 * np.pi))
    swing = 2 * np.pi * hertz * times + phase
    tumbles = rng.random() < 0.35
    reach = float(rng.uniform(0.05, 0.25)) if tumbles else float(rng.uniform(0.15, 0.5)) / hertz
    down = speed * (1.0 - np.exp(-times / GETS_GOING_S))
    air = wind(scene).blow(LASTS_S, rng)[: len(times)]
    velocity = 0.85 * air
    velocity[:, 1] = 0.4 * air[:, 1] - down * (1.0 + (0.15 if tumbles else 0.5) * np.cos(2 * swing))
    if tumbles:
        velocity[:, 0] += speed * float(rng.choice((-0.7, 0.7)))
    where = np.cumsum(velocity * SAMPLE_S, axis=0)
    where[:, 0] += reach * np.sin(swing)
    where[:, 2] += 0.4 * reach * np.cos(swing)
    where += seen_point(scene, rng, (0.3, 0.97)) - where[int(rng.uniform(0, 200))]
    where[:, 2] = np.maximum(where[:, 2], 0.05)
    length = float(rng.uniform(*LENGTHS))
    look = Look(
        length=length,
        breadth=length * float(rng.uniform(0.4, 0.9)),
        brightness=object_brightness(scene, rng, float(rng.uniform(50, 190))),
        spin=float(rng.normal(0, 0.5)) + (hertz if tumbles else 0.0),
        angle=float(rng.uniform(0, 180)),
        seed=int(rng.integers(1 << 30)),
    )
    return Flight(start_s + times, where, look, spread=0.15 + 0.85 * np.abs(np.cos(swing * (2 if tumbles else 1))))
