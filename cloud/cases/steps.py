"""How a case changes, as pure steps: a case in, the changed case and lines of history out. No clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import (
    CAMERA,
    FOR_A_PERSON,
    SYSTEM,
    Action,
    Case,
    HistoryEntry,
    Note,
    Refused,
    Stage,
    Verification,
    advance,
    person_may,
)
from contract.envelope import ClockTrust
from contract.parking import OpenedData, Outcome, ParkingOpened

MAX_NOTE: Final = 500
ANOTHER: Final = "原车已离开，此处又发现另一辆车 it has left; another vehicle has been found here since"


@dataclass(frozen=True, slots=True)
class Change:
    """A case as it is now, and what its history says of how it came to be so."""

    case: Case
    entries: tuple[HistoryEntry, ...]


def collect(event: ParkingOpened, *, case_id: str, number: str, now: datetime, odd_time: bool) -> Change:
    """Open a case for a finding; it is filed and dispatched by itself."""
    data = event.data
    case = Case(
        id=case_id,
        number=number,
        community=event.community,
        gateway=event.gateway,
        epoch=event.epoch,
        camera=data.camera,
        zone=data.zone,
        zone_kind=data.zone_kind,
        zone_name=data.zone_name,
        slot=data.slot,
        stay=data.stay,
        stay_seq=event.seq,
        vehicle=data.vehicle,
        stage=Stage.COLLECTED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=data.entered_at,
        opened_at=now,
        updated_at=now,
        closed_at=None,
        closed_by=None,
        dwell_s=data.dwell_s,
        limit_s=data.limit_s,
        vehicle_present=True,
        sightings=1,
        rework=0,
        rating=None,
        clock=ClockTrust(event.clock),
        odd_time=odd_time,
        simulated=data.simulated,
    )
    entries = [HistoryEntry(now, Note.COLLECTED, case.stage, CAMERA, "", event.id)]
    for action in (Action.FILE, Action.DISPATCH):
        case = replace(case, stage=advance(case.stage, action))
        entries.append(HistoryEntry(now, action, case.stage, SYSTEM, "", None))
    return Change(case, tuple(entries))


def see_again(case: Case, event: ParkingOpened, *, now: datetime, odd_time: bool) -> Change:
    """A finding at the place of an open case: it belongs to the case. The newest stay is the one looked for."""
    data = event.data
    changed = replace(case, sightings=case.sightings + 1, simulated=case.simulated or data.simulated, updated_at=now)
    if event.seq > case.stay_seq:
        changed = _take_over(changed, data, event.seq)
        changed = replace(changed, clock=ClockTrust(event.clock), odd_time=odd_time)
    return Change(changed, (HistoryEntry(now, Note.SEEN_AGAIN, case.stage, CAMERA, "", event.id),))


def _take_over(case: Case, data: OpenedData, seq: int) -> Case:
    return replace(
        case,
        stay=data.stay,
        stay_seq=seq,
        zone=data.zone,
        zone_kind=data.zone_kind,
        zone_name=data.zone_name,
        vehicle=data.vehicle,
        entered_at=data.entered_at,
        dwell_s=data.dwell_s,
        limit_s=data.limit_s,
        vehicle_present=True,
    )


def stand(case: Case, *, stay: str, dwell_s: float, event_id: str, now: datetime) -> Change:
    """The vehicle still stands after a further time of note. Whether it has left since is not for this to say."""
    changed = replace(case, dwell_s=_longer(case, stay, dwell_s), updated_at=now)
    note = f"{dwell_s:.0f} s"
    return Change(changed, (HistoryEntry(now, Note.STILL_STANDING, case.stage, CAMERA, note, event_id),))


def leave(case: Case, *, stay: str, dwell_s: float, event_id: str, now: datetime) -> Change:
    """The vehicle of `stay` has left; the place may hold another by now."""
    present = case.vehicle_present and stay != case.stay
    changed = replace(case, dwell_s=_longer(case, stay, dwell_s), vehicle_present=present, updated_at=now)
    return Change(changed, (HistoryEntry(now, Note.LEFT, case.stage, CAMERA, f"{dwell_s:.0f} s", event_id),))


def _longer(case: Case, stay: str, dwell_s: float) -> float:
    return max(case.dwell_s, dwell_s) if stay == case.stay else case.dwell_s


def act(
    case: Case, action: Action, *, actor: str, note: str, rating: int | None, look: str | None, now: datetime
) -> Change:
    """A person moves the case.

    Args:
        look: id of the command that goes out with this step; with `REPORT` alone.
    Raises:
        Refused: the case does not allow it now, or the note or the rating is not what it should be.
    """
    person_may(case, action)
    if len(note) > MAX_NOTE or "\x00" in note:
        raise Refused(f"备注最多 {MAX_NOTE} 字", f"a note has at most {MAX_NOTE} characters")
    if (action is Action.EVALUATE) != (rating is not None) or (rating is not None and not 1 <= rating <= 5):
        raise Refused("评价须为 1 至 5 星", "an evaluation, and nothing else, has a rating of 1 to 5")
    changed = _moved(case, action, actor, now)
    entries = [HistoryEntry(now, action, changed.stage, actor, note, None)]
    if action is Action.REPORT:
        changed = replace(changed, verification=Verification.WAITING, verification_reason="", look=look)
        entries.append(HistoryEntry(now, Note.LOOK_ASKED, changed.stage, SYSTEM, "", None))
    return Change(replace(changed, rating=rating if rating is not None else case.rating), tuple(entries))


def _moved(case: Case, action: Action, actor: str, now: datetime) -> Case:
    changed = replace(case, stage=advance(case.stage, action), updated_at=now)
    match action:
        case Action.VERIFY_PASS:
            return replace(changed, closed_at=now, closed_by=actor)
        case Action.VERIFY_FAIL:
            return replace(changed, rework=case.rework + 1, look=None)
        case _:
            return changed


def answer(case: Case, outcome: Outcome, *, stay: str, reason: str, event_id: str, now: datetime) -> Change:
    """The camera answers the look that the case waits for: gone closes, still there sends back, blind asks a person.

    Args:
        stay: the one that was asked about. Where another has been found at the place since, and stands, the case is
            about that one too: its predecessor's leaving sends the case back, or nobody would see to it.
    """
    entries: Sequence[HistoryEntry] = (_told(case, outcome, reason, event_id, now),)
    if outcome is Outcome.GONE and stay != case.stay and case.vehicle_present:
        outcome, reason = Outcome.STILL_THERE, ANOTHER
    verification = Verification(outcome.value)
    changed = replace(case, verification=verification, verification_reason=reason, updated_at=now)
    action = _FOLLOWS.get(outcome)
    if action is not None:
        changed = replace(_moved(changed, action, CAMERA, now), vehicle_present=outcome is Outcome.STILL_THERE)
        entries = (*entries, HistoryEntry(now, action, changed.stage, CAMERA, "", event_id))
    return Change(changed, tuple(entries))


_FOLLOWS: Final = {Outcome.GONE: Action.VERIFY_PASS, Outcome.STILL_THERE: Action.VERIFY_FAIL}


def answer_in_vain(case: Case, outcome: Outcome, *, reason: str, event_id: str, now: datetime) -> Change:
    """An answer that the case does not wait for, any more or at all: told, and nothing moves."""
    return Change(replace(case, updated_at=now), (_told(case, outcome, reason, event_id, now),))


def _told(case: Case, outcome: Outcome, reason: str, event_id: str, now: datetime) -> HistoryEntry:
    note = f"{outcome.value}: {reason}" if reason else outcome.value
    return HistoryEntry(now, Note.ANSWERED, case.stage, CAMERA, note, event_id)


def give_up(case: Case, *, now: datetime) -> Change:
    """Nobody answered in time: a person decides."""
    changed = replace(case, verification=Verification.NO_ANSWER, verification_reason="", updated_at=now)
    return Change(changed, (HistoryEntry(now, Note.UNANSWERED, case.stage, SYSTEM, "", None),))


def awaits(case: Case, command: str) -> bool:
    """Whether the answer to `command` moves this case. A late one does, as long as no person has decided."""
    undecided = case.verification is Verification.WAITING or case.verification in FOR_A_PERSON
    return case.stage is Stage.REPORTED and case.look == command and undecided
