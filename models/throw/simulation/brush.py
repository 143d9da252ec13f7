"""Small moving things drawn into a picture: anti-aliased, blurred by lens and motion, light kept."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEP_PX: Final = 0.6  # between two places of one exposure, or a third of the thing's breadth where that is more
PLACES: Final = 40  # most places of one exposure: a longer streak is drawn with wider gaps
MARGIN: Final = 3.0  # pixels, or lens blurs, round a thing
LARGEST: Final = 420  # pixels of a patch's side: nothing larger is drawn by this brush
SHARPEST: Final = 0.35  # pixels: one sigma of a pixel's own width, which no lens is sharper than
SHOWN: Final = 0.25  # of the greatest cover: what a person marking boxes would hold for the thing
CORNERS: Final = (5, 9)


@dataclass(frozen=True, slots=True)
class Strokes:
    """Where a thing is during one exposure, at k places.

    Attributes:
        x, y: shape (k,), pixels of its middle; (0, 0) is the middle of the first pixel.
        half_length, half_breadth: shape (k,), pixels. `angle`: shape (k,), radians of the long side from x to y.
        brightness: shape (k,), grey levels. `bands`: of its texture.
        corner: exponent of its outline; 0 is the polygon of `seed`.
        blur: one sigma of the lens, pixels. `share`: of the exposure for which it was there.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    half_length: NDArray[np.float64]
    half_breadth: NDArray[np.float64]
    angle: NDArray[np.float64]
    brightness: NDArray[np.float64]
    bands: float
    corner: float
    seed: int
    blur: float
    share: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """A thing's mark in a picture.

    Attributes:
        left, top: pixels of its patch in the picture, which may lie outside.
        cover: shape (h, w), float32, 0 to 1: how much of each pixel's light is the thing's.
        light: shape (h, w), float32: that light, grey levels.
    """

    left: int
    top: int
    cover: NDArray[np.float32]
    light: NDArray[np.float32]

    def clipped(self, width: int, height: int) -> "Stamp | None":
        """What of it lies in a picture of that size."""
        rows, columns = self.cover.shape
        x1, y1 = max(0, self.left), max(0, self.top)
        x2, y2 = min(width, self.left + columns), min(height, self.top + rows)
        if x1 >= x2 or y1 >= y2:
            return None
        part = np.s_[y1 - self.top : y2 - self.top, x1 - self.left : x2 - self.left]
        return Stamp(x1, y1, self.cover[part], self.light[part])

    def box(self) -> tuple[float, float, float, float]:
        """Round what shows of it: x1, y1, x2, y2 in pixels, edges of pixels."""
        shown = self.cover >= SHOWN * self.cover.max()
        xs, ys = np.flatnonzero(shown.any(axis=0)), np.flatnonzero(shown.any(axis=1))
        return (
            float(self.left + xs[0]),
            float(self.top + ys[0]),
            float(self.left + xs[-1] + 1),
            float(self.top + ys[-1] + 1),
        )

    def press(self, picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
        """Draw it, in place; only where the mask of the picture's size is not 0. Give the most it changes any pixel."""
        if (part := self.clipped(picture.shape[1], picture.shape[0])) is None:
            return 0.0
        rows, columns = part.cover.shape
        window = np.s_[part.top : part.top + rows, part.left : part.left + columns]
        before = picture[window].astype(np.float32)
        change = part.light - part.cover * before
        if mask is not None:
            change *= mask[window] > 0
        picture[window] = np.clip(before + change + 0.5, 0, 255).astype(np.uint8)
        return float(np.abs(change).max())


def places(length_px: float, breadth_px: float) -> int:
    """How many places one exposure's way of that many pixels needs."""
    return min(PLACES, 1 + ceil(length_px / max(STEP_PX, breadth_px / 3)))


def stamp(strokes: Strokes) -> Stamp | None:
    """Blend a thing over its places; None when it is larger than a patch may be."""
    long, broad = _softened(strokes.half_length, strokes.blur), _softened(strokes.half_breadth, strokes.blur)
    reach = float(max(long.max(), broad.max())) * 1.3 + MARGIN * max(1.0, strokes.blur)
    left, top = int(np.floor(strokes.x.min() - reach)), int(np.floor(strokes.y.min() - reach))
    columns = int(np.ceil(strokes.x.max() + reach)) - left + 1
    rows = int(np.ceil(strokes.y.max() + reach)) - top + 1
    if max(rows, columns) > LARGEST:
        return None
    along, across = _turned(strokes, left, top, rows, columns)
    inside = _norm(along / long[:, None, None], across / broad[:, None, None], strokes.corner, strokes.seed)
    edge = (0.55 * max(strokes.blur, SHARPEST) / np.minimum(long, broad)).astype(np.float32)[:, None, None]
    cover = 1.0 / (1.0 + np.exp(np.clip((inside - 1.0) / edge, -30, 30)))
    wanted = _area(strokes.corner, strokes.seed) * strokes.half_length * strokes.half_breadth
    # The lens spreads a thing's light and loses none: what is smaller than its blur is fainter, not larger.
    cover *= np.minimum(1.0, wanted / np.maximum(cover.sum(axis=(1, 2)), 1e-6)).astype(np.float32)[:, None, None]
    weight = np.float32(strokes.share / len(strokes.x))
    light = np.einsum("khw,khw->hw", cover, _shade(strokes, along, long)) * weight
    return Stamp(left, top, cover.sum(axis=0) * weight, light)


def _softened(half: NDArray[np.float64], blur: float) -> NDArray[np.float64]:
    """The half side at which a blurred thing has half its cover, pixels.

    A logistic edge as soft as a blur of that sigma adds π b² to a round thing's area; so a large thing's half side is
    taken that much smaller, and the smallest thing is as large as the blur itself: both keep their light.
    """
    squares, soft = half**2, max(blur, SHARPEST) ** 2
    return np.asarray(np.sqrt(squares + soft - 2 * soft * squares / (squares + soft)))


def _turned(
    strokes: Strokes, left: int, top: int, rows: int, columns: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each pixel of the patch along and across the thing at each place: two of shape (k, h, w), pixels."""
    dx = np.arange(left, left + columns, dtype=np.float32)[None, :] - strokes.x[:, None].astype(np.float32)
    dy = np.arange(top, top + rows, dtype=np.float32)[None, :] - strokes.y[:, None].astype(np.float32)
    cos = np.cos(strokes.angle).astype(np.float32)[:, None, None]
    sin = np.sin(strokes.angle).astype(np.float32)[:, None, None]
    wide, tall = dx[:, None, :], dy[:, :, None]
    return wide * cos + tall * sin, tall * cos - wide * sin


def _shade(strokes: Strokes, along: NDArray[np.float32], long: NDArray[np.float64]) -> NDArray[np.float32]:
    plain = np.clip(strokes.brightness, 0, 255).astype(np.float32)[:, None, None]
    if strokes.bands <= 0:
        return np.asarray(np.broadcast_to(plain, along.shape))
    wave = np.sin(along * (6.0 / long.astype(np.float32)[:, None, None]) + np.float32(strokes.seed % 7))
    return np.asarray(np.clip(plain + np.float32(strokes.bands) * wave, 0, 255))


def _norm(
    u: NDArray[np.float32] | NDArray[np.float64],
    v: NDArray[np.float32] | NDArray[np.float64],
    corner: float,
    seed: int,
) -> NDArray[np.float32]:
    """1 on the outline, below inside. `u` and `v` are in parts of the half sides."""
    u, v = u.astype(np.float32), v.astype(np.float32)
    if corner == 2.0:
        return np.asarray(np.sqrt(u * u + v * v))
    if corner:
        return np.asarray((np.abs(u) ** np.float32(corner) + np.abs(v) ** np.float32(corner)) ** np.float32(1 / corner))
    sides = _sides(seed)
    worst: NDArray[np.float32] = u * sides[0, 0] + v * sides[0, 1]
    for side in sides[1:]:
        np.maximum(worst, u * side[0] + v * side[1], out=worst)
    return worst


@lru_cache(maxsize=256)
def _sides(seed: int) -> NDArray[np.float32]:
    """Normals of a convex polygon's sides over their distances, shape (n, 2), in parts of the half sides."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(*CORNERS))
    turn = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * 2 * np.pi / count
    distance = rng.uniform(0.72, 1.0, count)
    return np.asarray((np.stack([np.cos(turn), np.sin(turn)], axis=1) / distance[:, None]).astype(np.float32))


@lru_cache(maxsize=256)
def _area(corner: float, seed: int) -> float:
    """Of the outline whose half sides are 1; counted on a grid, since polygons and superellipses share no formula."""
    grid = np.linspace(-1.6, 1.6, 161, dtype=np.float32)
    u, v = np.meshgrid(grid, grid)
    return float((_norm(u, v, corner, seed if corner == 0 else 0) < 1).sum() * (grid[1] - grid[0]) ** 2)
