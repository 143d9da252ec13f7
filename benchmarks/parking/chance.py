"""Chance by name: the same question gets the same answer, whatever was asked before.

So two versions of perception that take other looks are still compared under the same noise.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SIZE: Final = 1 << 16  # of each bank, drawn once
TICKS: Final = 100  # of a second
_BITS: Final = (1 << 64) - 1


class Chance:
    """Numbers drawn by chance, found by a key of whole numbers."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._salt = int(rng.integers(1 << 62))
        self._normal = rng.standard_normal(SIZE)
        self._even = rng.random(SIZE)

    def normals(self, count: int, *key: int) -> NDArray[np.float64]:
        """`count` numbers, normally distributed about 0 with a spread of 1."""
        at = self.whole(SIZE - count, *key)
        return self._normal[at : at + count]

    def evens(self, count: int, *key: int) -> NDArray[np.float64]:
        """`count` numbers, evenly distributed from 0 to 1."""
        at = self.whole(SIZE - count, *key)
        return self._even[at : at + count]

    def whole(self, below: int, *key: int) -> int:
        """One whole number from 0 up to less than `below`."""
        mixed = self._salt
        for part in key:
            mixed = _mixed(mixed ^ (part & _BITS))
        return mixed % below


def tick(at_s: float) -> int:
    """A moment as a part of a key."""
    return round(at_s * TICKS)


def _mixed(number: int) -> int:
    """One step of SplitMix64 (Steele, Lea, Flood 2014): every bit of the answer hangs on every bit of the number."""
    number = (number + 0x9E3779B97F4A7C15) & _BITS
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _BITS
    return number ^ (number >> 31)
