"""Small moving things in one frame: what differs alike from what was before and what came after.

A pixel is lit where the frame is brighter than both neighbours in time, or darker than both. So a thing that passes is
lit where it is and nowhere else: the places it came from and goes to differ from one neighbour alone. A step of light,
a lamp, a key frame that redraws the picture differ from one neighbour too, and are not lit. Three-frame differencing
is old (Collins et al., "A System for Video Surveillance and Monitoring", CMU-RI-TR-00-12, 2000); here the neighbours
lie `LAG_S` away, since a thing at its launch hardly moves from frame to frame.

Of what stands out from the noise of its place (`noise`) the strongest are kept, so that a frame gives few specks
whatever the camera: those of noise lie in no line.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.noise import BLOCK, Noise, Plane
from edge.perception.falls.steadying import Steadier
from models.throw.classifier import CROP

MAX_WORK_WIDTH: Final = 2000  # pixels; wider pictures are averaged two by two
LAG_S: Final = 0.12
MAX_GAP_S: Final = 0.5  # a slow thing, or light, changes too much in longer
MAX_SPECKS: Final = 24  # of one frame, those that stand out most from their block's noise
MAX_PIXELS: Final = 20_000  # lit in one frame; more is no thing that falls
MAX_SIDE: Final = 120  # work pixels: what is larger is no small thing
TOUCH: Final = np.ones((3, 3), np.uint8)  # lit pixels with one dark one between them are one thing


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
        lit: shape (h, w) uint8, work pixels: by how much each stood out. corners: shape (n, 2), where crops begin.
    """

    at_s: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    width: NDArray[np.float64]
    height: NDArray[np.float64]
    area: NDArray[np.float64]
    contrast: NDArray[np.float64]
    strength: NDArray[np.float64]
    lit: Plane
    corners: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.x)

    def crop(self, i: int) -> Plane:
        """A copy of what was lit about one of them, (CROP, CROP); dark where there is no picture."""
        if not self.lit.size:
            return np.zeros((CROP, CROP), np.uint8)
        x, y = self.corners[i]
        return self.lit[y : y + CROP, x : x + CROP].copy()


class SpeckFinder:
    """Takes every frame of one camera, in order. One instance serves one thread at a time.

    Args:
        mask: shape (h, w) of the whole picture, 255 where falls are looked for, else 0.
    """

    def __init__(self, mask: Plane) -> None:
        height, width = mask.shape
        self.factor: Final = 2 if width > MAX_WORK_WIDTH else 1
        left, top, wide, tall = _whole(cv2.boundingRect(mask), BLOCK * self.factor, width, height)
        self._rows, self._columns = slice(top, top + tall), slice(left, left + wide)
        self._origin = left, top
        self._mask = _shrunk(mask[self._rows, self._columns], self.factor)
        self._mask = np.where(self._mask == 255, 255, 0).astype(np.uint8)
        self._noise = Noise(*self._mask.shape)
        self._steadier = Steadier()
        self._past: deque[tuple[float, Plane]] = deque(maxlen=64)
        self._told_s = float("-inf")

    def find(self, luma: Plane, at_s: float) -> Specks | None:
        """Take the next frame; say what was lit in the one that lies `LAG_S` back. None while there is none.

        Args:
            luma: shape (h, w) of the whole picture, uint8; may be overwritten by the caller afterwards.
            at_s: rising; after a gap of more than `MAX_GAP_S`, or a step back, the frames before are no neighbours.
        """
        past = self._past
        if past and not 0 < at_s - past[-1][0] <= MAX_GAP_S:
            past.clear()
            self._told_s = float("-inf")
        past.append((at_s, self._steadier.steady(_shrunk(luma[self._rows, self._columns], self.factor))))
        middle = self._middle()
        if middle is None:
            return None
        then_s, now = past[middle]
        if then_s <= self._told_s:  # frames are missing: the newest has moved on, the one a lag before it has not
            return None
        self._told_s = then_s
        lit, darker = _lit(past[0][1], now, past[-1][1])
        self._noise.learn(lit)
        return self._specks(lit, darker, then_s) if self._noise.settled else None

    def _middle(self) -> int | None:
        """Index of the frame to judge: `LAG_S` before the newest, with as much before it; older ones are let go."""
        past = self._past
        newest_s = past[-1][0]
        middle = next((i for i in range(len(past) - 1, -1, -1) if newest_s - past[i][0] >= LAG_S - 1e-6), None)
        if middle is None or past[middle][0] - past[0][0] < LAG_S - 1e-6:
            return None
        while past[middle][0] - past[1][0] >= LAG_S - 1e-6:
            past.popleft()
            middle -= 1
        return middle

    def _specks(self, lit: Plane, darker: Plane, at_s: float) -> Specks:
        beyond = cv2.compare(lit, self._noise.threshold, cv2.CMP_GT)
        hit = np.asarray(cv2.bitwise_and(beyond, self._mask), np.uint8)
        count = cv2.countNonZero(hit)
        if not 0 < count <= MAX_PIXELS:
            return _nothing(at_s)
        rows, columns = np.nonzero(self._noise.hit(hit))
        left, top = columns.min() * BLOCK, rows.min() * BLOCK
        there = hit[top : (rows.max() + 1) * BLOCK, left : (columns.max() + 1) * BLOCK]
        points = np.asarray(cv2.findNonZero(there), np.int32).reshape(-1, 2) + np.array([left, top], np.int32)
        return self._grouped(hit, lit, darker, points, at_s)

    def _grouped(self, hit: Plane, lit: Plane, darker: Plane, points: NDArray[np.int32], at_s: float) -> Specks:
        """Lit pixels that touch, or nearly, are one thing."""
        x0, y0 = points.min(axis=0) - 1
        x1, y1 = points.max(axis=0) + 2
        x0, y0 = max(0, int(x0)), max(0, int(y0))
        near = cv2.dilate(hit[y0:y1, x0:x1], TOUCH)
        labels = cv2.connectedComponents(near, connectivity=8)[1]
        xs, ys = points[:, 0], points[:, 1]
        of = np.asarray(labels[ys - y0, xs - x0] - 1, np.int32)
        light = lit[ys, xs].astype(np.float64)
        count = int(of.max()) + 1
        weight = np.bincount(of, light, count)
        strength = np.bincount(of, light / self._noise.threshold[ys, xs], count)
        sides = _sides(of, xs, ys, count)
        sign = np.where(np.bincount(of, np.where(darker[ys, xs] > 0, -light, light), count) < 0, -1.0, 1.0)
        peak = np.zeros(count)
        np.maximum.at(peak, of, light)
        keep = np.argsort(-strength, kind="stable")
        keep = keep[(sides[keep] <= MAX_SIDE).all(axis=1)][:MAX_SPECKS]
        middle = np.stack([np.bincount(of, light * xs, count), np.bincount(of, light * ys, count)]) / weight
        middle = middle[:, keep]
        most = np.array(lit.shape[::-1])[:, None] - CROP
        corners = np.clip(middle.round() - CROP // 2, 0, most).T.astype(np.int32)
        middle = (middle + 0.5) * self.factor - 0.5
        x, y = (np.asarray(middle[i] + self._origin[i], np.float64) for i in (0, 1))
        area = np.asarray(np.bincount(of, minlength=count)[keep] * float(self.factor**2), np.float64)
        sides, contrast = sides[keep] * float(self.factor), np.asarray((sign * peak)[keep], np.float64)
        strong = np.asarray(strength[keep], np.float64)
        return Specks(at_s, x, y, sides[:, 0], sides[:, 1], area, contrast, strong, lit, corners)


def _shrunk(plane: Plane, factor: int) -> Plane:
    """A copy, averaged `factor` by `factor`."""
    if factor == 1:
        return plane.copy()
    height, width = plane.shape
    size = width // factor, height // factor
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _lit(before: Plane, now: Plane, after: Plane) -> tuple[Plane, Plane]:
    """By how much `now` stands out from both, and by how much of that it is darker: both (h, w), grey levels."""
    brighter = cv2.subtract(now, cv2.max(before, after))
    darker = cv2.subtract(cv2.min(before, after), now)
    return np.asarray(cv2.max(brighter, darker), np.uint8), np.asarray(darker, np.uint8)


def _sides(of: NDArray[np.int32], xs: NDArray[np.int32], ys: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    """Width and height of each thing, (count, 2), pixels."""
    least, most = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    for i, at in enumerate((xs, ys)):
        np.minimum.at(least[:, i], of, at)
        np.maximum.at(most[:, i], of, at)
    return np.asarray(most - least + 1, np.float64)


def _nothing(at_s: float) -> Specks:
    none = np.empty(0)
    no_plane, no_corners = np.empty((0, 0), np.uint8), np.empty((0, 2), np.int32)
    return Specks(at_s, none, none, none, none, none, none, none, no_plane, no_corners)


def _whole(box: Sequence[int], step: int, width: int, height: int) -> tuple[int, int, int, int]:
    """A box widened to whole blocks inside the picture; a rest of a block at the picture's edge is left out."""
    left, top = box[0] // step * step, box[1] // step * step
    right = min(width // step * step, -(-(box[0] + box[2]) // step) * step)
    bottom = min(height // step * step, -(-(box[1] + box[3]) // step) * step)
    return left, top, right - left, bottom - top
