"""Drafts: what a rule says goes into the event whole, rounded, and under its type."""

from dataclasses import replace
from typing import Any

import pytest

from contract.berth import BerthOccupancy, BerthState, OccupancyData
from contract.envelope import Evidence, PictureKind
from contract.parking import (
    ClearedData,
    MilestoneData,
    OpenedData,
    ParkingCleared,
    ParkingMilestone,
    ParkingOpened,
    Rule,
    VehicleClass,
    ZoneKind,
)
from contract.plates import Permit, PermitKind, PermitState, Plate, PlateKind, PlateState
from contract.vehicle import (
    Sign,
    SignHeld,
    ZombieCleared,
    ZombieClearedData,
    ZombieConfirmed,
    ZombieData,
    ZombieMilestone,
    ZombieMilestoneData,
    ZombieSuspected,
)
from edge.app.drafts import berth_draft, finding_draft, zombie_draft
from edge.config import Camera
from edge.rules.berths import BerthNow, Occupancy
from edge.values import Finding, FindingKind, HeldSign, Presence, Sighting, Stage, ZombieFinding
from tests.unit.rules.street import moment, sighting, square

CAMERA = Camera.model_validate(
    {
        "id": "east",
        "url": "/dev/video0",
        "simulated": True,
        "zones": [
            {"id": "lane", "kind": "fire_lane", "name": "3号楼", "polygon": square(0, 0, 1, 1)},
            {"id": "b1", "kind": "berth", "name": "1号位", "polygon": square(0, 0, 0.5, 1), "dwell": "7d"},
            {"id": "b2", "kind": "berth", "polygon": square(0.5, 0, 1, 1), "dwell": "7d"},
        ],
    }
)
PLATE = Plate(
    state=PlateState.READ, text="?KR023", kind=PlateKind.ORDINARY, confidences=(0.1234567, 0.9, 1, 1, 1, 1), looks=12
)
PERMIT = Permit(state=PermitState.EXPIRED, kind=PermitKind.RESIDENT)
PHOTO = Evidence(
    sha256="a" * 64,
    media_type="image/jpeg",
    size=10,
    kind=PictureKind.DUE,
    taken_at=moment(0).seen_at,
    masked=True,
)
GIVEN: dict[str, Any] = {"camera": CAMERA, "evidence": (PHOTO,), "models": ("finder", "reader")}


def seen(**changes: Any) -> Sighting:
    return sighting(
        400.00004, plate=PLATE, permit=PERMIT, returns="cam.s1.0", score=0.912345, **{"slot": "cam.s1", **changes}
    )


def finding(kind: FindingKind = FindingKind.OPENED, **changes: Any) -> Finding:
    return replace(Finding(kind, "lane", seen(), 400.00004, 300.0), **changes)


def test_a_parking_event_says_all_that_is_known_of_the_stay() -> None:
    draft = finding_draft(finding(rule=Rule.DOUBLE_PARKED, behind="cam.s9.1"), **GIVEN)
    assert (draft.model, draft.subject, draft.moment.at_s) == (ParkingOpened, "east/lane/cam.s1", 400.00004)
    data = draft.data
    assert isinstance(data, OpenedData)
    assert (data.rule, data.behind, data.returns) == (Rule.DOUBLE_PARKED, "cam.s9.1", "cam.s1.0")
    assert (data.permit, data.score, data.dwell_s) == (PERMIT, 0.9123, 400.0)
    assert data.plate == PLATE.model_copy(update={"confidences": (0.1235, 0.9, 1, 1, 1, 1)})
    assert (data.zone_kind, data.zone_name, data.simulated) == (ZoneKind.FIRE_LANE, "3号楼", True)
    assert (data.evidence, data.models) == ((PHOTO,), ("finder", "reader"))


def test_where_nobody_reads_plates_nothing_is_said_of_them() -> None:
    data = finding_draft(finding(sighting=sighting(400)), **GIVEN).data
    assert isinstance(data, OpenedData)
    assert (data.plate, data.permit, data.returns, data.rule, data.behind) == (None, None, None, Rule.DWELL, None)


def test_milestones_and_departures() -> None:
    milestone = finding_draft(finding(FindingKind.MILESTONE, milestone_s=360.0), **GIVEN)
    assert milestone.model is ParkingMilestone
    assert isinstance(milestone.data, MilestoneData)
    assert milestone.data.milestone_s == 360
    left = seen(presence=Presence.LEFT, last_seen=moment(390), first_missed=moment(395))
    cleared = finding_draft(finding(FindingKind.CLEARED, sighting=left), **GIVEN)
    assert cleared.model is ParkingCleared
    assert isinstance(cleared.data, ClearedData)
    assert (cleared.data.last_seen_at, cleared.data.missed_at) == (moment(390).seen_at, moment(395).seen_at)
    with pytest.raises(ValueError, match="a milestone says which"):
        finding_draft(finding(FindingKind.MILESTONE), **GIVEN)


HELD = HeldSign(Sign.PLATE_MISSING, "近 40 次查看都没有看到车牌", "no number plate in the last 40 looks")


def zombie(stage: Stage, **changes: Any) -> ZombieFinding:
    return replace(ZombieFinding(stage, "lane", seen(), 864_000.12345, 604_800.0, (HELD,)), **changes)


@pytest.mark.parametrize(
    ("stage", "model", "shape"),
    [
        (Stage.SUSPECTED, ZombieSuspected, ZombieData),
        (Stage.CONFIRMED, ZombieConfirmed, ZombieData),
        (Stage.MILESTONE, ZombieMilestone, ZombieMilestoneData),
        (Stage.CLEARED, ZombieCleared, ZombieClearedData),
    ],
)
def test_each_stage_of_a_zombie_vehicle_is_a_type(stage: Stage, model: type, shape: type) -> None:
    milestone_s = 3_196_800.0 if stage is Stage.MILESTONE else None
    draft = zombie_draft(zombie(stage, milestone_s=milestone_s), **GIVEN)
    assert (draft.model, type(draft.data), draft.subject) == (model, shape, "east/lane/cam.s1")
    data = draft.data
    assert isinstance(data, ZombieData)
    assert (data.standing_s, data.limit_s) == (864_000.1234, 604_800.0)
    assert data.signs == (SignHeld(sign=HELD.sign, words_zh=HELD.words_zh, words_en=HELD.words_en),)
    assert (data.plate is not None, data.permit, data.simulated, data.evidence) == (True, PERMIT, True, (PHOTO,))


@pytest.mark.parametrize(("moved", "last_s", "missed_s"), [(True, 390, 395), (False, 400.00004, 400.00004)])
def test_cleared_says_whether_it_left_and_between_which_looks(moved: bool, last_s: float, missed_s: float) -> None:
    left = seen(last_seen=moment(390), first_missed=moment(395))
    data = zombie_draft(zombie(Stage.CLEARED, sighting=left, moved=moved), **GIVEN).data
    assert isinstance(data, ZombieClearedData)
    assert data.moved is moved
    assert (data.last_seen_at, data.missed_at) == (moment(last_s).seen_at, moment(missed_s).seen_at)


OCCUPANCY = Occupancy(
    moment(900),
    moment(0),
    (
        BerthNow("b1", BerthState.TAKEN, moment(60), VehicleClass.CAR, 3, 2),
        BerthNow("b2", BerthState.FREE, moment(30), None, 0, 0),
    ),
)


def test_berths_are_told_whole() -> None:
    draft = berth_draft(OCCUPANCY, camera=CAMERA, models=("finder",))
    assert (draft.model, draft.subject, draft.moment) == (BerthOccupancy, "east", moment(900))
    data = draft.data
    assert isinstance(data, OccupancyData)
    assert (data.camera, data.counted_since, data.simulated) == ("east", moment(0).seen_at, True)
    told = [(one.zone, one.name, one.state, one.vehicle, one.came, one.left) for one in data.berths]
    assert told == [("b1", "1号位", "taken", "car", 3, 2), ("b2", "", "free", None, 0, 0)]
    assert [one.since for one in data.berths] == [moment(60).seen_at, moment(30).seen_at]


def test_a_zone_of_another_camera_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError, match="yard"):
        finding_draft(finding(zone="yard"), **GIVEN)
    with pytest.raises(KeyError, match="yard"):
        zombie_draft(zombie(Stage.SUSPECTED, zone="yard"), **GIVEN)
    with pytest.raises(KeyError, match="yard"):
        berth_draft(replace(OCCUPANCY, berths=(replace(OCCUPANCY.berths[0], zone="yard"),)), camera=CAMERA, models=())
