"""What each action of a person changes beside the stage, as pure steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from cloud.cases.domain import Actor, Case, Extension, Refused, Related
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, Alert, Level, Verification
from cloud.cases.wishes import Wish


@dataclass(frozen=True, slots=True)
class Given:
    """What a step rests on beside the case: who, when, and what was looked up.

    Args:
        alone: see `flow.person_may`.
        answering: the organisation of each level, where it is known.
        look: the id of what is waited for, where something is: see `steps.awaited`.
        occupied: the other case of the same place, device or report that is open; None: there is none.
    """

    by: Actor
    now: datetime
    terms: Terms = field(default_factory=Terms)
    alone: bool = False
    answering: Mapping[Level, str | None] = field(default_factory=lambda: MappingProxyType({}))
    look: str | None = None
    occupied: Related | None = None


def dispatched(case: Case, given: Given) -> Case:
    """The term runs already, from the case's receipt; of one that was received before terms did it begins here."""
    responsible = given.answering.get(case.level) or case.responsible
    case = replace(case, dispatched_at=given.now, responsible=responsible)
    return given.terms.begin(case, given.now) if case.term is None else case


def reopened(case: Case, given: Given) -> Case:
    """It begins anew, with another term; what it counted before stays.

    Raises:
        Refused: another case of the same place, device or report is open.
    """
    if given.occupied is not None:
        number = given.occupied.number
        raise Refused(
            f"同一位置（设备、诉求）的案件 {number} 还没办结，请在那里继续",
            f"{number}, of the same place, device or report, is open: go on with that one",
        )
    case = replace(
        case,
        reopened=case.reopened + 1,
        closed_at=None,
        closed_by=None,
        verification=Verification.NONE,
        verification_reason="",
        look=None,
        handler=None,
        reported_by=None,
        rating=None,
        dispatched_at=given.now,
        responsible=given.answering.get(case.level) or case.responsible,
        alarms=tuple(replace(alarm, past=alarm.ended_at is not None) for alarm in case.alarms),
    )
    return given.terms.begin(case, given.now)


def ended(case: Case) -> Case:
    """Nothing more is told of its term."""
    return replace(case, runs_from=None, alert_at=None, suspended_at=None, extension=None)


def verified(case: Case, by: str, now: datetime) -> Case:
    """It is closed."""
    return replace(ended(case), closed_at=now, closed_by=by)


def sent_back(case: Case) -> Case:
    """返工. What a device's alarms are they say themselves; a camera's last answer stays to be seen."""
    verification = case.verification if case.device is None else Verification.NONE
    return replace(case, rework=case.rework + 1, look=None, verification=verification)


def _filed(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, filed_at=given.now)


def _dispatched(case: Case, wish: Wish, given: Given) -> Case:
    return dispatched(case, given)


def _accepted(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, accepted_at=given.now, handler=given.by.name)


def _returned(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, handler=None, returned=case.returned + 1, extension=None)


def _reported(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, reported_at=given.now, reported_by=given.by.name, extension=None)


def _verified(case: Case, wish: Wish, given: Given) -> Case:
    return verified(case, given.by.name, given.now)


def _sent_back(case: Case, wish: Wish, given: Given) -> Case:
    return sent_back(case)


def _evaluated(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, evaluated_at=given.now, rating=wish.rating)


def _reopened(case: Case, wish: Wish, given: Given) -> Case:
    return reopened(case, given)


def _ended(case: Case, wish: Wish, given: Given) -> Case:
    return ended(case)


def _merged(case: Case, wish: Wish, given: Given) -> Case:
    return replace(ended(case), merged_into=wish.other)


def _asked(case: Case, wish: Wish, given: Given) -> Case:
    until = wish.until or given.now
    return replace(case, extension=Extension(until, wish.note, given.by.name, given.now))


def _granted(case: Case, wish: Wish, given: Given) -> Case:
    asked = case.extension
    if asked is None or asked.until <= given.now:
        raise Refused("申请的时限已过，请改为不准延期", "the deadline that was asked for is over: refuse it")
    longer = given.terms.extend(case, asked.until, given.now)
    if (longer.span_s or 0.0) <= (case.span_s or 0.0):  # it was suspended since, and its deadline is later already
        raise Refused("现在的时限已更晚，请改为不准延期", "its deadline is later than that by now: refuse it")
    return longer


def _refused(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, extension=None)


def _suspended(case: Case, wish: Wish, given: Given) -> Case:
    """It stands still. What is late stays late: no pause takes a deadline away that has passed."""
    if case.due_at is not None and given.now >= case.due_at:
        raise Refused("已经超期，不能挂起", "its deadline has passed: it cannot be suspended")
    return replace(given.terms.pause(case, given.now), suspended_at=given.now)


def _resumed(case: Case, wish: Wish, given: Given) -> Case:
    resumed = replace(case, suspended_at=None)
    return resumed if case.term is None else given.terms.resume(resumed, given.now)


def _urged(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, urged=case.urged + 1)


def _supervised(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, supervised=case.supervised + 1)


def _escalated(case: Case, wish: Wish, given: Given) -> Case:
    level = Level(case.level + 1)
    # Once it is supervised, a person's raising stands for the one that time would have brought next.
    alert = Alert.RAISED if case.alert is Alert.SUPERVISED else case.alert
    higher = replace(case, level=level, alert=alert, responsible=given.answering.get(level) or case.responsible)
    return given.terms.timed(higher)


def _assisted(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, assisting=(*case.assisting, *((wish.organisation,) if wish.organisation else ())))


def _prioritised(case: Case, wish: Wish, given: Given) -> Case:
    return replace(case, priority=wish.priority or case.priority)


def _rated(case: Case, wish: Wish, given: Given) -> Case:
    fault = case.handler_fault or wish.fault
    return replace(case, reporter_rating=wish.rating, handler_fault=fault, rated_in=case.reopened)


def _noted(case: Case, wish: Wish, given: Given) -> Case:
    return case


EFFECTS: Final[Mapping[Action, Callable[[Case, Wish, Given], Case]]] = MappingProxyType(
    {
        Action.FILE: _filed,
        Action.NOT_FILE: _ended,
        Action.DISPATCH: _dispatched,
        Action.ACCEPT: _accepted,
        Action.RETURN: _returned,
        Action.REPORT: _reported,
        Action.VERIFY_PASS: _verified,
        Action.VERIFY_FAIL: _sent_back,
        Action.EVALUATE: _evaluated,
        Action.REOPEN: _reopened,
        Action.VOID: _ended,
        Action.MERGE: _merged,
        Action.ASK_EXTENSION: _asked,
        Action.GRANT_EXTENSION: _granted,
        Action.REFUSE_EXTENSION: _refused,
        Action.SUSPEND: _suspended,
        Action.RESUME: _resumed,
        Action.URGE: _urged,
        Action.SUPERVISE: _supervised,
        Action.ESCALATE: _escalated,
        Action.ASSIST: _assisted,
        Action.PRIORITISE: _prioritised,
        Action.LINK: _noted,
        Action.SPLIT: _noted,
        Action.REMARK: _noted,
        Action.RATE: _rated,
    }
)
