"""What a household used in each half hour of the last two weeks, and what is learnt from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from edge.rules.alarms import zone
from edge.rules.metering.slots import DAY_SLOTS, SLOT_S

DAYS: Final = 14
MAX_SLOTS: Final = DAYS * DAY_SLOTS
STILL_SLOTS: Final = 12  # six hours: a drip of 0.2 l/h shows in litres; ours
EVEN_L: Final = 2.5  # by which half hours differ when a tap or a cistern runs …
EVEN_SHARE: Final = 0.1  # … or this share of their mean; no person draws so evenly for six hours
LITTLE: Final = 24  # half hours of nights at least, to learn from
NIGHT: Final = (1, 5)  # local hours in which most people sleep
NIGHT_SHARE: Final = (
    0.25  # of the nights' half hours lie under: the refrigerator runs, no boiler reheats, no air is cooled
)


@dataclass(frozen=True, slots=True)
class Half:
    """One half hour.

    Attributes:
        water_l, energy_wh: litres and watt-hours; None: not known.
        alive: whether somebody used water.
        bright: whether more electricity was used than mostly at night; `risen`: and than was left on.
        over_l: of `water_l`, what did not run by itself, as far as was known then.
        carried_l: used in this half hour and unknown ones before it.
    """

    water_l: float | None
    energy_wh: float | None
    alive: bool = False
    bright: bool = False
    risen: bool = False
    over_l: float = 0.0
    carried_l: float = 0.0


@dataclass(frozen=True, slots=True)
class Drip:
    """What runs without anybody: in the quietest six hours of the last day.

    Attributes:
        mean_l, most_l: in a half hour of these, and in the one with most.
    """

    mean_l: float = 0.0
    most_l: float = 0.0


@dataclass(frozen=True, slots=True)
class Habits:
    """What is learnt of a household, once a day.

    Attributes:
        idle_wh: what appliances alone use in most half hours; None: not known yet.
        expected: how often somebody used water in each half hour of the day (UTC), 0 to 1; empty: not known.
    """

    idle_wh: float | None = None
    expected: tuple[float, ...] = ()


def learnt(halves: Sequence[Half], last: int, night: frozenset[int], margin_wh: float) -> Habits:
    """Learn from the last two weeks.

    Args:
        halves: half hours that follow each other, at most two weeks.
        last: index of the last one.
        night: half hours of the day (UTC) in which most people sleep.
        margin_wh: over what the nights show.
    """
    first = last - len(halves) + 1
    nights = [
        half.energy_wh
        for index, half in enumerate(halves, first)
        if half.energy_wh is not None and index % DAY_SLOTS in night
    ]
    idle = quantile(nights, NIGHT_SHARE) + margin_wh if len(nights) >= LITTLE else None
    return Habits(idle, tuple(_expected(halves, first)))


def dripped(halves: Sequence[Half], before: Drip, step_l: float) -> Drip:
    """Tell the drip of the last day's quietest six hours; as before where no six hours on end are known.

    Nothing drips where these hours are not even: then somebody was up.
    """
    used = [half.water_l for half in halves[-DAY_SLOTS:]]
    best: tuple[float, int] | None = None
    total, known = 0.0, 0
    for i, use_l in enumerate(used):
        total, known = (0.0, 0) if use_l is None else (total + use_l, known + 1)
        if known > STILL_SLOTS:
            total -= used[i - STILL_SLOTS] or 0.0
        if known >= STILL_SLOTS and (best is None or total < best[0]):
            best = total, i + 1
    if best is None:
        return before
    return _flow([use_l or 0.0 for use_l in used[best[1] - STILL_SLOTS : best[1]]], step_l) or Drip()


def even(halves: Sequence[Half], step_l: float) -> Drip | None:
    """What runs evenly through each of the last twelve half hours, which is nobody; None where nothing does so.

    Args:
        step_l: of the register, litres.
    """
    used = [half.water_l for half in halves[-STILL_SLOTS:] if half.water_l is not None]
    drip = _flow(used, step_l) if len(used) == STILL_SLOTS else None
    return drip if drip and (min(used) > 0 or drip.mean_l >= step_l / 2) else None


def _flow(used: Sequence[float], step_l: float) -> Drip | None:
    """What runs in half hours that differ by little; by one step of the register where every other one moves it."""
    mean, most = sum(used) / len(used), max(used)
    differ = most - min(used)
    if differ <= max(EVEN_L, EVEN_SHARE * mean) or (differ <= step_l and mean >= step_l / 2):
        return Drip(mean, most)
    return None


def night_slots(at: datetime, timezone: str) -> frozenset[int]:
    """The half hours of the day (UTC) in which most people at a place sleep."""
    offset = at.astimezone(zone(timezone)).utcoffset()
    begin = (NIGHT[0] * 3600 - (offset.total_seconds() if offset else 0)) // SLOT_S
    return frozenset(int(begin + i) % DAY_SLOTS for i in range((NIGHT[1] - NIGHT[0]) * 3600 // SLOT_S))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share of all lies at or under; `values` must not be empty."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _expected(halves: Sequence[Half], first: int) -> Iterator[float]:
    """For each half hour of the day the share of days on which somebody used water, reckoned from one day more."""
    if len(halves) < DAYS // 2 * DAY_SLOTS:
        return
    for slot in range(DAY_SLOTS):
        known = [half.alive for half in halves[(slot - first) % DAY_SLOTS :: DAY_SLOTS] if half.water_l is not None]
        yield (sum(known) + 0.5) / (len(known) + 1)
