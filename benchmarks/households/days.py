"""A year of comings and goings in one home, minute by minute; local time, UTC+8 without summer time."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.households.homes import Home, Kind

DAY: Final = 1440  # minutes
FIRST: Final = date(2026, 1, 1)
START: Final = datetime(2025, 12, 31, 16, tzinfo=UTC)  # midnight of the first day there
# Public holidays of that year, about as announced: first day and how many.
HOLIDAYS: Final = ((1, 1, 3), (2, 15, 9), (4, 4, 3), (5, 1, 5), (6, 19, 3), (9, 25, 3), (10, 1, 7))
OPENINGS: Final = {  # how often the door opens at one leaving or coming: 1, 2, 3 times
    "out": (0.88, 0.06, 0.06),
    "journey": (0.70, 0.18, 0.12),
    "in": (0.93, 0.05, 0.02),
}
JOURNEYS: Final = {Kind.ELDER: 4.5, Kind.WORKER: 9.0, Kind.STUDENT: 9.0, Kind.FAMILY: 6.0}  # a year, beside festivals
LONG_H: Final = 20.0  # away for so long is a journey


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes since the year's first midnight, up to and without `end`."""

    begin: int
    end: int


@dataclass(slots=True)
class Year:
    """What people do, before anything goes wrong.

    Attributes:
        away: spans in which nobody is at home, in order.
        journeys: those that are long.
        entries: what is in the calendar.
        awake: spans in which people are up.
        visits: of others.
        openings: of the door, minutes.
        quiet: days in bed with a cold.
    """

    minutes: int
    away: list[Span] = field(default_factory=list)
    journeys: list[Span] = field(default_factory=list)
    entries: list[Span] = field(default_factory=list)
    awake: list[Span] = field(default_factory=list)
    visits: list[Span] = field(default_factory=list)
    openings: list[int] = field(default_factory=list)
    quiet: set[int] = field(default_factory=set)


def free(day: int) -> bool:
    """Whether a day is a weekend or a holiday. Days worked instead are left out."""
    at = FIRST + timedelta(days=day)
    begins = ((date(at.year, month, first), count) for month, first, count in HOLIDAYS)
    return at.weekday() >= 5 or any(0 <= (at - begin).days < count for begin, count in begins)


def mask(spans: list[Span], minutes: int) -> NDArray[np.bool_]:
    """Each minute: whether it lies in a span. Shape (minutes,)."""
    out = np.zeros(minutes, np.bool_)
    for span in spans:
        out[max(0, span.begin) : max(0, span.end)] = True
    return out


def lived(home: Home, days: int) -> Year:
    """A year as it would be if nobody fell ill."""
    rng = np.random.default_rng([home.seed, 1])
    year = Year(days * DAY)
    _journeys(home, year, days, rng)
    away = mask(year.journeys, year.minutes)
    for day in range(days):
        _day(home, year, day, away, rng)
    year.away = sorted([*year.away, *year.journeys], key=lambda span: span.begin)
    year.quiet = {int(day) for day in rng.integers(0, days, rng.poisson(4 * days / 365))}
    return year


def _journeys(home: Home, year: Year, days: int, rng: np.random.Generator) -> None:
    for _ in range(rng.poisson(JOURNEYS[home.kind] * days / 365)):
        nights = rng.choice([1, 2, 3, 4, 7, 12, 25], p=[0.45, 0.15, 0.12, 0.1, 0.1, 0.05, 0.03])
        _journey(home, year, int(rng.integers(0, days)), int(nights), rng)
    for (month, first, count), chance in zip(HOLIDAYS, (0.1, 0.5, 0.1, 0.2, 0.1, 0.1, 0.35), strict=True):
        day = (date(FIRST.year, month, first) - FIRST).days
        if day < days and rng.random() < chance:
            _journey(home, year, day + int(rng.integers(-1, 2)), max(1, count - int(rng.integers(0, 3))), rng)


def _journey(home: Home, year: Year, day: int, nights: int, rng: np.random.Generator) -> None:
    begin = max(0, day * DAY + int(rng.uniform(7, 19) * 60))
    end = (day + nights) * DAY + int(rng.uniform(9, 22) * 60)
    if end > year.minutes or any(begin < span.end + DAY and span.begin < end + DAY for span in year.journeys):
        return
    year.journeys.append(Span(begin, end))
    year.openings += _openings("journey", begin, rng) + _openings("in", end, rng)
    if rng.random() < home.diligence:  # the calendar says about when, and now and then a day too few or too many
        off = int(rng.choice([-DAY, 0, DAY], p=[0.06, 0.88, 0.06]))
        year.entries.append(Span(begin + int(rng.normal(0, 90)), end + off + int(rng.normal(0, 120))))
    if nights >= 4 and rng.random() < 0.3:  # a neighbour waters the plants
        for watered in range(begin // DAY + 1, end // DAY, int(rng.integers(2, 5))):
            at = watered * DAY + int(rng.uniform(9, 19) * 60)
            stay = Span(at, at + int(rng.integers(8, 40)))
            year.visits.append(stay)
            year.openings += _openings("in", stay.begin, rng) + _openings("out", stay.end, rng)


def _openings(what: str, at: int, rng: np.random.Generator) -> list[int]:
    count = int(rng.choice([1, 2, 3], p=OPENINGS[what]))
    first = at if what == "in" else at - int(rng.integers(0, 4)) * (count > 1)
    return [max(0, first + i * int(rng.integers(1, 3))) for i in range(count)]


def _day(home: Home, year: Year, day: int, away: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """One day: when they are up, when they are out, who comes."""
    lazy = 1.6 if free(day) and home.kind is Kind.WORKER else 0.0
    spread = 1.6 if home.kind is Kind.STUDENT else 0.5
    up = day * DAY + int((home.wake_h + rng.normal(lazy, spread + lazy / 3)) * 60)
    down = max(up + 8 * 60, day * DAY + int((home.sleep_h + rng.normal(0, spread)) * 60))
    year.awake.append(Span(up, down))
    for begin, end in _outings(home, day, up, down, rng):
        begin, end = int(begin), min(int(end), year.minutes)  # noqa: PLW2901 - minutes from here on
        if end - begin < 5 or begin < 0 or away[begin:end].any() or (year.away and begin < year.away[-1].end + 10):
            continue
        year.away.append(Span(begin, end))
        year.openings += _openings("out", begin, rng) + _openings("in", end, rng)
    for _ in range(rng.poisson(0.7)):  # a parcel: one opening; the rubbish: out and in again
        at = int(rng.uniform(up, down))
        if at < year.minutes and not _out(year, at) and not away[at]:
            year.openings += [at] if rng.random() < 0.5 else [at, at + int(rng.integers(2, 9))]
    if rng.random() < {Kind.ELDER: 0.22, Kind.FAMILY: 0.2}.get(home.kind, 0.08):
        _visit(year, up, down, away, rng)


def _out(year: Year, at: int) -> bool:
    return any(span.begin <= at < span.end for span in year.away[-4:])


def _visit(year: Year, up: int, down: int, away: NDArray[np.bool_], rng: np.random.Generator) -> None:
    at = int(rng.uniform(up + 60, max(up + 61, down - 120)))
    end = min(at + int(rng.uniform(40, 240)), year.minutes - 1)
    if at >= end or _out(year, at) or _out(year, end) or away[at:end].any():
        return
    year.visits.append(Span(at, end))
    year.openings += _openings("in", at, rng) + _openings("in", end, rng)


def _outings(home: Home, day: int, up: int, down: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """When somebody who lives there would go out; a family is out when all of it is."""
    noon = day * DAY + 12 * 60
    if home.kind in {Kind.WORKER, Kind.FAMILY} and not free(day):
        if home.kind is Kind.FAMILY and rng.random() < 0.5:  # grandparents stay
            return [(up + 120, up + 120 + rng.uniform(30, 120))]
        late = rng.uniform(120, 260) if rng.random() < 0.2 else 0
        return [(up + rng.normal(65, 12), noon + 7 * 60 + rng.normal(0, 40) + late)]
    if home.kind is Kind.ELDER:
        walk = (up + rng.normal(100, 30), rng.uniform(35, 130), 0.7)
        later = (noon + rng.uniform(100, 240), rng.uniform(30, 180), 0.5)
        return [(at, at + length) for at, length, chance in (walk, later) if rng.random() < chance]
    begin = up + rng.uniform(60, 240)
    outings = [(begin, begin + rng.uniform(60, 480))] if rng.random() < 0.8 else []
    if rng.random() < 0.3:
        evening = noon + rng.uniform(6, 8) * 60
        outings.append((evening, evening + rng.uniform(90, 420)))
    return outings
