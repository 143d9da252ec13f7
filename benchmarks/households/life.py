"""One home through a year: simulated, read, judged by the rules and by the naive ones."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from benchmarks.households.days import Span, Year, lived
from benchmarks.households.electricity import watts
from benchmarks.households.homes import Home, home
from benchmarks.households.naive import Naive
from benchmarks.households.radio import AFTER, EVERY, Door, door, minute, readings
from benchmarks.households.troubles import LeakTruth, fallen_ill, illnesses, leaks, stops
from benchmarks.households.water import used
from edge.rules.alarms import AlarmFinding
from edge.rules.metering import household, meter
from edge.rules.metering.home import Arrived, Household
from edge.rules.metering.meter import Meter
from edge.rules.metering.readings import Reading
from edge.rules.metering.settings import ELECTRICITY, WATER
from edge.rules.metering.welfare import Away, WelfareSettings

NAIVE: Final = (12.0, 24.0)  # hours


@dataclass(frozen=True, slots=True)
class Task:
    """One home to run."""

    family: str
    number: int
    days: int


@dataclass(slots=True)
class Told:
    """What was said in a home's year: when the gateway said it, and the finding."""

    findings: list[tuple[datetime, AlarmFinding]] = field(default_factory=list)
    naive: dict[float, list[datetime]] = field(default_factory=lambda: {hours: [] for hours in NAIVE})


@dataclass(frozen=True, slots=True)
class Lived:
    """A home's year with its truth."""

    home: Home
    year: Year
    ill: list[Span]
    leaks: list[LeakTruth]
    told: Told


def run(task: Task, welfare: WelfareSettings | None = None) -> Lived:
    """Simulate and judge one home; the same task gives the same outcome."""
    one = home(task.family, task.number)
    plain = lived(one, task.days)
    ill = illnesses(one, plain)
    year = fallen_ill(one, plain, ill)
    stopped = stops(one, year.minutes)
    truths, lost = leaks(one, year.minutes)
    for span, _ in stopped:
        lost[span.begin : span.end] = 0.0
    water = readings(one, "water", used(one, year, ill, [span for span, _ in stopped]) + lost, one.step_l, 1000)
    energy = readings(one, "energy", watts(one, year, ill) / 60, 10, 1000)
    away = [Away(minute(span.begin), minute(span.end)) for span in year.entries]
    away += [Away(minute(span.begin), minute(span.end)) for span, told in stopped if told]
    settings = welfare or WelfareSettings(step_l=float(one.step_l))
    watched = _Watched(one, settings, away, door(one, year))
    for i in range(year.minutes // EVERY):
        watched.step(i, water[i], energy[i])
    return Lived(one, year, ill, truths, watched.told)


class _Watched:
    """The gateway's side of one home."""

    def __init__(self, one: Home, welfare: WelfareSettings, away: list[Away], contact: Door) -> None:
        self.told = Told()
        self._home, self._welfare, self._away, self._door = one, welfare, away, contact
        self._water, self._energy = Meter("water"), Meter("energy")
        self._household = Household("home")
        self._naive = [Naive(hours) for hours in NAIVE]
        self._next = 0

    def step(self, i: int, water: list[Reading], energy: list[Reading]) -> None:
        """One half hour."""
        now = minute(i * EVERY) + AFTER
        self._water, found, wet = meter.step(self._water, water, now=now, settings=WATER)
        self._say(now, found)
        if not self._home.alone:
            return
        self._energy, _, lit = meter.step(self._energy, energy, now=now, settings=ELECTRICITY)
        begin = self._next
        while self._next < len(self._door.openings) and self._door.openings[self._next] <= now:
            self._next += 1
        arrived = Arrived(wet, lit, self._door.openings[begin : self._next], self._door.heard[i])
        away = [one for one in self._away if one.since - timedelta(days=1) < now < one.until + timedelta(days=1)]
        self._household, found = household.step(self._household, arrived, away=away, now=now, settings=self._welfare)
        self._say(now, found)
        for naive in self._naive:
            for reading in water[:1]:
                if at := naive.read(reading):
                    self.told.naive[naive.hours].append(at)

    def _say(self, now: datetime, found: tuple[AlarmFinding, ...]) -> None:
        self.told.findings += [(now, finding) for finding in found]
