"""From what a rule says to the event that says it."""

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
    VerificationData,
)
from edge.config import Camera, Zone
from edge.outbox import Draft
from edge.values import Answer, Finding, FindingKind, Moment


def finding_draft(
    finding: Finding, *, camera: Camera, evidence: tuple[Evidence, ...], models: tuple[str, ...]
) -> Draft:
    """The event of a finding. `evidence` is stored already; `models` are the ids of those that took part.

    Raises:
        KeyError: the finding's zone is not one of the camera's.
    """
    zone = next((zone for zone in camera.zones if zone.id == finding.zone), None)
    if zone is None:
        raise KeyError(finding.zone)
    stay = _stay(finding, camera, zone).model_copy(update={"evidence": evidence, "models": models})
    subject = f"{camera.id}/{zone.id}/{finding.sighting.slot}"
    fields = {name: getattr(stay, name) for name in ParkingData.model_fields}
    now = finding.sighting.now
    match finding.kind:
        case FindingKind.OPENED:
            return Draft(ParkingOpened, OpenedData(**fields), now, subject)
        case FindingKind.MILESTONE:
            return Draft(ParkingMilestone, MilestoneData(**fields, milestone_s=_required(finding)), now, subject)
        case FindingKind.CLEARED:
            sighting = finding.sighting
            missed = sighting.first_missed or now
            data = ClearedData(**fields, last_seen_at=sighting.last_seen.seen_at, missed_at=missed.seen_at)
            return Draft(ParkingCleared, data, now, subject)


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


def _stay(finding: Finding, camera: Camera, zone: Zone) -> ParkingData:
    sighting, box = finding.sighting, finding.sighting.box
    return ParkingData(
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
        dwell_s=_rounded(finding.dwell_s),
        limit_s=_rounded(finding.limit_s),
        simulated=camera.simulated,
    )


def _rounded(number: float) -> float:
    """Four places: a tenth of a millisecond, a tenth of a pixel; more would be noise that changes hashes."""
    return round(number, 4)


def _required(finding: Finding) -> float:
    if finding.milestone_s is None:
        raise ValueError("a milestone says which")
    return finding.milestone_s
