"""What a place looks like, in 432 bytes, and how like two such looks are whatever the light."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.values import Box, Image

COLUMNS: Final = 24
ROWS: Final = 16
CHROMA: Final = (6, 4)  # columns and rows of the coarse colour grid
FLAT: Final = 2.0  # grey levels: a patch that varies less is a blank; sensor noise alone does so much
LEAST_CELLS: Final = 24  # of 384: fewer tell nothing
COLOUR_RANGE: Final = 40.0  # a and b of Lab; another paint differs by so much, another white balance by less

Cells = NDArray[np.bool_]  # (16, 24)
_SIZE: Final = COLUMNS * ROWS + CHROMA[0] * CHROMA[1] * 2


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a box of a picture looked: 16 × 24 luma values and 4 × 6 pairs of Lab's a and b, one byte each."""

    data: bytes

    def __post_init__(self) -> None:
        if len(self.data) != _SIZE:
            raise ValueError(f"an appearance has {_SIZE} bytes, not {len(self.data)}")

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


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    first = min(max(int(low * size), 0), max(size - 2, 0))
    return first, max(min(int(np.ceil(high * size)), size), min(first + 2, size))


def clear_cells(box: Box, covers: Iterable[Box]) -> Cells:
    """Tell which cells of a box's grid no other box covers: shape (16, 24), judged at the cells' middles."""
    xs = box.x1 + (np.arange(COLUMNS) + 0.5) / COLUMNS * (box.x2 - box.x1)
    ys = box.y1 + (np.arange(ROWS) + 0.5) / ROWS * (box.y2 - box.y1)
    clear = np.ones((ROWS, COLUMNS), np.bool_)
    for cover in covers:
        across = (xs >= cover.x1) & (xs <= cover.x2)
        down = (ys >= cover.y1) & (ys <= cover.y2)
        clear &= ~(down[:, None] & across[None, :])
    return clear


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
    if int(chosen.sum()) < LEAST_CELLS:
        return None
    plain = _correlation(one.luma[chosen], other.luma[chosen])
    local = _correlation(_contrast(one.luma)[chosen], _contrast(other.luma)[chosen])
    return max(0.0, (plain + local) / 2) * (0.75 + 0.25 * _paint(one, other, chosen))


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's r; two blanks are alike, a blank and a pattern are not."""
    first, second = one - one.mean(), other - other.mean()
    spread = float(first.std()), float(second.std())
    if min(spread) < FLAT:
        return 1.0 if max(spread) < FLAT else 0.0
    return float((first * second).mean()) / (spread[0] * spread[1])


def _contrast(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Luma less its surroundings' mean: shadows with soft edges and slow gradients vanish."""
    return np.asarray(luma - cv2.blur(luma, (7, 7)), np.float32)


def _paint(one: Appearance, other: Appearance, cells: Cells) -> float:
    """Likeness of colours, 0 to 1, after the mean shift that a white balance makes has been halved."""
    columns, rows = CHROMA
    shares = cells.reshape(rows, ROWS // rows, columns, COLUMNS // columns).mean(axis=(1, 3))
    shift = (one.chroma - other.chroma)[shares.ravel() >= 0.5]
    if not len(shift):
        return 1.0
    rest = shift - shift.mean(axis=0) / 2
    return max(0.0, 1.0 - float(np.abs(rest).mean()) / COLOUR_RANGE)
