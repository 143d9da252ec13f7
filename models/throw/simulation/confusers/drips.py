"""Water that drips from air conditioners: a true free fall of a thing of some millimetres, mostly too faint to see."""

from typing import Final

import numpy as np

from models.throw.simulation.bodies import Look, drop
from models.throw.simulation.confusers.place import wind
from models.throw.simulation.fall import fall
from models.throw.simulation.flyer import Flight
from models.throw.simulation.scene import Scene

DIAMETERS: Final = (0.003, 0.0055)
"""Metres: Tate's law gives 5 to 5.5 mm off a wide edge, 3 mm off a thin one; above 6 mm a drop breaks up."""
LONGEST_S: Final = 8.0
EVERY_S: Final = (0.25, 3.0)


def drips(scene: Scene, rng: np.random.Generator, seconds: float) -> tuple[Flight, ...]:
    """Drops from one unit for a while, each on its way to the ground."""
    diameter, every = float(rng.uniform(*DIAMETERS)), float(rng.uniform(*EVERY_S))
    x = scene.left + float(rng.uniform(0, scene.columns)) * scene.column_width
    y = (int(rng.integers(scene.floors[0], scene.floors[1] + 1)) - 0.6) * scene.floor_height
    start = (x, y, float(rng.uniform(0.3, 0.6)))
    path = fall(drop(diameter), start, (0.0, 0.0, 0.0), wind(scene), rng, longest_s=LONGEST_S)
    look = Look(diameter, diameter, brightness=float(rng.uniform(150, 250)) if not scene.night else 60.0)
    starts = np.arange(float(rng.uniform(0, every)), seconds, every)
    return tuple(Flight(start + path[:, 0], path[:, 1:], look) for start in starts.tolist())
