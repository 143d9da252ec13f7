"""What stands nearby explains what changes: a box over it is no arrival, a van before a car is a stay of its own."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from contract.parking import VehicleClass
from edge.config import Camera
from edge.perception.appearance import Appearance
from edge.perception.arrivals import arrival, dated
from edge.perception.candidates import Candidate
from edge.perception.comparison import compare
from edge.perception.grounds import bared, grounds
from edge.perception.memory import Memory, Remembered
from edge.perception.places import same_ground
from edge.perception.settling import OUSTING_HITS, settle, slot_of
from edge.perception.slots import step
from edge.perception.stays import Look, PlaceLook, Slot, Slots, Stay, Steady
from edge.values import Box, Detection, Presence
from tests.unit.perception.street import PaintedEye, Street, moment

CAMERA = Camera(id="gate-1", url="a.mp4")
HERE = Box(0.4, 0.4, 0.6, 0.6)
VAN = Box(0.39, 0.42, 0.63, 0.70)  # before HERE, and overlaps it by 0.51
CAR = ((VehicleClass.CAR, 1.0),)


def slot(box: Box = HERE, last_seen_s: float = 0.0, name: str = "s1", presence: Presence = Presence.SEEN) -> Slot:
    stay = Stay(f"{name}.1", CAR, 0.8, moment(0.0), 0.0, moment(last_seen_s), last_seen_s, presence=presence)
    return Slot(name, box, 1, stay)


def candidate(box: Box, first_s: float, hits: int, *, arrived: bool | None = None) -> Candidate:
    now = moment(first_s + 2.0 * hits)
    return Candidate("?0", box, box, CAR, 0.8, moment(first_s), 2.0, now, hits, 0, arrived, arrived is True)


def memory(slots: Slots, **known: dict[str, Remembered]) -> Memory:
    return Memory(slots, known.get("places", {}), None, (), None, grounds=known.get("grounds", {}))


def test_what_changes_where_another_vehicle_came_to_stand_is_no_arrival() -> None:
    """A false box lies half over a car that has just come: the half beside it is as it was all the time."""
    false = Box(0.5, 0.45, 0.75, 0.65)
    paving = Box(0.3, 0.3, 0.9, 0.9)
    past = [Street({paving: 7}).eye(2.0 * n, missed=[paving]) for n in range(6)]
    now = Street({paving: 7, HERE: 3}).eye(12.0, missed=[paving])
    assert arrival(false, now, past, not_before_s=-1.0).arrived is True
    assert arrival(false, now, past, not_before_s=-1.0, others=[HERE]).arrived is False
    assert arrival(HERE, now, past, not_before_s=-1.0, others=[Box(0.62, 0.4, 0.8, 0.6)]).arrived is True


@pytest.mark.parametrize("presence", [Presence.SEEN, Presence.HIDDEN, Presence.MISSED])
def test_what_other_vehicles_would_hide_is_none(presence: Presence) -> None:
    behind, beside = Box(0.42, 0.38, 0.58, 0.5), Box(0.56, 0.3, 0.72, 0.5)
    unseen = presence is not Presence.SEEN  # may have gone: many detections can say so
    for box, hits, stands in ((behind, 11, False), (behind, 12, unseen), (beside, 6, True)):
        row = (slot(Box(0.3, 0.3, 0.5, 0.6), presence=presence), slot(HERE, name="s2", presence=presence))
        slots = Slots("gate-1", slots=row)
        one = candidate(box, 10.0, hits)
        after = settle(replace(slots, candidates=(one,)), Look(one.last))
        assert (len(after.slots) == 3) is stands


def test_a_van_before_a_car_gets_a_slot_of_its_own() -> None:
    assert HERE.overlap(VAN) > 0.5
    assert not same_ground(HERE, VAN)
    one = candidate(VAN, 10.0, 6)
    slots = Slots("gate-1", slots=(slot(presence=Presence.HIDDEN),), candidates=(one,))
    assert slot_of(VAN, slots.slots) is None
    after = settle(slots, Look(one.last))
    assert [one.box for one in after.slots] == [HERE, VAN]


def test_the_upper_part_of_a_standing_vehicle_is_no_vehicle_behind_it() -> None:
    """Something covers its lower part, and the detector boxes what is left."""
    whole, upper = Box(0.62, 0.14, 0.91, 0.28), Box(0.58, 0.12, 0.88, 0.24)
    assert not same_ground(whole, upper)
    one = candidate(upper, 10.0, 6)
    after = settle(Slots("gate-1", slots=(slot(whole),), candidates=(one,)), Look(one.last))
    assert len(after.slots) == 1


PAUSED = Box(0.40, 0.45, 0.56, 0.60)  # overlaps the next by 0.43
DROVE_ON = Box(0.38, 0.38, 0.62, 0.61)


@pytest.mark.parametrize(
    ("place", "hits", "presence", "goes"),
    [
        (PAUSED, OUSTING_HITS, Presence.HIDDEN, True),
        (PAUSED, OUSTING_HITS - 1, Presence.HIDDEN, False),
        (PAUSED, OUSTING_HITS, Presence.SEEN, False),
        (HERE, OUSTING_HITS, Presence.HIDDEN, False),  # another opinion on the same vehicle
    ],
)
def test_who_drove_on_a_little_has_left_where_it_paused(
    place: Box, hits: int, presence: Presence, *, goes: bool
) -> None:
    one = candidate(DROVE_ON, 10.0, hits, arrived=True)
    state = Slots("gate-1", slots=(slot(place, presence=presence),), candidates=(one,))
    after = settle(state, Look(one.last)).slots[0].stay
    assert after is not None
    assert (after.presence is Presence.LEFT) is goes
    assert (after.first_missed == one.first) is goes


def test_nobody_is_ousted_by_what_then_may_not_stand() -> None:
    one = candidate(DROVE_ON, 10.0, OUSTING_HITS, arrived=True)
    paused = slot(PAUSED, presence=Presence.HIDDEN)
    beside = slot(Box(0.39, 0.37, 0.63, 0.62), name="s2")
    held = replace(paused, stay=paused.stay and replace(paused.stay, held_s=12.0))
    bare = {"?0": PlaceLook(ground=0.9)}
    for slots, places in (((paused, beside), {}), ((held,), {}), ((paused,), bare)):
        after = settle(Slots("gate-1", slots=slots, candidates=(one,)), Look(one.last, places=places)).slots[0].stay
        assert after is not None
        assert after.presence is Presence.HIDDEN


def empty(since_s: float, told_s: float, *, alone: bool, bare_s: float = -1e12) -> Slot:
    steady = Steady(moment(since_s), 2.0, told_s, alone)
    return Slot("s1", HERE, 1, None, 0.0, "s1.1", 0.0, steady, bare_s)


def test_an_undetected_arrival_is_dated_by_the_place_that_showed_its_ground_before() -> None:
    past = [Street({HERE: 3}).eye(100.0 + 2 * n, missed=[HERE]) for n in range(8)]
    now = Street({HERE: 3}).eye(130.0)
    bare = {"s1": Remembered(HERE, Street().eye(0.0).looks(HERE))}
    one = Candidate("?0", HERE, HERE, CAR, 0.8, now.moment, 2.0, now.moment)
    for bare_s, first_s, arrived in ((58.0, 60.0, True), (90.0, 100.0, False)):  # unchanged though bare since: no word
        place = empty(60.0, 130.0, alone=True, bare_s=bare_s)
        slots = Slots("gate-1", slots=(place,), candidates=(one,))
        after, _ = dated(memory(slots, grounds=bare), slots, now, past)
        assert (after.candidates[0].first.at_s, after.candidates[0].arrived) == (first_s, arrived)


def test_an_empty_place_notes_when_it_showed_its_ground() -> None:
    ground = {"s1": Remembered(HERE, Street().eye(0.0).looks(HERE))}
    slots = Slots("gate-1", slots=(empty(0.0, 2.0, alone=False),))
    assert bared(slots, ground, Street().eye(2.0)).slots[0].bare_s == 2.0
    assert bared(slots, ground, Street({HERE: 3}).eye(2.0, missed=[HERE])).slots[0].bare_s < 0
    hidden = replace(slots, slots=(*slots.slots, slot(Box(0.38, 0.38, 0.62, 0.7), name="s2")))
    assert bared(hidden, ground, Street().eye(2.0)).slots[0].bare_s < 0, "all of it is behind a vehicle"
    standing = replace(slots, slots=(slot(),))
    assert bared(standing, ground, Street().eye(2.0)) == standing


class Akin(PaintedEye):
    """An eye that sees another light on the same ground: structure as drawn, and one network's word for all."""

    def __init__(self, at_s: float, luma: NDArray[np.uint8]) -> None:
        super().__init__(moment(at_s), (), np.zeros((2, 2, 3), np.uint8))
        self._seen = Appearance(luma.tobytes() + bytes([128]) * 48, bytes(range(1, 97)))

    def see(self, looks: Appearance) -> None:
        self._seen = looks

    def looks(self, box: Box) -> Appearance:
        return self._seen


@pytest.mark.parametrize(
    ("since_s", "alone", "follows"), [(0.0, False, True), (0.0, True, False), (95.0, False, False)]
)
def test_ground_is_followed_into_another_light_and_not_into_what_came(
    since_s: float, *, alone: bool, follows: bool
) -> None:
    rng = np.random.default_rng(1)
    before, now = (rng.integers(40, 200, 16 * 24, dtype=np.uint8) for _ in range(2))
    known = {"s1": Remembered(HERE, Akin(0.0, before).looks(HERE))}
    slots = Slots("gate-1", slots=(empty(since_s, 100.0, alone=alone),))
    past: Sequence[PaintedEye] = [Akin(86.0 + 2 * n, now) for n in range(7)]
    after = dict(grounds(known, slots, slots, Akin(100.0, now), past))
    assert (after["s1"] != known["s1"]) is follows


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (PlaceLook(0.1), Presence.MISSED),
        (PlaceLook(0.1, bareness=-0.8), Presence.HIDDEN),  # ground unknown, and a network sees some vehicle there
        (PlaceLook(0.1, ground=0.9), Presence.MISSED),
        (PlaceLook(0.1, ground=0.9, bareness=-1.0), Presence.HIDDEN),  # a van's side is as smooth as the ground
        (PlaceLook(0.1, ground=0.9, bareness=0.5), Presence.MISSED),
    ],
)
def test_what_a_network_takes_for_a_vehicle_is_no_bare_ground(place: PlaceLook, says: Presence) -> None:
    state = Slots("gate-1", slots=(slot(),))
    _, told = step(state, Look(moment(2.0), places={"s1": place}), CAMERA)
    assert told[0].presence is says


@pytest.mark.parametrize(
    ("likeness", "half", "says"),
    [(0.4, 0.95, Presence.HIDDEN), (0.4, 0.7, Presence.MISSED), (0.6, 0.9, Presence.MISSED)],
)
def test_half_as_it_was_is_the_same_vehicle_partly_covered(likeness: float, half: float, says: Presence) -> None:
    """Seen again after a while, less like itself: an exchange would show in each half of it."""
    state = Slots("gate-1", slots=(slot(),))
    found = (Detection("car", 0.8, HERE),)
    place = PlaceLook(likeness, half=half, kin=0.9)
    _, told = step(state, Look(moment(20.0), found, {"s1": place}), CAMERA)
    assert told[0].presence is says


@pytest.mark.parametrize("presence", [Presence.SEEN, Presence.HIDDEN])
def test_a_box_that_fits_one_nobody_sees_is_before_the_place_all_the_same(presence: Presence) -> None:
    """Where a van stood another stops a little farther on: it hides more of the car than the one before did."""
    gone, now_here = Box(0.2, 0.45, 0.44, 0.7), Box(0.26, 0.45, 0.5, 0.7)
    before, now = Street({HERE: 3}).eye(0.0), Street({HERE: 3, now_here: 8}).eye(20.0)
    slots = Slots("gate-1", slots=(slot(), slot(gone, name="s2", presence=presence)))
    places = {"s1": Remembered(HERE, before.looks(HERE)), "s2": Remembered(gone, before.looks(gone))}
    likeness = compare(memory(slots, places=places), now)["s1"].likeness
    assert likeness is not None
    assert (likeness > 0.9) is (presence is Presence.HIDDEN)


def test_a_vehicle_detected_whole_shows_that_the_van_before_it_has_gone() -> None:
    """The van's place shows the car behind it, which is a vehicle too: only whose box it is tells."""
    van = Box(0.37, 0.42, 0.65, 0.72)
    part = Box(0.37, 0.36, 0.6, 0.46)
    assert HERE.covered_by(van) > 0.85
    slots = Slots("gate-1", slots=(slot(), slot(van, name="s2")))
    street = Street({HERE: 3, van: 8}).eye(0.0)
    places = {"s1": Remembered(HERE, Street({HERE: 3}).eye(0.0).looks(HERE)), "s2": Remembered(van, street.looks(van))}
    gone = Street({HERE: 3}).eye(20.0)
    assert compare(memory(slots, places=places), gone)["s2"].through
    assert not compare(memory(slots, places=places), replace(gone, detections=()))["s2"].through
    cut = replace(gone, detections=(Detection("car", 0.8, part),))
    assert not compare(memory(slots, places=places), cut)["s2"].through, "what the van leaves in view of the car"


def test_a_place_that_looks_as_it_did_is_not_seen_through() -> None:
    """Boxes are no outlines: a car is boxed whole over the bed of a pickup before it."""
    state = Slots("gate-1", slots=(slot(),))
    for i in range(6):
        place = PlaceLook(0.97, still=0.98, untouched=True, through=True)
        state, told = step(state, Look(moment(2.0 + 2.0 * i), places={"s1": place}), CAMERA)
        assert told[0].presence is Presence.SEEN


def test_what_was_missed_once_and_is_faintly_there_is_missed_in_the_end() -> None:
    state = Slots("gate-1", slots=(slot(),))
    said: list[Presence] = []
    for i in range(640):
        place = PlaceLook(0.65, through=i == 0)
        state, told = step(state, Look(moment(2.0 + 2.0 * i), places={"s1": place}), CAMERA)
        said += [one.presence for one in told]
    assert said[:2] == [Presence.MISSED, Presence.HIDDEN]
    assert said[-1] is Presence.LEFT, "and the gateway need not look every two seconds for ever"


def test_what_is_seen_through_has_gone_though_its_place_is_hard_to_tell() -> None:
    state = Slots("gate-1", slots=(slot(),))
    said: list[Presence] = []
    for i, through in enumerate([True, False, True, True]):
        place = PlaceLook(0.65, clear=0.5 if through else 1.0, through=through)
        state, told = step(state, Look(moment(2.0 + 2.0 * i), places={"s1": place}), CAMERA)
        said += [one.presence for one in told]
    assert said == [Presence.MISSED, Presence.HIDDEN, Presence.MISSED, Presence.LEFT]


@pytest.mark.parametrize(
    ("turned", "bareness"),  # 156 is -100 as a signed byte
    [([156] * 8, None), ([100] * 6 + [156] * 2, None), ([100] * 7 + [156], -0.75)],
)
def test_where_nobody_knows_the_ground_only_close_kin_is_surely_a_vehicle(
    turned: list[int], bareness: float | None
) -> None:
    """A vehicle that left while the gateway was off stood on ground that a network found 0.46 akin to it."""
    known = Appearance(bytes(384) + bytes([128]) * 48, bytes([100] * 8))
    eye = Akin(2.0, np.zeros(384, np.uint8))
    eye.see(Appearance(bytes(384) + bytes([128]) * 48, bytes(turned)))
    place = compare(memory(Slots("gate-1", slots=(slot(),)), places={"s1": Remembered(HERE, known)}), eye)["s1"]
    assert place.kin == pytest.approx(sum(1 if one == 100 else -1 for one in turned) / 8)
    assert place.bareness == bareness


def test_where_known_ground_tells_nothing_close_kin_is_some_vehicle_too() -> None:
    """A van stands undetected before a car; another one stood on that ground's edge when it was pictured."""
    known = Appearance(bytes(384) + bytes([128]) * 48, bytes([100] * 8))
    eye = Akin(2.0, np.zeros(384, np.uint8))
    eye.see(Appearance(bytes(384) + bytes([128]) * 48, bytes([100] * 7 + [156])))
    state = Slots("gate-1", slots=(slot(),))
    ground = Remembered(HERE, Appearance(bytes(384) + bytes([128]) * 48, bytes([156] * 8)), (Box(0.4, 0.4, 0.45, 0.6),))
    places = {"s1": Remembered(HERE, known)}
    assert compare(memory(state, places=places, grounds={"s1": ground}), eye)["s1"].bareness == -0.75
    clear = replace(ground, covers=())
    assert compare(memory(state, places=places, grounds={"s1": clear}), eye)["s1"].bareness == -1.0
