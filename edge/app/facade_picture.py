"""A façade drawn into a camera's picture: its border, what is left out, and its grid of windows."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.app.zone_picture import label
from edge.config import Facade, Grid
from edge.evidence.lettering import legible
from edge.values import Image

EDGE: Final = (120, 220, 120)  # BGR
LEFT_OUT: Final = (150, 150, 150)
GRID: Final = (90, 150, 90)
SIZE: Final = 15  # pixels of a letter


def outline(canvas: Image, facade: Facade) -> None:
    """Draw into `canvas`, shape (h, w, 3), uint8, BGR."""
    for polygon, colour in ((facade.polygon, EDGE), *((ignored, LEFT_OUT) for ignored in facade.ignore)):
        cv2.polylines(canvas, [_pixels(polygon, canvas)], isClosed=True, color=colour, thickness=1)
    if facade.grid:
        _grid(canvas, facade.grid)
    left, top = _pixels(facade.polygon, canvas).min(axis=0).tolist()
    label(canvas, legible(facade.name or facade.id), (left + 2, top + 2), SIZE, EDGE)


def _grid(canvas: Image, grid: Grid) -> None:
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    place = cv2.getPerspectiveTransform(unit, _pixels(grid.corners, canvas).astype(np.float32))
    low, high = grid.floors
    floors = high - low + (0 if low < 0 < high else 1)
    for part, across in [(n / floors, True) for n in range(floors + 1)] + [
        (n / grid.columns, False) for n in range(grid.columns + 1)
    ]:
        ends = [(0.0, part), (1.0, part)] if across else [(part, 0.0), (part, 1.0)]
        start, end = cv2.perspectiveTransform(np.array([ends], np.float32), place)[0].round().astype(int).tolist()
        cv2.line(canvas, start, end, GRID, 1)


def _pixels(polygon: Sequence[tuple[float, float]], canvas: Image) -> NDArray[np.int32]:
    height, width = canvas.shape[:2]
    return np.round(np.array(polygon) * (width, height)).astype(np.int32)
