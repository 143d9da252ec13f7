"""How a case moves on, as pure steps: a case in, the changed case and lines of history out. No clock, no I/O."""

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
from contract.parking import Outcome

MAX_NOTE: Final = 500
ANOTHER: Final = "原车已离开，此处又发现另一辆车 it has left; another vehicle has been found here since"


@dataclass(frozen=True, slots=True)
class Change:
    """A case as it is now, and what its history says of how it came to be so."""

    case: Case
    entries: tuple[HistoryEntry, ...]


def act(
    case: Case, action: Action, *, actor: str, note: str, rating: int | None, look: str | None, now: datetime
) -> Change:
    """A person moves the case.

    Args:
        look: id of the command that goes out with this step; with `REPORT` alone, and not where something fell: its
            place shows nothing of it, so a person verifies.
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
    if action is Action.REPORT and case.is_thrown:
        changed = replace(changed, verification=Verification.NOTHING_LEFT, verification_reason="")
    elif action is Action.REPORT:
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
    """Nobody answered in time: a person decides."""
    changed = replace(case, verification=Verification.NO_ANSWER, verification_reason="", updated_at=now)
    return Change(changed, (HistoryEntry(now, Note.UNANSWERED, case.stage, SYSTEM, "", None),))


def awaits(case: Case, command: str) -> bool:
    """Whether the answer to `command` moves this case. A late one does, as long as no person has decided."""
    undecided = case.verification is Verification.WAITING or case.verification in FOR_A_PERSON
    return case.stage is Stage.REPORTED and case.look == command and undecided
