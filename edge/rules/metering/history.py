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
CALM_SLOTS: Final = 10  # of these: somebody may get up in the night, or use water now and then, while a tap drips
EVEN_L: Final = 2.5  # by which half hours differ when a tap or a cistern runs …
PULSE_L: Final = 4.0  # … or, where each shows use, when a cistern fills now more, now less often …
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
        bright: whether more electricity was used than appliances alone use; `risen`: and than was left on.
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
    """What runs without anybody, told from six hours of the last day.

    Attributes:
        mean_l, most_l: in a half hour of these, and in the one with most.
    """

    mean_l: float = 0.0
    most_l: float = 0.0


@dataclass(frozen=True, slots=True)
class Habits:
    """What is learnt of a household, once a day.

    Attributes:
        idle_wh: what appliances alone use in most half hours, for each half hour of the day (UTC): lamps and pumps may
            run by a timer; empty: not known.
        most_wh: the most that they use in a half hour, a boiler that reheats with them; None: not known.
        expected: how often somebody used water in each half hour of the day (UTC), 0 to 1; empty: not known.
    """

    idle_wh: tuple[float, ...] = ()
    most_wh: float | None = None
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
    expected = tuple(_expected(halves, first))
    if len(nights) < LITTLE:
        return Habits(expected=expected)
    idle = quantile(nights, NIGHT_SHARE)
    return Habits(tuple(max(idle, least) + margin_wh for least in _least(halves, first)), max(nights), expected)


def _least(halves: Sequence[Half], first: int) -> Iterator[float]:
    """For each half hour of the day the least electricity of all days; 0 where less than a week is known."""
    for slot in range(DAY_SLOTS):
        days = halves[(slot - first) % DAY_SLOTS :: DAY_SLOTS]
        known = [half.energy_wh for half in days if half.energy_wh is not None]
        yield min(known) if len(known) >= DAYS // 2 else 0.0


def dripped(halves: Sequence[Half], before: Drip, step_l: float) -> Drip:
    """Tell the drip of the last day: of the latest six hours that tell it clearly, else of the quietest ones.

    Of the twelve half hours the two with most are left out: a drip goes on while somebody gets up. Nothing drips where
    the others are not even either: then somebody is about. As before where too little is known.
    """
    used = [half.water_l for half in halves[-DAY_SLOTS:] if half.water_l is not None]
    spans = [sorted(used[end - STILL_SLOTS : end]) for end in range(len(used), STILL_SLOTS - 1, -1)]
    if not spans:
        return before
    clear = (span for span in spans if span[CALM_SLOTS - 1] - span[0] <= max(step_l, EVEN_SHARE * span[0]))
    span = next((one for one in clear if _flow(one[:CALM_SLOTS], step_l)), None)
    span = span or min(spans, key=lambda one: sum(one[:CALM_SLOTS]))
    if _flow(span[:CALM_SLOTS], step_l) is None:
        return Drip()
    drops = [use_l for use_l in span if use_l <= span[CALM_SLOTS - 1] + min(step_l, EVEN_L)]
    return Drip(sum(drops) / len(drops), max(drops))


def even(halves: Sequence[Half], step_l: float) -> Drip | None:
    """What runs evenly through each of the last twelve half hours, which is nobody; None where nothing does so.

    Args:
        step_l: of the register, litres.
    """
    used = [half.water_l for half in halves[-STILL_SLOTS:] if half.water_l is not None]
    if len(used) < STILL_SLOTS:
        return None
    if min(used) > 0 and max(used) - min(used) <= PULSE_L:
        return Drip(sum(used) / len(used), max(used))
    drip = _flow(used, step_l)
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
