"""Things that move, drawn without a simulator: a textured wall, grain, and a dot. All of it is made up."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Facade, Grid
from edge.perception.falls.motion import Trace
from edge.trajectory import Point

WIDTH, HEIGHT, FPS = 640, 480, 25.0
GRAVITY = 9.80665
PPM = 10.0  # pixels in a metre
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
CORNERS = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))
FLOOR_M = HEIGHT * 0.8 / 13 / PPM  # so that a metre of the grid is PPM pixels
GRID = Grid(corners=CORNERS, floors=(1, 13), columns=8, floor_height=FLOOR_M)

Way = Callable[[float], tuple[float, float] | None]  # seconds → pixels; None: not there


def facade(*, grid: Grid | None = None, **settings: object) -> Facade:
    return Facade.model_validate({"id": "f", "polygon": WHOLE, "grid": grid, **settings})


def wall(seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(70, 170, (HEIGHT // 20, WIDTH // 20)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST), np.float32)


def frames(
    way: Way, *, seconds: float, grain: float = 1.5, contrast: float = 50.0, size: float = 4.0, seed: float = 0
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """A film of a wall before which a dot goes its way."""
    rng = np.random.default_rng(int(seed))
    behind = wall(int(seed))
    bank = rng.normal(0, grain, (HEIGHT + 97, WIDTH)).astype(np.float32)
    for number in range(round(seconds * FPS)):
        at_s = number / FPS
        picture = behind + bank[(number * 13) % 97 :][:HEIGHT]
        place = way(at_s)
        if place is not None and 4 < place[1] < HEIGHT - 4:
            dot = np.zeros((HEIGHT, WIDTH), np.uint8)
            centre = int(place[0] * 16), int(place[1] * 16)
            cv2.circle(dot, centre, int(size * 8), 255, -1, cv2.LINE_AA, 4)
            picture = picture + contrast * (dot.astype(np.float32) / 255)
        yield at_s, np.clip(picture, 0, 255).astype(np.uint8)


def dropped(from_s: float = 1.5, x: float = 300.0, y: float = 60.0, sideways: float = 20.0) -> Way:
    """A fall without drag."""

    def way(at_s: float) -> tuple[float, float] | None:
        t = at_s - from_s
        return (x + sideways * t, y + 0.5 * GRAVITY * PPM * t * t) if t >= 0 else None

    return way


def trace(
    way: Way,
    *,
    seconds: float,
    noise: float = 0.4,
    missing: tuple[int, ...] = (),
    crowd: float = 2.0,
    crops: bool = False,
    seed: int = 0,
) -> Trace:
    """What linking would hand on of a way, with middles that are `noise` pixels off."""
    rng = np.random.default_rng(seed)
    points = []
    for number in range(round(seconds * FPS)):
        place = way(number / FPS)
        if place is None or number in missing:
            continue
        dx, dy = rng.normal(0, noise, 2)
        points.append(Point(number / FPS, place[0] + dx, place[1] + dy, 4.0, 5.0, 14.0, 40.0))
    pictures = rng.integers(0, 80, (len(points), 12, 12)) if crops else np.zeros((len(points), 12, 12))
    return Trace(tuple(points), crowd, pictures.astype(np.uint8))
