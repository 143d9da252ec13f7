"""What glass shows of the world: glints, headlamps, clouds and birds that move over windows and nowhere between."""

import numpy as np

from models.throw.simulation.bodies import Look
from models.throw.simulation.flyer import Flight, Flyer
from models.throw.simulation.stage import Stage

STEP_S = 0.04


def reflections(stage: Stage, rng: np.random.Generator, seconds: float, count: int) -> Flyer:
    """Some reflections that cross the façade's glass in a clip: an actor."""
    return Flyer(stage.eye, tuple(_one(stage, rng, seconds) for _ in range(count)), stage.facade.glass)


def _one(stage: Stage, rng: np.random.Generator, seconds: float) -> Flight:
    scene = stage.scene
    times = np.arange(0.0, min(seconds, float(rng.uniform(2, 10))), STEP_S)
    start = float(rng.uniform(0, max(0.1, seconds - times[-1])))
    speed, slope = float(rng.uniform(0.4, 9.0)), float(rng.normal(0, 0.35))
    side = float(rng.choice((-1.0, 1.0)))
    x = scene.left + float(rng.uniform(0, scene.columns)) * scene.column_width - side * speed * times.mean()
    y = float(rng.uniform(scene.floors[0], scene.floors[1])) * scene.floor_height
    rise = slope * speed * (times - times.mean())
    where = np.stack([x + side * speed * times, y + rise, np.zeros(len(times))], axis=1)
    dark = rng.random() < 0.3 and not scene.night  # a bird, a person, an aeroplane
    size = float(rng.uniform(0.15, 0.6) if dark else rng.uniform(0.3, 2.2))
    level = float(rng.uniform(10, 60)) if dark else float(rng.uniform(0.7, 1.0)) * (160 if scene.night else 255)
    look = Look(size, size * float(rng.uniform(0.4, 1.0)), brightness=level, angle=float(rng.uniform(0, 180)))
    return Flight(start + times, where, look)
