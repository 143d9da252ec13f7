"""A meter's use over a period, slot by slot: what was counted, and where nothing was read."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise, zip_longest
from typing import Final

from cloud.console.facts import Eye
from cloud.console.meter_periods import Period, Span
from cloud.telemetry.meters import Rollup, Step

# A day is told by the quarter hour, longer periods by the day; a year's days are added up by month.
STEPS: Final = {Span.DAY: Step.QUARTER, Span.WEEK: Step.DAY, Span.MONTH: Step.DAY, Span.YEAR: Step.DAY}


@dataclass(frozen=True, slots=True)
class Slot:
    """A quarter hour, a day or a month. Where nothing was read no use is known, which is not a use of 0."""

    since: datetime  # by the community's clock
    use: Decimal | None  # None as well where its readings do not tell, see `uses`
    began: Decimal | None  # the register at its first reading
    register: Decimal | None  # and at its last; None: nothing was read
    readings: int
    missing: int  # of a month's days that have begun, those without a reading
    is_ahead: bool  # it has not begun

    @property
    def is_gap(self) -> bool:
        return self.register is None and not self.is_ahead


@dataclass(frozen=True, slots=True)
class Series:
    """All slots of a period in order."""

    period: Period
    slots: tuple[Slot, ...]

    @property
    def total(self) -> Decimal | None:
        """What was used in all that is known; None: nothing is."""
        return _sum([slot.use for slot in self.slots])

    @property
    def stretch(self) -> tuple[Decimal, Decimal] | None:
        """The register at the first reading and at the last."""
        began = [slot.began for slot in self.slots if slot.began is not None]
        ended = [slot.register for slot in self.slots if slot.register is not None]
        return (began[0], ended[-1]) if began and ended else None

    @property
    def gaps(self) -> int:
        return sum(slot.is_gap for slot in self.slots)


def uses(rollups: Sequence[Rollup], step: Step) -> Iterator[tuple[Rollup, Decimal | None]]:
    """Each rollup with its use, where it is known.

    Of a single reading that none follows nobody knows what came after, and where the register went backwards, as when
    the meter was replaced, nobody knows what was used before.

    Args:
        rollups: in order of time. The last one's use is known for sure only with the one after it.
    """
    for rollup, following in zip_longest(rollups, rollups[1:]):
        is_followed = following is not None and following.at - rollup.at <= step.reach
        ends = following.first if is_followed else rollup.last
        is_known = (is_followed or rollup.count > 1) and ends >= rollup.first
        yield rollup, rollup.use if is_known else None


def series(period: Period, rollups: Sequence[Rollup], eye: Eye) -> Series:
    """Sort rollups into a period's slots; those outside are left out.

    Args:
        rollups: in order of time, of the step that `STEPS` names for the period, with the one after it.
    """
    edges = period.edges(eye.zone)
    held: list[list[tuple[Rollup, Decimal | None]]] = [[] for _ in edges[1:]]
    for rollup, use in uses(rollups, STEPS[period.span]):
        at = bisect_right(edges, rollup.at) - 1
        if 0 <= at < len(held):
            held[at].append((rollup, use))
    return Series(
        period, tuple(_slot(period.span, ends, inside, eye) for ends, inside in zip(pairwise(edges), held, strict=True))
    )


def _days(since: datetime, until: datetime, eye: Eye) -> int:
    """How many of the days from `since` to `until`, both midnights, have begun."""
    first, end, today = (at.astimezone(eye.zone).date() for at in (since, until, eye.now))
    return max(0, (min(end, today + timedelta(days=1)) - first).days)


def _slot(span: Span, ends: tuple[datetime, datetime], held: Sequence[tuple[Rollup, Decimal | None]], eye: Eye) -> Slot:
    since, until = ends
    return Slot(
        since=since.astimezone(eye.zone),
        use=_sum([use for _, use in held]),
        began=held[0][0].first if held else None,
        register=held[-1][0].last if held else None,
        readings=sum(rollup.count for rollup, _ in held),
        missing=max(0, _days(since, until, eye) - len(held)) if span is Span.YEAR else 0,
        is_ahead=not held and since > eye.now,
    )


def _sum(uses: Sequence[Decimal | None]) -> Decimal | None:
    known = [use for use in uses if use is not None]
    return sum(known, Decimal(0)) if known else None
