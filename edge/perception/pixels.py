"""An eye of pixels: one frame, what the detector found in it, and a reduced picture of it to describe places from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from edge.perception.appearance import WHOLE, Appearance, describe, embed
from edge.perception.detection import look
from edge.perception.eye import HERE, Shift
from edge.perception.gate import Glimpse
from edge.values import Box, Detection, Frame, Image, Moment
from models.detection import Detector, FeatureMap

REDUCED: Final = 640  # pixels of the longer side: a car a twentieth of the picture wide still gives 32; ≤ 1.2 MB


@dataclass(frozen=True, slots=True)
class PixelEye:
    """One look at a frame, in the coordinates of the camera's first view; an `Eye`.

    It holds no frame: a picture of at most 640 × 640 × 3 bytes (691,200 at 16:9) and what the network made of it.

    Attributes:
        present: the detections in the picture's own coordinates, for drawing and masking.
        picture: reduced, moved to the first view's coordinates; its edge goes on where the view has none.
        features: of the picture as it is.
        shift: how the picture lies to the first view.
    """

    moment: Moment
    detections: tuple[Detection, ...]
    present: tuple[Detection, ...]
    whole: Appearance
    picture: Image
    features: FeatureMap | None
    shift: Shift = HERE

    @property
    def shown(self) -> Box:
        """What of the first view the picture shows."""
        return self.shift.back(WHOLE) or WHOLE

    def looks(self, box: Box) -> Appearance:
        """How a place of the first view looks now."""
        looks = describe(self.picture, box)
        there = self.shift.forth(box)
        if self.features is None or there is None:
            return looks
        return replace(looks, embedding=embed(self.features.pool(there.x1, there.y1, there.x2, there.y2)))


def see(frame: Frame, detector: Detector, small: Glimpse, *, threshold: float, shift: Shift = HERE) -> PixelEye:
    """Look at a frame: one run of the detector.

    Args:
        small: the same frame, as the gate has it.
        threshold: least confidence of a vehicle.
        shift: how the frame lies to the first view.
    """
    reduced = frame.small(REDUCED)  # before the whole picture is made, and the smaller one of it: so it costs least
    present, features = look(detector, frame.image, threshold)
    return PixelEye(
        moment=frame.moment,
        detections=_moved(present, shift),
        present=present,
        whole=describe(put_back(small.picture, shift), WHOLE),
        picture=put_back(reduced, shift),
        features=features,
        shift=shift,
    )


def _moved(detections: Sequence[Detection], shift: Shift) -> tuple[Detection, ...]:
    boxes = ((found, shift.back(found.box)) for found in detections)
    return tuple(replace(found, box=box) for found, box in boxes if box)


def put_back(image: Image, shift: Shift) -> Image:
    """Move a picture of any size to the first view's coordinates; what the view does not show is the nearest edge."""
    if shift == HERE:
        return image
    height, width = image.shape[:2]
    # Pixels' middles lie at halves: a point p of the first view is at scale · p + offset in this picture.
    scale, half = shift.scale, (shift.scale - 1) / 2
    matrix = np.array([[scale, 0, shift.dx * width + half], [0, scale, shift.dy * height + half]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(image, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)
