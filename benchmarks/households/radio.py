"""How a home reaches the gateway: registers with steps, gaps and doubled readings, lost openings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.households.days import DAY, START, Year
from benchmarks.households.homes import Home
from edge.rules.metering.readings import Reading

EVERY: Final = 30  # minutes
AFTER: Final = timedelta(minutes=16)  # the half hour, when the gateway judges it
MISSING: Final = 0.015  # readings that never come, one by one
TWICE: Final = 0.01  # come again with the next
GAPS: Final = 10  # a year and meter, of 2.5 h by the median
ALIVE: Final = 60  # minutes between signs of life of the door contact
DEAD: Final = 0.35  # homes whose door contact dies once in the year, for 4 days by the median


@dataclass(frozen=True, slots=True)
class Door:
    """Openings that arrive, in order, and up to when all were told, for each half hour."""

    openings: tuple[datetime, ...]
    heard: tuple[datetime, ...]


def minute(at: int) -> datetime:
    """A minute of the year as a moment."""
    return START + timedelta(minutes=at)


def readings(home: Home, meter: str, flow: NDArray[np.float64], step: int, unit: int) -> list[list[Reading]]:
    """Readings of a register, by the half hour in which they arrive.

    A reading that comes some minutes late is here when the half hour is judged, and no other.

    Args:
        flow: litres or watt-hours in each minute.
        step: of the register, in the same unit.
        unit: how many of these make a m³ or kWh.
    """
    rng = np.random.default_rng([home.seed, 9, len(meter)])
    total = np.concatenate([[0.0], np.cumsum(flow)]) + rng.uniform(0, 500) * unit
    count = len(flow) // EVERY
    there = rng.random(count + 1) >= MISSING
    for begin in rng.integers(0, count, rng.poisson(GAPS * len(flow) / DAY / 365)):
        there[begin : begin + int(rng.lognormal(np.log(5), 0.8))] = False
    out: list[list[Reading]] = [[] for _ in range(count + 1)]
    seconds, twice = rng.integers(0, 40, count + 1), rng.random(count + 1) < TWICE
    for i in np.flatnonzero(there):
        value = Decimal(int(total[i * EVERY] // step) * step) / unit
        at = minute(int(i) * EVERY) + timedelta(seconds=int(seconds[i]))
        reading = Reading(meter, at, value)
        out[i].append(reading)
        if twice[i] and i < count:
            out[i + 1].append(reading)
    return out


def door(home: Home, year: Year) -> Door:
    """Openings as they arrive, and the door contact's signs of life."""
    rng = np.random.default_rng([home.seed, 10])
    dead = (year.minutes, year.minutes)
    if rng.random() < DEAD * year.minutes / DAY / 365:
        begin = int(rng.integers(0, year.minutes))
        dead = begin, begin + int(rng.lognormal(np.log(4), 1.0) * DAY)
    told = (at for at in sorted(set(year.openings)) if rng.random() >= home.lost and not dead[0] <= at < dead[1])
    heard: list[datetime] = []
    last = 0
    for i in range(year.minutes // EVERY + 1):
        at = i * EVERY // ALIVE * ALIVE
        last = last if dead[0] <= at < dead[1] else at
        heard.append(minute(last))
    return Door(tuple(minute(at) for at in told), tuple(heard))
