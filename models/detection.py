"""The values and the protocols that join models to whoever looks at pictures."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Detections:
    """Objects that one model saw in one picture, best score first.

    Attributes:
        boxes: shape (n, 4), float32, pixels of the picture given, `x1 y1 x2 y2`, clipped to the picture.
        scores: shape (n,), float32, in [0, 1].
        class_ids: shape (n,), int64, index into the detector's `names`.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def none(cls) -> Self:
        """Nothing seen: arrays of the right type and length zero."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Plates:
    """Number plates that one model saw in one picture, best score first.

    Attributes:
        boxes: shape (n, 4), float32, pixels of the picture given, `x1 y1 x2 y2`, clipped to the picture.
        scores: shape (n,), float32, in [0, 1].
        corners: shape (n, 4, 2), float32, pixels `x y`, clockwise from the plate's top left as the picture shows it:
            top left, top right, bottom right, bottom left.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    corners: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def none(cls) -> Self:
        """No plate seen: arrays of the right type and length zero."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 4, 2), np.float32))


class Detector(Protocol):
    """Finds objects in a picture. One instance serves one thread at a time: it keeps its buffers between calls."""

    @property
    def names(self) -> tuple[str, ...]:
        """Class names; a detection's class id is an index into it. COCO names for the models shipped."""
        ...

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        """Find objects in one picture.

        Args:
            image: shape (h, w, 3), uint8, BGR, any size with h, w ≥ 1.
        Returns:
            what scored at least the detector's threshold, at most 100 objects.
        Raises:
            ValueError: the picture has another shape or type.
        """
        ...


class PlateDetector(Protocol):
    """Finds number plates in a picture. One instance serves one thread at a time."""

    def detect(self, image: NDArray[np.uint8]) -> Plates:
        """Find number plates in one picture: a whole frame or the crop of one vehicle.

        Args:
            image: shape (h, w, 3), uint8, BGR, any size with h, w ≥ 1.
        Returns:
            what scored at least the detector's threshold, at most 100 plates.
        Raises:
            ValueError: the picture has another shape or type.
        """
        ...
