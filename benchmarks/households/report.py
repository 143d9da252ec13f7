"""What was found, added up; the last line of standard output is this as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import stdev
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.households.judging import Outcome
from benchmarks.households.life import NAIVE
from benchmarks.machine import Machine
from benchmarks.throw.measures import Z95, wilson

Share = float | None
Interval = tuple[float, float] | None

ASSUMED: Final = (
    "All households are simulated: nobody's meter was read. Habits, appliances, faults and how often things happen are "
    "assumptions (benchmarks/households), not a survey.",
    "Readings each half hour of water (0.001 or 0.01 m3) and electricity (0.01 kWh), a door contact that loses about "
    "1 % of openings and dies in a third of the homes for some days; half of all journeys are announced, some wrongly.",
    "Who falls ill is at home and uses nothing from then on; what was switched on stays on; nobody comes for 48 hours. "
    "Two illnesses a year and person are far more than in life, so that there is something to count. Whoever finds "
    "them puts the stay in hospital into the calendar.",
    "leak_recall counts leaks that alone move the register in each half hour and last 48 hours or more: what a rule of "
    "'use in each half hour of a day' is for. Others are counted beside it.",
    "A false welfare alarm is one opened while nobody was ill, journeys included.",
)


class Naive(BaseModel):
    """The baseline: less than 0.01 m³ in so many hours, and nothing else asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: float
    welfare_recall: Share
    welfare_false_per_household_year: Share


class Report(BaseModel):
    """The whole benchmark. A share is None where there was nothing to share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    simulated: bool = True
    assumed: tuple[str, ...] = ASSUMED
    family: str
    seeds: str = Field(description="of the homes that were run; those that thresholds were chosen on are others")
    leak_recall: Share
    welfare_recall: Share
    welfare_false_per_household_year: Share
    leak_recall_95: Interval = Field(description="in which the share lies 95 times of 100 (Wilson)")
    welfare_recall_95: Interval = Field(description="likewise")
    welfare_false_95: Interval = Field(description="likewise, from how much households differ")
    households: int
    days: int
    alone_years: float = Field(description="household-years of those who live alone")
    illnesses: str = Field(description="told within 26 h / all")
    told_late_or_never: dict[str, int]
    delay_h: dict[str, float] = Field(
        description="from falling ill to the alarm: median, and 90 % of those that were told"
    )
    false_by: dict[str, int] = Field(description="false welfare alarms by what went on")
    leaks: dict[str, str] = Field(description="told / all, by kind, of those that the rule is for")
    leaks_below: dict[str, str] = Field(description="told / all of smaller and shorter ones")
    leak_false_per_household_year: Share
    opened: dict[str, int] = Field(description="alarms opened, by kind")
    naive: tuple[Naive, ...]
    seconds: float
    targets_missed: tuple[str, ...]
    machine: Machine


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure must be: at least, or at most."""

    name: str
    value: float
    at_least: bool


TARGETS: Final = (
    Target("leak_recall", 0.98, True),
    Target("welfare_recall", 0.98, True),
    Target("welfare_false_per_household_year", 1.0, False),
)


def report(
    outcomes: Sequence[Outcome], *, family: str, seeds: str, days: int, seconds: float, machine: Machine
) -> Report:
    """Add up all households."""
    alone, years = sum(one.years for one in outcomes), sum(one.home_years for one in outcomes)
    ill, in_time = sum(one.ill for one in outcomes), sum(one.in_time for one in outcomes)
    false = _sum(one.false for one in outcomes)
    leaks, found = _sum(one.leaks for one in outcomes), _sum(one.leaks_found for one in outcomes)
    small, small_found = _sum(one.small for one in outcomes), _sum(one.small_found for one in outcomes)
    leak_recall, recall = _share(found.total(), leaks.total()), _share(in_time, ill)
    false_a_year = _share(false.total(), alone)
    return Report(
        family=family,
        seeds=seeds,
        leak_recall=leak_recall,
        welfare_recall=recall,
        welfare_false_per_household_year=false_a_year,
        leak_recall_95=_wilson(found.total(), leaks.total()),
        welfare_recall_95=_wilson(in_time, ill),
        welfare_false_95=_mean_interval([one.false.total() / one.years for one in outcomes if one.years]),
        households=len(outcomes),
        days=days,
        alone_years=round(alone, 2),
        illnesses=f"{in_time} / {ill}",
        told_late_or_never=dict(_sum(one.missed for one in outcomes)),
        delay_h=_delays(sorted(delay for one in outcomes for delay in one.delays_h)),
        false_by=dict(false.most_common()),
        leaks={kind: f"{found[kind]} / {count}" for kind, count in leaks.most_common()},
        leaks_below={kind: f"{small_found[kind]} / {count}" for kind, count in small.most_common()},
        leak_false_per_household_year=_share(sum(one.leak_false for one in outcomes), years),
        opened=dict(_sum(one.said for one in outcomes).most_common()),
        naive=tuple(_naive(outcomes, hours, ill, alone) for hours in NAIVE),
        seconds=round(seconds, 1),
        targets_missed=_missed((leak_recall, recall, false_a_year)),
        machine=machine,
    )


def _naive(outcomes: Sequence[Outcome], hours: float, ill: int, alone: float) -> Naive:
    return Naive(
        hours=hours,
        welfare_recall=_share(sum(one.naive_in_time[hours] for one in outcomes), ill),
        welfare_false_per_household_year=_share(sum(one.naive_false[hours] for one in outcomes), alone),
    )


def _missed(values: Sequence[Share]) -> tuple[str, ...]:
    """Name the targets that are missed, values in their order; what was not measured is not missed."""
    return tuple(
        f"{target.name} {value:g}, wanted {'≥' if target.at_least else '≤'} {target.value:g}"
        for target, value in zip(TARGETS, values, strict=True)
        if value is not None and (value < target.value if target.at_least else value > target.value)
    )


def _delays(delays: Sequence[float]) -> dict[str, float]:
    if not delays:
        return {}
    return {"median": round(delays[len(delays) // 2], 1), "p90": round(delays[int(0.9 * (len(delays) - 1))], 1)}


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return total


def _wilson(part: int, whole: int) -> Interval:
    interval = wilson(part, whole)
    return interval and (round(interval[0], 4), round(interval[1], 4))


def _mean_interval(values: Sequence[float]) -> Interval:
    """In which the mean lies 95 times of 100, by the normal distribution; None of fewer than two."""
    if len(values) < 2:
        return None
    mean, half = sum(values) / len(values), Z95 * stdev(values) / sqrt(len(values))
    return round(max(0.0, mean - half), 4), round(mean + half, 4)


def _share(part: float, whole: float) -> Share:
    return round(part / whole, 4) if whole else None
