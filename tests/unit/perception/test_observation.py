"""Looks judged without a frame: a stay begins with the first look that shows its vehicle, detected or not."""

import pytest

from edge.config import Camera
from edge.perception.observation import idle, observe
from edge.values import Box, Detection, Presence, Sighting
from tests.unit.perception.street import PaintedEye, Street, blank, moment

CAMERA = Camera(id="yard", url="a.mp4")
PLACE = Box(0.3, 0.4, 0.5, 0.7)
BESIDE = Box(0.6, 0.4, 0.8, 0.7)
EVERY_S = 2.0


def walk(street: Street, letters: str, place: Box = PLACE, seed: int = 1) -> list[tuple[Sighting, ...]]:
    """Looks two seconds apart, the last eight kept.

    `_` the place is empty, `D` the vehicle is detected, `.` it stands undetected, `p` somebody before it, `o` another
    vehicle stands there undetected.
    """
    memory, past, told = blank(), list[PaintedEye](), list[tuple[Sighting, ...]]()
    for n, letter in enumerate(letters):
        street.standing.pop(place, None)
        if letter in "D.po":
            street.standing[place] = seed + 100 * (letter == "o")
        eye = street.eye(EVERY_S * n, missed=[] if letter == "D" else [place])
        if letter == "p":
            person = Box(place.x1 - 0.02, place.y1, place.x2 + 0.02, place.y2)
            eye.detections = (*eye.detections, Detection("person", 0.6, person))
        memory, sightings = observe(memory, eye, CAMERA, past[-8:])
        told.append(sightings)
        past.append(eye)
    return told


BEGINNINGS = [
    # name,                          looks,             entered, came at most so much earlier
    ("detected at once", "__DDD", 4, 2),
    ("missed once", "__.DDD", 4, 2),
    ("missed three times", "__...DDD", 4, 2),
    ("missed behind somebody", "__.p.DDD", 4, 2),
    ("somebody before it as it came", "__pp.DDD", 8, 6),
    ("another stood there before", "oo.DDD", 4, 2),
    ("missed for longer than is kept", "__" + "." * 12 + "D" * 12, 12, 2),
    ("there from the first look", "..DDD", 0, 2),
]


@pytest.mark.parametrize(
    ("looks", "entered_s", "within_s"), [row[1:] for row in BEGINNINGS], ids=[row[0] for row in BEGINNINGS]
)
def test_a_stay_begins_with_the_first_look_that_shows_it(looks: str, entered_s: float, within_s: float) -> None:
    (sighting,) = walk(Street(), looks)[-1]
    assert (sighting.entered.at_s, sighting.entered_within_s) == (entered_s, within_s)
    assert sighting.entered == moment(entered_s)


def test_every_later_sighting_repeats_the_same_beginning() -> None:
    told = [row for row in walk(Street(), "__..DDD.D.D") if row]
    assert {row[0].entered.at_s for row in told} == {4.0}


def test_a_vehicle_that_drives_up_is_not_standing_earlier() -> None:
    street, memory, past = Street(), blank(), list[PaintedEye]()
    sightings: tuple[Sighting, ...] = ()
    for n in range(12):
        street.standing.clear()
        moved = max(0.0, 0.1 * (6 - n))  # half a car's length a look, undetected all the while
        street.standing[Box(PLACE.x1 - min(moved, 0.3), PLACE.y1, PLACE.x2 - min(moved, 0.3), PLACE.y2)] = 1
        eye = street.eye(EVERY_S * n, missed=[] if n >= 7 else list(street.standing))
        memory, sightings = observe(memory, eye, CAMERA, past[-8:])
        past.append(eye)
    assert [one.entered.at_s for one in sightings] == [12.0]


def test_a_dark_look_hides_and_a_still_one_repeats() -> None:
    street, memory = Street({PLACE: 1, BESIDE: 2}), blank()
    for n in range(3):
        memory, _ = observe(memory, street.eye(EVERY_S * n), CAMERA)
    memory, dark = idle(memory, moment(8), visible=False)
    assert [one.presence for one in dark] == [Presence.HIDDEN] * 2
    memory, _ = observe(memory, street.eye(10), CAMERA)
    memory, still = idle(memory, moment(12), visible=True)
    assert [(one.presence, one.last_seen.at_s) for one in still] == [(Presence.SEEN, 12)] * 2
