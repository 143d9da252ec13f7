"""Packed decimal digits both ways."""

from datetime import datetime
from decimal import Decimal

import pytest

from firmware_bridge.codecs.layouts import Instant, Number, stamp_bytes
from firmware_bridge.codecs.values import Quantity, Unreadable

ENERGY = Number(4, 2, "kWh")
CURRENT = Number(3, 3, "A", signed=True)

ENCODED = [
    (ENERGY, "0", "00 00 00 00"),
    (ENERGY, "0.26", "26 00 00 00"),
    (ENERGY, "999999.99", "99 99 99 99"),
    (CURRENT, "0.123", "23 01 00"),
    (CURRENT, "-0.123", "23 01 80"),
    (CURRENT, "799.999", "99 99 79"),
    (CURRENT, "-799.999", "99 99 F9"),
]


@pytest.mark.parametrize(("form", "value", "raw"), ENCODED)
def test_both_ways(form: Number, value: str, raw: str) -> None:
    assert form.encode(Decimal(value)) == bytes.fromhex(raw)
    told = form.decode(bytes.fromhex(raw))
    assert isinstance(told, Quantity)
    assert told.value == Decimal(value)
    assert told.resolution == Decimal(1).scaleb(-form.decimals)


@pytest.mark.parametrize(
    ("form", "value"),
    [(ENERGY, "1000000"), (ENERGY, "0.261"), (ENERGY, "-1"), (CURRENT, "800"), (CURRENT, "-800"), (ENERGY, "NaN")],
)
def test_what_does_not_fit(form: Number, value: str) -> None:
    with pytest.raises(ValueError, match=r"digits|multiple"):
        form.encode(Decimal(value))


def test_a_zero_has_no_sign() -> None:
    told = CURRENT.decode(bytes.fromhex("00 00 80"))
    assert isinstance(told, Quantity)
    assert not told.value.is_signed()
    assert str(told) == "0.000 A"


def test_decimal_places_stay() -> None:
    assert str(ENERGY.decode(bytes.fromhex("00 01 00 00"))) == "1.00 kWh"
    assert str(Number(4, 0, "").decode(bytes.fromhex("00 00 00 10"))) == "10000000"


@pytest.mark.parametrize("nibble", range(10, 16))
def test_each_letter_is_told_at_each_place(nibble: int) -> None:
    for place in range(8):
        digits = "12345678"[:place] + f"{nibble:x}" + "12345678"[place + 1 :]
        assert isinstance(ENERGY.decode(bytes.fromhex(digits)), Unreadable)


def test_stamps() -> None:
    at = datetime.fromisoformat("2015-05-11T22:01:31")
    assert stamp_bytes(at) == bytes.fromhex("31 01 22 11 05 15")
    assert stamp_bytes(at, century=True) == bytes.fromhex("31 01 22 11 05 15 20")
    assert Instant(6).decode(stamp_bytes(at)) == Instant(7).decode(stamp_bytes(at, century=True)) == at
    old = at.replace(year=1999)
    assert Instant(7).decode(stamp_bytes(old, century=True)) == old
    with pytest.raises(ValueError, match="2000 to 2099"):
        stamp_bytes(old)
