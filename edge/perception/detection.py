"""From a model's boxes in pixels to what a gateway cares about: vehicles and persons, as fractions of the picture."""

from collections.abc import Iterable, Sequence
from typing import Final

from contract.parking import VehicleClass
from edge.values import PERSON, Box, Detection, Image
from models.detection import Detections, Detector, FeatureMap

PERSON_THRESHOLD: Final = 0.25  # a person missed is a face shown or a vehicle thought gone: sooner one too many
SAME_OBJECT: Final = 0.6  # overlap from which two boxes are two opinions on one vehicle
PART_OF: Final = 0.85  # … or one lies in the other so far
FOOT: Final = 0.15  # … and both stand on the same ground, to this fraction of the larger one's height
LEAST_SIDE: Final = 1e-4  # of the picture: a box without extent is no box

_LABELS: Final = frozenset({*VehicleClass, PERSON})


def detect(detector: Detector, image: Image, threshold: float) -> tuple[Detection, ...]:
    """Find vehicles and persons.

    Args:
        image: (h, w, 3) uint8 BGR.
        threshold: least confidence of a vehicle; persons count from 0.25, if the detector reports them.
    Returns:
        best score first, each vehicle once.
    """
    return _named(detector.names, detector.detect(image), image, threshold)


def look(detector: Detector, image: Image, threshold: float) -> tuple[tuple[Detection, ...], FeatureMap | None]:
    """Find vehicles and persons as `detect` does, and tell in the same run how the picture looks to the network."""
    seen = detector.look(image)
    return _named(detector.names, seen.detections, image, threshold), seen.features


def _named(names: Sequence[str], found: Detections, image: Image, threshold: float) -> tuple[Detection, ...]:
    height, width = image.shape[:2]
    rows = zip(found.class_ids.tolist(), found.scores.tolist(), found.boxes.tolist(), strict=True)
    named = ((names[number], score, fractions(corners, width, height)) for number, score, corners in rows)
    return distinct(
        Detection(label, score, box)
        for label, score, box in named
        if box and label in _LABELS and score >= (min(threshold, PERSON_THRESHOLD) if label == PERSON else threshold)
    )


def fractions(corners: Sequence[float], width: int, height: int) -> Box | None:
    """Turn `x1 y1 x2 y2` in pixels into a box, clipped to the picture; None if nothing of it is left."""
    x1, x2 = (min(max(x / width, 0.0), 1.0) for x in (corners[0], corners[2]))
    y1, y2 = (min(max(y / height, 0.0), 1.0) for y in (corners[1], corners[3]))
    return Box(x1, y1, x2, y2) if x2 - x1 >= LEAST_SIDE and y2 - y1 >= LEAST_SIDE else None


def distinct(detections: Iterable[Detection]) -> tuple[Detection, ...]:
    """Leave one detection a vehicle, the best: a car is often seen as a truck too, or once whole and once in part.

    A vehicle and the person on it stay two.
    """
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda found: -found.score):
        rivals = (other for other in kept if (other.vehicle is None) == (detection.vehicle is None))
        if not any(same_object(detection.box, other.box) for other in rivals):
            kept.append(detection)
    return tuple(kept)


def same_object(one: Box, other: Box) -> bool:
    """Whether two boxes are two opinions on one object rather than one vehicle before another."""
    if one.overlap(other) >= SAME_OBJECT:
        return True
    inside = max(one.covered_by(other), other.covered_by(one)) >= PART_OF
    height = max(one.y2 - one.y1, other.y2 - other.y1)
    return inside and abs(one.y2 - other.y2) <= FOOT * height
