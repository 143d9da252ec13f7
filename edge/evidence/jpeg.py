"""JPEG in and out of memory."""

from typing import Final

import cv2
import numpy as np

from edge.values import Image

RING_QUALITY: Final = 92  # it is decoded and coded once more
PICTURE_QUALITY: Final = 88
SEALED_QUALITY: Final = 92  # of the unmasked frame that is sealed: as in the ring, for it may come from there


def encode(image: Image, quality: int) -> bytes:
    """Code shape (h, w, 3), uint8, BGR. `quality` is 0 to 100."""
    done, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of shape {image.shape} cannot be coded")
    return coded.tobytes()


def decode(jpeg: bytes) -> Image:
    """Return shape (h, w, 3), uint8, BGR."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("not a JPEG")
    return np.asarray(image, np.uint8)
