"""JPEG in and out of memory."""

from typing import Final

import cv2
import numpy as np

from edge.values import Image

RING_QUALITY: Final = 92  # it is decoded and coded once more
PICTURE_QUALITY: Final = 88
SEALED_QUALITY: Final = 92  # of the unmasked frame that is sealed: as in the ring, for it may come from there


def encode(image: Image, quality: int, *, note: bytes = b"") -> bytes:
    """Code shape (h, w, 3), uint8, BGR.

    Args:
        quality: 0 to 100.
        note: at most 1000 bytes, put into the file as a comment (ITU-T T.81, B.2.4.5).
    """
    done, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of shape {image.shape} cannot be coded")
    jpeg = coded.tobytes()
    return jpeg[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2) + note + jpeg[2:] if note else jpeg


def decode(jpeg: bytes) -> Image:
    """Return shape (h, w, 3), uint8, BGR."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("not a JPEG")
    return np.asarray(image, np.uint8)
