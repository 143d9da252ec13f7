"""What a meter showed, in the units of the contract: from a reading on the wire to a value, or to why it is none."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import ROUND_DOWN, Decimal
from typing import Final

from contract.metering import Medium, ReadingFlag, Unit
from firmware_bridge.devices import MeterRead

MOST: Final = Decimal(10) ** 9  # m³ or kWh: more than any register of a community shows
FINEST: Final = Decimal("0.000001")  # as the contract writes amounts
MOST_OFFSET_S: Final = 1e9  # a clock that is further off is off, by whatever

_THOUSANDTH: Final = Decimal("0.001")
_UNITS: Final = {
    **{
        (medium, symbol): (Unit.CUBIC_METRE, factor)
        for medium in (Medium.WATER, Medium.GAS)
        for symbol, factor in (("m³", Decimal(1)), ("L", _THOUSANDTH))
    },
    (Medium.ELECTRICITY, "kWh"): (Unit.KILOWATT_HOUR, Decimal(1)),
    (Medium.ELECTRICITY, "Wh"): (Unit.KILOWATT_HOUR, _THOUSANDTH),
    (Medium.ELECTRICITY, "MWh"): (Unit.KILOWATT_HOUR, Decimal(1000)),
    (Medium.HEAT, "kWh"): (Unit.KILOWATT_HOUR, Decimal(1)),
    (Medium.HEAT, "MWh"): (Unit.MEGAWATT_HOUR, Decimal(1)),
    (Medium.HEAT, "MJ"): (Unit.MEGAJOULE, Decimal(1)),
    (Medium.HEAT, "GJ"): (Unit.GIGAJOULE, Decimal(1)),
}
"""By medium and unit on the wire: the unit told, and what the number is multiplied with."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One reading of one meter.

    Attributes:
        at: when the register stood so, by the gateway's clock; of a freeze by the meter's. With its zone.
        value: forward register in `unit`, 0 to 10⁹, at most six decimal places.
        resolution: the register's last digit, in `unit`.
        flags: those that are set; None: the meter tells of none, or was not asked.
        clock_offset_s: the meter's clock less the gateway's; None: not told.
        voltage_v, current_a, power_kw: as shown then; None: not told.
    """

    at: datetime
    value: Decimal
    unit: Unit
    resolution: Decimal
    flags: frozenset[ReadingFlag] | None = None
    clock_offset_s: float | None = None
    voltage_v: Decimal | None = None
    current_a: Decimal | None = None
    power_kw: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """A reading that is none, and why, in Chinese and English."""

    why: str


def shown(read: MeterRead, medium: Medium, zone: tzinfo) -> Shown | Unfit:
    """Read what a meter told.

    Args:
        zone: of the wall clock that the meter shows.
    """
    register = read.register
    if register is None:
        return Unfit("没有给出总用量 it does not tell its register")
    told = _UNITS.get((medium, register.unit))
    if told is None:
        return Unfit(f"单位 {register.unit} 不是 {medium} 的 {register.unit!r} is no unit of {medium}")
    unit, factor = told
    if not (register.value.is_finite() and 0 <= register.value * factor < MOST):
        return Unfit(f"读数超出范围 a register out of range: {register.value}")
    return Shown(
        at=read.at,
        value=_fine(register.value * factor),
        unit=unit,
        resolution=register.resolution * factor,
        flags=None if read.flags is None else frozenset(ReadingFlag(flag.value) for flag in read.flags),
        clock_offset_s=_offset_s(read, zone),
        voltage_v=_amount(read.voltage_v),
        current_a=_amount(read.current_a),
        power_kw=_amount(read.power_kw),
    )


def _fine(value: Decimal) -> Decimal:
    """At most six decimal places, as a register shows them: what comes after is cut off."""
    exponent = value.as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -6 else value.quantize(FINEST, ROUND_DOWN)


def _amount(value: Decimal | None) -> Decimal | None:
    """A number that may be told; one that no meter of a community can show is as good as none."""
    return _fine(value) if value is not None and value.is_finite() and abs(value) < MOST else None


def _offset_s(read: MeterRead, zone: tzinfo) -> float | None:
    if read.clock is None:
        return None
    offset_s = (read.clock.replace(tzinfo=zone) - read.at).total_seconds()
    return max(-MOST_OFFSET_S, min(offset_s, MOST_OFFSET_S))
