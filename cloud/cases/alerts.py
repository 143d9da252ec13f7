"""What is told of a term as it runs out, as pure steps: each once, in order, however late somebody looks.

50 % and 80 % warn; at expiry the case is urged 催办; when work begins on the working day after, it is supervised 督办;
on each working day after that the next level answers for it: property, the three parties, the street.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import Case, HistoryEntry
from cloud.cases.journal import changed_by
from cloud.cases.steps import Change
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import SYSTEM, Alert, Level, Note

FOLLOWS: Final[Mapping[Alert, Alert]] = {
    Alert.NONE: Alert.HALF,
    Alert.HALF: Alert.SOON,
    Alert.SOON: Alert.EXPIRED,
    Alert.EXPIRED: Alert.SUPERVISED,
    Alert.SUPERVISED: Alert.RAISED,
    Alert.RAISED: Alert.RAISED,  # to the level above that
}
TELLS: Final[Mapping[Alert, Note]] = {
    Alert.HALF: Note.HALF_OVER,
    Alert.SOON: Note.SOON_OVER,
    Alert.EXPIRED: Note.EXPIRED,
    Alert.SUPERVISED: Note.SUPERVISED,
    Alert.RAISED: Note.RAISED,
}


def is_due(case: Case, now: datetime) -> bool:
    """Whether something is to be told of the case's term."""
    return case.is_open and case.alert_at is not None and case.alert_at <= now


def fire(case: Case, terms: Terms, *, answering: Mapping[Level, str | None], now: datetime) -> Change:
    """Tell everything that is due by now. Done twice, it tells nothing twice: what was told, the case holds.

    Args:
        answering: the organisations of its level and those above; where none is known, the one before stays.
    """
    entries: list[HistoryEntry] = []
    if is_due(case, now) and case.term is None:  # it was dispatched before there were terms
        begun = terms.begin(replace(case, responsible=case.responsible or answering.get(case.level)), now)
        begun = replace(begun, updated_at=now)
        entries.append(changed_by(case, begun, HistoryEntry(now, Note.TERM_SET, begun.stage, SYSTEM, "", None)))
        case = begun
    while is_due(case, now):
        told = _told(case, terms, answering, now)
        what = TELLS[told.alert]
        entries.append(changed_by(case, told, HistoryEntry(now, what, told.stage, SYSTEM, "", None)))
        case = told
    return Change(case, tuple(entries))


def _told(case: Case, terms: Terms, answering: Mapping[Level, str | None], now: datetime) -> Case:
    told = replace(case, alert=FOLLOWS[case.alert], updated_at=now)
    match told.alert:
        case Alert.EXPIRED:
            told = replace(told, urged=case.urged + 1)
        case Alert.SUPERVISED:
            told = replace(told, supervised=case.supervised + 1)
        case Alert.RAISED:
            told = raised(told, answering)
        case _:
            pass
    return terms.timed(told)


def raised(case: Case, answering: Mapping[Level, str | None]) -> Case:
    """The next level answers for the case."""
    level = Level(case.level + 1)
    return replace(case, level=level, responsible=answering.get(level) or case.responsible)
