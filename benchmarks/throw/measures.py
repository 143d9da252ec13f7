"""FADE's measures, so that figures here can be read beside those published for it.

FADE is a set of videos of things falling from buildings: Tu, Gao, Zhang, Zhou, Yuan, Du: "FADE: A Dataset for
Detecting Falling Objects around Buildings in Video", IEEE TIFS 2025, arXiv 2408.05750. What it measures was read from
its authors' own scripts (github.com/Zhengbo-Zhang/FADE), not from the paper's text, which was not at hand:

    F-measure   `precision()` in test.py at e85855c. Boxes, frame by frame: a told box is right where its overlap
                (intersection over union) with a true box of that frame is at least `iou_threshold = 0.3`, else false; a
                true box that no told box so overlaps is missed. All videos are added up before precision, recall and F.
    TRO         ibid., and precision_recall_tro.py at fc0ec59. For each video
                (min(ends) − max(begins) + 1) / (max(ends) − min(begins) + 1), in frames, of the range from the first to
                the last frame with a told box and the true range; 0 where nothing is told or they lie apart. Then the
                mean over videos.

Where the scripts slip, their plain sense is taken: the one carries the first told frame over from video to video, the
other ends every told range with the video. Both work in whole pixels; truth here is finer, and so are the overlaps.

The overlap of boxes says more of boxes than of falls where a thing has twenty pixels. So a second, milder pair is told
beside it: `frames`, right where in that frame something is truly falling and is said to fall, wherever.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

OVERLAPS: Final = 0.3  # FADE's iou_threshold
Z95: Final = 1.959964  # of the normal distribution: 95 % lie within so many deviations

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the whole picture, x2 > x1, y2 > y1."""
Boxes = Mapping[int, Sequence[Box]]
"""Boxes by the number of their frame, from 0; a frame without boxes need not be there."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Right, false and missed; tallies of several videos add up."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        """Right of all told, 0 to 1; None where nothing was told."""
        return _share(self.right, self.right + self.false)

    @property
    def recall(self) -> float | None:
        """Right of all true, 0 to 1; None where nothing is true."""
        return _share(self.right, self.right + self.missed)

    @property
    def f_measure(self) -> float | None:
        """Harmonic mean of both, 0 where one of them is 0 or missing; None where nothing is true and nothing told."""
        if not self.right + self.false + self.missed:
            return None
        both = (self.precision or 0.0) + (self.recall or 0.0)
        return 2 * (self.precision or 0.0) * (self.recall or 0.0) / both if both else 0.0


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1; 0 where neither has an area."""
    width = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    height = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    union = _area(one) + _area(other) - width * height
    return width * height / union if union > 0 else 0.0


def boxes_tally(true: Boxes, told: Boxes) -> Tally:
    """FADE's tally of one video."""
    tally = Tally()
    for frame in true.keys() | told.keys():
        tally += _frame_tally(true.get(frame, ()), told.get(frame, ()))
    return tally


def frames_tally(true: Boxes, told: Boxes) -> Tally:
    """The milder tally of one video: frames in which something falls and is said to, wherever."""
    falling, said = ({frame for frame, boxes in each.items() if boxes} for each in (true, told))
    return Tally(len(falling & said), len(said - falling), len(falling - said))


def range_overlap(true: Boxes, told: Boxes) -> float | None:
    """TRO of one video, 0 to 1; None where nothing falls in it."""
    falling, said = _range(true), _range(told)
    if falling is None:
        return None
    if said is None:
        return 0.0
    common = min(falling[1], said[1]) - max(falling[0], said[0]) + 1
    union = max(falling[1], said[1]) - min(falling[0], said[0]) + 1
    return max(0, common) / union


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of those that are told; None where none is."""
    told = [value for value in values if value is not None]
    return math.fsum(told) / len(told) if told else None


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """Interval in which a share lies 95 times of 100; None of nothing.

    Args:
        part: how many of them, 0 ≤ part ≤ whole.
        whole: of how many.
    Returns:
        least and most, 0 to 1.
    Source: E. B. Wilson: Probable inference, the law of succession, and statistical inference. JASA 22 (1927), 209–212.
    """
    if not whole:
        return None
    share, z2 = part / whole, Z95**2
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 / (1 + z2 / whole) * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _frame_tally(true: Sequence[Box], told: Sequence[Box]) -> Tally:
    right = sum(any(overlap(box, one) >= OVERLAPS for one in true) for box in told)
    found = sum(any(overlap(box, one) >= OVERLAPS for one in told) for box in true)
    return Tally(right, len(told) - right, len(true) - found)


def _range(each: Boxes) -> tuple[int, int] | None:
    """First and last frame with a box."""
    frames = [frame for frame, boxes in each.items() if boxes]
    return (min(frames), max(frames)) if frames else None


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
