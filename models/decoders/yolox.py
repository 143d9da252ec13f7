"""YOLOX: cells without anchors, exported undecoded, scores already through the sigmoid."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.decoders.decoder import grid
from models.detection import Detections

STRIDES: Final = (8, 16, 32)

_MOST_LOG_SIZE: Final = 8.0
"""A box side is at most e^8 = 2981 cells: keeps a wild code from overflowing."""


class YoloxDecoder:
    """Reads (1, n, 5 + classes): x, y, log w, log h in cells, objectness, class scores.

    Args:
        size: height and width of the network's input in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._places, self._strides = grid(*size, STRIDES)

    @property
    def cells(self) -> int:
        """How many rows the output must have."""
        return len(self._strides)

    def __call__(self, outputs: Sequence[NDArray[np.float32]], threshold: float) -> Detections:
        """Read one picture's outputs; see `Decoder`."""
        rows = outputs[0][0]
        likely = np.flatnonzero(rows[:, 4] >= threshold)  # a score is objectness × class, so never above objectness
        scores = rows[likely, 4:5] * rows[likely, 5:]
        row, class_ids = np.nonzero(scores >= threshold)
        cell = likely[row]
        return Detections(self._boxes(rows[cell, :4], cell), scores[row, class_ids], class_ids.astype(np.int64))

    def _boxes(self, codes: NDArray[np.float32], cell: NDArray[np.intp]) -> NDArray[np.float32]:
        stride = self._strides[cell, None]
        centres = (codes[:, :2] + self._places[cell]) * stride
        sizes = np.exp(np.minimum(codes[:, 2:], _MOST_LOG_SIZE)) * stride
        return np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1).astype(np.float32)
