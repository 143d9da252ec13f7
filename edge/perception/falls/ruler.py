"""What a façade's drawing says of places in the picture: floors, columns, metres.

With a grid every place of the picture is a place on the façade's plane: the four corners give the map (a homography,
Hartley and Zisserman, Multiple View Geometry, 2nd ed., section 4.1). Without one, height is measured from the ground
line by the fall's own scale.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Grid
from edge.perception.falls.ballistics import Prior

Floats = NDArray[np.float64]

# A thing falls up to 4 m before the façade, and so seems up to a quarter larger than on it (camera 20 m away, 20 / 16):
# two spreads.
ON_THE_PLANE: Final = Prior(scale=(0.06, 0.08), squeeze=(0.0, 0.002), speed=(2.0, 4.0), drag=(-4.0, 1.5))
# Scales of use are 5 to 90 px/m at 1080 rows; a camera below sees metres grow along the fall.
ANYWHERE: Final = Prior(scale=(3.2, 0.6), squeeze=(0.006, 0.006), speed=(2.0, 3.0), drag=(-4.0, 1.5))


class GridRuler:
    """Places on a façade with a grid. Metres are above the lower edge of the lowest floor drawn."""

    def __init__(self, grid: Grid, width: int, height: int) -> None:
        """Take a grid for pictures of `width` × `height` pixels."""
        top = (grid.floors[1] - grid.floors[0] + 1 - _skipped(*grid.floors)) * grid.floor_height
        corners = np.array(grid.corners, np.float64) * (width, height)
        plane = np.array([(0, top), (grid.columns, top), (grid.columns, 0), (0, 0)], np.float64)
        self._map = cv2.getPerspectiveTransform(corners.astype(np.float32), plane.astype(np.float32)).astype(np.float64)
        self._grid = grid
        self.top_m: Final = float(top)

    def place(self, xy: Floats) -> Floats:
        """Columns from the left edge and metres up: (n, 2) pixels → (n, 2)."""
        flat = np.concatenate([xy, np.ones((len(xy), 1))], axis=1) @ self._map.T
        return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)

    def pixels_per_metre(self, xy: Floats) -> Floats:
        """How long a metre of height is at each place, (n,), pixels."""
        up = np.array([0.0, 1.0])
        back = np.asarray(np.linalg.inv(self._map), np.float64)
        there = self.place(xy)
        lower, upper = (_through(back, there + shift * up) for shift in (-0.5, 0.5))
        return np.asarray(np.hypot(*(upper - lower).T), np.float64)

    def floor(self, metres: float) -> int:
        """The floor at a height; kept to those drawn."""
        low, high = self._grid.floors
        steps = int(np.floor(metres / self._grid.floor_height))
        floor = low + max(0, steps)
        if low < 0 <= floor:
            floor += 1
        return min(high, floor)

    def column(self, columns: float) -> int | None:
        """The column, from 1; None beside the grid."""
        return int(columns) + 1 if 0 <= columns < self._grid.columns else None

    @property
    def ground_m(self) -> float:
        """How far the lower edge of the drawing lies above the ground."""
        low = self._grid.floors[0]
        return (low - 1 if low > 0 else low) * self._grid.floor_height


def _skipped(low: int, high: int) -> int:
    """There is no floor 0."""
    return 1 if low < 0 < high else 0


def _through(matrix: Floats, places: Floats) -> Floats:
    flat = np.concatenate([places, np.ones((len(places), 1))], axis=1) @ matrix.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


def free_prior(rows: int) -> Prior:
    """What is known of a picture of so many rows without a grid."""
    middle, spread = ANYWHERE.scale
    return Prior((middle + float(np.log(rows / 1080.0)), spread), ANYWHERE.squeeze, ANYWHERE.speed, ANYWHERE.drag)
