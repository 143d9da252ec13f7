"""What a case gets as it begins: how much it presses, who answers for it, and until when."""

from dataclasses import replace
from datetime import datetime, tzinfo

from cloud.cases.domain import Case
from cloud.cases.journal import changed_by, completed
from cloud.cases.priority import priority_of
from cloud.cases.steps import Change
from cloud.cases.terms import Terms


def settled(
    change: Change, terms: Terms, *, before: int, responsible: str | None, zone: tzinfo, now: datetime
) -> Change:
    """A new case, as a finding opens and dispatches it, with its priority, its term, and who answers for it.

    Args:
        before: see `priority.priority_of`.
        responsible: of the property's level; None where none is known.
    """
    opened = change.case
    weighed = priority_of(opened.found, opened.zone_kind, opened.entered_at, zone, before=before)
    case = terms.begin(replace(opened, priority=weighed, responsible=responsible), now)
    *first, dispatched = completed(None, opened, change.entries)
    return Change(case, (*first, changed_by(opened, case, dispatched)))


def received(change: Change, terms: Terms, *, responsible: str | None, now: datetime) -> Change:
    """A new case that waits for a person: its term runs from its receipt, whenever it is filed and dispatched.

    Args:
        responsible: of the property's level; None where none is known.
    """
    return replace(change, case=terms.begin(replace(change.case, responsible=responsible), now))


def weighed_again(case: Case, change: Change, zone: tzinfo) -> Change:
    """A further finding may make a case more pressing, never less: what a person has set stands below it."""
    now = change.case
    if now.found == case.found and now.zone_kind == case.zone_kind:
        return change
    priority = min(now.priority, priority_of(now.found, now.zone_kind, now.entered_at, zone))
    return replace(change, case=replace(now, priority=priority))
