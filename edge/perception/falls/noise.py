"""How much must a pixel stand out to be more than noise? Learnt for each block of the picture from what is lit there.

Two measures are kept. The mean of what is lit is the sensor's noise, and follows a change in a second. The tail answers
for what is not white: a coarse codec redraws a block now and then, leaves move when the wind comes. A block that is lit
with many others has its tail raised, each frame lowers all a little; so a block settles where it is lit in one frame of
`1 + log(UP) / -log(DOWN)`, whatever its noise is made of.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]  # (h, w), 0–255

HALVINGS: Final = 4
BLOCK: Final = 2**HALVINGS  # pixels
LEAST: Final = 2.0  # grey levels that a pixel must stand out by, whatever the noise
TIMES: Final = 9.0  # … and so many times the mean lit in its block: white noise does in 1 pixel of 100,000
LEARN: Final = 0.06  # share of a new frame in the mean; a passing thing is gone before it counts
EVERY: Final = 4  # frames, of which one is learnt from
FINE: Final = 16.0  # steps of a grey level in which the mean is kept; what is lit by more is cut off: no noise
UP: Final = 1.08
DOWN: Final = 0.9995
MOST: Final = 6.0  # of the tail: a block that is always lit is not blind for ever
FEW: Final = 6  # blocks lit at once
REFRESH: Final = 8  # frames between two drawings of the threshold
SETTLED: Final = 12  # frames until the mean means something


def halved(plane: Plane, times: int) -> Plane:
    """Averaged two by two, so many times: much faster than all at once. Sides are multiples of 2 ** times."""
    for _ in range(times):
        size = plane.shape[1] // 2, plane.shape[0] // 2
        plane = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
    return plane


class Noise:
    """Of planes of one size, whose sides are multiples of `BLOCK`."""

    def __init__(self, height: int, width: int) -> None:
        self._size: Final = (width, height)
        self._mean = np.zeros((height // BLOCK, width // BLOCK), np.float32)
        self._tail = np.ones((height // BLOCK, width // BLOCK), np.float32)
        self._seen = 0
        self.threshold: Plane = np.full((height, width), int(LEAST), np.uint8)

    @property
    def settled(self) -> bool:
        """Whether enough was seen."""
        return self._seen >= SETTLED

    def learn(self, lit: Plane) -> None:
        """Take what is lit in one more frame, grey levels."""
        self._seen += 1
        if self._seen > SETTLED and self._seen % EVERY:
            return
        fine = np.asarray(cv2.convertScaleAbs(lit, alpha=FINE), np.uint8)
        mean = halved(fine, HALVINGS).astype(np.float32) / FINE
        self._mean += max(LEARN, 1.0 / self._seen) * (mean - self._mean)
        if self._seen % REFRESH == 0 or self._seen == 1:
            self._draw()

    def hit(self, beyond: Plane) -> NDArray[np.bool_]:
        """Take which pixels were beyond the threshold: 255, else 0; say in which blocks some were.

        A few blocks are no noise: something moves.
        """
        blocks = halved(beyond, HALVINGS) > 0
        if np.count_nonzero(blocks) > FEW:
            self._tail[blocks] *= UP
        np.clip(self._tail * DOWN, 1.0, MOST, out=self._tail)
        return blocks

    def _draw(self) -> None:
        limit = cv2.dilate(np.maximum(LEAST, TIMES * self._mean) * self._tail, np.ones((3, 3), np.uint8))
        self.threshold = np.asarray(cv2.resize(np.minimum(limit, 255).astype(np.uint8), self._size), np.uint8)
