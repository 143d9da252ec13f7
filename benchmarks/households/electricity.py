"""Electricity: what runs by itself and what people switch on; watts in each minute."""

from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.households.days import DAY, FIRST, Span, Year, mask
from benchmarks.households.homes import Home, Kind

SUMMER: Final = (date(2026, 6, 10), date(2026, 9, 12))
WINTER: Final = (date(2026, 2, 25), date(2026, 12, 1))  # heats before the one and after the other
LEFT_ON: Final = 0.05  # goings out with something left on
SEEN: Final = {Kind.ELDER: (0.55, 100), Kind.WORKER: (0.35, 120), Kind.STUDENT: (0.5, 160), Kind.FAMILY: (0.7, 160)}


def watts(home: Home, year: Year, ill: list[Span]) -> NDArray[np.float64]:
    """Watts in each minute; shape (minutes,). Who falls ill leaves on what is on."""
    rng = np.random.default_rng([home.seed, 8])
    there = ~mask(year.away, year.minutes)
    awake = mask(year.awake, year.minutes)
    lasting = _lasting(home, there, awake, rng)
    for span in year.away:
        if span.begin > 0 and rng.random() < LEFT_ON:
            lasting[span.begin : span.end] = lasting[span.begin - 1]
    moments = _moments(home, year, there & awake, rng)
    for span in ill:
        lasting[span.begin : span.end] = lasting[span.begin - 1]
        moments[span.begin : span.end] = 0.0
    return _alone(home, year.minutes, rng) + lasting * _cycling(home, year.minutes, rng) + moments


def _alone(home: Home, minutes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Standby, refrigerator, a tank that reheats, a lamp on a timer."""
    out = np.full(minutes, home.standby_w)
    at = 0
    while at < minutes:
        period = int(rng.normal(48, 8))
        out[at : at + int(0.38 * period)] += home.fridge_w
        at += max(20, period)
    at = int(rng.integers(0, 400)) if home.tank else minutes
    while at < minutes:
        out[at : at + int(rng.integers(8, 15))] += 1500
        at += int(rng.uniform(300, 540))
    for day in range(minutes // DAY if home.fish_w else 0):  # a fish tank's lamp, by a timer
        out[day * DAY + 600 : day * DAY + 1200] += home.fish_w
    return out


def _lasting(
    home: Home, there: NDArray[np.bool_], awake: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Lights, screens, and air conditioning: on until somebody switches them off."""
    minutes = len(there)
    out = np.zeros(minutes)
    share, screen = SEEN[home.kind]
    for day in range(minutes // DAY):
        begin, end = day * DAY, (day + 1) * DAY
        hour = np.arange(DAY) / 60
        up = there[begin:end] & awake[begin:end]
        out[begin:end] += up * ((hour < 7) | (hour > 18)) * rng.uniform(25, 90)
        out[begin:end] += up * (np.repeat(rng.random(24), 60) < share) * screen
        if home.cooling and rng.random() < _weather(day):
            power = rng.uniform(350, 800)
            out[begin:end] += there[begin:end] * ((hour < 6.5) | (hour > 19)) * power
    return out


def _weather(day: int) -> float:
    at = FIRST + timedelta(days=day)
    if SUMMER[0] <= at <= SUMMER[1]:
        return 0.7
    return 0.3 if at < WINTER[0] or at > WINTER[1] else 0.0


def _cycling(home: Home, minutes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Thermostats: what lasts draws now more, now less."""
    period = int(rng.integers(14, 30))
    return np.where(np.arange(minutes) % period < 0.6 * period, 1.2, 0.7)


def _moments(home: Home, year: Year, up: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float64]:
    """Kettle, rice cooker, stove, a tank that heats up after a shower, a bike that charges through the night."""
    out = np.zeros(year.minutes + DAY)
    for day in range(year.minutes // DAY):
        times = [(rng.poisson(4), 1700, 4), (rng.poisson(1), 600, 25), (rng.poisson(1.5) * home.induction, 1500, 18)]
        times.append((rng.poisson(0.6) * home.tank, 1500, 40))
        for count, power, length in times:
            for at in rng.integers(day * DAY, (day + 1) * DAY, count):
                if up[at]:
                    out[at : at + length] += power
        begin = day * DAY + 22 * 60
        if home.bike and day % 3 == 0 and up[begin]:
            out[begin : begin + int(rng.uniform(240, 420))] += 150
    return out[: year.minutes]
