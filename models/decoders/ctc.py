"""Text networks that answer step by step along a line (CTC): from steps to characters of the plate alphabet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.detection import Character, PlateGlimpse

PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CODE: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
LAST: Final = "挂学警港澳使领"

ALPHABET: Final = PROVINCES + CODE + LAST
"""What stands on a plate. GA 36 uses neither I nor O."""

SAME_SHAPE: Final = {"O": "0", "o": "0", "I": "1", "l": "1"}
"""Letters that plates have not, and the digit that looks the same in their typeface."""

RANKED: Final = 5
MOST_CHARACTERS: Final = 16
PROVINCE_DOUBT: Final = 0.45
"""Networks are surer of the province than they are right: its odds o are told as 0.45·√o. Fitted by eye to looks at two
plates and checked on other looks at them; the cards show how well it holds."""

_CERTAIN: Final = 0.999

LEAST: Final = 0.001
"""A probability below this is no alternative, only the rest."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a network's answer holds the plate alphabet.

    Attributes:
        blank: columns that mean no character here: CTC's blank, a space.
        sums: shape (columns of the answer, length of `ALPHABET`), float32: 1 where a column counts for a character.
    """

    blank: tuple[int, ...]
    sums: NDArray[np.float32]

    @classmethod
    def of(cls, characters: Sequence[str], width: int) -> "Columns":
        """Lay out an answer of so many columns: the blank, these characters, and further ones that mean a space.

        Raises:
            ValueError: it has fewer columns than that, or more than one more.
        """
        spare = width - 1 - len(characters)
        if spare not in (0, 1):
            raise ValueError(f"{len(characters)} characters and a blank do not lie in {width} columns")
        sums = np.zeros((width, len(ALPHABET)), np.float32)
        for column, character in enumerate(characters, 1):
            place = ALPHABET.find(SAME_SHAPE.get(character, character)) if len(character) == 1 else -1
            if place >= 0:
                sums[column, place] = 1
        return cls((0, width - 1) if spare else (0,), sums)


def collapse(steps: NDArray[np.float32], columns: Columns, *, within: float = 1.0) -> PlateGlimpse:
    """Read what the steps say: one character for each run of steps that agree, blanks between equal ones.

    Args:
        steps: shape (t, columns), float32, a probability for each column, t ≥ 0.
        columns: what they stand for; all that is not on a plate is passed over.
        within: the part of the steps, from the left, in which the plate lies; the rest is padding.
    Returns:
        at most 16 characters; each at the step of its run where it is surest.
    Source: Graves et al. 2006, best path decoding.
    """
    probabilities = steps @ columns.sums
    blank = steps[:, columns.blank].sum(axis=1)
    best, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    said = np.where(sure > blank, best, -1)
    starts = np.flatnonzero(np.diff(said, prepend=-1))
    runs = [run for run in np.split(np.arange(len(said)), starts) if len(run) and said[run[0]] >= 0]
    surest = [int(run[sure[run].argmax()]) for run in runs]
    places = [(step, (step + 0.5) / (len(steps) * within)) for step in surest]
    found = [Character(_ranked(probabilities[step]), min(at, 1.0)) for step, at in places]
    return PlateGlimpse(tuple(found[:MOST_CHARACTERS]))


def _ranked(probabilities: NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-probabilities, kind="stable")[:RANKED]
    likely = [(ALPHABET[place], min(float(probabilities[place]), 1.0)) for place in order]
    kept = [pair for pair in likely if pair[1] >= LEAST] or likely[:1]
    if kept[0][0] in PROVINCES:
        kept = [(character, _doubted(sure)) for character, sure in kept]
    return tuple(kept)


def _doubted(sure: float) -> float:
    """Turn what a network says of a province into how often it is right; keeps the order."""
    sure = min(max(sure, 1 - _CERTAIN), _CERTAIN)
    odds = PROVINCE_DOUBT * math.sqrt(sure / (1 - sure))
    return odds / (1 + odds)
