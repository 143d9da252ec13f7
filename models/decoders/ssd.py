"""SSD as TensorFlow's object detection API exports it: box codes against fixed anchors, one sigmoid a class."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection import Detections

_CENTRE_SCALE: Final = 10.0
_SIZE_SCALE: Final = 5.0
"""Of the box coder in the network's training configuration (`faster_rcnn_box_coder`: 10, 10, 5, 5)."""

_MOST_LOG_GROWTH: Final = 6.0
"""A box is at most e^6 = 403 times its anchor: keeps a wild code from overflowing."""

_UNREPORTED: Final = -1


class SsdDecoder:
    """Reads box codes (1, n, 1, 4) in the order y, x, h, w, and class logits (1, n, classes).

    Args:
        anchors: shape (n, 4), float32, `ymin xmin ymax xmax` as shares of the picture.
        classes: one name for each logit, in order; empty for the background and for numbers never given out.
        size: height and width of the network's input in pixels.
    """

    def __init__(self, anchors: NDArray[np.float32], classes: Sequence[str], size: tuple[int, int]) -> None:
        y1, x1, y2, x2 = anchors.T
        self._centres = np.stack([(y1 + y2) / 2, (x1 + x2) / 2], axis=1)
        self._sizes = np.stack([y2 - y1, x2 - x1], axis=1)
        self._pixels = np.array(size, np.float32)
        named = np.array([bool(name) for name in classes])
        self._class_of_column = np.where(named, np.cumsum(named) - 1, _UNREPORTED).astype(np.int64)

    def __call__(self, outputs: Sequence[NDArray[np.float32]], threshold: float) -> Detections:
        """Read one picture's outputs; see `Decoder`."""
        codes, logits = outputs[0].reshape(-1, 4), outputs[1][0]
        # The sigmoid is monotonous: compare logits, and work out only the few scores that are reported.
        anchor, column = np.nonzero(logits >= math.log(threshold / (1 - threshold)))
        class_ids = self._class_of_column[column]
        reported = class_ids != _UNREPORTED
        anchor, column, class_ids = anchor[reported], column[reported], class_ids[reported]
        scores = 1 / (1 + np.exp(-logits[anchor, column]))
        return Detections(self._boxes(codes[anchor], anchor), scores.astype(np.float32), class_ids)

    def _boxes(self, codes: NDArray[np.float32], anchor: NDArray[np.intp]) -> NDArray[np.float32]:
        centres = codes[:, :2] / _CENTRE_SCALE * self._sizes[anchor] + self._centres[anchor]
        sizes = np.exp(np.minimum(codes[:, 2:] / _SIZE_SCALE, _MOST_LOG_GROWTH)) * self._sizes[anchor]
        top_left, bottom_right = (centres - sizes / 2) * self._pixels, (centres + sizes / 2) * self._pixels
        return np.concatenate([top_left[:, ::-1], bottom_right[:, ::-1]], axis=1).astype(np.float32)
