"""Pictures with known contents: fine texture everywhere, so that whatever is left readable shows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from edge.values import Box, ClockTrust, Detection, Frame, Image, Moment, Presence, Sighting, VehicleClass
from models.detection import Plates

WIDTH, HEIGHT = 640, 480


def textured(width: int = WIDTH, height: int = HEIGHT, seed: int = 1) -> Image:
    """Noise in blocks of 2 pixels, as fine as the strokes of a plate's letters."""
    small = np.random.default_rng(seed).integers(0, 256, (height // 2, width // 2, 3), np.uint8)
    return np.repeat(np.repeat(small, 2, axis=0), 2, axis=1)


def box(x1: int, y1: int, x2: int, y2: int) -> Box:
    """From pixels of a picture of `WIDTH` × `HEIGHT`."""
    return Box(x1 / WIDTH, y1 / HEIGHT, x2 / WIDTH, y2 / HEIGHT)


def car(x1: int, y1: int, x2: int, y2: int) -> Detection:
    return Detection("car", 0.8, box(x1, y1, x2, y2))


def person(x1: int, y1: int, x2: int, y2: int) -> Detection:
    return Detection("person", 0.5, box(x1, y1, x2, y2))


@dataclass
class KnownPlates:
    """Finds plates where they are said to be, and only in a picture as wide as said: the whole one or a crop."""

    boxes: tuple[tuple[int, int, int, int], ...] = ()
    whole_width: int = WIDTH
    asked: int = 0

    def detect(self, image: NDArray[np.uint8]) -> Plates:
        self.asked += 1
        if image.shape[1] != self.whole_width or not self.boxes:
            return Plates.none()
        boxes = np.array(self.boxes, np.float32)
        count = len(boxes)
        scores = np.linspace(0.9, 0.5, count, dtype=np.float32)
        return Plates(boxes, scores, np.zeros((count, 4, 2), np.float32))


def moment(at_s: float) -> Moment:
    return Moment(at_s, datetime(2025, 3, 1, 8, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)


def frame(at_s: float, image: Image | None = None) -> Frame:
    return Frame("gate", moment(at_s), textured(seed=int(at_s)) if image is None else image)


def sighting(
    at_s: float,
    *,
    stay: str = "gate.1.1",
    entered_s: float = 0,
    where: Box | None = None,
    presence: Presence = Presence.SEEN,
    vehicle: VehicleClass = VehicleClass.CAR,
) -> Sighting:
    return Sighting(
        slot=stay.rpartition(".")[0],
        stay=stay,
        vehicle=vehicle,
        score=0.8,
        box=where or box(200, 200, 400, 400),
        presence=presence,
        now=moment(at_s),
        entered=moment(entered_s),
        entered_within_s=2.0,
        last_seen=moment(at_s),
        first_missed=None,
    )
