"""What façades are made of, as textures drawn by rule."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.throw.simulation.family import Wall

Texture = NDArray[np.float32]

TILE_M: Final = (0.20, 0.10)
BRICK_M: Final = (0.25, 0.065)  # a brick of GB/T 5101 and its joint
PANEL_M: Final = (1.2, 0.7)
PHOTOGRAPH_DEPTH: Final = 0.45  # of a photograph's contrast that its piece lends to a wall


def wall(kind: Wall, shape: tuple[int, int], px_m: float, light: float, rng: np.random.Generator) -> Texture:
    """A wall without windows.

    Args:
        shape: rows and columns. `px_m`: pixels a metre. `light`: mean grey level.
    Returns:
        shape `shape`, float32, grey levels about `light`.
    """
    relative = _weather(shape, px_m, rng) + _PATTERNS[kind](shape, px_m, rng)
    return np.asarray(light * (1.0 + relative), np.float32)


def piece(photograph: Path, shape: tuple[int, int], rng: np.random.Generator) -> Texture:
    """A piece of a photograph as a wall's relief: shape `shape`, float32, in parts of the wall's brightness.

    Raises:
        ValueError: the file is no picture.
    """
    picture = cv2.imread(str(photograph), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ValueError(f"{photograph} is no picture")
    rows, columns = picture.shape
    tall, wide = int(rows * rng.uniform(0.4, 0.8)), int(columns * rng.uniform(0.4, 0.8))
    top, left = int(rng.integers(rows - tall)), int(rng.integers(columns - wide))
    part = picture[top : top + tall, left : left + wide].astype(np.float32)
    part -= cv2.GaussianBlur(part, (0, 0), 40)
    return np.asarray(cv2.resize(part, shape[::-1]) * np.float32(PHOTOGRAPH_DEPTH / 128.0))


def clouds(shape: tuple[int, int], cells: tuple[int, int], rng: np.random.Generator) -> Texture:
    """Smooth chance over a picture: shape `shape`, mean about 0, one sigma about 1, that many cells down and across."""
    coarse = rng.standard_normal((max(2, cells[0]), max(2, cells[1]))).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC))


def _weather(shape: tuple[int, int], px_m: float, rng: np.random.Generator) -> Texture:
    """Stains that run down, and grain."""
    metres = (shape[0] / px_m, shape[1] / px_m)
    broad = clouds(shape, (int(metres[0] / 8), int(metres[1] / 3)), rng)
    runs = clouds(shape, (int(metres[0] / 5), int(metres[1] / 0.4)), rng)
    grain = rng.standard_normal((shape[0] // 2 + 1, shape[1] // 2 + 1), dtype=np.float32)
    fine = np.repeat(np.repeat(grain, 2, axis=0), 2, axis=1)[: shape[0], : shape[1]]
    return np.asarray(0.05 * broad + 0.03 * runs + 0.012 * fine)


def _tiles(shape: tuple[int, int], px_m: float, rng: np.random.Generator) -> Texture:
    return _courses(shape, px_m, TILE_M, (0.03, -0.10), rng, staggered=False)


def _bricks(shape: tuple[int, int], px_m: float, rng: np.random.Generator) -> Texture:
    return _courses(shape, px_m, BRICK_M, (0.09, 0.14), rng, staggered=True)


def _panels(shape: tuple[int, int], px_m: float, rng: np.random.Generator) -> Texture:
    return _courses(shape, px_m, PANEL_M, (0.05, -0.25), rng, staggered=False)


def _plaster(shape: tuple[int, int], px_m: float, rng: np.random.Generator) -> Texture:
    rough = clouds(shape, (shape[0] // 5, shape[1] // 5), rng)
    return np.asarray(0.02 * rough)


def _courses(
    shape: tuple[int, int],
    px_m: float,
    stone_m: tuple[float, float],
    tones: tuple[float, float],
    rng: np.random.Generator,
    *,
    staggered: bool,
) -> Texture:
    """Stones in courses: each its own tone (first of `tones` is one sigma), joints in another (second)."""
    x, y = np.arange(shape[1]) / px_m, np.arange(shape[0]) / px_m
    course = (y / stone_m[1]).astype(int)
    shift = 0.5 * (course % 2) if staggered else np.zeros(len(course))
    place = x[None, :] / stone_m[0] + shift[:, None]
    stone = place.astype(int)
    tone = rng.standard_normal((course.max() + 1, stone.max() + 2)).astype(np.float32) * np.float32(tones[0])
    flat = tone[course[:, None], stone]
    # A joint narrower than a pixel darkens it by its share.
    joint = 0.012 * px_m
    down = (np.diff(course, prepend=course[0]) != 0) * min(1.0, joint)
    across = (np.diff(stone, axis=1, prepend=stone[:, :1]) != 0) * min(1.0, joint)
    return np.asarray(flat + np.float32(tones[1]) * np.maximum(down[:, None], across), np.float32)


_PATTERNS: Final = {"tiles": _tiles, "plaster": _plaster, "bricks": _bricks, "panels": _panels}
