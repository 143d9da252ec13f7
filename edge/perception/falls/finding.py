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
from typing import Final

import cv2
import numpy as np

from edge.perception.falls.noise import BLOCK, Noise, Plane
from edge.perception.falls.specks import MAX_PIXELS, LitPlane, Specks, nothing
from edge.perception.falls.steadying import Steadier

MAX_WORK_WIDTH: Final = 1500  # pixels; wider pictures are averaged two by two: a quarter of the work
LAG_S: Final = 0.12
MAX_GAP_S: Final = 0.5  # a slow thing, or light, changes too much in longer


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
        inside = mask[self._rows, self._columns]
        self._mask = np.where(_calmed(inside, self.factor) == 255, 255, 0).astype(np.uint8) if inside.size else inside
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
        if not self._mask.size:
            return None  # not one whole block to look at
        past = self._past
        if past and not 0 < at_s - past[-1][0] <= MAX_GAP_S:
            past.clear()
            self._told_s = float("-inf")
        past.append((at_s, self._steadier.steady(_calmed(luma[self._rows, self._columns], self.factor))))
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
        if not 0 < cv2.countNonZero(hit) <= MAX_PIXELS:
            return nothing(at_s)
        blocks = self._noise.hit(hit)
        return LitPlane(lit, darker, self._noise.threshold, self.factor, self._origin).specks(hit, blocks, at_s)


def _calmed(plane: Plane, factor: int) -> Plane:
    """A copy, averaged `factor` by `factor`, or with its neighbours: noise shrinks more than a small thing does."""
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(plane, (3, 3), 0), np.uint8)
    height, width = plane.shape
    size = width // factor, height // factor
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _lit(before: Plane, now: Plane, after: Plane) -> tuple[Plane, Plane]:
    """By how much `now` stands out from both, and by how much of that it is darker: both (h, w), grey levels."""
    brighter = cv2.subtract(now, cv2.max(before, after))
    darker = cv2.subtract(cv2.min(before, after), now)
    return np.asarray(cv2.max(brighter, darker), np.uint8), np.asarray(darker, np.uint8)


def _whole(box: Sequence[int], step: int, width: int, height: int) -> tuple[int, int, int, int]:
    """A box widened to whole blocks inside the picture; a rest of a block at the picture's edge is left out."""
    left, top = box[0] // step * step, box[1] // step * step
    right = min(width // step * step, -(-(box[0] + box[2]) // step) * step)
    bottom = min(height // step * step, -(-(box[1] + box[3]) // step) * step)
    return left, top, max(0, right - left), max(0, bottom - top)
