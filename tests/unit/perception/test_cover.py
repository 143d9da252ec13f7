"""What covers a vehicle, or begins to, says nothing of it: it is not pictured with it, nor judged by a strip."""

from dataclasses import replace

import pytest

from contract.parking import VehicleClass
from edge.config import Camera
from edge.perception.arrivals import arrival
from edge.perception.candidates import Candidate, advance
from edge.perception.comparison import PERSON_LINGERS_S, compare
from edge.perception.memory import Memory, Remembered, remembered
from edge.perception.settling import settle
from edge.perception.slots import step
from edge.perception.stays import Look, PlaceLook, Slot, Slots, Stay
from edge.perception.steadiness import drifts
from edge.values import Box, Detection, Presence
from tests.unit.perception.street import PaintedEye, Street, moment

CAMERA = Camera(id="gate-1", url="a.mp4")
HERE = Box(0.4, 0.4, 0.6, 0.6)
BEFORE = Box(0.39, 0.41, 0.61, 0.70)
CAR = ((VehicleClass.CAR, 1.0),)
STANDS = Stay("s1.1", CAR, 0.8, moment(0.0), 0.0, moment(0.0), 0.0)


def slots(stay: Stay = STANDS) -> Slots:
    return Slots("gate-1", slots=(Slot("s1", HERE, 1, stay),))


def looked(place: PlaceLook, at_s: float, *, hit: bool = False, stay: Stay = STANDS) -> Stay:
    found = (Detection("car", 0.8, HERE),) if hit else ()
    state, _ = step(slots(stay), Look(moment(at_s), found, {"s1": place}), CAMERA)
    (slot,) = state.slots
    assert slot.stay is not None
    return slot.stay


@pytest.mark.parametrize("hit", [True, False])
@pytest.mark.parametrize(
    ("still", "since_s", "pictured"),
    [(None, 2.0, True), (0.99, 2.0, True), (0.9, 2.0, False), (0.9, 700.0, True), (0.8, 700.0, False)],
)
def test_what_begins_to_cover_a_vehicle_is_not_pictured_with_it(
    still: float | None, since_s: float, *, pictured: bool, hit: bool
) -> None:
    """A van drives up undetected, a tenth of it in the place; once it has gone, the car would be another one."""
    stay = looked(PlaceLook(0.9, still=still), since_s, hit=hit)
    assert stay.presence is Presence.SEEN
    assert (stay.pictured_s == since_s) is pictured


def test_one_place_beside_it_is_not_the_camera_that_moves() -> None:
    restless = {name: PlaceLook(0.9, still=0.5) for name in ("s1", "s2", "s3")}
    assert drifts(Look(moment(0.0), places=restless), "s1")
    assert not drifts(Look(moment(0.0), places=dict(list(restless.items())[:2])), "s1")


@pytest.mark.parametrize(("y1", "shown"), [(0.41, False), (0.45, False), (0.5, True)])
def test_a_strip_beside_what_came_since_says_nothing_of_the_rest(y1: float, *, shown: bool) -> None:
    """After half a minute a van that parked belongs to the picture; what it leaves in view must be enough."""
    van = Box(0.39, y1, 0.61, 0.72)
    car, now = Street({HERE: 3}).eye(0.0), Street({HERE: 3, van: 8}).eye(100.0)
    stands = Slot("s2", van, 1, replace(STANDS, name="s2.1", entered=moment(50.0), last_seen=moment(98.0)))
    state = Slots("gate-1", slots=(*slots().slots, stands))
    places = {"s1": Remembered(HERE, car.looks(HERE)), "s2": Remembered(van, now.looks(van))}
    place = compare(Memory(state, places, None, (), None), now)["s1"]
    assert (place.clear > 0) is shown


def test_who_stands_behind_it_covers_nothing_of_it() -> None:
    """A small car before a lorry drives off: the lorry's box holds nearly all of its place, and hides none of it."""
    lorry, small = Box(0.34, 0.25, 0.66, 0.67), Box(0.4, 0.5, 0.6, 0.7)
    both, gone = Street({lorry: 8, small: 3}).eye(0.0), Street({lorry: 8}).eye(100.0)
    behind = Slot("s1", lorry, 1, replace(STANDS, pictured_s=98.0))
    before = Slot("s2", small, 1, replace(STANDS, name="s2.1"))
    places = {"s1": Remembered(lorry, gone.looks(lorry)), "s2": Remembered(small, both.looks(small))}
    place = compare(Memory(Slots("gate-1", slots=(behind, before)), places, None, (), None), gone)["s2"]
    assert place.clear > 0.9
    assert place.likeness is not None
    assert place.likeness < 0.3


@pytest.mark.parametrize(("since_s", "pictured"), [(700.0, True), (2.0, False)])
def test_where_everything_is_restless_an_old_picture_is_taken_anew(since_s: float, *, pictured: bool) -> None:
    """Rain at night, or a camera that is turned slowly."""
    restless = {name: PlaceLook(0.9, still=0.8) for name in ("s1", "s2", "s3")}
    state, _ = step(slots(), Look(moment(since_s), (Detection("car", 0.8, HERE),), restless), CAMERA)
    stay = state.slots[0].stay
    assert stay is not None
    assert (stay.pictured_s == since_s) is pictured


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (PlaceLook(0.65, kin=0.95), Presence.SEEN),
        (PlaceLook(0.65, kin=0.3), Presence.HIDDEN),
        (PlaceLook(0.65, kin=0.3, ground=0.9), Presence.MISSED),
        (PlaceLook(0.8, kin=0.3), Presence.SEEN),
        (PlaceLook(0.1, ground=0.1), Presence.HIDDEN),  # neither it nor its ground
        (PlaceLook(0.1, ground=0.1, bareness=0.2), Presence.MISSED),  # … but the network leans to ground
    ],
)
def test_what_a_network_sees_nothing_of_is_not_there(place: PlaceLook, says: Presence) -> None:
    assert looked(place, 2.0).presence is says


@pytest.mark.parametrize(("hits", "ground", "says"), [(5, 0.95, "missed"), (5, 0.8, "seen"), (12, 0.95, "seen")])
def test_a_picture_of_bare_ground_is_no_vehicle(hits: int, ground: float, says: str) -> None:
    """Something passed where false boxes lie: the place was seen to change, and shows its ground again."""
    stay = replace(STANDS, hits=hits, tries=20, support=0.3, arrived=True)
    assert looked(PlaceLook(0.98, ground=ground), 2.0, stay=stay).presence is Presence(says)


@pytest.mark.parametrize(
    ("likeness", "at_s", "doubted", "says"),
    [
        (0.8, 20.0, True, "missed"),
        (0.9, 20.0, True, "seen"),
        (0.8, 120.0, True, "seen"),
        (0.8, 20.0, False, "seen"),  # nothing was seen but a van before it
    ],
)
def test_in_a_brief_while_light_does_not_change_a_vehicle(
    likeness: float, at_s: float, says: str, *, doubted: bool
) -> None:
    """Its place was seen without it for seconds, and the network has no word: one that differs is another."""
    stay = replace(STANDS, doubted=moment(2.0) if doubted else None)
    assert looked(PlaceLook(likeness), at_s, hit=True, stay=stay).presence is Presence(says)
    new = replace(stay, hits=5, tries=5)  # how alike it usually looks is not known yet
    assert looked(PlaceLook(likeness), at_s, hit=True, stay=new).presence is Presence.SEEN


def test_what_is_detected_where_half_of_it_is_as_it_was_is_confirmed_in_the_end() -> None:
    """Somebody stood before it when it was pictured."""
    state, said = slots(), []
    for n in range(30):
        found = (Detection("car", 0.8, HERE),) if n % 2 else ()
        place = PlaceLook(0.5, half=0.97, still=0.99)
        state, told = step(state, Look(moment(20.0 + 2.0 * n), found, {"s1": place}), CAMERA)
        said += [one.presence for one in told]
    assert said[:19] == [Presence.HIDDEN] * 19
    assert said[19] is Presence.SEEN
    assert Presence.LEFT not in said


@pytest.mark.parametrize(("likeness", "kin", "left_s"), [(0.1, None, 310.0), (0.65, 0.3, 310.0), (0.5, None, 1210.0)])
def test_something_undetected_stops_before_it_only_so_long(likeness: float, kin: float | None, left_s: float) -> None:
    """A cart that no detector knows stops for minutes; what is not at all alike for longer is an empty place."""
    state, at_s = slots(), 0.0
    while state.slots[0].stay is not None and at_s < 2000.0:
        at_s += 2.0
        place = PlaceLook(likeness, kin=kin, ground=0.1, still=0.99)
        state, _ = step(state, Look(moment(at_s), places={"s1": place}), CAMERA)
    assert left_s - 10.0 <= at_s <= left_s + 10.0


def test_a_covered_vehicle_does_not_keep_the_gateway_looking() -> None:
    """Whatever was open before it was covered: what uncovers it moves, and motion is looked at."""
    restless = replace(STANDS, unsure=3, doubted=moment(0.0))
    assert not looked(PlaceLook(0.4), 2.0, stay=restless).settled
    covered = looked(PlaceLook(clear=0.1), 2.0, stay=restless)
    assert covered.settled
    assert not looked(PlaceLook(0.4), 4.0, stay=covered).settled
    assert not looked(PlaceLook(0.5, half=0.97), 4.0, hit=True, stay=covered).settled


def standing_candidate(hits: int, *, unseen: int, arrived: bool | None = None, misses: int = 0) -> Candidate:
    last = moment(100.0)
    return Candidate(
        "?0", HERE, HERE, CAR, 0.8, moment(0.0), 60.0, last, hits, misses, arrived, alike=True, unseen=unseen
    )


@pytest.mark.parametrize(
    ("unseen", "hits", "arrived", "stands"),
    [
        (0, 2, None, True),
        (3, 5, None, False),
        (3, 6, None, True),
        (3, 2, True, True),
        (9, 11, None, False),
        (9, 12, None, True),
    ],
)
def test_looks_that_did_not_detect_it_speak_against_it(
    unseen: int, hits: int, *, arrived: bool | None, stands: bool
) -> None:
    """A false box comes twice: dated back over still looks it would open a case at once."""
    one = standing_candidate(hits, unseen=unseen, arrived=arrived)
    after = settle(Slots("gate-1", candidates=(one,)), Look(moment(100.0)))
    assert bool(after.slots) is stands


@pytest.mark.parametrize(("unseen", "hits", "kept"), [(0, 1, False), (2, 1, True), (2, 4, False)])
def test_the_date_of_one_that_stood_undetected_is_not_lost_at_once(unseen: int, hits: int, *, kept: bool) -> None:
    """Nor is it kept for ever: one that was detected often enough to stand, and missed oftener, begins anew."""
    one = standing_candidate(hits, unseen=unseen, misses=hits)
    after = advance((one,), (), moment(102.0), looked_s=100.0, changed=frozenset(), alike=frozenset({"?0"}))
    assert bool(after) is kept


def seen_through(eye: PaintedEye, places: dict[str, Remembered], candidate: Candidate) -> PlaceLook:
    state = replace(slots(), candidates=(candidate,))
    return compare(Memory(state, places, None, (), None), eye)["?0"]


def test_a_box_through_which_a_vehicle_is_seen_as_it_was_is_empty() -> None:
    car, covered = Street({HERE: 3}).eye(0.0), Street({HERE: 3, BEFORE: 8}).eye(2.0)
    one = replace(standing_candidate(6, unseen=0), box=BEFORE)
    for eye, through in ((car, True), (covered, False)):
        places = {"s1": Remembered(HERE, car.looks(HERE)), "?0": remembered(BEFORE, eye.looks(BEFORE), ())}
        assert seen_through(eye, places, one).through is through
    beside = Box(0.55, 0.41, 0.8, 0.70)
    places = {"s1": Remembered(HERE, car.looks(HERE)), "?0": remembered(beside, car.looks(beside), ())}
    assert not seen_through(car, places, replace(one, box=beside)).through, "boxes have empty corners"
    behind = Box(0.38, 0.36, 0.62, 0.58)
    places = {"s1": Remembered(HERE, car.looks(HERE)), "?0": remembered(behind, car.looks(behind), ())}
    assert not seen_through(car, places, replace(one, box=behind)).through, "what stands before it is seen, of course"


@pytest.mark.parametrize(
    ("hits", "arrived", "place", "stands"),
    [
        (6, None, PlaceLook(0.9, through=True), False),
        (12, None, PlaceLook(0.9, through=True), True),  # both may have stood there from the first look
        (6, True, PlaceLook(0.9, through=True), True),
        (6, True, PlaceLook(0.95, ground=0.95), False),
        (6, True, PlaceLook(0.98, ground=0.65), True),  # what stands beside it is in either picture
    ],
)
def test_an_empty_box_is_no_vehicle_but_by_many_detections(
    hits: int, place: PlaceLook, *, arrived: bool | None, stands: bool
) -> None:
    one = standing_candidate(hits, unseen=0, arrived=arrived)
    after = settle(Slots("gate-1", candidates=(one,)), Look(moment(100.0), places={"?0": place}))
    assert bool(after.slots) is stands


def test_in_a_row_one_is_seen_to_come_beside_those_that_stand() -> None:
    beside, came = Box(0.3, 0.4, 0.45, 0.6), Box(0.4, 0.4, 0.6, 0.6)
    past = [Street({beside: 8}).eye(2.0 * n) for n in range(4)]
    now = Street({beside: 8, came: 3}).eye(8.0)
    found = arrival(came, now, past, not_before_s=-1.0, others=[beside])
    assert found.arrived is True
    assert found.ground is None, "another vehicle may have stood there, missed for two looks"
    passed = [replace(eye, detections=(*eye.detections, Detection("person", 0.6, came))) for eye in past]
    assert arrival(came, now, passed, not_before_s=-1.0, others=[beside]).arrived is None


@pytest.mark.parametrize(("ago_s", "label", "lingers"), [(60.0, "person", True), (60.0, "car", False)])
def test_somebody_who_stands_before_it_undetected_lingers_where_looks_are_rare(
    ago_s: float, label: str, *, lingers: bool
) -> None:
    person = Box(0.45, 0.35, 0.52, 0.65)
    street = Street({HERE: 3, person: 9})
    found = (Detection(label, 0.6, person),) if label == "person" else (Detection("truck", 0.6, person),)
    before = replace(street.eye(0.0), detections=found)
    now = replace(street.eye(ago_s), detections=())
    places = {"s1": Remembered(HERE, Street({HERE: 3}).eye(0.0).looks(HERE))}
    unpassed = compare(Memory(slots(), places, None, (), None), now, (before,))["s1"].unpassed
    assert (unpassed < 0.9) is lingers
    late = replace(now, moment=moment(PERSON_LINGERS_S + 1.0))
    assert compare(Memory(slots(), places, None, (), None), late, (before,))["s1"].unpassed > 0.9
