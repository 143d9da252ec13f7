"""Words in a picture, Chinese ones too where OpenCV brings a font that has them (5 and newer do, by default)."""

import threading
from typing import Final

import cv2
import numpy as np

from edge.values import Image

Colour = tuple[int, int, int]  # BGR

LEAST_SIZE: Final = 8  # pixels; smaller letters cannot be read

_NAME: Final = "uni"  # OpenCV's built-in WenQuanYi Micro Hei
_HERSHEY: Final = cv2.FONT_HERSHEY_SIMPLEX
_drawing: Final = threading.Lock()  # a font keeps what it has drawn; nothing says that threads may share that


def _face() -> "cv2.FontFace | None":
    """OpenCV's font with Chinese letters, or None where it was built without one."""
    if not hasattr(cv2, "FontFace"):
        return None
    face = cv2.FontFace(_NAME)
    return face if face.getName() == _NAME else None


_FACE: Final = _face()


def has_chinese() -> bool:
    """Whether Chinese can be written; otherwise only ASCII can."""
    return _FACE is not None


def legible(text: str) -> str:
    """What of `text` can be written in one line: a control character, a line's end too, becomes a blank."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown if has_chinese() else shown.encode("ascii", "replace").decode()


def width_of(text: str, size: int) -> int:
    """Pixels that one line takes. `size` is the height of a line's letters in pixels, ≥ 1."""
    if _FACE is None:
        return int(cv2.getTextSize(text, _HERSHEY, _scale(size), 1)[0][0])
    with _drawing:
        return int(cv2.getTextSize((0, 0), text, (0, 0), _FACE, size)[2])


def write(image: Image, text: str, place: tuple[int, int], *, size: int, colour: Colour) -> None:
    """Draw one line into `image`, shape (h, w, 3); `place` is its left end and what it stands on, x and y."""
    if _FACE is None:
        cv2.putText(image, text, place, _HERSHEY, _scale(size), colour, 1, cv2.LINE_AA)
        return
    with _drawing:
        cv2.putText(image, text, place, colour, _FACE, size)


def fitted(text: str, size: int, room: int) -> tuple[str, int]:
    """The text and the size at which it takes at most `room` pixels: smaller first, then cut short with dots."""
    wide = width_of(text, size)
    if wide <= room:
        return text, size
    size = max(LEAST_SIZE, int(size * room / wide))
    while size > LEAST_SIZE and width_of(text, size) > room:
        size -= 1
    while len(text) > 1 and width_of(text, size) > room:
        kept = min(len(text) - 1, int(len(text) * room / max(1, width_of(text, size))))
        text = text[: max(0, kept - 2)] + ".."
        if text == "..":
            break
    return text, size


def _scale(size: int) -> float:
    return float(cv2.getFontScaleFromHeight(_HERSHEY, max(1, int(np.ceil(size * 0.7))), 1))
