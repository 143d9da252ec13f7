"""The values and the protocols that join models to whoever looks at pictures."""

import math
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
class FeatureMap:
    """What a network's own inner layers made of a whole picture, cell by cell: the looks of things, at no extra run.

    Attributes:
        grid: shape (rows, columns, k), float32, rows, columns, k ≥ 1; the cells tile the picture evenly.
    """

    grid: NDArray[np.float32]

    def pool(self, x1: float, y1: float, x2: float, y2: float) -> NDArray[np.float32]:
        """Describe what a box holds: the mean of the cells it touches, each by the area touched.

        Args:
            x1, y1, x2, y2: the box as fractions of the picture; clipped to it. A box without area stands for the cell
                it lies in, one outside for the nearest.
        Returns:
            shape (k,), float32, of length 1 (L2); zeros where the network answered with zeros only. The dot product of
            two is how alike they look, in [-1, 1].
        Raises:
            ValueError: an edge is no number.
        """
        rows, columns, depth = self.grid.shape
        (top, down), (left, across) = _touched(y1, y2, rows), _touched(x1, x2, columns)
        cells = self.grid[top : top + len(down), left : left + len(across)].reshape(-1, depth)
        total = np.asarray(np.outer(down, across).ravel() @ cells, np.float32)
        length = float(np.linalg.norm(total))
        return np.divide(total, length, dtype=np.float32) if length else total


def _touched(start: float, end: float, cells: int) -> tuple[int, NDArray[np.float32]]:
    """Give the first cell along one side that two fractions touch, and how much of it and each that follows.

    One cell, all of it, where nothing would be.
    """
    if not (math.isfinite(start) and math.isfinite(end)):
        raise ValueError(f"a box's edges are fractions of the picture, not {start} and {end}")
    first, last = (min(max(edge, 0.0), 1.0) * cells for edge in (start, end))
    low, high = min(int(first), cells - 1), min(math.ceil(last), cells)
    if last <= first or high <= low:
        return low, np.ones(1, np.float32)
    shares = [min(cell + 1, last) - max(cell, first) for cell in range(low, high)]
    return low, np.array(shares, np.float32)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one run of a detector gives.

    Attributes:
        detections: what was found.
        features: how the whole picture looks to the network; none where a model does not tell.
    """

    detections: Detections
    features: FeatureMap | None = None


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

    def look(self, image: NDArray[np.uint8]) -> Seen:
        """Find objects as `detect` does, and tell in the same run how the picture looks to the network.

        Args, raises:
            as `detect`.
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


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a plate as one look read it.

    Attributes:
        ranked: characters and how sure each is, surest first, at most 5, each in (0, 1]; together at most 1: the rest
            is what else it may be. So the first may be unsure, and of the province often is.
        at: where it stands along the plate, 0 at the left end and 1 at the right.
    """

    ranked: tuple[tuple[str, float], ...]
    at: float


@dataclass(frozen=True, slots=True)
class PlateGlimpse:
    """What one look read of one plate, left to right, the upper line of two first; empty where nothing was read."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """The surest character of each place."""
        return "".join(character.ranked[0][0] for character in self.characters)


class PlateReader(Protocol):
    """Reads number plates. One instance serves one thread at a time."""

    def read(self, crop: NDArray[np.uint8]) -> PlateGlimpse:
        """Read one plate once; sure reading is the vote of many looks.

        Args:
            crop: shape (h, w, 3), uint8, BGR, h, w ≥ 1: one plate in one line, upright, as `models.plates.rectify` and
                `models.plates.split` give it.
        Returns:
            characters of the plate alphabet only, at most 16.
        Raises:
            ValueError: the crop has another shape or type.
        """
        ...
