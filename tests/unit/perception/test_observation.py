"""Looks judged without a frame: a stay begins with the first look that shows its vehicle, detected or not."""

from dataclasses import replace

import numpy as np
import pytest

from edge.config import Camera
from edge.perception.appearance import Appearance
from edge.perception.candidates import MAX_CANDIDATES, Candidate
from edge.perception.eye import HERE
from edge.perception.memory import MAX_COVERS, MAX_MEMORY_BYTES, Memory, Remembered, dump, load
from edge.perception.memory import blank as empty
from edge.perception.observation import RESTED_S, idle, observe
from edge.perception.settling import MAX_SLOTS
from edge.perception.stance import MAX_VIEW_BYTES, MAX_VIEWS, KnownView, Stance
from edge.perception.wear import Diary, Page
from edge.values import Box, Detection, Presence, Sighting
from tests.unit.perception.street import PaintedEye, Street, moment

CAMERA = Camera(id="yard", url="a.mp4")
PLACE = Box(0.3, 0.4, 0.5, 0.7)
BESIDE = Box(0.6, 0.4, 0.8, 0.7)
EVERY_S = 2.0


def blank() -> Memory:
    return empty("yard")


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
    ("there from the first look", "..DDDD", 0, 2),
]


@pytest.mark.parametrize(
    ("looks", "entered_s", "within_s"), [row[1:] for row in BEGINNINGS], ids=[row[0] for row in BEGINNINGS]
)
def test_a_stay_begins_with_the_first_look_that_shows_it(looks: str, entered_s: float, within_s: float) -> None:
    (sighting,) = walk(Street(), looks)[-1]
    assert (sighting.entered.at_s, sighting.entered_within_s) == (entered_s, within_s)
    assert sighting.entered == moment(entered_s)


def test_three_detections_do_not_outweigh_two_looks_that_show_it_undetected() -> None:
    assert walk(Street(), "..DDD")[-1] == ()


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


def seen(street: Street, memory: Memory, start_s: float, looks: int) -> tuple[Memory, list[tuple[Sighting, ...]]]:
    """So many looks that detect everything."""
    told: list[tuple[Sighting, ...]] = []
    past: list[PaintedEye] = []
    for n in range(looks):
        eye = street.eye(start_s + EVERY_S * n)
        memory, sightings = observe(memory, eye, CAMERA, past[-8:])
        past.append(eye)
        told.append(sightings)
    return memory, told


SWAPS = [
    # name,                              paint of the one that comes, its stay
    ("the same", 1.0, "yard.s1.1"),
    ("the same in a little dust", 0.85, "yard.s1.1"),
    ("a similar one", 0.35, "yard.s1.2"),
    ("quite another", 0.0, "yard.s1.2"),
]


@pytest.mark.parametrize(("share", "stay"), [row[1:] for row in SWAPS], ids=[row[0] for row in SWAPS])
def test_what_stands_there_after_a_restart_of_minutes_is_known_by_its_looks(share: float, stay: str) -> None:
    street = Street({PLACE: 1})
    memory, _ = seen(street, blank(), 0, 15)
    memory = load(dump(memory), "yard")
    street.blends[PLACE] = (1, 2, share)
    _, told = seen(street, memory, 200, 15)
    assert [one.stay for one in told[-1]] == [stay]
    assert [one.presence for one in told[-1]] == [Presence.SEEN]


def test_the_same_vehicle_back_later_is_a_new_stay_that_names_the_old_one() -> None:
    for paint, returns in ((1, "yard.s1.1"), (2, None)):
        street = Street({PLACE: 1})
        memory, _ = seen(street, blank(), 0, 5)
        street.standing.clear()
        memory, told = seen(street, memory, 10, 8)
        assert any(one.presence is Presence.LEFT for row in told for one in row)
        street.standing[PLACE] = paint
        memory, told = seen(street, load(dump(memory), "yard"), 3600, 16)
        assert {(one.stay, one.returns) for row in told for one in row} == {("yard.s1.2", returns)}


def test_a_person_who_stands_before_a_vehicle_and_is_missed_now_and_then_hides_it_all_the_same() -> None:
    street = Street({PLACE: 1})
    memory, _ = seen(street, blank(), 0, 15)
    person = Box(0.32, 0.38, 0.48, 0.75)
    past: list[PaintedEye] = []
    for n in range(40):
        eye = street.eye(100 + EVERY_S * n, missed=[PLACE])
        x1, x2, y1, y2 = (round(v) for v in (person.x1 * 320, person.x2 * 320, person.y1 * 180, person.y2 * 180))
        eye.image = eye.image.copy()
        eye.image[y1:y2, x1:x2] = np.linspace(10, 90, y2 - y1)[:, None, None]
        eye.detections = () if n % 4 else (Detection("person", 0.6, person),)
        memory, sightings = observe(memory, eye, CAMERA, past[-8:])
        past.append(eye)
        assert [(one.stay, one.presence) for one in sightings] == [("yard.s1.1", Presence.HIDDEN)]


def test_a_false_box_on_bare_ground_becomes_no_stay() -> None:
    street, memory, past = Street(), blank(), list[PaintedEye]()
    for n in range(60):
        eye = street.eye(EVERY_S * n)
        eye.detections = (Detection("car", 0.6, PLACE),) if 20 <= n < 31 and n % 5 else ()
        memory, sightings = observe(memory, eye, CAMERA, past[-8:])
        past.append(eye)
        assert not sightings


def test_memory_stays_within_its_bound_when_everything_is_full() -> None:
    looks = Appearance(bytes(432), bytes(512))
    box = Box(0.123456789, 0.123456789, 0.223456789, 0.223456789)
    seen_once = street_of_one()
    slot = seen_once.slots.slots[0]
    assert slot.stay is not None
    slots = tuple(
        replace(slot, name=f"yard.s{n}", last=f"yard.s{n}.1", stay=replace(slot.stay, name=f"yard.s{n}.2"))
        for n in range(MAX_SLOTS)
    )
    candidates = tuple(
        Candidate(f"?{n}", box, box, slot.stay.votes, 0.5, moment(1), 2.0, moment(1)) for n in range(MAX_CANDIDATES)
    )
    plain = replace(looks, embedding=None)
    page = Page(123456.789, box, plain, box, plain, plain)
    covers = (box,) * MAX_COVERS
    covered = Remembered(box, looks, covers)
    names = [slot.name for slot in slots] + [str(slot.last) for slot in slots] + [one.key for one in candidates]
    full = replace(
        seen_once,
        slots=replace(seen_once.slots, slots=slots, candidates=candidates),
        places=dict.fromkeys(names, covered),
        grounds=dict.fromkeys(names, covered),
        faces={name: Remembered(box, plain, covers) for name in names},
        detections=tuple(Detection("motorcycle", 0.123456789, box) for _ in range(100)),
        diaries={
            slot.stay.name: Diary(page, ((0.123456789, 0.123456789),) * 8, page, 123456.789)
            for slot in slots
            if slot.stay
        },
        stance=Stance("0" * 16, (KnownView(bytes(MAX_VIEW_BYTES), HERE),) * MAX_VIEWS),
    )
    raw = dump(full)
    assert MAX_MEMORY_BYTES / 2 < len(raw) <= MAX_MEMORY_BYTES
    assert load(raw, "yard") == full


def test_changes_told_on_an_older_scale_are_forgotten() -> None:
    memory = street_of_one()
    (slot,) = memory.slots.slots
    assert slot.stay is not None
    looks = Street({PLACE: 1}).eye(0.0).looks(PLACE)
    diary = Diary(Page(0.0, PLACE, looks, PLACE, looks, looks), ((0.02, 0.3),) * 4)
    old = dump(replace(memory, version=2, diaries={slot.stay.name: diary}))
    assert load(old, "yard") == replace(memory, diaries={})
    new = replace(memory, diaries={slot.stay.name: diary})
    assert load(dump(new), "yard") == new


def test_a_diary_begins_when_the_vehicle_has_come_to_rest_and_keeps_no_embedding() -> None:
    memory, at_s = street_of_one(), 0.0
    (slot,) = memory.slots.slots
    assert slot.stay is not None
    street = Street({PLACE: 1})
    while at_s < slot.stay.entered.at_s + RESTED_S - 60.0:
        at_s += 60.0
        memory, _ = observe(memory, street.eye(at_s), CAMERA)
    assert not memory.diaries
    for later_s in (60.0, 120.0):
        memory, _ = observe(memory, street.eye(at_s + later_s), CAMERA)
    (diary,) = memory.diaries.values()
    assert diary.page.own.embedding is None
    assert diary.page.at_s >= slot.stay.entered.at_s + RESTED_S


def street_of_one() -> Memory:
    memory, _ = seen(Street({PLACE: 1}), blank(), 0, 5)
    return memory
