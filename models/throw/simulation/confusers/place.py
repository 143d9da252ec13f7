"""Where things before a façade begin, so that the camera sees them."""

import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.fall import Wind
from models.throw.simulation.scene import Scene

FARTHEST_M = 80.0


def seen_point(
    scene: Scene, rng: np.random.Generator, nearness: tuple[float, float] = (0.4, 0.95)
) -> NDArray[np.float64]:
    """A point of the world that the picture shows.

    Args:
        nearness: of its depth, in parts of the façade's behind it.
    Returns:
        shape (3,), metres.
    """
    pixel = np.array([[rng.uniform(0.05, 0.95) * scene.width, rng.uniform(0.05, 0.95) * scene.height]])
    depth = float(scene.camera.wall_depth(pixel)[0])
    if not 0 < depth < FARTHEST_M:
        depth = FARTHEST_M
    return np.asarray(scene.camera.world(pixel, np.array([depth * rng.uniform(*nearness)]))[0])


def wind(scene: Scene) -> Wind:
    """The air of a scene."""
    return Wind(*scene.wind)


def heading(scene: Scene, where: NDArray[np.float64]) -> NDArray[np.float64]:
    """The picture's angle of the way along points (n, 3), n ≥ 2: shape (n,), degrees, without jumps."""
    seen = scene.camera.project(where)[:, :2]
    way = np.gradient(seen, axis=0)
    return np.asarray(np.degrees(np.unwrap(np.arctan2(way[:, 1], way[:, 0]))))


def object_brightness(scene: Scene, rng: np.random.Generator, by_day: float) -> float:
    """Grey level of a thing of that brightness by day: at night there is as much light on it as on the wall."""
    if not scene.night:
        return by_day
    return float(np.clip(by_day * scene.light / 110.0 * rng.uniform(0.8, 1.8), 2, 255))
