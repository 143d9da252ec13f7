"""What a meter showed, in the units of the contract."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from contract.metering import Medium, ReadingFlag, Unit
from edge.devices.shown import Shown, Unfit, shown
from firmware_bridge.devices import Flag, MeterRead
from firmware_bridge.drivers import Measured

AT = datetime(2026, 3, 2, 4, 15, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(value: str, unit: str, resolution: str = "0.01", **more: object) -> MeterRead:
    register = Measured("device", "register", "用量 register", Decimal(value), unit, Decimal(resolution), AT)
    return MeterRead("device", AT, (register,), register, **more)  # type: ignore[arg-type]


VALUES = [
    # name,                    medium,             value,           unit,   told
    ("water", Medium.WATER, ("12.34", "m³"), ("12.34", Unit.CUBIC_METRE)),
    ("water in litres", Medium.WATER, ("12340", "L"), ("12.340", Unit.CUBIC_METRE)),
    ("electricity", Medium.ELECTRICITY, ("604.86", "kWh"), ("604.86", Unit.KILOWATT_HOUR)),
    ("electricity in Wh", Medium.ELECTRICITY, ("1", "Wh"), ("0.001", Unit.KILOWATT_HOUR)),
    ("electricity in MWh", Medium.ELECTRICITY, ("1.5", "MWh"), ("1500.0", Unit.KILOWATT_HOUR)),
    ("heat stays as it is", Medium.HEAT, ("7.25", "GJ"), ("7.25", Unit.GIGAJOULE)),
    ("nothing yet", Medium.GAS, ("0.000", "m³"), ("0.000", Unit.CUBIC_METRE)),
    ("finer than the contract", Medium.GAS, ("1.23456789", "m³"), ("1.234567", Unit.CUBIC_METRE)),
    ("the largest", Medium.GAS, ("999999999.999999", "m³"), ("999999999.999999", Unit.CUBIC_METRE)),
]


@pytest.mark.parametrize(("medium", "told", "kept"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_values(medium: Medium, told: tuple[str, str], kept: tuple[str, Unit]) -> None:
    one = shown(read(*told), medium, SHANGHAI)
    assert isinstance(one, Shown)
    assert (f"{one.value:f}", one.unit) == kept
    assert one.at == AT


UNFIT = [
    ("of another medium", Medium.WATER, read("1", "kWh"), "unit"),
    ("of no unit", Medium.WATER, read("1", ""), "unit"),
    ("below zero", Medium.WATER, read("-0.01", "m³"), "range"),
    ("beyond any register", Medium.WATER, read("1E+9", "m³"), "range"),
    ("no number", Medium.WATER, read("NaN", "m³"), "range"),
    ("no register", Medium.WATER, MeterRead("device", AT, ()), "register"),
]


@pytest.mark.parametrize(("medium", "told", "why"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_is_no_reading_says_why(medium: Medium, told: MeterRead, why: str) -> None:
    one = shown(told, medium, SHANGHAI)
    assert isinstance(one, Unfit)
    assert why in one.why


def test_flags_and_what_else_it_shows() -> None:
    flags = frozenset({Flag.REVERSE, Flag.BATTERY_LOW})
    told = read("1", "kWh", flags=flags, voltage_v=Decimal("230.1"), power_kw=Decimal("-1.5"))
    one = shown(told, Medium.ELECTRICITY, SHANGHAI)
    assert isinstance(one, Shown)
    assert one.flags == frozenset({ReadingFlag.REVERSE, ReadingFlag.BATTERY_LOW})
    assert (one.voltage_v, one.current_a, one.power_kw) == (Decimal("230.1"), None, Decimal("-1.5"))


def test_what_no_meter_can_show_is_left_out() -> None:
    one = shown(read("1", "kWh", voltage_v=Decimal("1E+9"), current_a=Decimal("NaN")), Medium.ELECTRICITY, SHANGHAI)
    assert isinstance(one, Shown)
    assert (one.voltage_v, one.current_a) == (None, None)


OFFSETS = [
    ("right", datetime(2026, 3, 2, 12, 15, tzinfo=UTC), 0),
    ("five minutes fast", datetime(2026, 3, 2, 12, 20, tzinfo=UTC), 300),
    ("in another zone", datetime(2026, 3, 2, 4, 15, tzinfo=UTC), -8 * 3600),
    ("in another century", datetime(2126, 3, 2, 12, 15, tzinfo=UTC), 1e9),
]


@pytest.mark.parametrize(("clock", "offset_s"), [row[1:] for row in OFFSETS], ids=[row[0] for row in OFFSETS])
def test_the_meter_s_clock_is_at_the_place(clock: datetime, offset_s: float) -> None:
    one = shown(read("1", "m³", clock=clock.replace(tzinfo=None)), Medium.WATER, SHANGHAI)
    assert isinstance(one, Shown)
    assert one.clock_offset_s == offset_s


def test_the_resolution_is_in_the_unit_told() -> None:
    one = shown(read("12340", "L", "10"), Medium.WATER, SHANGHAI)
    assert isinstance(one, Shown)
    assert one.resolution == Decimal("0.01")
    assert timedelta(0) == one.at - AT
