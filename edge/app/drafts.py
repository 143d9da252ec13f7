"""From what a rule says to the event that says it."""

from typing import Any

from contract.berth import Berth, BerthOccupancy, OccupancyData
from contract.downlink import Look
from contract.envelope import MAX_SUBJECT, Evidence
from contract.parking import (
    ClearedData,
    MilestoneData,
    OpenedData,
    ParkingCleared,
    ParkingData,
    ParkingMilestone,
    ParkingOpened,
    ParkingVerification,
    StayData,
    VerificationData,
)
from contract.plates import Plate
from contract.vehicle import (
    SignHeld,
    ZombieCleared,
    ZombieClearedData,
    ZombieConfirmed,
    ZombieData,
    ZombieMilestone,
    ZombieMilestoneData,
    ZombieSuspected,
)
from edge.config import Camera, Zone
from edge.outbox import Draft
from edge.rules.berths import Occupancy
from edge.values import Answer, Finding, FindingKind, Moment, Sighting, Stage, ZombieFinding


def finding_draft(
    finding: Finding, *, camera: Camera, evidence: tuple[Evidence, ...], models: tuple[str, ...]
) -> Draft:
    """The event of a finding. `evidence` is stored already; `models` are the ids of those that took part.

    Raises:
        KeyError: the finding's zone is not one of the camera's.
    """
    zone, sighting = _zone(camera, finding.zone), finding.sighting
    stay = ParkingData(
        **_fields(_stay(sighting, camera, zone, evidence, models), StayData),
        rule=finding.rule,
        behind=finding.behind,
        dwell_s=_rounded(finding.dwell_s),
        limit_s=_rounded(finding.limit_s),
    )
    subject, fields = _subject(camera, zone, sighting), _fields(stay, ParkingData)
    match finding.kind:
        case FindingKind.OPENED:
            return Draft(ParkingOpened, OpenedData(**fields), sighting.now, subject)
        case FindingKind.MILESTONE:
            data = MilestoneData(**fields, milestone_s=_required(finding.milestone_s))
            return Draft(ParkingMilestone, data, sighting.now, subject)
        case FindingKind.CLEARED:
            last_seen, missed = _departure(sighting)
            cleared = ClearedData(**fields, last_seen_at=last_seen.seen_at, missed_at=missed.seen_at)
            return Draft(ParkingCleared, cleared, sighting.now, subject)


def zombie_draft(
    finding: ZombieFinding, *, camera: Camera, evidence: tuple[Evidence, ...], models: tuple[str, ...]
) -> Draft:
    """The event of a zombie vehicle's stage; arguments and errors as `finding_draft`."""
    zone, sighting = _zone(camera, finding.zone), finding.sighting
    signs = tuple(SignHeld(sign=one.sign, words_zh=one.words_zh, words_en=one.words_en) for one in finding.signs)
    data = ZombieData(
        **_fields(_stay(sighting, camera, zone, evidence, models), StayData),
        standing_s=_rounded(finding.standing_s),
        limit_s=_rounded(finding.limit_s),
        signs=signs,
    )
    subject, fields = _subject(camera, zone, sighting), _fields(data, ZombieData)
    match finding.stage:
        case Stage.SUSPECTED:
            return Draft(ZombieSuspected, data, sighting.now, subject)
        case Stage.CONFIRMED:
            return Draft(ZombieConfirmed, data, sighting.now, subject)
        case Stage.MILESTONE:
            milestone = ZombieMilestoneData(**fields, milestone_s=_required(finding.milestone_s))
            return Draft(ZombieMilestone, milestone, sighting.now, subject)
        case Stage.CLEARED:
            last_seen, missed = _departure(sighting) if finding.moved else (sighting.now, sighting.now)
            cleared = ZombieClearedData(
                **fields, last_seen_at=last_seen.seen_at, missed_at=missed.seen_at, moved=finding.moved
            )
            return Draft(ZombieCleared, cleared, sighting.now, subject)


def berth_draft(occupancy: Occupancy, *, camera: Camera, models: tuple[str, ...]) -> Draft:
    """The event of a report on a camera's berths; arguments and errors as `finding_draft`."""
    berths = tuple(
        Berth(
            zone=berth.zone,
            name=_zone(camera, berth.zone).name,
            state=berth.state,
            since=berth.since.seen_at,
            vehicle=berth.vehicle,
            came=berth.came,
            left=berth.left,
        )
        for berth in occupancy.berths
    )
    data = OccupancyData(
        camera=camera.id,
        counted_since=occupancy.counted_since.seen_at,
        berths=berths,
        models=models,
        simulated=camera.simulated,
    )
    return Draft(BerthOccupancy, data, occupancy.now, camera.id)


def answer_draft(
    look: Look, answer: Answer, now: Moment, *, evidence: tuple[Evidence, ...], models: tuple[str, ...], simulated: bool
) -> Draft:
    """The event that answers a request to look again."""
    data = VerificationData(
        command=look.id,
        camera=look.camera,
        zone=look.zone,
        slot=look.slot,
        stay=look.stay,
        outcome=answer.outcome,
        reason=answer.reason[:200],
        looks=min(answer.looks, 1000),
        evidence=evidence,
        models=models,
        simulated=simulated,
    )
    subject = f"{look.camera}/{look.zone}/{look.slot}"[:MAX_SUBJECT]  # the slot is whatever was asked
    return Draft(ParkingVerification, data, now, subject)


def _zone(camera: Camera, zone_id: str) -> Zone:
    zone = next((zone for zone in camera.zones if zone.id == zone_id), None)
    if zone is None:
        raise KeyError(zone_id)
    return zone


def _subject(camera: Camera, zone: Zone, sighting: Sighting) -> str:
    return f"{camera.id}/{zone.id}/{sighting.slot}"


def _departure(sighting: Sighting) -> tuple[Moment, Moment]:
    """The two looks between which it left."""
    return sighting.last_seen, sighting.first_missed or sighting.now


def _stay(
    sighting: Sighting, camera: Camera, zone: Zone, evidence: tuple[Evidence, ...], models: tuple[str, ...]
) -> StayData:
    box = sighting.box
    return StayData(
        evidence=evidence,
        models=models,
        simulated=camera.simulated,
        camera=camera.id,
        zone=zone.id,
        zone_kind=zone.kind,
        zone_name=zone.name,
        slot=sighting.slot,
        stay=sighting.stay,
        vehicle=sighting.vehicle,
        score=_rounded(sighting.score),
        box=(_rounded(box.x1), _rounded(box.y1), _rounded(box.x2), _rounded(box.y2)),
        entered_at=sighting.entered.seen_at,
        entered_within_s=_rounded(sighting.entered_within_s),
        plate=_plate(sighting.plate),
        permit=sighting.permit,
        returns=sighting.returns,
    )


def _fields(data: StayData, of: type[StayData]) -> dict[str, Any]:
    return {name: getattr(data, name) for name in of.model_fields}


def _plate(plate: Plate | None) -> Plate | None:
    if plate is None:
        return None
    return plate.model_copy(update={"confidences": tuple(_rounded(one) for one in plate.confidences)})


def _rounded(number: float) -> float:
    """Four places: a tenth of a millisecond, a tenth of a pixel; more would be noise that changes hashes."""
    return round(number, 4)


def _required(milestone_s: float | None) -> float:
    if milestone_s is None:
        raise ValueError("a milestone says which")
    return milestone_s
