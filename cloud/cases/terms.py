"""Until when a case is to be handled: the term, its pauses and its extensions. Pure: the moment is handed in.

A term begins when the case is received and runs until it ends, wherever it stands between: neither waiting to dispatch
it, nor sending it back, nor reporting it handled gains anybody time. It stands still only while the case is suspended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from cloud.cases.calendar import WorkCalendar
from cloud.cases.domain import Case, Term
from cloud.cases.vocabulary import Alert, CaseKind, Level, Unit

HOUR_S: Final = 3600.0
HALF: Final = 0.5
SOON: Final = 0.8
EVERYWHERE: Final = ""  # stands for every community that has no row of its own

# No standard names these: each city sets its own (docs/settings.md). Zombie vehicles and reports follow the usual
# 12345 handling times, the others what a property does the same day.
DEFAULTS: Final[Mapping[CaseKind, Term]] = MappingProxyType(
    {
        CaseKind.PARKING: Term(4, Unit.WORKING_HOURS),
        CaseKind.ZOMBIE: Term(7, Unit.WORKING_DAYS),
        CaseKind.THROWN: Term(1, Unit.WORKING_DAYS),
        CaseKind.METER: Term(8, Unit.WORKING_HOURS),
        CaseKind.GATE: Term(4, Unit.HOURS),
        CaseKind.SENSOR: Term(2, Unit.HOURS),
        CaseKind.REPORT: Term(5, Unit.WORKING_DAYS),
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The city's deadlines, and the calendar that they are counted in.

    Args:
        deadlines: by kind and community; `EVERYWHERE` for those without a row of their own.
    """

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    deadlines: Mapping[tuple[CaseKind, str], Term] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, kind: CaseKind, community: str) -> Term:
        """How long a case of a kind may take in a community."""
        own = self.deadlines.get((kind, community))
        return own or self.deadlines.get((kind, EVERYWHERE)) or DEFAULTS[kind]

    def begin(self, case: Case, now: datetime) -> Case:
        """A new term begins; whatever there was of another is over."""
        term = self.of(case.kind, case.community)
        begun = replace(
            case, term=term, span_s=self._span(term), spent_s=0.0, alert=Alert.NONE, suspended_at=None, extension=None
        )
        return self._run(begun, self._starts(term, now))

    def pause(self, case: Case, now: datetime) -> Case:
        """The term stands still from now on."""
        return replace(case, spent_s=self.spent(case, now), runs_from=None, due_at=None, alert_at=None)

    def resume(self, case: Case, now: datetime) -> Case:
        """It runs on from where it stood; what had not begun to run does when it would have, or now."""
        received = case.dispatched_at if case.reopened else case.opened_at
        begins = now if case.spent_s > 0 else self._starts(case.term, received or now)
        return self._run(case, max(begins, now))

    def extend(self, case: Case, until: datetime, now: datetime) -> Case:
        """The term ends at `until`. What was told of the old deadline's expiry may be told of the new one again."""
        span = case.spent_s + self._between(case.term, case.runs_from or now, until)
        alert = min(case.alert, Alert.SOON)
        longer = replace(case, span_s=span, alert=alert, extension=None, extensions=case.extensions + 1)
        if case.runs_from is None:
            return longer
        return self.timed(replace(longer, due_at=until))

    def hasten(self, case: Case, due_at: datetime, now: datetime) -> Case:
        """The term ends at `due_at` where it would end later; what was told of it stays told.

        Of one that stands still: it has left what there is from now until then, where it had more. Of one that has no
        term yet it begins now.
        """
        if case.term is None:
            case = self.begin(case, now)
        begins = now if case.runs_from is None else min(case.runs_from, now)
        span = case.spent_s + self._between(case.term, begins, due_at)
        if case.runs_from is None or case.due_at is None:
            return replace(case, span_s=span) if span < (case.span_s or 0.0) else case
        if due_at >= case.due_at:
            return case
        return self.timed(replace(case, span_s=span, runs_from=begins, due_at=due_at))

    def spent(self, case: Case, now: datetime) -> float:
        """Seconds of the term that are over, as its unit counts."""
        if case.runs_from is None:
            return case.spent_s
        return case.spent_s + self._between(case.term, case.runs_from, now)

    def left(self, case: Case, now: datetime) -> float | None:
        """Seconds of the term that are left, as its unit counts; below 0 it is overdue. None: it has no term."""
        return None if case.span_s is None else case.span_s - self.spent(case, now)

    def timed(self, case: Case) -> Case:
        """The case with the moment at which its next alert is due."""
        return replace(case, alert_at=self._next_alert(case))

    def _starts(self, term: Term | None, received_at: datetime) -> datetime:
        """When a term begins to run. 工作日 are counted from the day after, as 12345 does."""
        is_of_days = term is not None and term.unit is Unit.WORKING_DAYS
        return self.calendar.opening_after(received_at) if is_of_days else received_at

    def _run(self, case: Case, runs_from: datetime) -> Case:
        left = (case.span_s or 0.0) - case.spent_s
        return self.timed(replace(case, runs_from=runs_from, due_at=self._after(case.term, runs_from, left)))

    def _next_alert(self, case: Case) -> datetime | None:
        if not case.is_open or case.runs_from is None or case.due_at is None or case.span_s is None:
            return None
        match case.alert:
            case Alert.NONE:
                return self._part(case, case.runs_from, case.span_s, HALF)
            case Alert.HALF:
                return self._part(case, case.runs_from, case.span_s, SOON)
            case Alert.SOON:
                return case.due_at
            case Alert.EXPIRED:
                return self._opening(case, 1)
            case Alert.SUPERVISED | Alert.RAISED:
                # By how often time has raised it, not by who answers: a person's raising before skips no day.
                days = 2 if case.alert is Alert.SUPERVISED else 3
                return None if case.level is Level.STREET else self._opening(case, days)

    def _part(self, case: Case, runs_from: datetime, span_s: float, part: float) -> datetime:
        return self._after(case.term, runs_from, part * span_s - case.spent_s)

    def _opening(self, case: Case, days: int) -> datetime:
        """When work begins so many working days after the term was over, or runs on after it was."""
        moments = [moment for moment in (case.due_at, case.runs_from) if moment is not None]
        moment = max(moments)
        for _ in range(days):
            moment = self.calendar.opening_after(moment)
        return moment

    def _span(self, term: Term) -> float:
        return term.amount * (self.calendar.day_s if term.unit is Unit.WORKING_DAYS else HOUR_S)

    def _between(self, term: Term | None, start: datetime, end: datetime) -> float:
        if term is None or term.unit is Unit.HOURS:
            return max((end - start).total_seconds(), 0.0)
        return self.calendar.between(start, end)

    def _after(self, term: Term | None, start: datetime, span_s: float) -> datetime:
        if term is None or term.unit is Unit.HOURS:
            return start + timedelta(seconds=max(span_s, 0.0))
        return self.calendar.after(start, span_s)
