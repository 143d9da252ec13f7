"""What a place looks like, in 432 bytes and 512 more at most, and how like two such looks are whatever the light."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.values import Box, Image

WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)
COLUMNS: Final = 24
ROWS: Final = 16
CHROMA: Final = (6, 4)  # columns and rows of the coarse colour grid
HALF_A_PATCH: Final = 8  # of the 16 cells that one pair of colours stands for
FLAT: Final = 2.0  # grey levels: a patch that varies less is a blank; sensor noise alone does so much
LEAST_CELLS: Final = 24  # of 384: fewer tell nothing
COLOUR_RANGE: Final = 40.0  # a and b of Lab; another paint differs by so much, another white balance by less

TINY: Final = 1e-9  # of the picture: no box is narrower, but a state that somebody wrote may say so
MAX_EMBEDDING: Final = 512  # bytes, one a dimension

Cells = NDArray[np.bool_]  # (16, 24)
_RIGHT: Final = np.linspace(-1, 1, 2 * COLUMNS + 1, dtype=np.float32)[1::2][None, :]  # the cells' middles, -1 at the
_LOW: Final = np.linspace(-1, 1, 2 * ROWS + 1, dtype=np.float32)[1::2][:, None]  # left or upper edge to 1
_SIZE: Final = COLUMNS * ROWS + CHROMA[0] * CHROMA[1] * 2


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a box of a picture looked.

    Attributes:
        data: 16 × 24 luma values and 4 × 6 pairs of Lab's a and b, one byte each.
        embedding: what the detector's network made of it, as signed bytes: a direction, its length tells nothing.
    """

    data: bytes
    embedding: bytes | None = None

    def __post_init__(self) -> None:
        if len(self.data) != _SIZE:
            raise ValueError(f"an appearance has {_SIZE} bytes, not {len(self.data)}")
        if self.embedding is not None and not 1 <= len(self.embedding) <= MAX_EMBEDDING:
            raise ValueError(f"an embedding has 1 to {MAX_EMBEDDING} bytes, not {len(self.embedding)}")

    @property
    def luma(self) -> NDArray[np.float32]:
        """Shape (16, 24), float32, 0–255."""
        grid = np.frombuffer(self.data, np.uint8, COLUMNS * ROWS)
        return grid.reshape(ROWS, COLUMNS).astype(np.float32)

    @property
    def chroma(self) -> NDArray[np.float32]:
        """Shape (24, 2), float32, a and b, 128 = grey."""
        return np.frombuffer(self.data, np.uint8, offset=COLUMNS * ROWS).reshape(-1, 2).astype(np.float32)


def describe(image: Image, box: Box) -> Appearance:
    """Describe a box of a picture of any size; the box is widened to two pixels if it is less."""
    height, width = image.shape[:2]
    left, right = _span(box.x1, box.x2, width)
    top, bottom = _span(box.y1, box.y2, height)
    patch = cv2.resize(image[top:bottom, left:right], (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    luma = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY)
    colour = cv2.cvtColor(cv2.resize(patch, CHROMA, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2LAB)[:, :, 1:]
    return Appearance(luma.tobytes() + np.ascontiguousarray(colour).tobytes())


def embed(features: NDArray[np.float32]) -> bytes | None:
    """Keep a network's features in 512 bytes at most; None where the network answered with zeros only.

    Args:
        features: shape (k,), float32. More than 512 are folded: added up with signs that alternate, so that the angle
            between two of them is kept as well as 512 numbers can.
    """
    folded = features if len(features) <= MAX_EMBEDDING else _folded(features)
    peak = float(np.abs(folded).max(initial=0.0))
    return (folded / peak * 127).round().astype(np.int8).tobytes() if peak > 0 else None


def _folded(features: NDArray[np.float32]) -> NDArray[np.float32]:
    folds = np.zeros(-(-len(features) // MAX_EMBEDDING) * MAX_EMBEDDING, np.float32)
    folds[: len(features)] = features
    rows = folds.reshape(-1, MAX_EMBEDDING)
    return np.asarray((rows * _signs(len(rows))).sum(axis=0), np.float32)


def _signs(rows: int) -> NDArray[np.float32]:
    """Signs that look drawn by chance and are always the same: shape (rows, 512), the first row all 1."""
    numbers = np.arange(rows * MAX_EMBEDDING, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    signs = np.where(numbers >> np.uint64(63), -1.0, 1.0).reshape(rows, MAX_EMBEDDING)
    signs[:1] = 1.0
    return np.asarray(signs, np.float32)


def kinship(one: Appearance, other: Appearance) -> float | None:
    """Say how alike a network finds two looks: the cosine of their embeddings, -1 to 1; None unless both have one."""
    if one.embedding is None or other.embedding is None or len(one.embedding) != len(other.embedding):
        return None
    first, second = (np.frombuffer(raw, np.int8).astype(np.float32) for raw in (one.embedding, other.embedding))
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths else None


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    first = min(max(int(low * size), 0), max(size - 2, 0))
    return first, max(min(int(np.ceil(high * size)), size), min(first + 2, size))


def clear_cells(box: Box, covers: Iterable[Box]) -> Cells:
    """Tell which cells of a box's grid no other box covers: shape (16, 24), judged at the cells' middles."""
    across, down = COLUMNS / max(box.x2 - box.x1, TINY), ROWS / max(box.y2 - box.y1, TINY)
    clear = np.ones((ROWS, COLUMNS), np.bool_)
    for cover in covers:
        if cover.x2 < box.x1 or cover.x1 > box.x2 or cover.y2 < box.y1 or cover.y1 > box.y2:
            continue
        columns = _covered((cover.x1 - box.x1) * across, (cover.x2 - box.x1) * across)
        clear[_covered((cover.y1 - box.y1) * down, (cover.y2 - box.y1) * down), columns] = False
    return clear


def _covered(low: float, high: float) -> slice:
    """The cells whose middles lie from one place to another, both in cells."""
    return slice(max(0, math.ceil(low - 0.5)), max(0, math.floor(high - 0.5) + 1))


def similarity(one: Appearance, other: Appearance, cells: Cells | None = None) -> float | None:
    """Say how like two appearances are: 1 the same, 0 nothing in common.

    Structure alone decides up to a quarter: luma and its local contrast are correlated, so that a change of gain or
    offset changes nothing; a different paint takes off the rest.

    Args:
        cells: which cells to compare, shape (16, 24); None means all.
    Returns:
        0 to 1, or None where too few cells are left to say.
    """
    chosen = np.ones((ROWS, COLUMNS), np.bool_) if cells is None else cells
    if int(np.count_nonzero(chosen)) < LEAST_CELLS:
        return None
    first, second = _structure(one), _structure(other)
    plain = _correlation(first[0][chosen], second[0][chosen])
    local = _correlation(first[1][chosen], second[1][chosen])
    return max(0.0, (plain + local) / 2) * (0.75 + 0.25 * _paint(one, other, chosen))


def residue(one: Appearance, other: Appearance, cells: Cells | None = None) -> NDArray[np.float32] | None:
    """Say by how much one appearance differs from another once all that light and aim do is taken out.

    Taken out are slow shadows (local contrast is compared), a gain that is even or rises across the box, and a shift
    and a stretch of a fraction of a cell. What is left is another pattern: reflections, dirt, another thing.

    Returns:
        grey levels, ≥ 0, one for each chosen cell; None where too few cells are left to say.
    """
    chosen = np.ones((ROWS, COLUMNS), np.bool_) if cells is None else cells
    if int(np.count_nonzero(chosen)) < LEAST_CELLS:
        return None
    before, after = _structure(one)[1], _structure(other)[1]
    down, across = np.gradient(before, axis=0), np.gradient(before, axis=1)
    causes = (before, before * _RIGHT, before * _LOW, across, down, across * _RIGHT, down * _LOW)
    parts = np.stack([cause[chosen] for cause in causes], axis=1)
    weights = np.linalg.lstsq(parts, after[chosen], rcond=None)[0]
    return np.asarray(np.abs(after[chosen] - parts @ weights), np.float32)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's r; two blanks are alike, a blank and a pattern are not."""
    count = len(one)
    first, second = one - np.add.reduce(one) / count, other - np.add.reduce(other) / count
    spread = math.sqrt(float(first @ first) / count), math.sqrt(float(second @ second) / count)
    if min(spread) < FLAT:
        return 1.0 if max(spread) < FLAT else 0.0
    return float(first @ second) / count / (spread[0] * spread[1])


@lru_cache(maxsize=1024)  # a place's remembered looks are compared look after look; an entry takes 4 KB
def _structure(looks: Appearance) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Luma and its local contrast; nobody writes into them."""
    luma = looks.luma
    return luma, _contrast(luma)


def _contrast(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Luma less its surroundings' mean: shadows with soft edges and slow gradients vanish."""
    return np.asarray(luma - cv2.blur(luma, (7, 7)), np.float32)


def _paint(one: Appearance, other: Appearance, cells: Cells) -> float:
    """Likeness of colours, 0 to 1, after the mean shift that a white balance makes has been halved."""
    columns, rows = CHROMA
    counts = np.add.reduce(cells.reshape(rows, ROWS // rows, columns, COLUMNS // columns), axis=(1, 3), dtype=np.int32)
    shift = (one.chroma - other.chroma)[counts.ravel() >= HALF_A_PATCH]
    if not len(shift):
        return 1.0
    rest: float = float(np.abs(shift - np.add.reduce(shift, axis=0) / (2 * len(shift))).sum()) / shift.size
    return max(0.0, 1.0 - float(rest) / COLOUR_RANGE)
