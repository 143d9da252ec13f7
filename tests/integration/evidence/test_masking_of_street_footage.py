"""The shipped models on real footage. What is where was read off street_parking.mp4 by eye, at 17.17 s."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from edge.config import Masking
from edge.evidence.mask import Masker
from edge.sources.recording import Recording
from edge.values import PERSON, Box, Detection, Image, VehicleClass
from models.detection import Detector
from models.errors import ModelMissing
from models.zoo import Zoo

AT_S: Final = 17.17
WHITE_PLATE: Final = (284, 313, 329, 328)  # of the white saloon in the middle
BLACK_PLATE: Final = (447, 257, 493, 272)  # of the black car parked to its right
WHITE_CAR: Final = Box(105 / 576, 178 / 996, 369 / 576, 360 / 996)
Rectangle = tuple[int, int, int, int]


@pytest.fixture(scope="module")
def zoo() -> Zoo:
    found = Zoo()
    try:
        for name in ("ssdlite-mobilenetv2-coco", "clp-det"):
            found.path(name)
    except ModelMissing as error:
        pytest.skip(str(error))
    return found


@pytest.fixture(scope="module")
def street(shared_dir: Path) -> Image:
    path = shared_dir / "media" / "street_parking.mp4"
    frames = Recording(path, camera="gate", start=datetime(2025, 3, 1, tzinfo=UTC), look_every=1.9).frames()
    return next(frame.image for frame in frames if frame.moment.at_s >= AT_S - 0.01)


def seen_by(detector: Detector, image: Image) -> list[Detection]:
    found = detector.detect(image)
    height, width = image.shape[:2]
    labels = {*VehicleClass, PERSON}
    return [
        Detection(detector.names[kind], score, Box(x1 / width, y1 / height, x2 / width, y2 / height))
        for (x1, y1, x2, y2), score, kind in zip(
            found.boxes.tolist(), found.scores.tolist(), found.class_ids.tolist(), strict=True
        )
        if detector.names[kind] in labels
    ]


def colours(image: Image, part: Rectangle) -> int:
    x1, y1, x2, y2 = part
    return len(np.unique(image[y1:y2, x1:x2].reshape(-1, 3), axis=0))


CASES: Final[Sequence[tuple[str, Box | None, Masking, bool, bool]]] = [
    # name,                subject,   settings,                    white plate kept, black plate kept
    ("the white car", WHITE_CAR, Masking(), True, False),
    ("nobody", None, Masking(), False, False),
    ("with its plate too", WHITE_CAR, Masking(subject_plate=True), False, False),
    ("masking off", WHITE_CAR, Masking(enabled=False), True, True),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_only_the_subjects_plate_can_still_be_read(
    case: tuple[str, Box | None, Masking, bool, bool], zoo: Zoo, street: Image
) -> None:
    _, subject, settings, white_kept, black_kept = case
    detections = seen_by(zoo.vehicle_detector("ssdlite-mobilenetv2-coco", threshold=0.25), street)
    masked = Masker(zoo.plate_detector("clp-det", threshold=0.25), settings).mask(
        street, subject=subject, detections=detections
    )
    for part, kept in ((WHITE_PLATE, white_kept), (BLACK_PLATE, black_kept)):
        x1, y1, x2, y2 = part
        assert bool((masked[y1:y2, x1:x2] == street[y1:y2, x1:x2]).all()) is kept
        assert (colours(masked, part) > 6) is kept


def test_without_a_plate_detector_the_neighbours_plate_is_hidden_with_its_place(zoo: Zoo, street: Image) -> None:
    detections = seen_by(zoo.vehicle_detector("ssdlite-mobilenetv2-coco", threshold=0.25), street)
    masked = Masker(None, Masking()).mask(street, subject=WHITE_CAR, detections=detections)
    assert colours(masked, BLACK_PLATE) < 20
    assert colours(masked, WHITE_PLATE) > 100
