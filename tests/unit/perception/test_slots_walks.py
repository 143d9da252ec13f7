"""Slots, walked look by look. One letter a look, two seconds apart; the car stands at HERE.

    D detected, looks as it did     o detected, looks otherwise      x not detected, place looks otherwise
    . not detected, looks as it did ? not detected, hard to say      h not detected, something stands before it
    v detected half before it; place looks neither like it nor like the ground
    n detected nearby (passing)     = nothing moved                  - the picture tells nothing
    f not detected, faintly as it did  g not detected, as the bare ground  u neither
    L l light of the whole picture changed, not detected and detected          | an hour without looks
Expected: S seen, H hidden, M missed, L left, _ nothing said; a digit for a later stay that is seen.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edge.config import Camera
from edge.perception.candidates import MAX_CANDIDATES
from edge.perception.slots import FORGET_S, MAX_SLOTS, Look, PlaceLook, Slots, step
from edge.values import Box, ClockTrust, Detection, Moment, Presence, Sighting

CAMERA = Camera(id="gate-1", url="a.mp4")
HERE = Box(0.4, 0.4, 0.6, 0.6)
BEFORE = Box(0.4, 0.46, 0.6, 0.66)  # overlaps HERE by 0.54
NEARBY = Box(0.45, 0.45, 0.75, 0.75)
LETTER = {Presence.SEEN: "S", Presence.HIDDEN: "H", Presence.MISSED: "M", Presence.LEFT: "L"}


def moment(at_s: float) -> Moment:
    return Moment(at_s, datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)


def car(box: Box = HERE, label: str = "car", score: float = 0.8) -> Detection:
    return Detection(label, score, box)


def look(letter: str, at_s: float) -> Look:
    places = {
        "D": PlaceLook(0.9),
        "o": PlaceLook(0.1),
        "x": PlaceLook(0.1),
        ".": PlaceLook(0.8),
        "f": PlaceLook(0.65),
        "g": PlaceLook(0.35, ground=0.9),
        "u": PlaceLook(0.1, ground=0.1),
        "?": PlaceLook(0.45),
        "v": PlaceLook(0.1, ground=0.1),
        "h": PlaceLook(0.1, 0.3, 0.3),
        "n": PlaceLook(0.1, 0.3, 0.3),
        "L": PlaceLook(0.1),
        "l": PlaceLook(0.1),
    }
    detections = {"D": (car(),), "o": (car(),), "n": (car(NEARBY),), "l": (car(),), "v": (car(BEFORE),)}
    known = {f"gate-1.s{n}": places[letter] for n in range(1, 4)} if letter in places else {}
    return Look(
        moment(at_s),
        detections.get(letter, ()),
        known,
        scene=0.2 if letter in "Ll" else 0.9,
        visible=letter != "-",
        still=letter == "=",
    )


def walk(letters: str, state: Slots | None = None, start_s: float = 0.0) -> tuple[Slots, list[tuple[Sighting, ...]]]:
    state = state or Slots("gate-1")
    told: list[tuple[Sighting, ...]] = []
    at_s = start_s
    for letter in letters:
        if letter == "|":
            at_s += 3600
            continue
        state, sightings = step(state, look(letter, at_s), CAMERA)
        told.append(sightings)
        at_s += 2
    return state, told


def letters_of(told: list[tuple[Sighting, ...]]) -> str:
    return "".join(_letter(sightings) for sightings in told)


def _letter(sightings: tuple[Sighting, ...]) -> str:
    if not sightings:
        return "_"
    assert len(sightings) == 1, "one car gives one stay"
    number = sightings[0].stay.rpartition(".")[2]
    letter = LETTER[sightings[0].presence]
    return number if number != "1" and letter == "S" else letter


WALKS = [
    # name,                                     looks,                expected
    ("stands from the third look on", "DDD", "__S"),
    ("one look is no stand", "D....", "_____"),
    ("two looks, then gone, is no stand", "DDxxx", "_____"),
    ("passes without standing", "nnxx", "____"),
    ("leaves after enough looks and time", "DDDxxxxx", "__SMMML_"),
    ("missed looks with the place unchanged", "DDD....D..D", "__SSSSSSSSS"),
    ("two missed looks are no leaving", "DDDxxDxxDxxxD", "__SMMSMMSMMMS"),
    ("an occluder never counts", "DDDhhhhhhhhhhhhD", "__SHHHHHHHHHHHHS"),
    ("an occluder interrupts, does not reset", "DDDxxhhxx", "__SMMHHL_"),
    ("a passer-by takes nothing over", "DDDnnD", "__SHHS"),
    ("light changes, detected all along", "DDDooooD", "__SHHHSS"),
    ("light changes as a whole, undetected", "DDDLLLLLLLD", "__SHHHHHHHS"),
    ("light changes as a whole, detected", "DDDlD", "__SSS"),
    ("light changes as a whole, missed at first", "DDDLlooo", "__SHHHHS"),
    ("a restart in another light", "DDD|lD", "__SSS"),
    ("away when the light changed, another car then", "DDDLLLLLLooooD", "__SHHHHHHMMML2"),
    ("hard to say is no leaving", "DDD??????D", "__SHHHHHHS"),
    ("darkness hides", "DDD----D", "__SHHHHS"),
    ("darkness is no leaving", "DDDxx----D", "__SMMHHHHS"),
    ("a still scene repeats", "DDD====D", "__SSSSSS"),
    ("another car later, same slot", "DDDxxxxxDDD", "__SMMML___2"),
    ("another car seamlessly after a gap", "DDD|ooooDDD", "__SMMML222"),
    ("the same car after a gap", "DDD|DD", "__SSS"),
    ("gone during a gap", "DDD|xxxxx", "__SMMML_"),
    ("exchanged behind an occluder", "DDDhhhhhhoooooD", "__SHHHHHHMMML22"),
]


@pytest.mark.parametrize(("looks", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_walk(looks: str, expected: str) -> None:
    _, told = walk(looks)
    assert letters_of(told) == expected


def test_a_van_that_stops_half_before_it_for_long_is_a_stay_of_its_own() -> None:
    _, told = walk("DDD" + "v" * 40 + "D")
    own = [one.presence for sightings in told for one in sightings if one.stay == "gate-1.s1.1"]
    assert own == [Presence.SEEN, *[Presence.HIDDEN] * 40, Presence.SEEN]
    vans = {one.stay: one.box.y2 for sightings in told for one in sightings if one.stay != "gate-1.s1.1"}
    assert vans == {"gate-1.s2.1": pytest.approx(BEFORE.y2)}


def test_light_that_changes_does_not_drive_off_what_is_detected_there_every_other_look() -> None:
    _, told = walk("DDD" + "ox" * 20 + "D")
    assert {sighting.stay for sightings in told for sighting in sightings} == {"gate-1.s1.1"}
    assert "L" not in letters_of(told)
    assert letters_of(told)[-1] == "S"


def test_left_says_when_it_was_last_seen_and_first_missed() -> None:
    _, told = walk("DDDxxxx")
    left = told[-1][0]
    assert (left.presence, left.last_seen.at_s, left.first_missed and left.first_missed.at_s) == (Presence.LEFT, 4, 6)
    assert (left.slot, left.stay, left.entered.at_s, left.entered_within_s) == ("gate-1.s1", "gate-1.s1.1", 0, 0)


def test_looks_far_apart_must_be_as_many() -> None:
    state, _ = walk("DDD")
    for at_s, said in [(60, "M"), (120, "M"), (180, "L")]:
        state, sightings = step(state, look("x", at_s), CAMERA)
        assert letters_of([sightings]) == said


def test_first_missed_goes_when_it_is_seen_again() -> None:
    _, told = walk("DDDxDx")
    assert [s[0].first_missed.at_s if s[0].first_missed else None for s in told[2:]] == [None, 6, None, 10]


def test_entry_lies_within_the_gap_to_the_look_before() -> None:
    _, told = walk("xx-|DDD")
    entered = told[-1][0]
    assert (entered.entered.at_s, entered.entered_within_s) == (3606, 3604), "the dark look told nothing"


def test_next_stay_enters_when_first_seen_though_the_one_before_had_not_left_yet() -> None:
    _, told = walk("DDD|ooooo")
    assert told[-1][0].stay == "gate-1.s1.2"
    assert told[-1][0].entered.at_s == 3606


def test_unsure_for_minutes_is_missed_in_the_end() -> None:
    _, told = walk("DDD" + "?" * 620)
    said = letters_of(told)
    assert said.startswith("__S" + "H" * 600), "a van may stop before it for a quarter of an hour"
    assert "L" in said[600:]


def test_likeness_alone_says_seen_only_while_the_detector_finds_it_now_and_then() -> None:
    _, told = walk("D" * 12 + "f" * 120)
    assert letters_of(told).rstrip("H") == "__" + "S" * 10 + "S" * 29
    _, told = walk("DDD" + "...D" * 60)
    assert set(letters_of(told)[2:]) == {"S"}


def test_what_was_never_found_often_is_no_vehicle() -> None:
    _, told = walk("DDD" + "." * 40)
    assert letters_of(told).rstrip("_") == "__S" + "S" * 16 + "MMML"
    _, told = walk("D" * 12 + "." * 400)
    assert set(letters_of(told)[2:]) == {"S"}, "one that was is there for as long as its place looks so"


def test_bare_ground_is_a_sure_sign_and_neither_ground_nor_vehicle_is_none() -> None:
    _, told = walk("DDDggggg")
    assert letters_of(told) == "__SMMML_"
    _, told = walk("DDD" + "u" * 100 + "D")
    assert letters_of(told) == "__S" + "H" * 100 + "S", "something undetected stands before it"
    _, told = walk("DDDLgggg")
    assert letters_of(told) == "__SHMMML", "bare ground is known in another light too"


def test_other_classes_of_one_car_are_outvoted() -> None:
    state = Slots("gate-1")
    sightings: tuple[Sighting, ...] = ()
    for n, label in enumerate(["truck", "car", "car", "truck", "car"]):
        state, sightings = step(state, Look(moment(2.0 * n), (car(label=label),)), CAMERA)
    assert sightings[0].vehicle == "car"


def test_two_detections_of_one_car_are_one_slot() -> None:
    state = Slots("gate-1")
    whole, part = car(), car(Box(0.4, 0.45, 0.52, 0.6), score=0.5)
    for n in range(40):
        state, sightings = step(state, Look(moment(2.0 * n), (whole, part)), CAMERA)
        assert len(sightings) <= 1
    assert state.settled, "the part is no candidate that keeps the detector busy"


def test_a_car_waiting_behind_is_a_stay_of_its_own() -> None:
    state = Slots("gate-1")
    behind = car(Box(0.45, 0.3, 0.58, 0.45))
    sightings: tuple[Sighting, ...] = ()
    for n in range(6):
        detections = (car(),) if n < 2 else (behind,) if n == 4 else (car(), behind)
        state, sightings = step(state, Look(moment(2.0 * n), detections, {"gate-1.s1": PlaceLook(0.8)}), CAMERA)
    assert [(s.stay, s.entered.at_s, s.presence) for s in sightings] == [
        ("gate-1.s1.1", 0, "seen"),
        ("gate-1.s2.1", 4, "seen"),
    ]


def test_a_moving_car_never_becomes_a_slot() -> None:
    state = Slots("gate-1")
    for n in range(60):  # a tenth of its length each look would be a queue; half of it is walking pace
        x = 0.01 * n
        state, sightings = step(state, Look(moment(2.0 * n), (car(Box(x, 0.4, x + 0.02, 0.42)),)), CAMERA)
        assert not sightings
        assert len(state.candidates) <= 3


def test_slots_are_bounded_and_the_longest_empty_one_makes_room() -> None:
    boxes = [
        Box(0.01 + 0.08 * (n % 12), 0.01 + 0.08 * (n // 12), 0.06 + 0.08 * (n % 12), 0.06 + 0.08 * (n // 12))
        for n in range(144)
    ]
    state = Slots("gate-1")
    for n in range(8):
        state, _ = step(state, Look(moment(2.0 * n), tuple(car(box) for box in boxes)), CAMERA)
        assert len(state.candidates) <= MAX_CANDIDATES
    assert len(state.slots) == MAX_SLOTS
    assert all(slot.stay for slot in state.slots)
    emptied = state.slots[:2]
    slots = tuple(replace(slot, stay=None, empty_since_s=float(n)) for n, slot in enumerate(emptied))
    state = replace(state, slots=(*slots, *state.slots[2:]))
    for n in range(8, 12):
        state, _ = step(
            state,
            Look(moment(2.0 * n), (car(boxes[-1]),), dict.fromkeys((s.name for s in state.slots), PlaceLook(0.9))),
            CAMERA,
        )
    names = [slot.name for slot in state.slots]
    assert len(names) == MAX_SLOTS
    assert emptied[0].name not in names
    assert emptied[1].name in names


def test_an_empty_slot_is_forgotten_after_a_day_and_its_name_is_not_used_again() -> None:
    state, _ = walk("DDDxxxx")
    assert len(state.slots) == 1
    state, _ = walk("x", state, 12 + FORGET_S)
    assert not state.slots
    state, told = walk("DDD", state, 14 + FORGET_S)
    assert told[-1][0].slot == "gate-1.s2"


def test_undecided_places_keep_the_gate_open() -> None:
    for looks, settled in [
        ("D" * 12, True),
        ("D" * 12 + ".", True),
        ("D" * 12 + "x", False),
        ("D" * 12 + "?", False),
        ("D" * 12 + "o", False),
        ("D", False),
        ("DDD", False),
        ("D" * 12 + "h", True),
    ]:
        state, _ = walk(looks)
        assert state.settled == settled, looks
