"""Insects and spiders close to the lens: large, blurred, and of their own mind."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.bodies import Look
from models.throw.simulation.family import Family
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Scene

APERTURE_M: Final = 0.002
"""A 4 mm lens at f/2."""
STEP_S: Final = 0.01
INSECT_S: Final = 6.0
MIND_S: Final = (0.08, 0.5)  # for how long an insect keeps its course
SPEED: Final = (0.3, 2.0)
"""m/s: flies and moths at ease fly at 0.5 to 2 m/s (R. Dudley, The Biomechanics of Insect Flight, 2000)."""
ABSEIL: Final = (0.02, 0.25)  # m/s of a spider on its thread


def defocus(focal_px: float, depth_m: float) -> float:
    """Blur of a thing close to a lens focused far off, one sigma, pixels: a quarter of the circle of confusion."""
    return focal_px * APERTURE_M / max(depth_m, 0.02) / 4


def insect(scene: Scene, family: Family, rng: np.random.Generator, start_s: float) -> Flight:
    """One insect within a metre of the lens; bright at night, when the camera's own light is on it."""
    times = np.arange(0.0, INSECT_S, STEP_S)
    depth = float(rng.uniform(0.18, 1.2))
    speed = float(rng.uniform(*SPEED)) * min(1.0, depth + 0.3)
    keep = float(np.exp(-STEP_S / rng.uniform(*MIND_S)))
    kicks = rng.standard_normal((len(times), 3)) * np.sqrt(1 - keep**2) * speed
    velocity = _smooth(kicks, keep) * [1.0, 0.8, 0.3] + rng.normal(0, 0.4 * speed, 3)
    path = np.cumsum(velocity * STEP_S, axis=0)
    where = _before_lens(scene, rng, depth) + path - path[int(rng.uniform(20, 200))]
    length = float(rng.uniform(0.003, 0.015))
    beat = 0.6 + 0.4 * np.sin(2 * np.pi * rng.uniform(20, 90) * times)
    return Flight(
        start_s + times,
        where,
        Look(length, 0.6 * length, brightness=_lit(scene, rng), angle=float(rng.uniform(0, 180)), spin=0.4),
        blur=defocus(scene.camera.focal, depth),
        spread=beat,
    )


def spider(scene: Scene, rng: np.random.Generator, start_s: float, seconds: float) -> Flight:
    """A spider on its thread before the lens: it waits, swings in the wind, runs up and down."""
    times = np.arange(0.0, seconds, STEP_S)
    depth = float(rng.uniform(0.05, 0.16))
    runs = np.zeros(len(times))
    at = 0
    while at < len(times):
        lasts = int(rng.exponential(1.5) / STEP_S) + 20
        if rng.random() < 0.45:
            runs[at : at + lasts] = float(rng.choice((-1.0, 1.0, -1.0))) * float(rng.uniform(*ABSEIL))
        at += lasts
    run = np.cumsum(runs) * STEP_S
    swing = float(rng.uniform(0.001, 0.012)) * np.sin(2 * np.pi * rng.uniform(0.5, 1.6) * times + rng.uniform(0, 6))
    reach = depth * 0.9  # it comes back before it has left the picture for good
    where = np.tile(_before_lens(scene, rng, depth), (len(times), 1))
    where += np.stack([swing, reach * np.sin(run / reach), 0.3 * swing], axis=1)
    length = float(rng.uniform(0.004, 0.010))
    look = Look(length, 0.8 * length, brightness=_lit(scene, rng), angle=90.0, tumble=0.2, rate=1.5)
    return Flight(start_s + times, where, look, blur=defocus(scene.camera.focal, depth))


def _smooth(kicks: NDArray[np.float64], keep: float) -> NDArray[np.float64]:
    for i in range(1, len(kicks)):
        kicks[i] += keep * kicks[i - 1]
    return kicks


def _before_lens(scene: Scene, rng: np.random.Generator, depth: float) -> NDArray[np.float64]:
    pixel = np.array([[rng.uniform(0.1, 0.9) * scene.width, rng.uniform(0.1, 0.9) * scene.height]])
    return np.asarray(scene.camera.world(pixel, np.array([depth]))[0])


def _lit(scene: Scene, rng: np.random.Generator) -> float:
    return float(rng.uniform(180, 255) if scene.night else rng.uniform(10, 70))
