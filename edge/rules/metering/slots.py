"""Half hours: what was used in each, from readings that come about each quarter or half hour.

A half hour is known when readings within two minutes of its ends, and whatever lies between, say what was used in it.
What crosses from one half hour into the next without any use leaves both without use; with some, both are unknown.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

SLOT_S: Final = 1800
DAY_SLOTS: Final = 48
NEAR_S: Final = 120  # of a boundary: reading a line of meters takes its time; ours
MAX_STILL: Final = 2 * DAY_SLOTS  # half hours without use told at once after a gap; before them it is as if unknown


@dataclass(frozen=True, slots=True)
class SlotUse:
    """What one meter counted in one half hour.

    Attributes:
        index: half hours since 1970-01-01T00:00Z.
        use: m³ or kWh, ≥ 0; None: not known for this half hour.
        carried: what the register rose by in half hours before this one and in it that are not known one by one.
    """

    index: int
    use: Decimal | None
    carried: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Filling:
    """The half hour that is being filled: what was used in it so far, seconds covered, and whether it can be known."""

    index: int | None = None
    use: Decimal = Decimal(0)
    covered_s: float = 0.0
    spoiled: bool = False
    carried: Decimal = Decimal(0)


def index_of(at: datetime) -> int:
    """The half hour that a moment lies in; its first instant belongs to it."""
    return int(at.timestamp() // SLOT_S)


def begin_of(index: int) -> datetime:
    """The first instant of a half hour, UTC."""
    return datetime.fromtimestamp(index * SLOT_S, UTC)


def end_of(index: int) -> datetime:
    """The first instant after a half hour, UTC."""
    return begin_of(index) + timedelta(seconds=SLOT_S)


def filled(filling: Filling, since: datetime, to: datetime, use: Decimal) -> tuple[Filling, tuple[SlotUse, ...]]:
    """Add the time between two readings that follow each other.

    Args:
        since: not before the `to` of the last call.
        use: by which the register rose, ≥ 0.
    Returns:
        the state, and the half hours that nothing more can be added to, oldest first. Those that are missing among
        them are unknown.
    """
    start, end = since.timestamp(), to.timestamp()
    first, last = int((start + NEAR_S) // SLOT_S), int((end - NEAR_S) // SLOT_S)
    if last < first:  # shorter than it takes to tell: by its middle
        first = last = int((start + end) / 2 // SLOT_S)
    if filling.index is not None:  # what is done is not filled again
        first, last = max(first, filling.index), max(last, filling.index)
    out: list[SlotUse] = []
    for index in (first, last)[first == last :] if use else range(max(first, last - MAX_STILL), last + 1):
        filling, done = _at(filling, index)
        out += done
        begin = index * SLOT_S
        covered_s = max(0.0, min(end, begin + SLOT_S + NEAR_S) - max(start, begin - NEAR_S))
        spoiled = filling.spoiled or bool(use and first != last)
        filling = replace(filling, covered_s=filling.covered_s + covered_s, spoiled=spoiled)
    filling = replace(filling, carried=use) if first != last else replace(filling, use=filling.use + use)
    if end >= (last + 1) * SLOT_S - NEAR_S:
        filling, done = _at(filling, last + 1)
        out += done
    return filling, tuple(out)


def _at(filling: Filling, index: int) -> tuple[Filling, list[SlotUse]]:
    """Go on to a half hour; the one before it is done."""
    if filling.index == index:
        return filling, []
    done = [] if filling.index is None or filling.index > index else [_done(filling, filling.index)]
    return Filling(index), done


def _done(filling: Filling, index: int) -> SlotUse:
    if filling.spoiled or filling.covered_s < SLOT_S - 2 * NEAR_S:
        return SlotUse(index, None, filling.carried + filling.use)
    return SlotUse(index, filling.use)
