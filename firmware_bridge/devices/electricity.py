"""An electricity meter of DL/T 645-2007 on a line.

A reading costs one frame an item, so only what is asked for is read: `USUAL_ITEMS` at every turn, and `CONDITION_ITEMS`
beside them every hour or so. Cover and tamper are counters in this protocol, not bits: they are measured where they are
asked for, and set no flag.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from firmware_bridge.codecs import dlt645
from firmware_bridge.codecs.dlt645 import Reading
from firmware_bridge.codecs.values import Status
from firmware_bridge.devices.meter_read import Flag, MeterRead, amount, found
from firmware_bridge.drivers import MOST_DAYS, Clock, ElectricityMeter, Measured
from firmware_bridge.sessions import Patience, Session
from firmware_bridge.transports import Line

FORWARD: Final = 0x00010000
VOLTAGE: Final = 0x02010100
CURRENT: Final = 0x02020100
POWER: Final = 0x02030000
DATE: Final = 0x04000101
TIME: Final = 0x04000102
STATUS: Final = 0x04000501
ALL_STATUS: Final = 0x040005FF
USUAL_ITEMS: Final = (FORWARD, VOLTAGE, CURRENT, POWER)
CONDITION_ITEMS: Final = (STATUS, DATE, TIME)
"""Status word 1 for the flags, and the meter's clock: three frames more."""

_FLAGS: Final = {
    "active_reverse": Flag.REVERSE,
    "clock_battery_low": Flag.BATTERY_LOW,
    "reading_battery_low": Flag.BATTERY_LOW,
}
_MIDNIGHT: Final = time(0, 1)  # date and time are two frames: before it the date may be that of the day before


@dataclass(frozen=True, slots=True)
class Electricity:
    """A meter and the items to read."""

    address: dlt645.Address
    items: Sequence[int]
    clock: Clock
    patience: Patience

    @property
    def name(self) -> str:
        return f"dlt645:{self.address}"

    async def read(self, line: Line) -> MeterRead:
        meter = self._meter(line)
        readings = await meter.readings(self.items)
        measured = meter.numbers(readings)
        register = found(measured, f"{FORWARD:08X}")
        return MeterRead(
            self.name,
            register.at if register else self.clock(),
            measured,
            register,
            _flags([reading for reading, _ in readings]),
            _clock([reading for reading, _ in readings]),
            amount(measured, f"{VOLTAGE:08X}"),
            amount(measured, f"{CURRENT:08X}"),
            amount(measured, f"{POWER:08X}"),
        )

    async def frozen(self, line: Line, days: int) -> tuple[MeterRead, ...]:
        freezes = await self._meter(line).daily_freezes(min(days, MOST_DAYS))
        zone = self.clock().tzinfo
        words = dlt645.ITEMS[FORWARD].name
        out: list[MeterRead] = []
        for freeze in freezes:
            at = freeze.at.replace(tzinfo=zone)
            one = Measured.of(freeze.forward, device=self.name, key=f"{FORWARD:08X}", words=words, at=at)
            out.append(MeterRead(self.name, at, (one,), one))
        return tuple(out)

    def _meter(self, line: Line) -> ElectricityMeter:
        session = Session(line, dlt645.Decoder, self.patience, before=dlt645.WAKE_UP_BYTES)
        return ElectricityMeter(session, self.address, clock=self.clock)


def _flags(readings: Sequence[Reading]) -> frozenset[Flag] | None:
    """What status word 1 says; it comes alone, or as the first of all."""
    for reading in readings:
        if reading.item.code in {STATUS, ALL_STATUS} and isinstance(reading.value, Status):
            return frozenset(flag for key, flag in _FLAGS.items() if key in reading.value)
    return None


def _clock(readings: Sequence[Reading]) -> datetime | None:
    values = {reading.item.code: reading.value for reading in readings}
    day, at = values.get(DATE), values.get(TIME)
    if not isinstance(day, date) or not isinstance(at, time) or at < _MIDNIGHT:
        return None
    return datetime.combine(day, at)
