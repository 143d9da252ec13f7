"""What goes wrong in a home: leaks and drips, illness, a stop of the water."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.households.days import DAY, Span, Year, mask
from benchmarks.households.homes import Home

ILL_A_YEAR: Final = 2.0  # far more than in life, so that there is something to count
ILL_MINUTES: Final = 48 * 60  # until somebody finds them
SLOT: Final = 30  # minutes


class Flow(StrEnum):
    """Where water is lost."""

    DRIP = "dripping tap"
    TOILET = "running toilet"
    PIPE = "pipe"


@dataclass(frozen=True, slots=True)
class LeakTruth:
    """One leak.

    Attributes:
        flow_l_h: mean.
        slow: the least that it lets out in a half hour of the clock that it fills, litres.
    """

    flow: Flow
    span: Span
    flow_l_h: float
    slow: float


# a year, median l/h and its spread (of the logarithm), median days and their spread
FLOWS: Final = {
    Flow.DRIP: (0.4, 0.7, 0.6, 40.0, 0.8),
    Flow.TOILET: (0.6, 40.0, 0.9, 4.0, 0.9),
    Flow.PIPE: (0.25, 25.0, 1.1, 12.0, 0.8),
}


def leaks(home: Home, minutes: int) -> tuple[list[LeakTruth], NDArray[np.float64]]:
    """All that leaks in a home, and litres lost in each minute; shape (minutes,)."""
    rng = np.random.default_rng([home.seed, 2])
    truths: list[LeakTruth] = []
    lost = np.zeros(minutes)
    for flow, (rate, l_h, spread, days, days_spread) in FLOWS.items():
        for _ in range(rng.poisson(rate * minutes / DAY / 365)):
            begin = int(rng.integers(0, minutes))
            end = min(minutes, begin + int(rng.lognormal(np.log(days), days_spread) * DAY))
            mean = float(rng.lognormal(np.log(l_h), spread))
            one = _running(mean, end - begin, pulsed=flow is Flow.TOILET and rng.random() < 0.5, rng=rng)
            lost[begin:end] += one
            truths.append(LeakTruth(flow, Span(begin, end), mean, _slowest(one, begin)))
    return truths, lost


def _running(l_h: float, minutes: int, *, pulsed: bool, rng: np.random.Generator) -> NDArray[np.float64]:
    """A toilet's cistern may seep and refill in pulses; else it runs evenly."""
    if not pulsed:
        return np.full(minutes, l_h / 60)
    pulse_l = rng.uniform(1, 3)
    out = np.zeros(minutes)
    at = np.arange(0, minutes, max(1.0, pulse_l / l_h * 60))
    np.add.at(out, at.astype(np.int64), pulse_l)
    return out


def _slowest(lost: NDArray[np.float64], begin: int) -> float:
    skip = -begin % SLOT
    whole = lost[skip : skip + (len(lost) - skip) // SLOT * SLOT] if len(lost) > skip else lost[:0]
    return float(whole.reshape(-1, SLOT).sum(axis=1).min()) if len(whole) else 0.0


def illnesses(home: Home, year: Year) -> list[Span]:
    """When somebody who lives alone falls ill at home, at any minute that they are there without guests."""
    rng = np.random.default_rng([home.seed, 3])
    if not home.alone:
        return []
    there = ~mask([*year.away, *year.visits], year.minutes)
    there[: 3 * DAY] = False
    there[-3 * DAY :] = False
    out: list[Span] = []
    for _ in range(rng.poisson(ILL_A_YEAR * year.minutes / DAY / 365)):
        begin = int(rng.choice(np.flatnonzero(there)))
        if all(abs(begin - span.begin) > 21 * DAY for span in out):
            out.append(Span(begin, begin + ILL_MINUTES))
    return sorted(out, key=lambda span: span.begin)


def fallen_ill(home: Home, year: Year, ill: list[Span]) -> Year:
    """The year as it goes after that: what they would have done is left out, until somebody opens the door.

    Half are taken to hospital for some days, which whoever found them puts into the calendar. What was in it stays.
    """
    rng = np.random.default_rng([home.seed, 4])
    for span in ill:
        kept = [one for one in year.away if not span.begin <= one.begin < span.end]
        cancelled = [one for one in year.away if span.begin <= one.begin < span.end]
        gone = Span(span.end + 60, span.end + int(rng.uniform(3, 10) * DAY)) if rng.random() < 0.5 else None
        quiet = [span, *cancelled, *([gone] if gone else [])]
        openings = [at for at in year.openings if not any(q.begin <= at <= q.end for q in quiet)]
        openings += [span.end, *([gone.begin, min(gone.end, year.minutes - 1)] if gone else [])]
        kept = [one for one in kept if not (gone and one.begin < gone.end and gone.begin < one.end)]
        visits = [one for one in year.visits if not any(one.begin < q.end and q.begin < one.end for q in quiet)]
        year = replace(year, away=[*kept, *([gone] if gone else [])], openings=openings, visits=visits)
        if gone:
            year.entries.append(gone)
    return year


def stops(home: Home, minutes: int) -> list[tuple[Span, bool]]:
    """Stops of the water, and whether they were announced."""
    rng = np.random.default_rng([home.seed, 5])
    begins = rng.integers(0, minutes, rng.poisson(3 * minutes / DAY / 365)) // DAY * DAY + 9 * 60
    return [(Span(int(at), int(at + rng.uniform(4, 10) * 60)), bool(rng.random() < 0.6)) for at in begins]
