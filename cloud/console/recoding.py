"""A picture from outside, drawn anew: bounded, upright, and without what its file said beside the picture.

A telephone writes into a photo where it was taken, when, and by which telephone: nothing of that is kept.
"""

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from PIL import ExifTags, Image

MAX_BYTES: Final = 8 * 1024 * 1024  # of the file that is handed in
MAX_PIXELS: Final = 50_000_000  # a telephone's largest; about 150 MB while it is drawn anew
MAX_EDGE: Final = 2560  # pixels of the longer edge that are kept
QUALITY: Final = 88
FORMATS: Final = ("JPEG", "PNG")
MEDIA_TYPES: Final = ("image/jpeg", "image/png")

_TURN: Final = Image.Transpose
# Exif 2.32, 4.6.4: which way a picture lies, and how it comes upright.
UPRIGHT: Final[Mapping[int, Image.Transpose]] = MappingProxyType(
    {
        2: _TURN.FLIP_LEFT_RIGHT,
        3: _TURN.ROTATE_180,
        4: _TURN.FLIP_TOP_BOTTOM,
        5: _TURN.TRANSPOSE,
        6: _TURN.ROTATE_270,
        7: _TURN.TRANSVERSE,
        8: _TURN.ROTATE_90,
    }
)
# What the decoder stumbles with over bytes that somebody made up, or damaged.
STUMBLES: Final = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    SyntaxError,
    struct.error,
    zlib.error,
    Warning,
    Image.DecompressionBombError,
)


class NoPicture(Exception):
    """The bytes are no picture that is taken here."""


@dataclass(frozen=True, slots=True)
class Recoded:
    """A picture as it is kept: a JPEG."""

    body: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Its name."""
        return sha256(self.body).hexdigest()


def recoded(body: bytes) -> Recoded:
    """Draw a picture anew.

    Args:
        body: a JPEG or a PNG, at most `MAX_BYTES`.
    Raises:
        NoPicture: it is none, is cut short, or has more than `MAX_PIXELS`.
    """
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise NoPicture
            turn, picture = _turn(opened), opened.convert("RGB")
    except STUMBLES:
        raise NoPicture from None
    picture.thumbnail((MAX_EDGE, MAX_EDGE))
    if turn is not None:
        picture = picture.transpose(turn)
    bare = Image.new("RGB", picture.size)  # which carries no metadata along
    bare.paste(picture)
    kept = io.BytesIO()
    bare.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return Recoded(kept.getvalue(), *bare.size)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """What brings a picture upright; None: nothing, or its metadata cannot be read, which spoils no picture."""
    try:
        return UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except STUMBLES:
        return None
