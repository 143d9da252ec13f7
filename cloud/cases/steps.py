"""How a case moves on, as pure steps: a case in, the changed case and lines of history out. No clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import (
    CAMERA,
    DEVICE,
    FOR_A_PERSON,
    SYSTEM,
    Action,
    Case,
    HistoryEntry,
    Note,
    Refused,
    Stage,
    Verification,
)
from cloud.cases.flow import advance, person_may
from contract.parking import Outcome

MAX_NOTE: Final = 500
ANOTHER: Final = "原车已离开，此处又发现另一辆车 it has left; another vehicle has been found here since"


@dataclass(frozen=True, slots=True)
class Change:
    """A case as it is now, and what its history says of how it came to be so."""

    case: Case
    entries: tuple[HistoryEntry, ...]


def filed(case: Case, *, by: str, note: str, event_id: str, now: datetime) -> Change:
    """A new case as it begins: collected, then filed and dispatched by itself."""
    entries = [HistoryEntry(now, Note.COLLECTED, case.stage, by, note, event_id)]
    for action in (Action.FILE, Action.DISPATCH):
        case = replace(case, stage=advance(case.stage, action))
        entries.append(HistoryEntry(now, action, case.stage, SYSTEM, "", None))
    return Change(case, tuple(entries))


def act(
    case: Case, action: Action, *, actor: str, note: str, rating: int | None, look: str | None, now: datetime
) -> Change:
    """A person moves the case.

    Args:
        look: id of what is waited for after this step, where something is: see `awaited`.
    Raises:
        Refused: the case does not allow it now, or the note or the rating is not what it should be.
    """
    person_may(case, action)
    if len(note) > MAX_NOTE or "\x00" in note:
        raise Refused(f"备注最多 {MAX_NOTE} 字", f"a note has at most {MAX_NOTE} characters")
    if (action is Action.EVALUATE) != (rating is not None) or (rating is not None and not 1 <= rating <= 5):
        raise Refused("评价须为 1 至 5 星", "an evaluation, and nothing else, has a rating of 1 to 5")
    changed = _moved(case, action, actor, now)
    changed = replace(changed, rating=rating if rating is not None else case.rating)
    change = Change(changed, (HistoryEntry(now, action, changed.stage, actor, note, None),))
    return _reported(change, look, now) if action is Action.REPORT else change


def awaited(case: Case, action: Action) -> bool:
    """Whether something is waited for after a step: a camera's answer, or that a device says its alarms are over.

    Of a fall its place shows nothing any more, so a person verifies; a device that has said so already is believed.
    """
    return action is Action.REPORT and (case.is_of_vehicle or bool(case.standing))


def _reported(change: Change, look: str | None, now: datetime) -> Change:
    case = replace(change.case, verification_reason="")
    if case.is_thrown:
        return Change(replace(case, verification=Verification.NOTHING_LEFT), change.entries)
    if case.device is not None and not case.standing:
        return _over(Change(case, change.entries), None, now)
    what = Note.LOOK_ASKED if case.device is None else Note.END_AWAITED
    entry = HistoryEntry(now, what, case.stage, SYSTEM, "", None)
    return Change(replace(case, verification=Verification.WAITING, look=look), (*change.entries, entry))


def end(change: Change, event_id: str, *, now: datetime) -> Change:
    """An alarm of the case is over, as `change` says: a case that is reported handled closes with its last one."""
    case = change.case
    return _over(change, event_id, now) if case.stage is Stage.REPORTED and not case.standing else change


def _over(change: Change, event_id: str | None, now: datetime) -> Change:
    """The device verifies: none of its alarms stands."""
    case = _moved(replace(change.case, verification=Verification.ENDED), Action.VERIFY_PASS, DEVICE, now)
    entry = HistoryEntry(now, Action.VERIFY_PASS, case.stage, DEVICE, "", event_id)
    return Change(case, (*change.entries, entry))


def _moved(case: Case, action: Action, actor: str, now: datetime) -> Case:
    changed = replace(case, stage=advance(case.stage, action), updated_at=now)
    match action:
        case Action.VERIFY_PASS:
            return replace(changed, closed_at=now, closed_by=actor)
        case Action.VERIFY_FAIL:
            verification = case.verification if case.device is None else Verification.NONE  # its alarms say how it is
            return replace(changed, rework=case.rework + 1, look=None, verification=verification)
        case _:
            return changed


def answer(case: Case, outcome: Outcome, *, stay: str, reason: str, event_id: str, now: datetime) -> Change:
    """The camera answers the look that the case waits for: gone closes, still there sends back, blind asks a person.

    Args:
        stay: the one that was asked about. Where another has been found at the place since, and stands, the case is
            about that one too: its predecessor's leaving sends the case back, or nobody would see to it.

    A zombie vehicle that shows no signs any more stands where it may: whether that ends the case a person says.
    """
    entries: Sequence[HistoryEntry] = (_told(case, outcome, reason, event_id, now),)
    if outcome is Outcome.GONE and stay != case.stay and case.vehicle_present:
        outcome, reason = Outcome.STILL_THERE, ANOTHER
    verification = Verification(outcome.value)
    changed = replace(case, verification=verification, verification_reason=reason, updated_at=now)
    action = _FOLLOWS.get(outcome)
    if outcome is Outcome.STILL_THERE and case.is_zombie_alone and case.signs_gone:
        changed, action = replace(changed, verification=Verification.IN_USE), None
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
    """No camera answered in time, or no device said that it is over: a person decides."""
    of_device = case.device is not None
    verification = Verification.NOT_ENDED if of_device else Verification.NO_ANSWER
    changed = replace(case, verification=verification, verification_reason="", updated_at=now)
    what = Note.NOT_ENDED if of_device else Note.UNANSWERED
    return Change(changed, (HistoryEntry(now, what, case.stage, SYSTEM, "", None),))


def awaits(case: Case, command: str) -> bool:
    """Whether the answer to `command` moves this case. A late one does, as long as no person has decided."""
    undecided = case.verification is Verification.WAITING or case.verification in FOR_A_PERSON
    return case.stage is Stage.REPORTED and case.look == command and undecided
