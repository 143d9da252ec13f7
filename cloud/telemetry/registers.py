"""What a meter shows, and what was used between two looks at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from cloud.telemetry.lives import is_believed
from contract.envelope import ClockTrust
from contract.metering import Medium, ReadingFlag, Unit

STALE: Final = timedelta(minutes=35)  # a gateway tells each quarter of an hour: two have not come
_QUARTER_S: Final = 900


@dataclass(frozen=True, slots=True)
class MeterKey:
    """Which meter."""

    community: str
    gateway: str
    meter: str


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter as its gateway told last, with the latest reading of it.

    `clock` and `odd_time` are those of the event that the latest reading came with: where they cannot be believed, nor
    can `latest_at`. `undated`: readings that stand in no rollup for that reason.
    """

    key: MeterKey
    name: str
    medium: Medium
    unit: Unit
    value: Decimal | None
    latest_at: datetime | None  # by the gateway's clock; of a freeze by the meter's
    latest_received_at: datetime | None  # by the cloud's
    flags: tuple[ReadingFlag, ...] | None  # None: it tells of none
    clock_offset_s: float | None
    voltage_v: Decimal | None
    current_a: Decimal | None
    power_kw: Decimal | None
    failed: int  # turns in which it could not be read, in what was told last
    received_at: datetime  # when something was told of it last, a failure or a reading
    clock: ClockTrust
    odd_time: bool
    undated: int
    simulated: bool

    def is_stale(self, now: datetime) -> bool:
        """Whether the latest reading says nothing of now: it is too old, or there is none.

        A clock that cannot be believed is not asked.
        """
        if self.latest_at is None or self.latest_received_at is None:
            return True
        believed = is_believed(self.clock, odd_time=self.odd_time)
        read_at = min(self.latest_at, self.latest_received_at) if believed else self.latest_received_at
        return now - read_at > STALE


class Step(StrEnum):
    """How long a stretch of a rollup is."""

    QUARTER = "quarter"
    DAY = "day"

    def begins(self, at: datetime, zone: tzinfo) -> datetime:
        """When the stretch begins that `at` lies in, UTC: at a quarter of the hour, or midnight in `zone`."""
        if self is Step.QUARTER:
            return datetime.fromtimestamp(at.timestamp() // _QUARTER_S * _QUARTER_S, UTC)
        return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)

    @property
    def reach(self) -> timedelta:
        """The next one begins at most so much later; a day is an hour longer where clocks are set back."""
        return timedelta(seconds=_QUARTER_S) if self is Step.QUARTER else timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Readings within one stretch of time. Joining two gives the same in any order.

    Of two readings at the same moment the lower counts as the first and the higher as the last.
    """

    at: datetime
    first_at: datetime
    first: Decimal
    last_at: datetime
    last: Decimal
    least: Decimal
    most: Decimal
    count: int  # of readings told; one that was told in two events counts twice


@dataclass(frozen=True, slots=True)
class Rollup:
    """A meter within a quarter of an hour or a day that begins `at`; in the meter's unit."""

    at: datetime
    first: Decimal
    last: Decimal
    least: Decimal
    most: Decimal
    use: Decimal  # see `rollups`
    count: int


def bucket(at: datetime, shown: Sequence[tuple[datetime, Decimal]]) -> Bucket:
    """Roll up readings, at least one, that lie in the stretch beginning `at`; in any order."""
    values = [value for _, value in shown]
    (first_at, first), (last_at, last) = min(shown), max(shown)
    return Bucket(at, first_at, first, last_at, last, min(values), max(values), len(shown))


def rollups(buckets: Iterable[Bucket], step: Step) -> list[Rollup]:
    """What was used in each bucket, from what the register showed.

    A reading is taken just after each quarter, so the use of a stretch is its next one's first reading less its own
    first. Where nothing is known of the next stretch, it is the last reading less the first: what was used while
    nobody read the meter is in no stretch, for nobody knows in which it was used. A register that goes backwards, one
    that was replaced or that runs in reverse, gives a use of 0 there and never a negative one. One that leaps ahead
    gives that use: whether it was used or a register was replaced, a register cannot tell.

    Args:
        buckets: in order of time. To know the use of the last one, add the one after it and leave out its rollup.
    """
    held = list(buckets)
    told = []
    for each, following in zip_longest(held, held[1:]):
        is_next = following is not None and following.at - each.at <= step.reach
        use = max(Decimal(0), (following.first if is_next else each.last) - each.first)
        told.append(Rollup(each.at, each.first, each.last, each.least, each.most, use, each.count))
    return told
