"""A picture from outside, drawn anew: bounded, upright, and without what its file said beside the picture.

A telephone writes into a photo where it was taken, when, and by which telephone: nothing of that is kept.
"""

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES: Final = 8 * 1024 * 1024  # of the file that is handed in
MAX_PIXELS: Final = 50_000_000  # a telephone's largest; about 150 MB while it is drawn anew
MAX_EDGE: Final = 2560  # pixels of the longer edge that are kept
QUALITY: Final = 88
FORMATS: Final = ("JPEG", "PNG")
MEDIA_TYPES: Final = ("image/jpeg", "image/png")


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
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a picture that may be a bomb, of broken metadata
            with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise NoPicture
                picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise NoPicture from None
    picture.thumbnail((MAX_EDGE, MAX_EDGE))
    bare = Image.new("RGB", picture.size)  # which carries no metadata along
    bare.paste(picture)
    kept = io.BytesIO()
    bare.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return Recoded(kept.getvalue(), *bare.size)
