"""One meter: its readings, what its rules remember, and what is to be told of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from contract.metering import Medium, MeterSeries, Origin, Reading, ReadingFlag, Unit
from edge.app.instruments.alarms import Subject, meter_draft
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.limits import meter_limits
from edge.app.instruments.waiting import Kept, Waiting
from edge.config import Meter
from edge.devices.shown import Shown
from edge.outbox import Draft
from edge.rules.alarms import AlarmFinding
from edge.rules.metering import meter as rule
from edge.rules.metering import readings
from edge.rules.metering.slots import SlotUse
from edge.values import Moment

USUAL_UNITS: Final = {
    Medium.WATER: Unit.CUBIC_METRE,
    Medium.GAS: Unit.CUBIC_METRE,
    Medium.ELECTRICITY: Unit.KILOWATT_HOUR,
    Medium.HEAT: Unit.GIGAJOULE,
}
UNKNOWN_RESOLUTION: Final = Decimal("0.001")


class MeterDesk:
    """Takes what one meter shows, and judges it when told to."""

    def __init__(self, meter: Meter, *, line: str, simulated: bool, ledger: Ledger, timezone: str) -> None:
        self.meter: Final = meter
        self.subject: Final = Subject(meter.id, meter.name, line, simulated)
        self._ledger = ledger
        self._limits = meter_limits(meter, timezone)
        self._state = ledger.read(f"meter/{meter.id}", rule.Meter.from_bytes) or rule.Meter(meter.id)
        self._waiting = ledger.read(f"readings/{meter.id}", Waiting.from_bytes) or Waiting()

    @property
    def resolution(self) -> Decimal:
        """The register's last digit: as an installer wrote it, or else as rules usually have it."""
        return self._limits.resolution if self._limits else UNKNOWN_RESOLUTION

    def take(self, one: Shown, local: datetime, origin: Origin) -> None:
        """Take a reading at its turn; `local` is its time at the place."""
        if self._limits and self.meter.resolution is None and one.resolution > 0:
            self._limits = replace(self._limits, resolution=one.resolution)
        self._wait(self._waiting.with_reading(one, local, origin))

    def take_freezes(self, days: tuple[tuple[date, Shown], ...], today: date) -> None:
        """Take what it kept of days that lack; it is told and not judged, for a day says nothing of its half hours."""
        self._wait(self._waiting.with_freezes(days, today))

    def fail(self) -> None:
        """Count a turn in which it could not be read."""
        self._wait(self._waiting.with_failure())

    def days_lacking(self, today: date) -> int:
        """How many of the last days lack their beginning."""
        return self._waiting.days_lacking(today)

    def judged(self, now: datetime) -> tuple[tuple[AlarmFinding, ...], tuple[SlotUse, ...]]:
        """Judge the readings that wait: what is found, and the half hours that are known now."""
        if self._limits is None:
            return (), ()
        taken = [self._reading(kept.shown) for kept in self._waiting.kept if kept.origin is not Origin.FREEZE]
        self._state, findings, uses = rule.step(self._state, taken, now=now, settings=self._limits)
        self._ledger.keep(f"meter/{self.meter.id}", self._state.to_bytes)
        return findings, uses

    def emptied(self) -> tuple[MeterSeries, ...]:
        """What is to be told of it, once; nothing where nothing came."""
        waiting = self._waiting
        if not (waiting.kept or waiting.failed):
            return ()
        self._wait(waiting.emptied())
        unit = waiting.kept[-1].shown.unit if waiting.kept else USUAL_UNITS[self.meter.medium]
        told = sorted((kept for kept in waiting.kept if kept.shown.unit is unit), key=lambda kept: kept.shown.at)
        series = MeterSeries(
            meter=self.meter.id,
            name=self.meter.name,
            medium=self.meter.medium,
            unit=unit,
            readings=tuple(_told(kept) for kept in told),
            failed=waiting.failed,
        )
        return (series,)

    @property
    def drafting(self) -> Callable[[AlarmFinding, str, Moment], Draft]:
        """Makes the events of its alarms."""
        return lambda finding, alarm, now: meter_draft(
            finding, alarm, now, subject=self.subject, medium=self.meter.medium
        )

    def _wait(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._ledger.keep(f"readings/{self.meter.id}", self._waiting.to_bytes)

    def _reading(self, one: Shown) -> readings.Reading:
        return readings.Reading(
            self.meter.id,
            one.at,
            one.value,
            reverse=_flag(one, ReadingFlag.REVERSE),
            tamper=_flag(one, ReadingFlag.TAMPER),
            cover=_flag(one, ReadingFlag.COVER),
            battery_low=_flag(one, ReadingFlag.BATTERY_LOW),
            clock_offset_s=one.clock_offset_s,
            voltage_v=one.voltage_v,
            current_a=one.current_a,
            power_kw=one.power_kw,
        )


def _flag(one: Shown, flag: ReadingFlag) -> bool | None:
    return None if one.flags is None else flag in one.flags


def _told(kept: Kept) -> Reading:
    one = kept.shown
    return Reading(
        at=one.at,
        value=f"{one.value:f}",
        origin=kept.origin,
        flags=None if one.flags is None else tuple(sorted(one.flags)),
        clock_offset_s=one.clock_offset_s,
        voltage_v=_amount(one.voltage_v),
        current_a=_amount(one.current_a),
        power_kw=_amount(one.power_kw),
    )


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
