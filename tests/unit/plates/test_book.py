"""Which vehicle's plate is looked at in which frame, with a detector and a reader that are told what to find."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from contract.plates import PlateState
from edge.config import Camera
from edge.perception import reading as reading_module
from edge.perception.reading import (
    A_LOOK,
    EVERY_S,
    FIRST_LOOKS,
    FOLLOWED_MOST_S,
    FOLLOWED_S,
    GONE_S,
    MAX_PASSING,
    MAX_STATE_BYTES,
    PlateBook,
)
from edge.values import Box, ClockTrust, Detection, Frame, Moment, Presence, Sighting, VehicleClass
from models.detection import PlateGlimpse, Plates
from tests.unit.plates.glimpses import glimpse

CAMERA = Camera(id="cam", url="film.mp4")
LEFT, MIDDLE, RIGHT = Box(0.05, 0.4, 0.25, 0.7), Box(0.4, 0.4, 0.6, 0.7), Box(0.75, 0.4, 0.95, 0.7)


@dataclass
class Finder:
    """Finds one plate in the middle of the lower half of every crop, or none."""

    finds: bool = True
    crops: list[tuple[int, ...]] = field(default_factory=list)

    def detect(self, image: NDArray[np.uint8]) -> Plates:
        self.crops.append(image.shape)
        if not self.finds:
            return Plates.none()
        height, width = image.shape[:2]
        x, y, w, h = width / 2, height * 0.7, width * 0.12, width * 0.04
        corners = np.array([[[x - w, y - h], [x + w, y - h], [x + w, y + h], [x - w, y + h]]], np.float32)
        box = np.array([[x - w, y - h, x + w, y + h]], np.float32)
        return Plates(box, np.array([0.9], np.float32), corners)


@dataclass
class Reader:
    """Reads the same on each plate, by turns."""

    texts: Sequence[str] = ("京EMC139",)
    read_so_far: int = 0

    def read(self, crop: NDArray[np.uint8]) -> PlateGlimpse:
        self.read_so_far += 1
        return glimpse(self.texts[(self.read_so_far - 1) % len(self.texts)])


def moment(at_s: float) -> Moment:
    return Moment(at_s, datetime(2026, 5, 1, tzinfo=UTC), ClockTrust.SYNCED)


def frame(at_s: float, grey: int = 100) -> Frame:
    return Frame("cam", moment(at_s), np.full((720, 1280, 3), grey, np.uint8))


def standing(stay: str, box: Box, **changes: Any) -> Sighting:
    made = Sighting(
        stay.rpartition(".")[0], stay, VehicleClass.CAR, 0.9, box, Presence.SEEN, moment(0), moment(0), 0.0, moment(0)
    )
    return replace(made, **changes)


def car(box: Box, label: str = "car") -> Detection:
    return Detection(label, 0.9, box)


def book(finder: Finder | None = None, reader: Reader | None = None, state: bytes | None = None) -> PlateBook:
    return PlateBook(CAMERA, finder or Finder(), reader or Reader(), state)


def test_a_new_vehicle_is_looked_at_some_times_and_then_once_an_hour() -> None:
    finder = Finder()
    made = book(finder)
    stands, seen = [standing("cam.s1.1", MIDDLE)], [car(MIDDLE)]
    for second in range(0, 3600, 2):
        made.read(frame(second), stands, seen)
    assert len(finder.crops) == FIRST_LOOKS
    plate = made.plate("cam.s1.1")
    assert (plate.state, plate.text, plate.looks) == (PlateState.READ, "?EMC139", FIRST_LOOKS)
    made.read(frame(EVERY_S + 2 * FIRST_LOOKS), stands, seen)
    assert len(finder.crops) == FIRST_LOOKS + 1


def test_an_unsure_plate_is_looked_at_more_often() -> None:
    sure, unsure = Finder(), Finder()
    for finder, reader in ((sure, Reader()), (unsure, Reader(("京EMC139", "京EMG139")))):
        made = book(finder, reader)
        for second in range(0, 6 * 3600, 60):
            made.read(frame(second), [standing("cam.s1.1", MIDDLE)], [car(MIDDLE)])
    assert FIRST_LOOKS + 5 <= len(sure.crops) <= FIRST_LOOKS + 6
    assert len(unsure.crops) > 3 * len(sure.crops)


def test_before_evidence_it_is_looked_at_first_and_again() -> None:
    finder = Finder()
    made = book(finder)
    stands, seen = [standing("cam.s1.1", MIDDLE)], [car(MIDDLE)]
    for second in range(0, 60, 2):
        made.read(frame(second), stands, seen)
    for second in range(60, 70, 1):
        made.read(frame(second), stands, seen, urgent={"cam.s1.1"})
    assert len(finder.crops) == FIRST_LOOKS + 5


def test_no_more_vehicles_a_look_than_the_budget_and_every_one_has_its_turn() -> None:
    finder = Finder()
    made = book(finder)
    stands = [standing(f"cam.s{i}.1", box) for i, box in enumerate((LEFT, MIDDLE, RIGHT))]
    for second in range(0, 8, 2):
        before = len(finder.crops)
        made.read(frame(second), stands, [car(sighting.box) for sighting in stands])
        assert len(finder.crops) - before <= A_LOOK
    assert all(made.plate(sighting.stay).looks >= 2 for sighting in stands)


def test_what_is_not_seen_or_too_small_or_no_motor_vehicle_is_not_looked_at() -> None:
    finder = Finder()
    made = book(finder)
    hidden = standing("cam.s1.1", LEFT, presence=Presence.HIDDEN)
    missed = standing("cam.s2.1", MIDDLE, presence=Presence.MISSED)
    bicycle = standing("cam.s3.1", RIGHT, vehicle=VehicleClass.BICYCLE)
    small = Box(0.3, 0.1, 0.39, 0.2)
    made.read(
        frame(0), [hidden, missed, bicycle], [car(MIDDLE), car(RIGHT, "bicycle"), car(small), car(LEFT, "person")]
    )
    assert finder.crops == []


def test_a_vehicle_that_comes_to_stand_takes_what_was_read_of_it_along() -> None:
    made = book()
    for second in range(0, 8, 2):
        made.read(frame(second), [], [car(MIDDLE)])
    (passing,) = made.readings()
    assert (passing.stay, passing.plate.text) == (None, "?EMC139")
    made.read(frame(8), [standing("cam.s1.1", MIDDLE)], [car(MIDDLE)])
    (settled,) = made.readings()
    assert (settled.stay, settled.plate.text) == ("cam.s1.1", "?EMC139")


def test_another_stay_in_the_same_place_begins_anew() -> None:
    made = book()
    for second in range(0, 8, 2):
        made.read(frame(second), [standing("cam.s1.1", MIDDLE)], [car(MIDDLE)])
    assert made.plate("cam.s1.1").looks == 4
    made.read(frame(8), [standing("cam.s1.2", MIDDLE, presence=Presence.HIDDEN)], [])
    assert made.plate("cam.s1.2").looks == 0
    assert made.plate("cam.s1.1").looks == 0, "what has left is forgotten"


def test_what_has_left_is_forgotten_at_once_and_what_passes_soon() -> None:
    made = book()
    made.read(frame(0), [standing("cam.s1.1", MIDDLE)], [car(MIDDLE), car(LEFT)])
    assert [one.stay for one in made.readings()] == ["cam.s1.1", None]
    made.read(frame(2), [standing("cam.s1.1", MIDDLE, presence=Presence.LEFT)], [])
    assert made.readings() == ()
    assert len(made._passing) == 1
    made.read(frame(GONE_S), [], [])
    assert len(made._passing) == 0


def test_what_was_read_before_a_stay_began_is_not_of_its_vehicle() -> None:
    """Another vehicle waited where this one came to stand."""
    for entered_s, looks in ((3.0, 4), (7.0, 0)):
        made = book()
        for second in range(0, 8, 2):
            made.read(frame(second), [], [car(MIDDLE)])
        made.read(frame(60), [standing("cam.s1.1", MIDDLE, entered=moment(entered_s), presence=Presence.HIDDEN)], [])
        assert made.plate("cam.s1.1").looks == looks


def test_after_a_while_nobody_is_known_again_by_where_he_was() -> None:
    for gap_s, vehicles in ((FOLLOWED_S, 1), (FOLLOWED_S + 1, 2)):
        made = book()
        made.read(frame(0), [], [car(MIDDLE)])
        made.read(frame(1), [], [])
        made.read(frame(gap_s), [], [car(MIDDLE)])
        assert len(made._passing) == vehicles
    for gap_s, vehicles in ((FOLLOWED_MOST_S, 1), (FOLLOWED_MOST_S + 1, 2)):
        seldom = book()
        seldom.read(frame(0), [], [car(MIDDLE)])
        seldom.read(frame(gap_s), [], [car(MIDDLE)])
        assert len(seldom._passing) == vehicles, "at the next look, if that comes soon"


def test_no_more_vehicles_pass_than_the_limit() -> None:
    made = book()
    boxes = [Box(x / 50, 0.1, x / 50 + 0.015, 0.2) for x in range(MAX_PASSING + 5)]
    made.read(frame(0), [], [car(box) for box in boxes])
    assert len(made.readings()) == MAX_PASSING


def test_a_neighbours_plate_is_not_this_vehicles() -> None:
    finder = Finder()
    made = book(finder)
    nearer = Box(0.4, 0.5, 0.6, 0.9)
    for second in range(0, 20, 2):
        made.read(frame(second), [standing("cam.s1.1", MIDDLE)], [car(MIDDLE), car(nearer)])
    assert made.plate("cam.s1.1").looks == 0
    assert finder.crops


def test_a_vehicle_that_shows_no_plate_for_a_day_is_told_as_such() -> None:
    finder = Finder(finds=False)
    made = book(finder)
    front = Box(0.4, 0.4, 0.55, 0.7)
    for hour in range(0, 26 * 3600, 600):
        grey = 30 if hour // 3600 % 24 > 12 else 120
        made.read(frame(hour, grey), [standing("cam.s1.1", front)], [car(front)])
    assert made.plate("cam.s1.1").state is PlateState.MISSING
    side = Box(0.2, 0.4, 0.7, 0.7)
    aslant = book(Finder(finds=False))
    for hour in range(0, 26 * 3600, 600):
        grey = 30 if hour // 3600 % 24 > 12 else 120
        aslant.read(frame(hour, grey), [standing("cam.s1.1", side)], [car(side)])
    assert aslant.plate("cam.s1.1").state is PlateState.UNKNOWN


def test_after_a_restart_it_goes_on() -> None:
    made = book()
    stands, seen = [standing("cam.s1.1", MIDDLE)], [car(MIDDLE)]
    for second in range(0, 40, 2):
        made.read(frame(second), stands, seen)
    finder = Finder()
    again = book(finder, state=made.state())
    assert again.plate("cam.s1.1") == made.plate("cam.s1.1")
    assert again.state() == made.state()
    again.read(frame(60), stands, seen)
    assert finder.crops == [], "it has had its first looks"


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b'{"camera":"cam","made":0,"stays":[],"version":2}'])
def test_a_damaged_state_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match="version 1"):
        book(state=state)


def test_another_cameras_state_and_too_long_a_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    state = book().state()
    with pytest.raises(ValueError, match="camera"):
        PlateBook(CAMERA.model_copy(update={"id": "other"}), Finder(), Reader(), state)
    assert len(state) < MAX_STATE_BYTES
    monkeypatch.setattr(reading_module, "MAX_STATE_BYTES", len(state) - 1)
    with pytest.raises(ValueError, match="bytes"):
        book(state=state)
