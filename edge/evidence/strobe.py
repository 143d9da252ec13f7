"""All of a fall in one picture: the thing from every frame put onto one, with time marks and the fitted curve."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from edge.evidence.lettering import write
from edge.evidence.margin import AMBER, WHITE
from edge.evidence.pixels import Pixels
from edge.evidence.veil import block_side
from edge.trajectory import Fall, Point
from edge.values import Image

LEAD_S: Final = 0.3  # before it is first seen: the ground without it
ROOM: Final = 3  # pixels around what moved
MOST_BLOCKS: Final = 2.0  # of the veil, a side: more may be an arm as well as the thing, and one such box hides nobody
LEAST_STAND_OUT: Final = 8  # grey levels: less is noise
SHARE: Final = 0.35  # of the most that stands out in a frame: what is less belongs to the ground behind
MARK_EVERY_S: Final = 0.5
SAME_S: Final = 0.002  # two times of one frame


@dataclass(frozen=True, slots=True)
class Patch:
    """The thing in one frame: where, its pixels, and how much each differs from the picture without it, 0: not at all.

    Attributes:
        pixels: shape (h, w, 3), uint8, BGR, of `area`.
        stands_out: shape (h, w), grey levels.
    """

    area: Pixels
    pixels: Image
    stands_out: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Exposure:
    """A fall taken together: a picture without the thing, and the thing from each frame."""

    ground: Image
    patches: tuple[Patch, ...]

    def onto(self, canvas: Image) -> None:
        """Put the thing into `canvas`, of the ground's shape: of each pixel what stands out most of any frame."""
        best = np.zeros(canvas.shape[:2], np.uint8)
        for patch in self.patches:
            x1, y1, x2, y2 = patch.area
            most = best[y1:y2, x1:x2]
            better = patch.stands_out > most
            canvas[y1:y2, x1:x2][better] = patch.pixels[better]
            most[better] = patch.stands_out[better]


def expose(pictures: Iterable[tuple[float, VideoFrame]], fall: Fall) -> Exposure | None:
    """Take the thing out of each frame in which it was seen.

    Args:
        pictures: from a little before the fall on; the first is the ground that the thing is told from.
    Returns:
        None where there are no pictures.
    """
    ground: Image | None = None
    patches: list[Patch] = []
    for at_s, picture in pictures:
        point = _seen(fall.points, at_s)
        if ground is None:
            ground = _bgr(picture)
        elif point is not None and (picture.height, picture.width) == ground.shape[:2]:
            patches += patches_of(ground, _bgr(picture), point)
    return None if ground is None else Exposure(ground, tuple(patches))


def draw_curve(canvas: Image, fall: Fall, *, until_s: float = math.inf, scale: float = 1.0) -> None:
    """Draw the fit, under the thing: as far as it has come by `until_s`, into a picture made smaller by `scale`."""
    curve = fall.curve
    if until_s <= curve.at_s[0]:
        return
    times = np.append(curve.at_s[curve.at_s < until_s], min(until_s, curve.at_s[-1]))
    path = np.column_stack([np.interp(times, curve.at_s, along) for along in (curve.x, curve.y)])
    line = (path * scale).round().astype(np.int32)
    cv2.polylines(canvas, [line], isClosed=False, color=AMBER, thickness=_thin(canvas), lineType=cv2.LINE_AA)


def draw_marks(canvas: Image, fall: Fall) -> None:
    """Write the seconds since it was first seen beside the curve, each half second, and a dash to it."""
    size = max(12, canvas.shape[0] // 60)
    for number in range(int((fall.ended_s - fall.began_s) / MARK_EVERY_S) + 1):
        passed_s = number * MARK_EVERY_S
        x, y = (round(value) for value in fall.curve.at(fall.began_s + passed_s))
        left = x + size if x + 5 * size < canvas.shape[1] else x - 5 * size
        cv2.line(canvas, (left + size // 2, y), (left + size, y), WHITE, _thin(canvas))
        write(canvas, f"{passed_s:.1f} s", (left + size + 4, y + size // 3), size=size, colour=WHITE)


def patch_area(point: Point, shape: Sequence[int]) -> Pixels:
    """The pixels where a thing is seen, with a little room: at most `MOST_BLOCKS` a side, cut at the picture's edge."""
    most = MOST_BLOCKS * block_side(shape[0]) / 2
    half_x, half_y = (min(side / 2 + ROOM, most) for side in (point.width, point.height))
    return (
        max(0, int(point.x - half_x)),
        max(0, int(point.y - half_y)),
        min(shape[1], int(np.ceil(point.x + half_x))),
        min(shape[0], int(np.ceil(point.y + half_y))),
    )


def _seen(points: Sequence[Point], at_s: float) -> Point | None:
    nearest = min(points, key=lambda point: abs(point.at_s - at_s))
    return nearest if abs(nearest.at_s - at_s) <= SAME_S else None


def patches_of(ground: Image, picture: Image, point: Point) -> list[Patch]:
    """What of a thing seen at `point` stands out from a ground of the picture's shape; nothing outside the picture."""
    x1, y1, x2, y2 = area = patch_area(point, ground.shape)
    if x1 >= x2 or y1 >= y2:
        return []
    pixels = picture[y1:y2, x1:x2].copy()
    differs = cv2.absdiff(pixels, ground[y1:y2, x1:x2]).max(axis=2)
    least = max(LEAST_STAND_OUT, SHARE * int(differs.max()))
    return [Patch(area, pixels, np.where(differs >= least, differs, 0).astype(np.uint8))]


def _bgr(picture: VideoFrame) -> Image:
    return np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)


def _thin(canvas: Image) -> int:
    return max(1, int(canvas.shape[1]) // 1280)
