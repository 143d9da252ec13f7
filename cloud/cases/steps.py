"""How a case moves on, as pure steps: a case in, the changed case and lines of history out. No clock, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import Case, HistoryEntry
from cloud.cases.effects import EFFECTS, Given, reopened, sent_back, verified
from cloud.cases.flow import advance, person_may
from cloud.cases.journal import changed_by
from cloud.cases.vocabulary import CAMERA, DEVICE, FOR_A_PERSON, SYSTEM, Action, Note, Stage, Verification
from cloud.cases.wishes import MAX_NOTE, Wish, check
from contract.parking import Outcome

__all__ = [
    "MAX_NOTE",
    "Change",
    "act",
    "answer",
    "answer_in_vain",
    "awaited",
    "awaits",
    "end",
    "filed",
    "give_up",
]

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
    return Change(replace(case, filed_at=now, dispatched_at=now), tuple(entries))


def act(case: Case, wish: Wish, given: Given) -> Change:
    """A person moves the case.

    Raises:
        Refused: the case does not allow it now, or the wish does not bring what it must.
    """
    action, now = wish.action, given.now
    person_may(case, action, given.by, alone=given.alone)
    check(case, wish, now)
    changed = EFFECTS[action](replace(case, stage=advance(case.stage, action), updated_at=now), wish, given)
    entry = HistoryEntry(now, action, changed.stage, given.by.name, wish.note, None)
    change = Change(changed, (changed_by(case, changed, entry),))
    match action:
        case Action.REPORT:
            return _reported(change, given.look, now)
        case Action.REOPEN if changed.filed_at is None:
            return _refiled(case, change)
        case Action.RATE if wish.reopens:
            return _reopened_by_rating(change, given)
        case _:
            return change


def _refiled(before: Case, change: Change) -> Change:
    """A case that was never filed 立案 is filed, and dispatched, by being reopened."""
    (entry,), now = change.entries, change.case.updated_at
    case = replace(change.case, stage=Stage.COLLECTED)
    entries = [changed_by(before, case, HistoryEntry(now, entry.what, case.stage, entry.actor, entry.note, None))]
    for action in (Action.FILE, Action.DISPATCH):
        after = replace(case, stage=advance(case.stage, action), filed_at=now)
        entries.append(changed_by(case, after, HistoryEntry(now, action, after.stage, SYSTEM, "", None)))
        case = after
    return Change(case, tuple(entries))


def _reopened_by_rating(change: Change, given: Given) -> Change:
    """不满意且责任在承办人: it is done again; the rating stays with the line that gave it.

    Where another case of its place is open, that one goes on, and the history says which.
    """
    rated = change.case
    if given.occupied is not None:
        told = HistoryEntry(given.now, Note.NOT_REOPENED, rated.stage, SYSTEM, given.occupied.number, None)
        return Change(rated, (*change.entries, told))
    case = reopened(replace(rated, stage=advance(rated.stage, Action.REOPEN)), given)
    entry = HistoryEntry(given.now, Action.REOPEN, case.stage, SYSTEM, "", None)
    return Change(case, (*change.entries, changed_by(rated, case, entry)))


def awaited(case: Case, action: Action) -> bool:
    """Whether something is waited for after a step: a camera's answer, or that a device says its alarms are over.

    Of a fall its place shows nothing any more, so a person verifies; a device that has said so already is believed.
    """
    return action is Action.REPORT and (case.is_of_vehicle or bool(case.standing))


def _reported(change: Change, look: str | None, now: datetime) -> Change:
    case = replace(change.case, verification_reason="")
    if case.is_thrown or case.report is not None:
        nobody = Verification.NOTHING_LEFT if case.is_thrown else Verification.CANNOT_SEE
        return Change(replace(case, verification=nobody), change.entries)
    if case.device is not None and not case.standing:
        return _over(Change(case, change.entries), None, now)
    what = Note.LOOK_ASKED if case.device is None else Note.END_AWAITED
    waiting = replace(case, verification=Verification.WAITING, look=look)
    entry = HistoryEntry(now, what, case.stage, SYSTEM, "", None)
    return Change(waiting, (*change.entries, changed_by(change.case, waiting, entry)))


def end(change: Change, event_id: str, *, now: datetime) -> Change:
    """An alarm of the case is over, as `change` says: a case that is reported handled closes with its last one."""
    case = change.case
    return _over(change, event_id, now) if case.stage is Stage.REPORTED and not case.standing else change


def _over(change: Change, event_id: str | None, now: datetime) -> Change:
    """The device verifies: none of its alarms stands. What was over before a reopening it does not vouch for."""
    if any(alarm.past for alarm in change.case.alarms):
        return replace(change, case=replace(change.case, verification=Verification.SAID_BEFORE))
    case = _moved(replace(change.case, verification=Verification.ENDED), Action.VERIFY_PASS, DEVICE, now)
    entry = HistoryEntry(now, Action.VERIFY_PASS, case.stage, DEVICE, "", event_id)
    return Change(case, (*change.entries, changed_by(change.case, case, entry)))


def _moved(case: Case, action: Action, by: str, now: datetime) -> Case:
    """A camera or a device verifies."""
    changed = replace(case, stage=advance(case.stage, action), updated_at=now)
    return verified(changed, by, now) if action is Action.VERIFY_PASS else sent_back(changed)


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
