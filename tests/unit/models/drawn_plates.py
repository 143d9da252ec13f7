"""Number plates drawn in the sizes of GA 36, with Latin letters: the typeface at hand has no Chinese ones."""

from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Kind = Literal["blue", "green", "yellow", "two lines"]

GROUND: Final[dict[Kind, tuple[int, int, int]]] = {
    "blue": (160, 60, 10),
    "green": (120, 190, 90),
    "yellow": (30, 190, 240),
    "two lines": (30, 190, 240),
}
SIZES: Final[dict[Kind, tuple[int, int]]] = {
    "blue": (440, 140),
    "green": (480, 140),
    "yellow": (440, 140),
    "two lines": (440, 220),
}
"""Width and height in millimetres, here pixels."""


def plate(text: str, kind: Kind = "blue") -> NDArray[np.uint8]:
    """Draw a plate; of one with two lines the first two characters stand above the rest."""
    width, height = SIZES[kind]
    picture = np.full((height, width, 3), GROUND[kind], np.uint8)
    ink = (255, 255, 255) if kind == "blue" else (20, 20, 20)
    cv2.rectangle(picture, (4, 4), (width - 5, height - 5), ink, 3)
    if kind == "two lines":
        _line(picture, text[:2], (110, 15, width - 110, 75), ink)
        _line(picture, text[2:], (24, 90, width - 24, 205), ink)
    else:
        _line(picture, text, (18, 26, width - 18, height - 26), ink)
    return picture


def corners(x1: float, y1: float, x2: float, y2: float, lean: float = 0.0) -> NDArray[np.float32]:
    """The corners of a box whose right side is `lean` pixels lower, as of a plate seen from its left."""
    return np.array([[x1, y1], [x2, y1 + lean], [x2, y2 + lean], [x1, y2]], np.float32)


def hang(drawn: NDArray[np.uint8], at: NDArray[np.float32], size: tuple[int, int] = (480, 640)) -> NDArray[np.uint8]:
    """Show a drawn plate in a grey picture, its corners at those given."""
    height, width = drawn.shape[:2]
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(own, at)
    picture = np.full((*size, 3), 90, np.uint8)
    flags = cv2.INTER_AREA
    laid = cv2.warpPerspective(drawn, matrix, size[::-1], flags=flags)
    there = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size[::-1], flags=flags)
    return np.asarray(np.where(there[..., None] > 127, laid, picture), np.uint8)


def _line(picture: NDArray[np.uint8], text: str, box: tuple[int, int, int, int], ink: tuple[int, int, int]) -> None:
    """Draw each character as wide as its share of the line, as plates have it."""
    x1, y1, x2, y2 = box
    share = (x2 - x1) / len(text)
    for place, character in enumerate(text):
        glyph = np.zeros((140, 140), np.uint8)
        cv2.putText(glyph, character, (30, 110), cv2.FONT_HERSHEY_SIMPLEX, 3, 255, 9)
        down, across = np.nonzero(glyph)
        glyph = glyph[down.min() : down.max() + 1, across.min() : across.max() + 1]
        left, right = round(x1 + place * share + share * 0.08), round(x1 + (place + 1) * share - share * 0.08)
        shape = cv2.resize(glyph, (right - left, y2 - y1), interpolation=cv2.INTER_AREA)
        picture[y1:y2, left:right][shape > 127] = ink
