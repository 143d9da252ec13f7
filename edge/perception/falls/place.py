"""Where falls are judged."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Facade
from edge.perception.falls.ruler import GridRuler

COARSE: Final = 8  # pixels to one of the map of edges


@dataclass(frozen=True, slots=True)
class Place:
    """A façade in pictures of one size, pixels.

    Attributes:
        ruler: None without a grid.
        edges: how far each place lies inside the edge of where falls are looked for, (h, w) float32, pixels, of every
            eighth pixel; 0 outside.
    """

    facade: Facade
    width: int
    height: int
    ruler: GridRuler | None
    edges: NDArray[np.float32]

    @classmethod
    def of(cls, facade: Facade, width: int, height: int) -> "Place":
        """Take a façade as it is drawn."""
        ruler = GridRuler(facade.grid, width, height) if facade.grid else None
        inside = mask(facade, max(1, width // COARSE), max(1, height // COARSE))
        framed = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        far = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1]
        return cls(facade, width, height, ruler, np.asarray(far * COARSE, np.float32))

    def inside_px(self, x: float, y: float) -> float:
        """How far a place lies inside the edge, pixels; 0 outside."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return 0.0
        rows, columns = self.edges.shape
        return float(self.edges[min(rows - 1, int(y) // COARSE), min(columns - 1, int(x) // COARSE)])


def mask(facade: Facade, width: int, height: int) -> NDArray[np.uint8]:
    """Where falls are looked for: shape (height, width), 255 inside the polygon and outside what is ignored, else 0."""
    inside = np.zeros((height, width), np.uint8)
    for polygon, value in ((facade.polygon, 255), *((ignored, 0) for ignored in facade.ignore)):
        corners = np.rint(np.array(polygon) * (width - 1, height - 1)).astype(np.int32)
        cv2.fillPoly(inside, [corners], value)
    return inside
