"""A place that looks the same from look to look: who was in it is in it; when it changed, and whether by light."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from contract.parking import VehicleClass
from edge.config import Camera
from edge.perception.appearance import Appearance
from edge.perception.comparison import compare
from edge.perception.faces import stillness
from edge.perception.grounds import covered_ground, ground_kinship
from edge.perception.memory import MAX_COVERS, Memory, Remembered, remembered
from edge.perception.places import same_ground
from edge.perception.slots import step
from edge.perception.stays import Look, PlaceLook, Slot, Slots, Stay
from edge.perception.steadiness import changed_together, drifts, gap_s, lasted, steadied
from edge.values import Box, ClockTrust, Detection, Moment, Presence
from tests.unit.perception.street import PaintedEye, Street

CAMERA = Camera(id="gate-1", url="a.mp4")
HERE = Box(0.4, 0.4, 0.6, 0.6)
SAME = PlaceLook(still=0.97, untouched=True)
PASSED = PlaceLook(still=0.97)  # steady where it shows; something passes before the rest
CHANGED = PlaceLook(still=0.2)


class Shown(PaintedEye):
    """An eye that sees the same everywhere."""

    def __init__(self, everywhere: Appearance) -> None:
        super().__init__(moment(0.0), (), np.zeros((2, 2, 3), np.uint8))
        self._everywhere = everywhere

    def looks(self, box: Box) -> Appearance:
        return self._everywhere


def moment(at_s: float) -> Moment:
    return Moment(at_s, datetime(2025, 3, 1, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)


def stay(last_seen_s: float) -> Stay:
    return Stay("s1.1", ((VehicleClass.CAR, 1.0),), 0.8, moment(0.0), 0.0, moment(last_seen_s), last_seen_s)


def slot(last_seen_s: float = 0.0) -> Slot:
    return Slot("s1", HERE, 1, stay(last_seen_s))


def looked(places: list[PlaceLook], first: Slot | None = None, every_s: float = 2.0) -> Slot:
    one = first or slot()
    for i, place in enumerate(places):
        one = steadied(one, Look(moment(every_s * i), places={"s1": place}), every_s * (i - 1) if i else None)
    return one


def test_steady_since_the_last_change() -> None:
    one = looked([SAME, SAME, CHANGED, SAME, SAME])
    assert one.steady is not None
    assert (one.steady.since.at_s, one.steady.within_s, one.steady.told_s) == (4.0, 2.0, 8.0)


def test_what_nobody_could_see_is_no_steady_place() -> None:
    one = looked([SAME, SAME, PlaceLook(), SAME])
    assert one.steady is not None
    assert one.steady.since.at_s == 4.0


def test_after_a_gap_nobody_knows() -> None:
    before = looked([SAME, SAME])
    after = steadied(before, Look(moment(15.0), places={"s1": SAME}), 2.0)
    assert after.steady is not None
    assert after.steady.since.at_s == 15.0
    assert not after.steady.alone


def test_still_looks_bridge_a_gap_and_dark_ones_do_not() -> None:
    one = looked([SAME, SAME])
    for visible, since_s in ((True, 0.0), (False, 60.0)):
        later = lasted(one, moment(60.0), visible=visible)
        later = steadied(later, Look(moment(62.0), places={"s1": SAME}), 60.0)
        assert later.steady is not None
        assert later.steady.since.at_s == since_s


def test_an_untouched_place_holds_who_was_seen_in_it() -> None:
    held = looked([SAME] * 20, slot(last_seen_s=2.0))
    assert held.stay is not None
    assert held.stay.held_s == 38.0
    assert gap_s(held, held.stay, moment(38.0)) <= 0


def test_what_is_before_a_vehicle_holds_nobody() -> None:
    passed = looked([PASSED] * 20, slot(last_seen_s=2.0))
    assert passed.stay is not None
    assert passed.stay.held_s < 0


def test_who_was_last_seen_before_the_change_is_not_held() -> None:
    left = looked([SAME, CHANGED, *[SAME] * 20], slot(last_seen_s=0.0))
    assert left.stay is not None
    assert left.stay.held_s < 0
    assert gap_s(left, left.stay, moment(42.0)) == 2.0, "there was no time to give way to another"


def test_light_changes_all_places_and_a_vehicle_one() -> None:
    light = Look(moment(0), places=dict.fromkeys(("s1", "s2", "s3", "s4"), CHANGED))
    vehicle = Look(moment(0), places={"s1": CHANGED, "s2": SAME, "s3": SAME, "s4": CHANGED})
    assert changed_together(light, "s1")
    assert not changed_together(vehicle, "s1")
    assert drifts(light, "s1")
    assert not drifts(vehicle, "s1")


def test_where_no_other_place_tells_the_whole_picture_does() -> None:
    assert changed_together(Look(moment(0), places={"s1": CHANGED}, scene=0.5), "s1")
    assert not changed_together(Look(moment(0), places={"s1": CHANGED}, scene=0.95), "s1")
    assert not changed_together(Look(moment(0), places={"s1": CHANGED}), "s1")


def test_a_vehicle_that_looks_otherwise_after_minutes_is_held_where_nothing_changed() -> None:
    """Covered by something undetected, seldom detected: without the steady place it would be taken for another."""
    for place, leaves in ((PlaceLook(0.45, still=0.97, untouched=True), False), (PlaceLook(0.45), True)):
        state = Slots("gate-1", slots=(replace(slot(), stay=replace(stay(0.0), pictured_s=0.0)),))
        said: list[Presence] = []
        for i in range(30):
            found = (Detection("car", 0.8, HERE),) if i % 8 == 7 else ()
            state, sightings = step(state, Look(moment(2.0 * i), found, {"s1": place}), CAMERA)
            said += [one.presence for one in sightings if one.stay == "s1.1"]
        assert (Presence.LEFT in said) is leaves


def test_street_grounds_are_known_again_in_another_light() -> None:
    """The same bare place in a light that its structure does not survive: what a network makes of it does."""
    rng = np.random.default_rng(1)
    luma = rng.integers(40, 200, 16 * 24, dtype=np.uint8)
    relit = rng.integers(40, 200, 16 * 24, dtype=np.uint8)
    colour = np.full(48, 128, np.uint8)
    street = rng.integers(-120, 120, 96).astype(np.int8)
    vehicle = rng.integers(-120, 120, 96).astype(np.int8)

    def eye(picture: NDArray[np.uint8], features: NDArray[np.int8]) -> Shown:
        return Shown(Appearance(picture.tobytes() + colour.tobytes(), features.tobytes()))

    ground = Remembered(HERE, Appearance(luma.tobytes() + colour.tobytes(), street.tobytes()))
    assert covered_ground(ground, eye(relit, street), []) == (False, True)
    assert covered_ground(ground, eye(relit, vehicle), []) == (True, True)
    partly = replace(ground, covers=(Box(0.4, 0.4, 0.5, 0.6),))
    assert ground_kinship(partly, eye(relit, street), []) is None, "half of that picture was a neighbour"
    beside = Box(0.4, 0.4, 0.5, 0.6)
    assert ground_kinship(ground, eye(relit, street), [beside]) is None, "half of the place is a neighbour's now"
    plain = replace(ground, looks=replace(ground.looks, embedding=None))
    assert covered_ground(plain, eye(relit, street), []) == (True, False), "its structure is all that is known"


def test_stillness_over_what_nothing_passes_before() -> None:
    """A van drives past before a car: the part that it leaves in view is as it was, the whole is not."""
    van = Box(0.3, 0.5, 0.5, 0.7)
    before = Street({HERE: 3}).eye(0.0)
    face = Remembered(HERE, before.looks(HERE))
    parked = slot()
    assert stillness(parked, face, before, ()) == (1.0, True)
    passed = Street({HERE: 3, van: 8}).eye(2.0)
    found = tuple(one for one in passed.detections if one.box == van)
    still, untouched = stillness(parked, face, passed, found)
    assert still is not None
    assert still > 0.9
    assert not untouched
    undetected, _ = stillness(parked, face, passed, ())
    assert undetected is not None
    assert undetected < 0.8


def test_a_place_that_is_all_covered_says_nothing() -> None:
    van = Box(0.3, 0.35, 0.7, 0.72)
    face = Remembered(HERE, Street({HERE: 3}).eye(0.0).looks(HERE))
    passed = Street({HERE: 3, van: 8}).eye(2.0)
    found = tuple(one for one in passed.detections if one.box == van)
    assert stillness(slot(), face, passed, found) == (None, False)


def test_what_passed_before_a_place_at_the_look_before_is_no_change_when_it_is_gone() -> None:
    van = Box(0.3, 0.5, 0.5, 0.75)
    passed, free = Street({HERE: 3, van: 8}).eye(0.0), Street({HERE: 3}).eye(2.0)
    for covers, steady in (((van,), True), ((), False)):
        still, _ = stillness(slot(), Remembered(HERE, passed.looks(HERE), covers), free, ())
        assert still is not None
        assert (still > 0.9) is steady


def test_a_vehicle_pictured_behind_a_van_is_known_when_the_van_has_gone() -> None:
    van = Box(0.3, 0.5, 0.5, 0.75)
    pictured, now = Street({HERE: 3, van: 8}).eye(0.0), Street({HERE: 3}).eye(2.0)
    slots = Slots("gate-1", slots=(slot(),))
    for covers, known in (((van,), True), ((), False)):
        places = {"s1": Remembered(HERE, pictured.looks(HERE), covers)}
        likeness = compare(Memory(slots, places, None, (), 0.0), now)["s1"].likeness
        assert likeness is not None
        assert (likeness > 0.9) is known


def test_a_van_before_a_car_stands_on_other_ground_however_much_their_boxes_overlap() -> None:
    van, jitter = Box(0.39, 0.42, 0.63, 0.70), Box(0.42, 0.43, 0.66, 0.63)
    assert min(HERE.overlap(van), HERE.overlap(jitter)) > 0.5
    assert not same_ground(HERE, van)
    assert same_ground(HERE, jitter)


def test_a_vehicle_that_creeps_is_not_followed() -> None:
    ahead = Box(0.42, 0.4, 0.62, 0.6)
    for still, follows in ((0.7, False), (0.97, True)):
        state = Slots("gate-1", slots=(slot(),))
        place = PlaceLook(0.95, still=still, untouched=follows)
        state, _ = step(state, Look(moment(2.0), (Detection("car", 0.8, ahead),), {"s1": place}), CAMERA)
        after = state.slots[0]
        assert after.stay is not None
        assert (after.box != HERE) is follows
        assert (after.stay.pictured_s == 2.0) is follows


def test_a_crowd_before_a_place_covers_all_of_it() -> None:
    looks = Street().eye(0.0).looks(HERE)
    crowd = [Box(0.4, 0.4, 0.41 + 0.01 * n, 0.6) for n in range(MAX_COVERS + 1)]
    elsewhere = Box(0.0, 0.0, 0.1, 0.1)
    assert remembered(HERE, looks, (elsewhere, *crowd[:MAX_COVERS])).covers == tuple(crowd[:MAX_COVERS])
    assert remembered(HERE, looks, crowd).covers == (HERE,)
