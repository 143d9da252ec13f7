"""Specks: the small things that stood out in one frame, and the plane of pixels they were found in."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.noise import BLOCK, Plane, halved
from edge.trajectory import Point
from models.throw.classifier import CROP

MAX_SPECKS: Final = 48  # of one frame, those that stand out most from their block's noise
MAX_PIXELS: Final = 20_000  # lit in one frame; more is no thing that falls
MAX_SIDE: Final = 80  # work pixels: what is larger is no small thing
Floats = NDArray[np.float64]
Whole = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Specks:
    """What was lit in one frame. All arrays have shape (n,), n ≤ `MAX_SPECKS`, float64; pixels of the whole picture.

    Attributes:
        at_s: when.
        x, y: middles, weighted by how much they are lit.
        width, height: sides, ≥ 1.
        area: lit pixels.
        contrast: grey levels at the strongest pixel; negative is darker than before and after.
        strength: how much they stand out in all from their block's noise, thresholds.
        plane: where they were found; None where specks were made without a picture.
    """

    at_s: float
    x: Floats
    y: Floats
    width: Floats
    height: Floats
    area: Floats
    contrast: Floats
    strength: Floats
    plane: "LitPlane | None" = None

    def __len__(self) -> int:
        return len(self.x)

    def point(self, i: int) -> Point:
        """One of them, as a track's point."""
        values = (self.x, self.y, self.width, self.height, self.area, self.contrast)
        return Point(self.at_s, *(float(value[i]) for value in values))

    def crop(self, i: int) -> Plane:
        """As `crop_at`, about one of them."""
        return self.crop_at(float(self.x[i]), float(self.y[i]))

    def crop_at(self, x: float, y: float) -> Plane:
        """A copy of what was lit about a place, (CROP, CROP); dark where there is no picture."""
        return np.zeros((CROP, CROP), np.uint8) if self.plane is None else self.plane.crop(x, y)


@dataclass(frozen=True, slots=True)
class LitPlane:
    """A frame's work pixels.

    Attributes:
        lit, darker, threshold: shape (h, w): by how much each stood out, by how much of that it was darker, and what
            noise does there.
        factor, origin: how its pixels lie in the picture.
    """

    lit: Plane
    darker: Plane
    threshold: Plane
    factor: int
    origin: tuple[int, int]

    def specks(self, hit: Plane, blocks: NDArray[np.bool_], at_s: float) -> Specks:
        """Group what was hit to specks, the strongest first.

        Args:
            hit: shape (h, w), 255 beyond the threshold, else 0; at most `MAX_PIXELS` are.
            blocks: in which blocks some are; in one at least.
        """
        points, of = _grouped(hit, blocks)
        xs, ys = points[:, 0], points[:, 1]
        light, count = self.lit[ys, xs].astype(np.float64), int(of.max()) + 1
        pixels = np.bincount(of, minlength=count)
        strength = np.bincount(of, light / self.threshold[ys, xs], count)
        sides = _sides(of, xs, ys, count)
        keep = np.argsort(-strength, kind="stable")
        keep = keep[(sides[keep] <= MAX_SIDE).all(axis=1)][:MAX_SPECKS]
        weight = np.bincount(of, light, count)
        x, y = (np.bincount(of, light * at, count) / weight + 0.5 for at in (xs, ys))  # a pixel's middle, not its edge
        sign = np.where(np.bincount(of, np.where(self.darker[ys, xs] > 0, -light, light), count) < 0, -1.0, 1.0)
        peak = np.zeros(count)
        np.maximum.at(peak, of, light)
        sides = sides[keep] * self.factor
        return Specks(
            at_s=at_s,
            x=np.asarray(x[keep] * self.factor + self.origin[0], np.float64),
            y=np.asarray(y[keep] * self.factor + self.origin[1], np.float64),
            width=sides[:, 0],
            height=sides[:, 1],
            area=np.asarray(pixels[keep] * float(self.factor**2), np.float64),
            contrast=np.asarray((sign * peak)[keep], np.float64),
            strength=np.asarray(strength[keep], np.float64),
            plane=self,
        )

    def crop(self, x: float, y: float) -> Plane:
        """What is lit about a place of the picture: a copy, (CROP, CROP)."""
        height, width = self.lit.shape
        column, row = (int((at - start) / self.factor) for at, start in zip((x, y), self.origin, strict=True))
        left = min(max(0, column - CROP // 2), width - CROP)
        top = min(max(0, row - CROP // 2), height - CROP)
        return self.lit[top : top + CROP, left : left + CROP].copy()


def nothing(at_s: float) -> Specks:
    """A frame in which nothing stood out, or too much."""
    none = np.empty(0)
    return Specks(at_s, none, none, none, none, none, none, none)


def _grouped(hit: Plane, blocks: NDArray[np.bool_]) -> tuple[Whole, Whole]:
    """Columns and rows of what was hit, (n, 2), and which thing each belongs to, from 0, (n,).

    Only the rectangle of blocks that have some is looked at. Points are one thing where squares of two by two pixels
    touch: so one dark pixel between them does not part them, and finding it out costs a quarter.
    """
    rows, columns = np.nonzero(blocks)
    left, top = int(columns.min()) * BLOCK, int(rows.min()) * BLOCK
    there = hit[top : (int(rows.max()) + 1) * BLOCK, left : (int(columns.max()) + 1) * BLOCK]
    points = np.asarray(cv2.findNonZero(there), np.int32).reshape(-1, 2)
    labels = cv2.connectedComponents(halved(there, 1), connectivity=8)[1]
    of = np.asarray(labels[points[:, 1] // 2, points[:, 0] // 2] - 1, np.int32)
    return points + np.array([left, top], np.int32), of


def _sides(of: Whole, xs: Whole, ys: Whole, count: int) -> Floats:
    """Width and height of each thing, (count, 2), pixels."""
    least, most = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    for i, at in enumerate((xs, ys)):
        np.minimum.at(least[:, i], of, at)
        np.maximum.at(most[:, i], of, at)
    return np.asarray(most - least + 1, np.float64)
