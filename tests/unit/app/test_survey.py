"""Things as large as a vehicle that move undetected are counted; small things, light and a moved camera are not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.app.survey import LEAST_MOVES, Survey, survey
from edge.config import Camera
from edge.values import ClockTrust, Frame, Moment
from models.detection import Detections, Seen

CAMERA = Camera(id="lot", url="/lot.mp4")
GROUND = np.random.default_rng(5).integers(90, 110, (180, 320, 3), np.uint8).repeat(2, 0).repeat(2, 1)


class Finder:
    """Finds the red thing of a frame where it is told to."""

    names = ("car",)

    def __init__(self, *, finds: bool) -> None:
        self.finds = finds

    def look(self, image: NDArray[np.uint8]) -> Seen:
        ys, xs = np.nonzero((image[:, :, 2] > 200) & (image[:, :, 0] < 50))
        if not (self.finds and len(xs)):
            return Seen(Detections.none())
        box = np.array([[xs.min(), ys.min(), xs.max(), ys.max()]], np.float32)
        return Seen(Detections(box, np.array([0.9], np.float32), np.array([0])))

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        return self.look(image).detections


def crossing(width: int, height: int, looks: int = 12, *, gain: float = 1.0) -> list[Frame]:
    """A red thing that crosses the picture, `width` × `height` of 640 × 360 pixels."""
    frames = []
    for number in range(looks):
        image = (GROUND * (gain if number % 2 else 1.0)).clip(0, 255).astype(np.uint8)
        image[150 : 150 + height, 20 + 45 * number : 20 + 45 * number + width] = (20, 20, 230)
        at = Moment(float(number), datetime(2026, 5, 1, tzinfo=UTC) + timedelta(seconds=number), ClockTrust.SYNCED)
        frames.append(Frame("lot", at, image))
    return frames


def test_what_moves_and_is_not_detected_is_told() -> None:
    found = survey(crossing(90, 50), Finder(finds=False), CAMERA)
    assert found.looks == 12
    assert found.moves == found.unfound == 9  # the first three are the background
    assert found.blind


def test_what_moves_and_is_detected_is_well() -> None:
    found = survey(crossing(90, 50), Finder(finds=True), CAMERA)
    assert found.vehicles == 12
    assert found.moves == 9
    assert found.unfound == 0
    assert not found.blind


@pytest.mark.parametrize("thing", [crossing(12, 12), crossing(0, 0, gain=1.3)], ids=["a bird", "light"])
def test_what_is_no_vehicle_is_not_missed(thing: list[Frame]) -> None:
    assert survey(thing, Finder(finds=False), CAMERA).moves == 0


def test_a_camera_that_is_turned_moves_everything_and_says_nothing_of_vehicles() -> None:
    frames = [
        Frame("lot", frame.moment, np.roll(frame.image, 97 * number, axis=1))
        for number, frame in enumerate(crossing(0, 0))
    ]
    assert survey(frames, Finder(finds=False), CAMERA).moves == 0


def test_too_few_moves_say_nothing() -> None:
    assert not Survey(looks=9, moves=LEAST_MOVES - 1, unfound=LEAST_MOVES - 1).blind
    assert Survey(looks=9, moves=LEAST_MOVES, unfound=LEAST_MOVES).blind


def test_a_dark_picture_is_no_look() -> None:
    dark = [Frame("lot", frame.moment, np.zeros_like(frame.image)) for frame in crossing(90, 50)]
    assert survey(dark, Finder(finds=True), CAMERA) == Survey()
