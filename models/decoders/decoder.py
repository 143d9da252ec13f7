"""What a decoder is: the meaning of a network's numbers, without the network."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.detection import Detections


class Decoder(Protocol):
    """Reads the outputs of one family of networks."""

    def __call__(self, outputs: Sequence[NDArray[np.float32]], threshold: float) -> Detections:
        """Read one picture's outputs.

        Args:
            outputs: in the order of the manifest row's `outputs`.
            threshold: least score to read.
        Returns:
            boxes in pixels of the network's input, in no order, overlapping ones not yet removed.
        """
        ...


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logistic function, elementwise, without overflow."""
    scores: NDArray[np.float32] = np.divide(1 + np.tanh(logits / 2), 2, dtype=np.float32)
    return scores


def grid(height: int, width: int, strides: Sequence[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lay out the cells of a detector without anchors, one stride after the other, row by row.

    Args:
        height, width: of the network's input, in pixels.
        strides: cell sizes in pixels, in the order of the network's outputs.
    Returns:
        each cell's place `x y`, shape (n, 2), in cells from the top left; and its stride, shape (n,), in pixels.
    """
    places, sizes = [], []
    for stride in strides:
        rows, columns = -(-height // stride), -(-width // stride)
        y, x = np.mgrid[:rows, :columns]
        places.append(np.stack([x.ravel(), y.ravel()], axis=1))
        sizes.append(np.full(rows * columns, stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(sizes).astype(np.float32)
