"""Double parking: who is shut in is seen from the boxes, and only the time in which somebody is counts."""

from dataclasses import replace
from typing import Any

import pytest

from contract.parking import ZoneKind
from contract.plates import PermitState
from edge.config import Zone
from edge.rules.doubling import shut_in
from edge.rules.dwell import Dwell, step
from edge.values import Box, Finding, FindingKind, Presence, Rule, Sighting
from tests.unit.rules.street import moment, permit, sighting, square, zone

# A row of two berths, seen from the front, with the lane before it: lower in the picture is nearer to the camera.
LEFT = zone("left", ZoneKind.BERTH, polygon=square(0.1, 0.4, 0.3, 0.6), dwell="7d")
RIGHT = zone("right", ZoneKind.BERTH, polygon=square(0.3, 0.4, 0.5, 0.6), dwell="7d")
LANE = zone("front", ZoneKind.ROAD, polygon=square(0.0, 0.6, 1.0, 0.9), dwell=300, in_front_of=("left", "right"))
ZONES = (LEFT, RIGHT, LANE)
BEHIND = Box(0.11, 0.40, 0.29, 0.58)
BEFORE = Box(0.12, 0.55, 0.32, 0.75)


def owner(at_s: float = 0, **changes: Any) -> Sighting:
    """A car that stands in the left berth."""
    return sighting(at_s, **{"slot": "cam.s1", "stay": "cam.s1.1", "box": BEHIND, **changes})


def blocker(at_s: float = 0, **changes: Any) -> Sighting:
    """A car on the lane before it."""
    return sighting(at_s, **{"slot": "cam.s2", "stay": "cam.s2.1", "box": BEFORE, **changes})


PLACES: list[tuple[str, Box, Box, bool]] = [
    # name,                                          on the lane,                   in the berth,       shut in
    ("right before it", BEFORE, BEHIND, True),
    ("half before it", Box(0.19, 0.55, 0.39, 0.75), BEHIND, True),
    ("a quarter before it", Box(0.245, 0.55, 0.445, 0.75), BEHIND, False),
    ("beside it", Box(0.30, 0.55, 0.50, 0.75), BEHIND, False),
    ("a long lorry before it", Box(0.05, 0.45, 0.60, 0.80), BEHIND, True),
    ("at the far side of the lane", Box(0.12, 0.69, 0.32, 0.89), BEHIND, False),
    ("not on the lane", Box(0.12, 0.35, 0.32, 0.55), BEHIND, False),
    ("the other one in no berth", BEFORE, Box(0.11, 0.20, 0.29, 0.38), False),
]


@pytest.mark.parametrize(("before", "behind", "expected"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_how_boxes_lie(before: Box, behind: Box, expected: bool) -> None:
    one, other = blocker(box=before), owner(box=behind)
    assert shut_in(one, [one, other], LANE, ZONES) == (other if expected else None)


def test_it_does_not_matter_which_of_both_lies_nearer_to_the_camera() -> None:
    lane = zone("front", ZoneKind.ROAD, polygon=square(0.0, 0.2, 1.0, 0.4), in_front_of=("left",))
    one, other = blocker(box=Box(0.12, 0.20, 0.28, 0.38)), owner(box=Box(0.11, 0.40, 0.29, 0.55))
    assert shut_in(one, [one, other], lane, (LEFT, lane)) == other


PRESENCES = [(Presence.SEEN, True), (Presence.HIDDEN, True), (Presence.MISSED, False), (Presence.LEFT, False)]


@pytest.mark.parametrize(("presence", "expected"), PRESENCES)
def test_one_that_is_hidden_by_the_other_stands_and_one_that_is_missed_may_not(
    presence: Presence, expected: bool
) -> None:
    one = blocker()
    assert (shut_in(one, [one, owner(presence=presence)], LANE, ZONES) is not None) == expected


def test_only_zones_that_are_named_count() -> None:
    one = blocker()
    assert shut_in(one, [one, owner()], zone("front", polygon=LANE.polygon), ZONES) is None
    other_side = zone("front", polygon=LANE.polygon, in_front_of=("right",))
    assert shut_in(one, [one, owner()], other_side, ZONES) is None


def test_of_two_the_one_that_it_stands_before_most() -> None:
    neighbour = owner(stay="cam.s3.1", box=Box(0.31, 0.40, 0.49, 0.58))
    wide = blocker(box=Box(0.18, 0.55, 0.48, 0.75))
    assert shut_in(wide, [wide, owner(), neighbour], LANE, ZONES) == neighbour


def walk(looks: list[list[Sighting]], lane: Zone = LANE) -> list[Finding]:
    state = Dwell()
    told: list[Finding] = []
    for look in looks:
        state = Dwell.from_bytes(state.to_bytes())
        state, findings = step(state, look, zones=(LEFT, RIGHT, lane), timezone="Asia/Shanghai")
        told += findings
    return told


def test_it_is_told_after_its_time_with_the_stay_that_it_shuts_in() -> None:
    (finding,) = walk([[owner(at), blocker(at)] for at in range(0, 360, 10)])
    assert (finding.kind, finding.rule, finding.behind) == (FindingKind.OPENED, Rule.DOUBLE_PARKED, "cam.s1.1")
    assert (finding.zone, finding.sighting.stay, finding.dwell_s) == ("front", "cam.s2.1", 300)


def test_where_nobody_is_shut_in_nothing_is_told() -> None:
    assert walk([[blocker(at)] for at in range(0, 7200, 10)]) == []


def test_only_the_time_in_which_somebody_is_shut_in_counts() -> None:
    alone = [[blocker(at)] for at in range(0, 3600, 10)]
    both = [[owner(at, entered=moment(3605)), blocker(at)] for at in range(3610, 4000, 10)]
    (finding,) = walk([*alone, *both])
    assert finding.dwell_s == 305
    assert finding.sighting.now.at_s == 3910


def test_time_before_the_other_one_came_does_not_count_where_no_look_lay_between() -> None:
    looks = [[blocker(at)] for at in (0, 10)] + [[owner(at, entered=moment(3500)), blocker(at)] for at in (3600, 3700)]
    assert walk(looks) == []


def test_it_is_cleared_with_what_it_was_opened_for_and_never_opened_again() -> None:
    blocked = [[owner(at), blocker(at)] for at in range(0, 360, 10)]
    freed = [[blocker(at)] for at in range(360, 1000, 10)]
    again = [[owner(at, stay="cam.s1.2"), blocker(at)] for at in range(1000, 2000, 10)]
    gone = [[blocker(2000, presence=Presence.LEFT, first_missed=moment(2000), last_seen=moment(1990))]]
    told = walk([*blocked, *freed, *again, *gone])
    assert [(one.kind, one.behind) for one in told] == [
        (FindingKind.OPENED, "cam.s1.1"),
        (FindingKind.CLEARED, "cam.s1.1"),
    ]


def test_milestones_wait_while_nobody_is_shut_in() -> None:
    lane = replace_zone(milestones=(600,))
    blocked = [[owner(at), blocker(at)] for at in range(0, 400, 10)]
    freed = [[blocker(at)] for at in range(400, 4000, 10)]
    assert [one.kind for one in walk([*blocked, *freed], lane)] == [FindingKind.OPENED]


def test_one_with_a_permit_may_stand_before_others_too() -> None:
    lane = replace_zone(permits=("service",))
    service = permit(PermitState.VALID).model_copy(update={"kind": "service"})
    assert walk([[owner(at), blocker(at, permit=service)] for at in range(0, 3600, 10)], lane) == []


def test_the_one_in_the_berth_is_not_accused() -> None:
    told = walk([[owner(at), blocker(at)] for at in range(0, 3600, 10)])
    assert {one.sighting.stay for one in told} == {"cam.s2.1"}


def replace_zone(**settings: object) -> Zone:
    return Zone.model_validate({**LANE.model_dump(), **settings})


def test_boxes_of_any_size_give_a_share() -> None:
    point = replace(owner(), box=Box(0.2, 0.5799, 0.2001, 0.58))
    one = blocker()
    assert shut_in(one, [one, point], LANE, ZONES) in {None, point}
