"""Making a part of a picture unreadable for good: a few large blocks of coarse, averaged colour."""

from typing import Final

import cv2
import numpy as np

from edge.values import Box, Image

LEVELS: Final = 16  # steps of each colour; with blocks this large they keep no more than "a blue plate", "a red coat"

Pixels = tuple[int, int, int, int]  # x1 y1 x2 y2, x2 and y2 exclusive


def pixels_of(box: Box, image: Image, *, grow_x: float = 0.0, grow_y: float = 0.0) -> Pixels:
    """Return a box's pixels, grown on each side by parts of its own width and height and cut at the picture's edge."""
    height, width = image.shape[:2]
    more_x, more_y = (box.x2 - box.x1) * grow_x, (box.y2 - box.y1) * grow_y
    return (
        max(0, int((box.x1 - more_x) * width)),
        max(0, int((box.y1 - more_y) * height)),
        min(width, int(np.ceil((box.x2 + more_x) * width))),
        min(height, int(np.ceil((box.y2 + more_y) * height))),
    )


def pixelate(image: Image, area: Pixels, *, columns: int, rows: int) -> None:
    """Overwrite an area of `image` by `columns` × `rows` blocks, each of one colour. An area without pixels is left.

    Averaging alone could be searched for the text that gives the same averages (Hill et al., 2016); so the blocks are
    chosen larger than a letter, and their colours are cut to `LEVELS` steps.
    """
    x1, y1, x2, y2 = area
    if x1 >= x2 or y1 >= y2:
        return
    part = image[y1:y2, x1:x2]
    blocks = cv2.resize(part, (min(columns, x2 - x1), min(rows, y2 - y1)), interpolation=cv2.INTER_AREA)
    step = 256 // LEVELS
    coarse = (blocks // step * step + step // 2).astype(np.uint8)
    image[y1:y2, x1:x2] = cv2.resize(coarse, (x2 - x1, y2 - y1), interpolation=cv2.INTER_NEAREST)
