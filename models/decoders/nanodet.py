"""NanoDet-Plus: each side of a box as a distribution over distances (generalised focal loss)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.decoders.decoder import grid, sigmoid
from models.detection import Detections

STRIDES: Final = (8, 16, 32, 64)
BINS: Final = 8


class NanoDetPlusDecoder:
    """Reads (1, classes + 4 × 8, n): class logits, then eight bins for each of left, top, right and bottom.

    Args:
        size: height and width of the network's input in pixels.
        classes: how many classes there are.
    """

    def __init__(self, size: tuple[int, int], classes: int) -> None:
        places, strides = grid(*size, STRIDES)
        self._centres = places * strides[:, None]
        self._strides = strides
        self._classes = classes

    @property
    def cells(self) -> int:
        """How many columns the output must have."""
        return len(self._strides)

    def __call__(self, outputs: Sequence[NDArray[np.float32]], threshold: float) -> Detections:
        """Read one picture's outputs; see `Decoder`."""
        columns = outputs[0][0]
        least_logit = np.log(threshold / (1 - threshold))
        class_ids, cell = np.nonzero(columns[: self._classes] >= least_logit)
        scores = sigmoid(columns[class_ids, cell])
        return Detections(self._boxes(columns[self._classes :, cell].T, cell), scores, class_ids.astype(np.int64))

    def _boxes(self, bins: NDArray[np.float32], cell: NDArray[np.intp]) -> NDArray[np.float32]:
        logits = bins.reshape(-1, 4, BINS)
        weights = np.exp(logits - logits.max(axis=2, keepdims=True))
        mean_bin = (weights * np.arange(BINS)).sum(axis=2) / weights.sum(axis=2)
        distances = mean_bin * self._strides[cell, None]
        centres = self._centres[cell]
        return np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], axis=1).astype(np.float32)
