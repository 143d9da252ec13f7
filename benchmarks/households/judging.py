"""What was said against what was so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from benchmarks.households.days import DAY
from benchmarks.households.life import NAIVE, Lived
from benchmarks.households.radio import minute
from edge.rules.alarms import AlarmFinding, AlarmKind, Phase

IN_TIME: Final = timedelta(hours=26)
LEAK_MINUTES: Final = 2 * DAY  # a leak that is stopped before cannot be told by a rule that asks for a whole day


@dataclass(slots=True)
class Outcome:
    """One home's year, counted.

    Attributes:
        years: household-years, of those that live alone.
        delays_h: of each illness that was told in time or late, hours.
        said: how often each kind of alarm was opened.
        false: false welfare alarms by what went on.
        leaks: found and all, by kind, of those that the rule is for; `small`: of those below it or shorter.
    """

    home_years: float = 0.0
    years: float = 0.0
    ill: int = 0
    in_time: int = 0
    delays_h: list[float] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    naive_in_time: Counter[float] = field(default_factory=Counter)
    naive_false: Counter[float] = field(default_factory=Counter)
    leaks: Counter[str] = field(default_factory=Counter)
    leaks_found: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)
    small_found: Counter[str] = field(default_factory=Counter)
    leak_false: int = 0
    said: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def judged(lived: Lived) -> Outcome:
    """Count one home's year."""
    outcome = Outcome(home_years=lived.year.minutes / DAY / 365)
    outcome.said.update(finding.kind for _, finding in lived.told.findings if finding.phase is Phase.OPENED)
    _leaks(lived, outcome)
    if lived.home.alone:
        outcome.years = outcome.home_years
        _welfare(lived, outcome)
    return outcome


def _welfare(lived: Lived, outcome: Outcome) -> None:
    opened = [
        (now, finding)
        for now, finding in lived.told.findings
        if finding.kind is AlarmKind.WELFARE and finding.phase is Phase.OPENED
    ]
    spans = [(minute(span.begin), minute(span.end)) for span in lived.ill]
    outcome.ill = len(spans)
    for begin, end in spans:
        told = next((now for now, _ in opened if begin <= now < end), None)
        outcome.in_time += told is not None and told - begin <= IN_TIME
        if told is not None:
            outcome.delays_h.append((told - begin).total_seconds() / 3600)
        if told is None or told - begin > IN_TIME:
            outcome.missed["late" if told else "never"] += 1
            outcome.failures.append(
                f"ill {begin:%m-%d %H:%M}Z: {f'told {told:%m-%d %H:%M}Z' if told else 'never told'}"
            )
        for hours in NAIVE:
            told = next((now for now in lived.told.naive[hours] if begin <= now < end), None)
            outcome.naive_in_time[hours] += told is not None and told - begin <= IN_TIME
    for now, finding in opened:
        if not _within(now, spans):
            why = _why(lived, now)
            outcome.false[why] += 1
            outcome.failures.append(f"false {now:%m-%d %H:%M}Z, {why}: {finding.words.en}")
    for hours in NAIVE:
        outcome.naive_false[hours] = sum(not _within(now, spans) for now in lived.told.naive[hours])


def _within(at: datetime, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(begin <= at < end for begin, end in spans)


def _why(lived: Lived, now: datetime) -> str:
    """What went on in a home while a false alarm was raised."""
    at = int((now - minute(0)).total_seconds() // 60)
    if any(span.begin <= at < span.end for span in lived.year.entries):
        return "announced"
    if any(span.begin <= at < span.end for span in lived.year.away):
        return "away, not announced"
    return "at home"


def _leaks(lived: Lived, outcome: Outcome) -> None:
    shown = _shown(lived.told.findings)
    for truth in lived.leaks:
        begin, end = minute(truth.span.begin), minute(truth.span.end) + timedelta(hours=1)
        found = any(opened < end and begin < cleared for opened, cleared in shown)
        large = truth.slow >= lived.home.step_l and truth.span.end - truth.span.begin >= LEAK_MINUTES
        (outcome.leaks if large else outcome.small)[truth.flow.value] += 1
        (outcome.leaks_found if large else outcome.small_found)[truth.flow.value] += found
        if large and not found:
            outcome.failures.append(
                f"leak {begin:%m-%d %H:%M}Z to {end:%m-%d %H:%M}Z, {truth.flow_l_h:.1f} l/h: never told"
            )
    leaking = [(minute(t.span.begin), minute(t.span.end) + timedelta(days=1)) for t in lived.leaks]
    outcome.leak_false = sum(not _within(opened, leaking) for opened, _ in shown)


def _shown(findings: Sequence[tuple[datetime, AlarmFinding]]) -> list[tuple[datetime, datetime]]:
    """From when to when a leak was shown; to the end of time where it was not cleared."""
    out: list[tuple[datetime, datetime]] = []
    for now, finding in findings:
        if finding.kind is not AlarmKind.LEAK:
            continue
        if finding.phase is Phase.OPENED:
            out.append((now, now + timedelta(days=4000)))
        else:
            out[-1] = out[-1][0], now
    return out
