"""What a camera's detector makes of what it sees: for the installer, before anybody relies on it.

A detector trained on pictures taken at eye level finds little from straight above. Things as large as a vehicle then
move through the picture and nothing is detected where they move; that is what is counted here.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.config import Camera
from edge.perception.detection import detect
from edge.perception.gate import changed_pixels, glimpse
from edge.values import Box, Detection, Frame
from models.detection import Detector

BACKGROUND: Final = 9  # looks whose median is the street without what passes
Luma = NDArray[np.float32]  # a glimpse's
LEAST_BACKGROUND: Final = 3
LEAST_AREA: Final = 0.004  # of the picture: what is smaller is a person far off, a branch, a bird
MOST_AREA: Final = 0.5  # what is larger is the camera itself that moved, or the light
FOUND: Final = 0.2  # part of a moving thing that a detection must cover to be the one that explains it
LEAST_MOVES: Final = 5  # moving things seen before anything is said
BLIND: Final = 0.5  # share of them without a detection from which the installer is told


@dataclass(frozen=True, slots=True)
class Survey:
    """What came of some looks through one camera.

    Attributes:
        looks: pictures judged.
        moves: of those, in how many something as large as a vehicle moved.
        unfound: of those, in how many nothing was detected where it moved.
        vehicles: looks with a vehicle anywhere, moving or not.
    """

    looks: int = 0
    moves: int = 0
    unfound: int = 0
    vehicles: int = 0

    @property
    def blind(self) -> bool:
        """Whether so much moves undetected that the camera will miss vehicles."""
        return self.moves >= LEAST_MOVES and self.unfound >= BLIND * self.moves


def survey(frames: Iterable[Frame], detector: Detector, camera: Camera) -> Survey:
    """Judge frames, as many as come, each against those before it."""
    found = Survey()
    past: deque[Luma] = deque(maxlen=BACKGROUND)
    for frame in frames:
        now = glimpse(frame)
        if not now.visible:
            continue
        detections = detect(detector, frame.image, camera.threshold)
        things = moving(past, now.luma)
        found = _counted(found, things, detections)
        past.append(now.luma)
    return found


def _counted(found: Survey, things: Sequence[Box], detections: Sequence[Detection]) -> Survey:
    unfound = [thing for thing in things if not any(thing.covered_by(one.box) >= FOUND for one in detections)]
    return replace(
        found,
        looks=found.looks + 1,
        moves=found.moves + bool(things),
        unfound=found.unfound + bool(unfound),
        vehicles=found.vehicles + any(one.vehicle is not None for one in detections),
    )


def moving(past: Sequence[Luma], now: Luma) -> tuple[Box, ...]:
    """Boxes of what stands out from the looks before and is as large as a vehicle; none if all of the picture does.

    Against their median, for what differs from one look alone is also the place that a thing has left.
    """
    if len(past) < LEAST_BACKGROUND or any(one.shape != now.shape for one in past):
        return ()
    background = np.median(np.stack(tuple(past)), axis=0).astype(np.float32)
    changed = changed_pixels(background, now).astype(np.uint8)
    joined = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    if float(joined.mean()) > MOST_AREA:
        return ()
    _, _, parts, _ = cv2.connectedComponentsWithStats(joined)
    return tuple(_box(part, joined.shape) for part in parts[1:] if part[cv2.CC_STAT_AREA] >= LEAST_AREA * joined.size)


def _box(part: NDArray[np.int32], shape: tuple[int, ...]) -> Box:
    left, top, width, height = (int(value) for value in part[:4])
    return Box(left / shape[1], top / shape[0], (left + width) / shape[1], (top + height) / shape[0])
