"""From a plate's corners in a picture to one line of characters that a reader takes. Pure geometry on pixels."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.picture import require_picture

HEIGHT: Final = 48
"""Pixels between a rectified plate's upper and lower edge: that of the taller network's input."""

LEFT: Final = 0.10
"""Of a plate's width, added before it: the corners found often cut into the first character, the province."""

AROUND: Final = 0.05
"""Of a plate's sides, added on the three others."""

LEAST_SIDES: Final = (8.0, 4.0)
"""Width and height in picture pixels below which no character can be told from another."""

LONGEST: Final = 10
"""Most widths to a height: no plate of one line is longer than 5, so more is a wrong corner."""

TWO_LINES: Final = 2.2
"""Width to height below which a plate may have two lines: GA 36 has 440 × 220 (2.0) against 440 × 140 (3.1)."""

SEAM_BETWEEN: Final = (0.25, 0.60)
"""Of the height: where the gap between the lines lies. GA 36's upper line is the lower one in height."""

EDGE: Final = 0.08
"""Of the height: what lies around the plate, and its frame."""

FRAME: Final = 0.025
"""Of the width: the plate's frame. GA 36 has no character nearer to the edge than 5 %."""

VALLEY: Final = 0.5
"""The gap has at most this part of the strokes that most rows of either line have; in one line seen aslant there is no
such gap."""


def rectify(image: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """Cut a plate out as if seen from straight ahead, its shape kept, 10 % wider on the left.

    Args:
        image: shape (h, w, 3), uint8, BGR.
        corners: shape (4, 2), pixels `x y`, clockwise from the plate's top left, as `Plates` has them; they may lie
            outside the picture, whose edge pixels then repeat.
    Returns:
        shape (48, width, 3), uint8, BGR, width at most 480; none where the corners are those of no plate: too small,
        too long, crossed, mirrored or no numbers.
    Raises:
        ValueError: the picture or the corners have another shape or type.
    """
    require_picture(image)
    if corners.shape != (4, 2):
        raise ValueError(f"a plate has corners of shape (4, 2), not {corners.shape}")
    if not np.isfinite(corners).all() or not _is_clockwise(corners):
        return None
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    if width < LEAST_SIDES[0] or height < LEAST_SIDES[1] or width > LONGEST / 2 * height:
        return None
    to_plate = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    x1, x2, y1, y2 = -LEFT, 1 + AROUND, -AROUND, 1 + AROUND
    out_width = round(HEIGHT * width * (x2 - x1) / (height * (y2 - y1)))
    onto = (to_plate - (x1, y1)) / (x2 - x1, y2 - y1) * (out_width, HEIGHT)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), onto.astype(np.float32))
    straight = cv2.warpPerspective(
        image, matrix, (out_width, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(straight, np.uint8)


def split(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay a plate's two lines side by side, the upper first; a plate of one line is given back as it is.

    Args:
        crop: shape (h, w, 3), uint8, BGR, as `rectify` gives it.
    Returns:
        one line: shape (h', w', 3), uint8, BGR.
    Raises:
        ValueError: the crop has another shape or type.
    """
    require_picture(crop)
    seam = _seam(crop)
    if seam is None:
        return crop
    # Where the lines meet, what lies around the plate and its frame goes: between characters it reads as a 1.
    before, after = (round(part / (1 + LEFT + AROUND) * crop.shape[1]) for part in (LEFT + FRAME, 1 + LEFT - FRAME))
    lines = (crop[:seam, :after], crop[seam:, before:])
    tallest = max(len(line) for line in lines)
    return np.hstack([_of_height(line, tallest) for line in lines])


def _seam(crop: NDArray[np.uint8]) -> int | None:
    """Find the row between two lines: fewest strokes cross it; none where the plate has one line."""
    height, width = crop.shape[:2]
    first, last = (round(height * part) for part in SEAM_BETWEEN)
    edge = round(height * EDGE)
    if not 8 <= width < TWO_LINES * height or first - edge < 2:
        return None
    # The frame's upright sides run through every row, so only what lies between them is looked at.
    between = crop[:, width // 6 : -max(1, width // 8)]
    grey = cv2.cvtColor(between, cv2.COLOR_BGR2GRAY).astype(np.float32)
    strokes = cv2.blur(np.abs(np.diff(grey, axis=1)).mean(axis=1, keepdims=True), (1, max(1, height // 16)))[:, 0]
    seam = first + int(strokes[first:last].argmin())
    upper, lower = (float(np.median(part)) for part in (strokes[edge:seam], strokes[seam : height - edge]))
    return seam if float(strokes[seam]) < VALLEY * min(upper, lower) else None


def _of_height(line: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    width = max(1, round(line.shape[1] * height / len(line)))
    return np.asarray(cv2.resize(line, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _is_clockwise(corners: NDArray[np.float32]) -> bool:
    """Whether the four are a convex shape gone round clockwise, as the picture shows it."""
    edges = np.roll(corners, -1, axis=0) - corners
    onward = np.roll(edges, -1, axis=0)
    return bool((edges[:, 0] * onward[:, 1] - edges[:, 1] * onward[:, 0] > 0).all())
