"""A case's pictures as a sheet of evidence needs them: whether each is there, is what its name says, and how large."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PIL import Image, UnidentifiedImageError

from cloud.cases.domain import Photo
from contract.evidence import frame_size

MAX_BYTES: Final = 8 * 1024 * 1024  # of one picture that a sheet shows; a 4K one has two million
MAX_PIXELS: Final = 40_000_000
PRINTED: Final = 1600  # pixels of the longer side: 400 to an inch where a sheet prints it
PRINTED_BYTES: Final = 1024 * 1024  # a picture up to this goes into a document as it is
FORMATS: Final = ("JPEG", "PNG")
BITS: Final = {"RGB": 24, "L": 8}  # Pillow's modes that a camera's picture can have


@dataclass(frozen=True, slots=True)
class Measured:
    """What a picture's own bytes say.

    Attributes:
        width, height: of the whole picture with its margin, in pixels.
        frame: width and height of the camera's own picture in it; None: it does not say.
        bits: of one pixel; 0: none that a camera gives.
    """

    width: int
    height: int
    frame: tuple[int, int] | None
    bits: int


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture.

    Attributes:
        body: as the gateway sent it; None: not here yet, or too large for a sheet.
        sound: whether `body` holds what its name, its SHA-256, says.
        measured: None: no picture, or none that can be read.
        original: SHA-256 of the sealed unmasked frame it was made from, where one is kept.
    """

    sha256: str
    kind: str
    taken_at: datetime
    masked: bool
    arrived: bool
    body: bytes | None = None
    sound: bool = False
    measured: Measured | None = None
    original: str | None = None
    gone: bool = False  # it has been deleted
    closed: bool = False  # it is not masked, and not for who asks for the sheet

    @property
    def shown(self) -> bool:
        """Whether it can be put onto a sheet."""
        return self.sound and self.measured is not None


def shot(photo: Photo, body: bytes | None, *, closed: bool = False) -> Shot:
    """A case's photo with what its bytes say. Takes some hundredths of a second: not for the event loop."""
    sound = body is not None and hashlib.sha256(body).hexdigest() == photo.sha256
    return Shot(
        sha256=photo.sha256,
        kind=photo.kind,
        taken_at=photo.taken_at,
        masked=photo.masked,
        arrived=photo.arrived,
        body=body,
        sound=sound,
        measured=measure(body) if sound and body is not None else None,
        original=photo.original,
        gone=photo.deleted_at is not None,
        closed=closed,
    )


def measure(body: bytes) -> Measured | None:
    """What a picture says of itself; None: it is none that can be shown, or larger than any camera's."""
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return None
            note = image.info.get("comment", b"")
            image.load()
            frame = frame_size(note) if isinstance(note, bytes) else None
            within = frame is not None and frame[0] <= width and frame[1] <= height
            return Measured(width, height, frame if within else None, BITS.get(image.mode, 0))
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return None  # SyntaxError is how Pillow calls a damaged PNG


def for_print(body: bytes) -> bytes:
    """The picture as JPEG in a size for paper: itself where it is small enough. Its margin stays on it."""
    with Image.open(io.BytesIO(body), formats=FORMATS) as image:
        if image.format == "JPEG" and len(body) <= PRINTED_BYTES:
            return body
        small = image.convert("RGB")
    small.thumbnail((PRINTED, PRINTED))
    coded = io.BytesIO()
    small.save(coded, "JPEG", quality=85)
    return coded.getvalue()
