"""Water that people use: toilets, kitchen, shower, laundry, cleaning; litres in each minute."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.households.days import DAY, Span, Year, mask
from benchmarks.households.homes import Home, Kind

FLUSHES_H: Final = {Kind.ELDER: 0.45, Kind.WORKER: 0.35, Kind.STUDENT: 0.3, Kind.FAMILY: 1.1}
NIGHTLY: Final = {Kind.ELDER: 1.2, Kind.WORKER: 0.2, Kind.STUDENT: 0.15, Kind.FAMILY: 0.8}
COOKS: Final = {Kind.ELDER: 0.9, Kind.WORKER: 0.4, Kind.STUDENT: 0.25, Kind.FAMILY: 0.85}
SHOWERS: Final = {Kind.ELDER: 0.4, Kind.WORKER: 0.85, Kind.STUDENT: 0.7, Kind.FAMILY: 2.2}
LAUNDRY: Final = {Kind.ELDER: 0.3, Kind.WORKER: 0.22, Kind.STUDENT: 0.15, Kind.FAMILY: 0.7}
NIGHT_MINUTES: Final = 360


@dataclass(frozen=True, slots=True)
class Draw:
    """Water drawn from a minute on, evenly over some minutes. A machine goes on without anybody."""

    at: int
    litres: float
    minutes: int
    machine: bool = False


def draws(home: Home, year: Year) -> list[Draw]:
    """All that people would draw if they were at home and well; those who are not are left out by `used`."""
    rng = np.random.default_rng([home.seed, 6])
    out: list[Draw] = []
    for awake in year.awake:
        out += _waking(home, awake, rng)
    for span in year.away:  # who comes home goes to the toilet, or washes their hands, or neither
        if rng.random() < 0.65:
            out.append(Draw(span.end + int(rng.integers(1, 16)), rng.uniform(0.5, 7), 1))
    for span in year.visits:
        for _ in range(1 + rng.poisson((span.end - span.begin) / 90)):
            out.append(Draw(int(rng.uniform(span.begin + 2, span.end)), rng.uniform(1, 8), 2))
    return [Draw(one.at, one.litres * (1 if one.machine else home.thrift), one.minutes, one.machine) for one in out]


def _waking(home: Home, awake: Span, rng: np.random.Generator) -> list[Draw]:
    """One day and the night after it."""
    kind, hours = home.kind, (awake.end - awake.begin) / 60

    def when(count: int, begin: int = awake.begin, end: int = awake.end) -> list[int]:
        return [int(at) for at in rng.uniform(begin, end, count)]

    out = [
        Draw(at, rng.uniform(3.5, 6.5) + rng.uniform(0.3, 1.5), 2) for at in when(rng.poisson(FLUSHES_H[kind] * hours))
    ]
    out += [
        Draw(at, rng.uniform(3, 6.5), 1)
        for at in when(rng.poisson(NIGHTLY[kind]), awake.end, awake.end + NIGHT_MINUTES)
    ]
    out += [Draw(at, rng.uniform(0.2, 1.5), 1) for at in when(rng.poisson(hours / 3))]  # a cup, a rinse
    for at, chance in ((awake.begin + int(rng.integers(0, 15)), 0.95), (awake.end - int(rng.integers(0, 25)), 0.9)):
        if rng.random() < chance:
            out.append(Draw(at, rng.uniform(3.5, 6.5) + rng.uniform(2, 6), 6))
    day = awake.begin // DAY * DAY
    for hour in (7.4, 12.0, 18.5):
        if rng.random() < COOKS[kind]:
            out.append(Draw(day + int((hour + rng.normal(0, 0.5)) * 60), rng.uniform(5, 20), 30))
    out += [Draw(at, rng.uniform(25, 70), 9) for at in when(rng.poisson(SHOWERS[kind]), awake.end - 240)]
    out += [Draw(at, rng.uniform(45, 90), 50, machine=True) for at in when(rng.poisson(LAUNDRY[kind]))]
    if rng.random() < 5 / 365:
        out.append(Draw(when(1)[0], rng.uniform(150, 400), 150))
    return out


def used(home: Home, year: Year, ill: list[Span], stopped: list[Span]) -> NDArray[np.float64]:
    """Litres that people and their machines draw in each minute; shape (minutes,)."""
    rng = np.random.default_rng([home.seed, 7])
    nobody, visited = mask([*year.away, *ill], year.minutes), mask(year.visits, year.minutes)
    out = np.zeros(year.minutes + DAY)
    for one in draws(home, year):
        if not 0 <= one.at < year.minutes or (nobody[one.at] and not visited[one.at]):
            continue
        if one.at // DAY in year.quiet and rng.random() < 0.8:
            continue
        end = one.at + one.minutes
        if not one.machine and end <= year.minutes:  # nobody goes on when they have left
            end = one.at + max(1, int((~nobody[one.at : end] | visited[one.at : end]).sum()))
        out[one.at : end] += one.litres / one.minutes
    out = out[: year.minutes]
    out[mask(stopped, year.minutes)] = 0.0
    return out
