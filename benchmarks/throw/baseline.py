"""The baseline: OpenCV's MOG2 as FADE sets it, blobs, and blobs linked downwards. No physics and no learning.

Background: `createBackgroundSubtractorMOG2(history=300, varThreshold=100, detectShadows=False)`, the settings that FADE
gives for it (README of github.com/Zhengbo-Zhang/FADE), over the façade's polygon. FADE then opens the mask with 9 × 9
pixels, which wipes out a thing of 20; here blobs are taken as they are, from 3 pixels on, which serves the baseline
better. A thing is said to fall when at least 6 blobs can be linked downwards over 5 % of the picture's height.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Facade
from edge.trajectory import Point

HISTORY: Final = 300
VAR_THRESHOLD: Final = 100
LEAST_AREA: Final = 3  # pixels
MOST_BLOBS: Final = 128  # of a frame, the largest: a change of light makes thousands
MOST_TRACKS: Final = 64  # followed at a time, the longest
STEP: Final = 45 / 1080  # of the picture's height that a thing goes in 1/25 s at most: as the detector's own limit
SIDEWAYS: Final = 1.0  # as far sideways as down, no farther
MAX_GAP_S: Final = 0.16  # how long a thing may go unseen
LEAST_BLOBS: Final = 6
LEAST_DROP: Final = 0.05  # of the picture's height


@dataclass(slots=True)
class _Track:
    points: list[Point] = field(default_factory=list)

    @property
    def last(self) -> Point:
        return self.points[-1]


class Baseline:
    """Watches one façade; as `FallDetector`, a frame at a time.

    Args:
        facade: its polygon and what it leaves out count; the rest is not for this one.
    """

    def __init__(self, facade: Facade) -> None:
        self._facade = facade
        self._model = cv2.createBackgroundSubtractorMOG2(HISTORY, VAR_THRESHOLD, detectShadows=False)
        self._mask: NDArray[np.uint8] | None = None
        self._corner = (0, 0)
        self._tracks: list[_Track] = []

    def observe(self, luma: NDArray[np.uint8], at_s: float) -> tuple[tuple[Point, ...], ...]:
        """Take a frame, (h, w), at a rising moment; return the paths of what has fallen."""
        if self._mask is None:
            self._corner, self._mask = _mask(self._facade, luma.shape[1], luma.shape[0])
        (x, y), mask = self._corner, self._mask
        crop = luma[y : y + mask.shape[0], x : x + mask.shape[1]]
        moving = cv2.bitwise_and(self._model.apply(crop), mask)
        self._link(self._blobs(np.asarray(moving, np.uint8), at_s), luma.shape[0])
        over = [track for track in self._tracks if at_s - track.last.at_s > MAX_GAP_S]
        return self._told(over, luma.shape[0])

    def finish(self, rows: int) -> tuple[tuple[Point, ...], ...]:
        """Return what has fallen when the stream breaks off; `rows` of the picture."""
        return self._told(list(self._tracks), rows)

    def _told(self, over: list[_Track], rows: int) -> tuple[tuple[Point, ...], ...]:
        self._tracks = [track for track in self._tracks if track not in over]
        return tuple(tuple(track.points) for track in over if falls(track.points, rows))

    def _blobs(self, moving: NDArray[np.uint8], at_s: float) -> list[Point]:
        _, _, stats, middles = cv2.connectedComponentsWithStats(moving, connectivity=8)
        areas = stats[1:, cv2.CC_STAT_AREA]
        order = np.argsort(-areas, kind="stable")[:MOST_BLOBS] + 1
        return [
            Point(
                at_s,
                x=float(middles[i][0] + self._corner[0] + 0.5),  # a pixel's middle lies half a pixel in
                y=float(middles[i][1] + self._corner[1] + 0.5),
                width=float(stats[i, cv2.CC_STAT_WIDTH]),
                height=float(stats[i, cv2.CC_STAT_HEIGHT]),
                area=float(stats[i, cv2.CC_STAT_AREA]),
                contrast=0.0,
            )
            for i in order
            if stats[i, cv2.CC_STAT_AREA] >= LEAST_AREA
        ]

    def _link(self, blobs: list[Point], rows: int) -> None:
        """Each track takes the nearest blob below it, the longest tracks first; what is left over begins a track."""
        free = list(blobs)
        for track in sorted(self._tracks, key=lambda one: -len(one.points)):
            below = [blob for blob in free if _follows(track.last, blob, rows)]
            if below:
                nearest = min(below, key=lambda blob: (blob.x - track.last.x) ** 2 + (blob.y - track.last.y) ** 2)
                track.points.append(nearest)
                free.remove(nearest)
        self._tracks += [_Track([blob]) for blob in free]
        self._tracks = sorted(self._tracks, key=lambda one: -len(one.points))[:MOST_TRACKS]


def falls(points: Sequence[Point], rows: int) -> bool:
    """Whether linked blobs are said to be a fall, in a picture of so many rows.

    A track that did not come from `Baseline` counts as far as it goes down from blob to blob.
    """
    longest: list[Point] = []
    run: list[Point] = []
    for point in points:
        run = [*run, point] if run and _follows(run[-1], point, rows) else [point]
        longest = max(longest, run, key=len)
    return len(longest) >= LEAST_BLOBS and longest[-1].y - longest[0].y >= LEAST_DROP * rows


def _follows(last: Point, blob: Point, rows: int) -> bool:
    """Whether a thing could have come down from one blob to the other."""
    gap_s, down = blob.at_s - last.at_s, blob.y - last.y
    return 0 < gap_s <= MAX_GAP_S and 0 < down <= STEP * rows * 25 * gap_s and abs(blob.x - last.x) <= SIDEWAYS * down


def _mask(facade: Facade, width: int, height: int) -> tuple[tuple[int, int], NDArray[np.uint8]]:
    """The polygon's upper left corner, and 255 inside it, over its own bounding rectangle."""
    mask = np.zeros((height, width), np.uint8)
    size = (width, height)
    cv2.fillPoly(mask, [_pixels(facade.polygon, size)], [255])
    for polygon in facade.ignore:
        cv2.fillPoly(mask, [_pixels(polygon, size)], [0])
    x, y, w, h = cv2.boundingRect(_pixels(facade.polygon, size))
    x, y = max(0, x), max(0, y)
    return (x, y), mask[y : y + h, x : x + w]


def _pixels(polygon: Sequence[tuple[float, float]], size: tuple[int, int]) -> NDArray[np.int32]:
    return np.rint(np.asarray(polygon) * (size[0] - 1, size[1] - 1)).astype(np.int32)
