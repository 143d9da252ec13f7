"""Looking again, walked. One letter a look, two seconds apart.

S seen        H hidden     M missed          L left           u stay unknown, place empty
v unknown, a vehicle at the place   p unknown, a person before it   r another stay in the slot
n unknown, a neighbour's vehicle beside it   - the picture tells nothing
"""

from datetime import UTC, datetime, timedelta

import pytest

from contract.parking import VehicleClass, ZoneKind
from edge.config import Zone
from edge.rules.verification import Glance, Inquiry, expire, step
from edge.values import Answer, Box, ClockTrust, Detection, Moment, Outcome, Presence, Sighting

PLACE = Box(0.4, 0.4, 0.6, 0.6)
BESIDE = Box(0.5, 0.4, 0.7, 0.6)
ZONE = Zone(id="lane", kind=ZoneKind.FIRE_LANE, polygon=((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)))


def sighting(at_s: float, presence: Presence, stay: str = "cam.s1.1", box: Box = PLACE) -> Sighting:
    now = Moment(at_s, datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)
    missed = now if presence in {Presence.MISSED, Presence.LEFT} else None
    slot = stay.rpartition(".")[0]
    return Sighting(slot, stay, VehicleClass.CAR, 0.9, box, presence, now, now, 2, now, missed)


OWN = {"S": Presence.SEEN, "H": Presence.HIDDEN, "M": Presence.MISSED, "L": Presence.LEFT}


def glance(letter: str, at_s: float) -> Glance:
    sightings: list[Sighting] = []
    detections: list[Detection] = []
    if letter in OWN:
        sightings.append(sighting(at_s, OWN[letter]))
    if letter == "r":
        sightings.append(sighting(at_s, Presence.SEEN, "cam.s1.2"))
        detections.append(Detection("car", 0.9, PLACE))
    if letter == "n":
        sightings.append(sighting(at_s, Presence.SEEN, "cam.s2.1", BESIDE))
        detections.append(Detection("car", 0.9, BESIDE))
    if letter in "Sv":
        detections.append(Detection("car", 0.9, PLACE))
    if letter == "p":
        detections.append(Detection("person", 0.9, Box(0.45, 0.4, 0.55, 0.7)))
    if letter == "-":
        return Glance(at_s, False, "画面太暗 the picture is too dark", [sighting(at_s, Presence.HIDDEN)], [])
    return Glance(at_s, True, "", sightings, detections)


def walk(letters: str, place: Box | None = PLACE, within_s: float = 60) -> tuple[int, Answer | None]:
    """Looks until the answer, and the answer."""
    inquiry = Inquiry("cam.s1", "cam.s1.1", ZONE, place, started_s=0, within_s=within_s)
    for n, letter in enumerate(letters, 1):
        inquiry, answer = step(inquiry, glance(letter, 2.0 * n))
        if answer:
            return n, answer
    return len(letters), None


GONE, STILL, CANNOT = Outcome.GONE, Outcome.STILL_THERE, Outcome.CANNOT_SEE
WALKS = [
    # name,                                    looks,          answered at, outcome
    ("still there after two looks", "SS", 2, STILL),
    ("one look is not enough", "S", 1, None),
    ("still there, seen between hiding", "SHHS", 4, STILL),
    ("leaves under our eyes", "SMMML", 5, GONE),
    ("missed looks alone do not decide", "MMMMMM", 6, None),
    ("left before, place empty", "uuu", 3, GONE),
    ("two empty looks are not enough", "uu", 2, None),
    ("a vehicle stands there, whose is unknown", "vvvvv", 5, None),
    ("a person before the place", "pppp", 4, None),
    ("a person interrupts, does not reset", "upuu", 4, GONE),
    ("another stay in the slot", "rrr", 3, GONE),
    ("a neighbour beside is no vehicle there", "nnn", 3, GONE),
    ("missed, then seen again", "MMSMMS", 6, STILL),
    ("dark looks do not count", "--uu-u", 6, GONE),
    ("hidden to the end", "H" * 30, 30, CANNOT),
    ("dark to the end", "-" * 30, 30, CANNOT),
    ("nothing is said after the time", "S" + "-" * 28 + "S", 30, CANNOT),
]


@pytest.mark.parametrize(("looks", "at", "outcome"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_walk(looks: str, at: int, outcome: Outcome | None) -> None:
    looked, answer = walk(looks)
    assert (looked, answer.outcome if answer else None) == (at, outcome)


def test_answers_say_why_in_two_languages() -> None:
    for looks, words in {
        "SS": "still there",
        "uuu": "its place is empty",
        "rrr": "another vehicle",
        "-" * 30: "too dark",
        "H" * 30: "stands before",
        "M" * 30: "not decided",
    }.items():
        _, answer = walk(looks)
        assert answer is not None
        assert words in answer.reason
        assert not answer.reason.isascii()
        assert len(answer.reason) <= 200


def test_looks_are_those_taken_in_time() -> None:
    _, answer = walk("H" * 30)
    assert answer is not None
    assert answer.looks == 29, "the look at 60 s comes too late"


def test_without_a_known_place_the_zone_must_be_empty_for_longer() -> None:
    assert walk("uuuuu", place=None) == (5, None)
    looked, answer = walk("uuuuuu", place=None)
    assert (looked, answer and answer.outcome) == (6, GONE)
    assert walk("vvvvvvvv", place=None) == (8, None)
    assert walk("nnnnnnnn", place=None) == (8, None), "somebody stands in the zone: it may be the one"


def test_a_camera_without_frames_cannot_see() -> None:
    inquiry = Inquiry("cam.s1", "cam.s1.1", ZONE, PLACE, started_s=100, within_s=60)
    assert expire(inquiry, 159.9) is None
    answer = expire(inquiry, 160)
    assert answer is not None
    assert (answer.outcome, answer.looks) == (CANNOT, 0)
    assert "no picture" in answer.reason


def test_a_look_from_before_the_request_says_nothing() -> None:
    inquiry = Inquiry("cam.s1", "cam.s1.1", ZONE, PLACE, started_s=100, within_s=60)
    assert step(inquiry, glance("S", 98)) == (inquiry, None)


def test_a_number_of_looks_fits_the_contract() -> None:
    inquiry = Inquiry("cam.s1", "cam.s1.1", ZONE, PLACE, started_s=0, within_s=86_400)
    for n in range(1100):
        inquiry, answer = step(inquiry, glance("H", float(n)))
        assert answer is None
    assert inquiry.looks == 1000
