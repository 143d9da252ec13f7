"""What is kept of a meter, and how a batch of readings changes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from cloud.telemetry.lives import EARLIEST, Life, begin, follow, is_believed
from contract.envelope import ClockTrust
from contract.metering import MeterReadings, MeterSeries, Origin, Reading, ReadingFlag

AHEAD: Final = timedelta(minutes=5)  # a reading of the future is none
BACK: Final = timedelta(days=400)  # a meter keeps its freezes for months, a gateway what it could not send for weeks
MAX_FAILED: Final = 9999  # turns, told as so many where there were more: a quarter hour has a handful
METER_OFF_S: Final = 300.0  # a meter's clock that is further off says nothing of when it froze its register


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an event came, and whether its own time lies oddly far from that."""

    received_at: datetime
    odd_time: bool


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest reading of a meter. `clock` and `odd_time`: of the event it came with."""

    at: datetime
    value: Decimal
    flags: tuple[ReadingFlag, ...] | None
    clock_offset_s: float | None
    voltage_v: Decimal | None
    current_a: Decimal | None
    power_kw: Decimal | None
    received_at: datetime
    clock: ClockTrust
    odd_time: bool

    @property
    def is_believed(self) -> bool:
        """Whether its time is."""
        return is_believed(self.clock, odd_time=self.odd_time)


@dataclass(frozen=True, slots=True)
class Standing:
    """A meter as kept."""

    life: Life
    name: str
    medium: str
    unit: str
    failed: int
    simulated: bool
    received_at: datetime
    clock: ClockTrust
    odd_time: bool
    undated: int
    latest: Latest | None


def is_dated(reading: Reading, event: MeterReadings, arrival: Arrival) -> bool:
    """Whether a reading's time can be believed, so that it has a place in the history.

    A clock that is not synced is believed where it is not oddly far off: a site without a time server has a history.
    """
    if not arrival.received_at - BACK <= reading.at <= arrival.received_at + AHEAD:
        return False
    if reading.origin is Origin.FREEZE:
        return reading.clock_offset_s is None or abs(reading.clock_offset_s) <= METER_OFF_S
    return not (event.clock == ClockTrust.UNSYNCED and arrival.odd_time)


def advance(kept: Standing | None, event: MeterReadings, told: MeterSeries, arrival: Arrival) -> Standing:
    """What is kept of a meter once `event` has told `told` of it.

    Events may come in any order: the name, the failures and whatever else was told last are of the event that was said
    last, the latest reading is the one with the latest time. Where a clock is not believed, its event's place decides
    that, too.
    """
    undated = sum(not is_dated(reading, event, arrival) for reading in told.readings)
    newest = _newest(event, told.readings, arrival)
    if kept is None:
        return _told(event, told, arrival, life=begin(event, odd_time=arrival.odd_time), undated=undated, latest=newest)
    life = follow(kept.life, event, odd_time=arrival.odd_time)
    undated += kept.undated
    latest = _later(kept.latest, newest, is_newer=life is not None)
    if life is None:
        return replace(kept, undated=undated, latest=latest)
    return _told(event, told, arrival, life=life, undated=undated, latest=latest)


def _told(
    event: MeterReadings, told: MeterSeries, arrival: Arrival, *, life: Life, undated: int, latest: Latest | None
) -> Standing:
    return Standing(
        life=life,
        name=told.name,
        medium=told.medium,
        unit=told.unit,
        failed=min(told.failed, MAX_FAILED),
        simulated=event.data.simulated,
        received_at=arrival.received_at,
        clock=ClockTrust(event.clock),
        odd_time=arrival.odd_time,
        undated=undated,
        latest=latest,
    )


def _newest(event: MeterReadings, readings: Sequence[Reading], arrival: Arrival) -> Latest | None:
    """The latest of an event's readings; where none has a time to believe, the latest read just then."""
    dated = [reading for reading in readings if is_dated(reading, event, arrival)]
    live = [reading for reading in readings if reading.origin is Origin.LIVE]
    reading = max(dated or live, key=lambda one: (one.at, Decimal(one.value)), default=None)
    if reading is None:
        return None
    return Latest(
        at=min(max(reading.at, EARLIEST), arrival.received_at + AHEAD),
        value=Decimal(reading.value),
        flags=reading.flags,
        clock_offset_s=reading.clock_offset_s,
        voltage_v=_decimal(reading.voltage_v),
        current_a=_decimal(reading.current_a),
        power_kw=_decimal(reading.power_kw),
        received_at=arrival.received_at,
        clock=ClockTrust(event.clock),
        odd_time=arrival.odd_time or not dated,
    )


def _later(kept: Latest | None, newest: Latest | None, *, is_newer: bool) -> Latest | None:
    if kept is None or newest is None:
        return newest or kept
    if kept.is_believed and newest.is_believed:
        return max(newest, kept, key=lambda one: (one.at, one.value))
    return newest if is_newer else kept


def _decimal(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
