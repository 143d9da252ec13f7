"""A street without footage, small and short, and a detector that always sees the same car."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.edge_cost import stream
from benchmarks.edge_cost.stream import Stream
from benchmarks.edge_cost.street import Street, Traffic
from deploy.story.footage import Picture
from deploy.story.scene import CAR_BOX, Scene
from models.detection import Detections, Seen

SIZE = (320, 180)
LOOP_S = 6


class OneCar:
    """A `Detector` that sees a car where the story's stands, and a dog that nobody wants; counts its runs."""

    names = ("person", "car", "truck", "bus", "motorcycle", "bicycle", "dog")

    def __init__(self) -> None:
        self.runs = 0

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        self.runs += 1
        height, width = image.shape[:2]
        car = np.array(CAR_BOX, np.float32) * (width, height, width, height)
        boxes = np.stack([car, car]).astype(np.float32)
        return Detections(boxes, np.array([0.9, 0.8], np.float32), np.array([1, 6], np.int64))

    def look(self, image: NDArray[np.uint8]) -> Seen:
        return Seen(self.detect(image))


@pytest.fixture
def detector() -> OneCar:
    return OneCar()


@pytest.fixture(scope="session")
def scenes() -> dict[Scene, Picture]:
    """Patterned ground; where the car stands, another pattern."""
    random = np.random.default_rng(1)
    ground = np.asarray(cv2.resize(random.integers(60, 200, (9, 16, 3), np.uint8), SIZE), np.uint8)
    standing = ground.copy()
    x1, y1, x2, y2 = (round(part * side) for part, side in zip(CAR_BOX, SIZE * 2, strict=True))
    standing[y1:y2, x1:x2] = 255 - standing[y1:y2, x1:x2]
    return {Scene.EMPTY: ground, Scene.STANDING: standing}


@pytest.fixture(scope="session")
def streams(scenes: dict[Scene, Picture], tmp_path_factory: pytest.TempPathFactory) -> dict[Traffic, Stream]:
    """Two loops of each kind of traffic, 12 seconds."""
    folder = tmp_path_factory.mktemp("streams")
    return dict(_streams(scenes, folder))


def _streams(scenes: dict[Scene, Picture], folder: Path) -> Iterator[tuple[Traffic, Stream]]:
    street = Street(scenes, SIZE)
    for traffic in Traffic:
        loop = folder / f"{traffic}-loop.mp4"
        stream.encode(street.films(traffic, fps=stream.FPS, seconds=LOOP_S), loop, SIZE)
        yield traffic, stream.repeat(loop, folder / f"{traffic}.mp4", 2)
