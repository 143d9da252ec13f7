"""How much of a case's time is left, in words, and how it presses."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.cases.domain import Case, Term
from cloud.cases.vocabulary import Alert, Unit
from cloud.console import desk_words as words
from cloud.console.facts import Eye, Moment
from cloud.console.times import HOUR_S, MINUTE_S, ago, iso, span, wall
from cloud.console.words import Word

SOON: Final = timedelta(hours=4)  # less than half a working day: today's work, whatever share of the term that is


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as it is shown. `tone`: over, soon, fine, or still where it does not run."""

    text: Word
    tone: str
    at: Moment | None


def due(case: Case, eye: Eye) -> Due | None:
    """The deadline of a case that somebody must work on; None where there is none."""
    if not case.is_open or case.term is None:
        return None
    if case.due_at is None:
        return Due(words.PAUSED if case.suspended_at is not None else words.NO_TERM, "still", None)
    at = Moment(_to_the_minute(case.due_at, eye), ago(case.due_at, eye.now), iso(case.due_at.astimezone(eye.zone)))
    if case.due_at <= eye.now:
        return Due(_timed(words.OVER, span((eye.now - case.due_at).total_seconds())), "over", at)
    return Due(_left(case, case.term, eye), "soon" if presses(case, eye) else "fine", at)


def _to_the_minute(at: datetime, eye: Eye) -> str:
    local = at.astimezone(eye.zone)
    is_today = local.date() == eye.now.astimezone(eye.zone).date()
    return local.strftime("%H:%M") if is_today else wall(at, eye.now, eye.zone)


def presses(case: Case, eye: Eye) -> bool:
    """Whether its time is nearly over."""
    return case.due_at is not None and (case.alert >= Alert.SOON or case.due_at - eye.now <= SOON)


def _left(case: Case, term: Term, eye: Eye) -> Word:
    """What is left, as the deadline's unit counts: rounded down, for nobody is to rely on the rest."""
    left_s, day_s = max(0.0, eye.terms.left(case, eye.now) or 0.0), eye.terms.calendar.day_s
    if term.unit is Unit.HOURS:
        return _timed(words.LEFT, span(left_s))
    if left_s < HOUR_S:
        return words.LEFT_MINUTES.fill(n=max(1, math.floor(left_s / MINUTE_S)))
    if term.unit is Unit.WORKING_DAYS and left_s >= day_s:
        days = math.floor(left_s / day_s)
        return words.LEFT_DAY if days == 1 else words.LEFT_DAYS.fill(n=days)
    hours = math.floor(left_s / HOUR_S)
    return words.LEFT_HOUR if hours == 1 else words.LEFT_HOURS.fill(n=hours)


def allowed(term: Term) -> Word:
    """How long it may take."""
    said = {
        Unit.HOURS: words.TERM_HOURS,
        Unit.WORKING_HOURS: words.TERM_WORKING_HOURS,
        Unit.WORKING_DAYS: words.TERM_WORKING_DAYS,
    }[term.unit]
    return said.fill(n=f"{term.amount:g}")


def _timed(phrase: Word, length: Word) -> Word:
    return Word(phrase.zh.format(time=length.zh), phrase.en.format(time=length.en))
