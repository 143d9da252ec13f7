"""From a picture to a network's input, and from the network's pixels back to the picture's."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.manifest import Input

STRIDE: Final = 32
"""Networks that take any size want sides that are multiples of this: their coarsest grid."""

MOST_ENLARGED: Final = 2.0
"""A small picture is enlarged at most this much: beyond it there is nothing more to see, only more to compute."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One picture as a network takes it.

    Attributes:
        tensor: shape (1, 3, h, w), float32; valid until the next picture.
        scale: network pixels for each picture pixel, `x y`, shape (2,), float32.
    """

    tensor: NDArray[np.float32]
    scale: NDArray[np.float32]

    def points_in_picture(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn points `x y`, shape (…, 2), from network pixels into picture pixels."""
        return np.divide(points, self.scale, dtype=np.float32)

    def boxes_in_picture(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn boxes `x1 y1 x2 y2`, shape (n, 4), from network pixels into picture pixels."""
        return self.points_in_picture(boxes.reshape(-1, 2, 2)).reshape(-1, 4)


class Preparation:
    """Prepares pictures for one network, in buffers kept between calls; so it serves one thread at a time."""

    def __init__(self, spec: Input) -> None:
        self._spec = spec
        gain = 1 / np.array(spec.std, np.float64)
        self._gain = gain.astype(np.float32)
        self._offset = (-np.array(spec.mean) * gain).astype(np.float32)
        self._source_channels = (2, 1, 0) if spec.colour == "rgb" else (0, 1, 2)
        self._tensor = np.empty((1, 3, 0, 0), np.float32)
        self._filled = (0, 0)

    def prepare(self, image: NDArray[np.uint8]) -> Intake:
        """Scale, arrange and normalise one picture.

        Args:
            image: shape (h, w, 3), uint8, BGR, any size with h, w ≥ 1.
        Raises:
            ValueError: the picture has another shape or type.
        """
        require_picture(image)
        height, width = image.shape[:2]
        inner, outer = self._sizes(height, width)
        if (height, width) != inner:
            image = np.asarray(cv2.resize(image, (inner[1], inner[0]), interpolation=cv2.INTER_LINEAR), np.uint8)
        self._make_room(inner, outer)
        for channel, source in enumerate(self._source_channels):
            plane = self._tensor[0, channel, : inner[0], : inner[1]]
            np.multiply(image[:, :, source], self._gain[channel], out=plane)
            plane += self._offset[channel]
        return Intake(self._tensor, np.array([inner[1] / width, inner[0] / height], np.float32))

    def _sizes(self, height: int, width: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give height and width of the scaled picture, and of the tensor it lies in."""
        full_h, full_w = self._spec.size
        if self._spec.fit == "stretch":
            return (full_h, full_w), (full_h, full_w)
        factor = min(full_h / height, full_w / width)
        if self._spec.fit == "within":
            factor = min(factor, MOST_ENLARGED)
        inner = (max(1, int(height * factor)), max(1, int(width * factor)))
        if self._spec.fit == "letterbox":
            return inner, (full_h, full_w)
        return inner, (_up_to_stride(inner[0]), _up_to_stride(inner[1]))

    def _make_room(self, inner: tuple[int, int], outer: tuple[int, int]) -> None:
        """Have a tensor of that size whose padding is clean; it is made anew only when a size changes."""
        if self._tensor.shape[2:] == outer and self._filled == inner:
            return
        self._tensor = np.empty((1, 3, *outer), np.float32)
        padding = np.array(self._spec.pad, np.float32) * self._gain + self._offset
        self._tensor[:] = padding.reshape(1, 3, 1, 1)
        self._filled = inner


def require_picture(image: NDArray[np.uint8]) -> None:
    """Refuse what is no BGR picture.

    Raises:
        ValueError: not an array (h, w, 3) of uint8 with h, w ≥ 1; the sentence says what it is.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"a picture is (h, w, 3) uint8 with h, w ≥ 1, not {image.shape} {image.dtype}")


def _up_to_stride(side: int) -> int:
    return -(-side // STRIDE) * STRIDE
