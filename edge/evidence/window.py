"""The window that something fell from, as a part of the picture: all that may be seen clearly beside the thing."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Facade, Grid
from edge.evidence.pixels import Pixels
from edge.trajectory import Fall

SIDE_M: Final = 3.0  # of the square around the launch where no grid tells the window: a storey
LEAST_SIDE: Final = 16  # pixels
MOST_SIDE: Final = 0.2  # of the picture's height


def launch_window(facade: Facade, fall: Fall, size: tuple[int, int]) -> Pixels:
    """Where a fall began: the grid's cell of its floor and column, else a storey's square around the curve's start.

    Args:
        size: the picture's width and height, pixels.
    """
    grid, floors = facade.grid, fall.floors
    if grid is None or floors is None or fall.column is None or not _is_on(grid, floors.likely):
        return _around(float(fall.curve.x[0]), float(fall.curve.y[0]), fall.pixels_per_metre.value * SIDE_M, size)
    return _cell(grid, floors.likely, fall.column, size)


def _is_on(grid: Grid, floor: int) -> bool:
    return grid.floors[0] <= floor <= grid.floors[1]


def _cell(grid: Grid, floor: int, column: int, size: tuple[int, int]) -> Pixels:
    """One window of the grid, in perspective. There is no floor 0."""
    low, high = grid.floors
    storeys = [number for number in range(high, low - 1, -1) if number != 0]
    top, tall, wide = storeys.index(floor), 1 / len(storeys), 1 / grid.columns
    left = (min(column, grid.columns) - 1) * wide
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    drawn = np.array(grid.corners, np.float32) * np.array(size, np.float32)
    cell = np.array([[(left, top * tall), (left + wide, top * tall)]], np.float32)
    cell = np.concatenate([cell, cell[:, ::-1] + (0, tall)], axis=1).astype(np.float32)
    placed = cv2.perspectiveTransform(cell, cv2.getPerspectiveTransform(unit, drawn))[0]
    return _within(*_inscribed(placed), size)


def _inscribed(corners: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """The upright box within a slanted cell, so that no neighbour shows; around it where none fits."""
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = corners.tolist()
    left, top, right, bottom = max(x1, x4), max(y1, y2), min(x2, x3), min(y3, y4)
    if right - left >= LEAST_SIDE / 2 and bottom - top >= LEAST_SIDE / 2:
        return left, top, right, bottom
    return min(x1, x4), min(y1, y2), max(x2, x3), max(y3, y4)


def _around(x: float, y: float, side: float, size: tuple[int, int]) -> Pixels:
    half = min(max(side, LEAST_SIDE), MOST_SIDE * size[1]) / 2
    return _within(x - half, y - half, x + half, y + half, size)


def _within(x1: float, y1: float, x2: float, y2: float, size: tuple[int, int]) -> Pixels:
    width, height = size
    return (
        min(max(int(x1), 0), width),
        min(max(int(y1), 0), height),
        min(max(int(np.ceil(x2)), 0), width),
        min(max(int(np.ceil(y2)), 0), height),
    )
