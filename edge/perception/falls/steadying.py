"""Takes the shake out of a camera's pictures: wind, a lorry, a lift.

The whole picture's shift is found on a copy averaged small, by the slope of its edges (Lucas and Kanade, "An Iterative
Image Registration Technique", IJCAI 1981), against a slow mean of the pictures before. A thing that falls is far too
small to count there. Turning and zooming are left: over a façade a mast's sway is a shift.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.noise import Plane, halved

HALVINGS: Final = 3
SMALL: Final = 2**HALVINGS  # pixels to one of the small copy, each way
ROUNDS: Final = 2  # of the slope's method: it is exact for straight edges, and shifts are small
LEAST: Final = 0.15  # pixels: less is not worth a new drawing of the picture
MOST: Final = 16.0  # pixels: more is a camera that was turned
BETTER: Final = 0.8  # what must be left of the difference, or it was no shift
SLOW: Final = 0.05  # share of a new picture in the mean
EDGE: Final = 3  # small pixels at the rim that a shift leaves undefined

Floats = NDArray[np.float32]


class Steadier:
    """Of planes of one size."""

    def __init__(self) -> None:
        self._mean: Floats | None = None

    def steady(self, plane: Plane) -> Plane:
        """The plane as it would be, had the camera not moved; the same plane where it did not."""
        small = _small(plane)
        if self._mean is None:
            self._mean = small
        shift = _shift(self._mean, small)
        moved = float(np.hypot(*shift)) * SMALL
        if moved > MOST:  # turned: what it shows now is what it shows
            self._mean, shift, moved = small, np.zeros(2), 0.0
        self._mean += SLOW * (_moved(small, shift) - self._mean)
        if moved < LEAST:
            return plane
        return np.asarray(_moved(plane, shift * SMALL), np.uint8)


def _small(plane: Plane) -> Floats:
    return halved(plane, HALVINGS).astype(np.float32)


def _shift(mean: Floats, small: Floats) -> NDArray[np.float64]:
    """By how much `small` must be moved to lie on `mean`: (x, y), small pixels; zeros where it helps nothing."""
    across = cv2.Sobel(mean, cv2.CV_32F, 1, 0, scale=0.125)[EDGE:-EDGE, EDGE:-EDGE].ravel()
    down = cv2.Sobel(mean, cv2.CV_32F, 0, 1, scale=0.125)[EDGE:-EDGE, EDGE:-EDGE].ravel()
    normal = np.array([[across @ across, across @ down], [across @ down, down @ down]], np.float64)
    shift = np.zeros(2)
    if np.linalg.det(normal) < 1e-3 * max(1.0, float(np.trace(normal))) ** 2:
        return shift  # no edges, or all in one direction
    before = after = _off(mean, small)
    for _ in range(ROUNDS):
        shift = shift + np.linalg.solve(normal, -np.array([across @ after, down @ after], np.float64))
        after = _off(mean, _moved(small, shift))
    return shift if float(after @ after) < BETTER * float(before @ before) else np.zeros(2)


def _off(mean: Floats, small: Floats) -> Floats:
    """What differs, less what is brighter or darker all over."""
    off = (mean - small)[EDGE:-EDGE, EDGE:-EDGE].ravel()
    return np.asarray(off - off.mean(), np.float32)


def _moved(plane: Plane | Floats, shift: NDArray[np.float64]) -> Floats:
    """A plane moved by pixels; what comes in at the rim is the rim's."""
    height, width = plane.shape
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float64)
    moved = cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved)
