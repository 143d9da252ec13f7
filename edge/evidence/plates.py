"""Where number plates are in a picture, and whose they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.evidence.pixels import Pixels, pixels_of
from edge.values import Box, Image
from models.detection import PlateDetector

MAX_CROPS: Final = 24  # the largest vehicles of a picture; a plate detector takes a tenth of a second for each
MIN_CROP_HEIGHT: Final = 48  # pixels; below it a plate is a dozen pixels wide
SAME_VEHICLE: Final = 0.5  # overlap from which a detection is the subject itself, perhaps under another class
SAME_PLATE: Final = 0.4  # overlap from which two finds are one plate


@dataclass(frozen=True, slots=True)
class Plate:
    """A number plate in a picture."""

    box: Box
    score: float

    @property
    def centre(self) -> tuple[float, float]:
        """As fractions of the picture."""
        return (self.box.x1 + self.box.x2) / 2, (self.box.y1 + self.box.y2) / 2


def find_plates(detector: PlateDetector, image: Image, vehicles: Sequence[Box]) -> list[Plate]:
    """Look in the whole picture and, since a detector shrinks it, in a crop of each vehicle too; best score first.

    The same plate may be found in both and is then given twice: masking both is what covers it best.
    """
    height, width = image.shape[:2]
    crops = (pixels_of(vehicle, image, grow_x=0.08, grow_y=0.08) for vehicle in vehicles)
    tall = sorted((crop for crop in crops if crop[3] - crop[1] >= MIN_CROP_HEIGHT), key=lambda crop: crop[1] - crop[3])
    areas = [(0, 0, width, height), *tall[:MAX_CROPS]]
    found = [plate for area in areas for plate in _plates_in(detector, image, area)]
    return sorted(found, key=lambda plate: plate.score, reverse=True)


def _plates_in(detector: PlateDetector, image: Image, area: Pixels) -> Iterator[Plate]:
    height, width = image.shape[:2]
    left, top, right, bottom = area
    found = detector.detect(np.ascontiguousarray(image[top:bottom, left:right]))
    for (x1, y1, x2, y2), score in zip(found.boxes.tolist(), found.scores.tolist(), strict=True):
        if x2 > x1 and y2 > y1:
            box = Box((x1 + left) / width, (y1 + top) / height, (x2 + left) / width, (y2 + top) / height)
            yield Plate(box, score)


def plate_of(vehicle: Box, plates: Sequence[Plate], others: Sequence[Box]) -> Plate | None:
    """Return the one plate that is the vehicle's, or None where none is.

    A plate in a vehicle's box may be that of another in front of it. A vehicle whose lower edge is lower in the picture
    is nearer to the camera, and where two overlap it is the nearer one that is seen.

    Args:
        plates: best score first.
        others: the other vehicles' boxes.
    """
    nearer = [other for other in others if other.y2 >= vehicle.y2 and other != vehicle]
    own = (plate for plate in plates if _holds(vehicle, plate.centre))
    return next((plate for plate in own if not any(_holds(other, plate.centre) for other in nearer)), None)


def is_same_vehicle(subject: Box, box: Box) -> bool:
    """Whether a detection is the subject itself."""
    return subject.overlap(box) >= SAME_VEHICLE


def is_same_plate(one: Plate, other: Plate) -> bool:
    """Whether two finds are one plate."""
    return one.box.overlap(other.box) >= SAME_PLATE or _holds(one.box, other.centre)


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x1 <= point[0] <= box.x2 and box.y1 <= point[1] <= box.y2
