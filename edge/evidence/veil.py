"""What a picture of a façade must not show when it leaves the gateway: persons, and what is behind other windows.

The rule is the simplest that surely hides both: all of the picture is made of large blocks, whatever is in it, but for
the window that the thing came from. The thing itself is put back by whoever knows where it is, and nothing around it.
Persons, who are looked for in and around that window, are covered last: a thing seen first in a hand would otherwise
bring the thrower back with it.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from edge.evidence.mask import mask_person
from edge.evidence.pixels import Pixels, pixelate
from edge.values import PERSON, Box, Detection, Image

BLOCKS_DOWN: Final = 54  # over the picture's height: a window seen from where such cameras stand is two or three wide
LEAST_BLOCK: Final = 12  # pixels
CONTEXT: Final = 1.0  # of a window's sides, on each side: a detector wants to see more than the window

Find = Callable[[Image], Sequence[Detection]]  # what a detector sees in a picture, (h, w, 3) uint8 BGR


def block_side(height: int) -> float:
    """The side of a block in a picture so high, pixels."""
    return max(LEAST_BLOCK, height / BLOCKS_DOWN)


def veil(image: Image, windows: Sequence[Pixels]) -> Image:
    """Return a copy in blocks, clear in `windows`: persons there are still to be covered.

    Args:
        image: shape (h, w, 3), uint8, BGR; not written into.
    """
    height, width = image.shape[:2]
    block = block_side(height)
    veiled = image.copy()
    pixelate(veiled, (0, 0, width, height), columns=max(1, int(width / block)), rows=max(1, int(height / block)))
    for x1, y1, x2, y2 in windows:
        veiled[y1:y2, x1:x2] = image[y1:y2, x1:x2]
    return veiled


def cover(veiled: Image, persons: Sequence[Box]) -> None:
    """Make persons, given as fractions of the picture, unrecognisable in it."""
    for person in persons:
        mask_person(veiled, person)


def persons_in(image: Image, windows: Sequence[Pixels], find: Find) -> tuple[Box, ...]:
    """Where persons are in and around the windows, as fractions of the picture."""
    return tuple(box for window in windows for box in _persons_near(image, window, find))


def _persons_near(image: Image, window: Pixels, find: Find) -> list[Box]:
    height, width = image.shape[:2]
    x1, y1, x2, y2 = window
    more_x, more_y = int((x2 - x1) * CONTEXT), int((y2 - y1) * CONTEXT)
    left, top = max(0, x1 - more_x), max(0, y1 - more_y)
    crop = np.ascontiguousarray(image[top : y2 + more_y, left : x2 + more_x])
    if not crop.size:
        return []
    tall, wide = crop.shape[:2]
    return [
        Box(
            (left + found.box.x1 * wide) / width,
            (top + found.box.y1 * tall) / height,
            (left + found.box.x2 * wide) / width,
            (top + found.box.y2 * tall) / height,
        )
        for found in find(crop)
        if found.label == PERSON
    ]
