"""Laundry and quilts at windows: cloth that swings on its line as the wind has it, and quilts that are beaten."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.bodies import GRAVITY, Look
from models.throw.simulation.confusers.place import object_brightness, wind
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Scene
from models.throw.simulation.scenery import point_on

STEP_S: Final = 0.02
MOST: Final = 0.45  # radians that cloth is blown aside
PER_WIND: Final = 0.05  # radians for each (m/s)²: weight and drag of 250 g/m² of cotton, half of it in the lee
BEATS_HZ: Final = (1.2, 2.5)


def hanging(scene: Scene, rng: np.random.Generator, seconds: float) -> Flight:
    """One piece on a line before a window: a pendulum whose rest the wind pushes aside, damped."""
    wide, tall = float(rng.uniform(0.35, 1.1)), float(rng.uniform(0.4, 1.3))
    times = np.arange(0.0, seconds + STEP_S, STEP_S)
    air = wind(scene).blow(seconds + 1, rng)[::2, 0][: len(times)]
    rest = np.clip(PER_WIND * np.abs(air) * air, -MOST, MOST)
    pull = 1.5 * GRAVITY / tall  # a sheet hung by its edge swings as a rod does
    lean, rate = float(rest[0]), float(rng.normal(0, 0.2))
    leans = np.empty(len(times))
    for i in range(len(times)):
        rate += STEP_S * (pull * (float(rest[i]) - lean) - 0.8 * rate)
        lean += STEP_S * rate
        leans[i] = lean
    return _cloth(scene, rng, (wide, tall), _Swing(times, leans, np.zeros(len(times))))


def beaten(scene: Scene, rng: np.random.Generator, seconds: float) -> Flight:
    """A quilt over a sill that someone beats or shakes for some seconds, then lets be."""
    wide, tall = float(rng.uniform(0.9, 1.8)), float(rng.uniform(0.8, 1.6))
    times = np.arange(0.0, seconds + STEP_S, STEP_S)
    begins, lasts = float(rng.uniform(0, max(0.5, 0.5 * seconds))), float(rng.uniform(2.0, 6.0))
    beats = (times > begins) & (times < begins + lasts)
    wave = np.sin(2 * np.pi * rng.uniform(*BEATS_HZ) * times) * beats
    lift = float(rng.uniform(0.05, 0.35)) * wave
    return _cloth(scene, rng, (wide, tall), _Swing(times, 0.12 * wave, lift))


@dataclass(frozen=True, slots=True)
class _Swing:
    """How cloth moves: seconds, radians aside, metres lifted; each shape (n,)."""

    times: NDArray[np.float64]
    leans: NDArray[np.float64]
    lift: NDArray[np.float64]


def _cloth(scene: Scene, rng: np.random.Generator, size: tuple[float, float], swing: _Swing) -> Flight:
    (wide, tall), times, leans = size, swing.times, swing.leans
    floor_number = int(rng.integers(scene.floors[0], scene.floors[1] + 1))
    x, y = point_on(scene, floor_number, float(rng.uniform(1, scene.columns + 1)), 0.75 * scene.floor_height)
    where = np.stack(
        [
            x + 0.5 * tall * np.sin(leans),
            y - 0.5 * tall * np.cos(leans) + swing.lift,
            np.full(len(times), float(rng.uniform(0.3, 1.2))),
        ],
        axis=1,
    )
    look = Look(
        length=tall,
        breadth=wide,
        corner=8.0,
        brightness=object_brightness(scene, rng, float(rng.uniform(40, 245))),
        bands=float(rng.uniform(0, 35)) * (0.3 if scene.night else 1.0),
        seed=int(rng.integers(1 << 30)),
    )
    ripple = 0.94 + 0.06 * np.sin(3.1 * times + leans * 8)
    return Flight(times, where, look, spread=ripple, heading=90.0 - np.degrees(leans))
