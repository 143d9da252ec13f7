"""Water, heat and gas meters."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from firmware_bridge.codecs import cjt188
from firmware_bridge.codecs.cjt188 import (
    ANY,
    PROFILES,
    STANDARD_2004,
    STANDARD_2018,
    Address,
    Control,
    FlowReading,
    Frame,
    Function,
    HeatReading,
    Permission,
    Profile,
    ReadReply,
    Settled,
    Valve,
    decode,
    meaning,
)
from firmware_bridge.codecs.values import NOT_RECORDED, Quantity, Unreadable
from tests.unit.bridge.codecs.streams import decoded, frames

METER = Address("78330011223344")
ASK = bytes.fromhex("68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16")
ANSWER = bytes.fromhex(
    "68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16"
)
HIGH_FIRST = PROFILES["cjt188-2004-high-first"]
CUBIC = (Decimal("556677.00"), "m³", Decimal("0.01"))


def reply_of(raw: bytes, profile: Profile = STANDARD_2004) -> ReadReply:
    (frame,) = frames(decoded(cjt188.Decoder, [raw]))
    said = meaning(frame, profile)
    assert isinstance(said, ReadReply)
    return said


def water(data: str, kind: int = 0x10, identifier: int = 0x901F) -> ReadReply:
    return ReadReply(kind, identifier, 0, bytes.fromhex(data))


def test_the_published_request() -> None:
    assert cjt188.read(0x10, METER, 0).raw == ASK
    assert (METER.maker, METER.number) == ("7833", "0011223344")


def test_the_published_answer_with_its_true_sum() -> None:
    reading = decode(reply_of(ANSWER))
    assert isinstance(reading, FlowReading)
    assert reading.accumulated == reading.settled == Quantity(*CUBIC)
    assert reading.clock == datetime.fromisoformat("2015-05-11T22:01:31")
    assert reading.status.raw == 0x8421
    assert [condition.key for condition in reading.status.conditions] == ["valve_closed"]


def test_the_order_of_identifier_bytes_is_the_model_s() -> None:
    assert cjt188.read(0x10, METER, 0, profile=HIGH_FIRST).data == bytes.fromhex("90 1F 00")
    swapped = Frame(0x10, METER, Control(Function.READ, reply=True), bytes.fromhex("90 1F 00") + ANSWER[14:33])
    assert isinstance(decode(reply_of(swapped.raw, HIGH_FIRST), HIGH_FIRST), FlowReading)
    wrong = decode(reply_of(swapped.raw))
    assert isinstance(wrong, Unreadable)
    assert "HIGH_FIRST" in wrong.why


STATUS = [
    # first byte, 2004,                           2018
    (0x00, [], []),
    (0x01, ["valve_closed"], ["valve_closed"]),
    (0x02, [], ["valve_faulty"]),
    (0x03, ["valve_faulty"], ["valve_closed", "valve_faulty"]),
    (0x04, ["battery_low"], ["battery_low"]),
]


@pytest.mark.parametrize(("first", "old", "new"), STATUS)
def test_status_bits_are_the_model_s(first: int, old: list[str], new: list[str]) -> None:
    raw = water("00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20" + f"{first:02X} 00")
    for profile, keys in ((STANDARD_2004, old), (STANDARD_2018, new)):
        reading = decode(raw, profile)
        assert isinstance(reading, FlowReading)
        assert [condition.key for condition in reading.status.conditions] == keys


UNITS = [
    # code, number,      what is told
    ("2C", "45 23 01 00", "123.45 m³"),
    ("2D", "45 23 01 00", "1234.50 m³"),
    ("29", "45 23 01 00", "123.45 L"),
    ("05", "45 23 01 00", "123.45 kWh"),
    ("13", "45 23 01 00", "12345.00 GJ"),
]


@pytest.mark.parametrize(("unit", "digits", "text"), UNITS)
def test_units(unit: str, digits: str, text: str) -> None:
    reading = decode(water(f"{digits} {unit} 00 77 66 55 2C 31 01 22 11 05 15 20 00 00"))
    assert isinstance(reading, FlowReading)
    assert str(reading.accumulated) == text


def test_a_tenfold_unit_has_a_tenfold_step() -> None:
    reading = decode(water("45 23 01 00 2D 00 77 66 55 2C 31 01 22 11 05 15 20 00 00"))
    assert isinstance(reading, FlowReading)
    assert isinstance(reading.accumulated, Quantity)
    assert reading.accumulated.resolution == Decimal("0.1")


def test_a_model_that_sends_a_wrong_unit() -> None:
    profile = Profile("liar", volume_unit=0x29)
    reading = decode(water("45 23 01 00 2C 00 77 66 55 2C 31 01 22 11 05 15 20 00 00"), profile)
    assert isinstance(reading, FlowReading)
    assert str(reading.accumulated) == "123.45 L"
    with pytest.raises(ValueError, match="no unit"):
        Profile("liar", volume_unit=0x99)


UNREADABLE = [
    ("unit nobody knows", "45 23 01 00 99", "accumulated"),
    ("letter in the digits", "45 23 0B 00 2C", "accumulated"),
    ("filled with FF", "FF FF FF FF 2C", "accumulated"),
]


@pytest.mark.parametrize(("name", "digits", "field"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_never_a_wrong_number(name: str, digits: str, field: str) -> None:
    reading = decode(water(f"{digits} 00 77 66 55 2C 31 01 22 11 05 15 20 00 00"))
    assert isinstance(reading, FlowReading)
    assert isinstance(getattr(reading, field), Unreadable)
    assert reading.settled == Quantity(*CUBIC)


CLOCKS = [
    ("never set", "00 00 00 00 00 00 00", Unreadable(bytes(7), NOT_RECORDED)),
    ("13th month", "31 01 22 11 13 15 20", None),
    ("not BCD", "3F 01 22 11 05 15 20", None),
]


@pytest.mark.parametrize(("name", "clock", "told"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_a_broken_clock_leaves_the_reading(name: str, clock: str, told: Unreadable | None) -> None:
    reading = decode(water(f"00 77 66 55 2C 00 77 66 55 2C {clock} 00 00"))
    assert isinstance(reading, FlowReading)
    assert isinstance(reading.clock, Unreadable)
    assert told is None or reading.clock == told
    assert reading.accumulated == Quantity(*CUBIC)


def test_heat() -> None:
    data = (
        "00 01 00 00 05  34 12 00 00 05  50 02 00 00 17  78 56 34 12 35  00 10 00 00 2C"
        "  12 65 00  34 43 00  23 01 00  31 01 22 11 05 15 20  04 00"
    )
    reading = decode(water(data, kind=0x20))
    assert isinstance(reading, HeatReading)
    told = (reading.settled, reading.accumulated, reading.power, reading.flow, reading.volume)
    assert [str(value) for value in told] == ["1.00 kWh", "12.34 kWh", "2.50 kW", "1234.5678 m³/h", "10.00 m³"]
    assert [str(value) for value in (reading.supply, reading.returned, reading.hours)] == [
        "65.12 °C",
        "43.34 °C",
        "123 h",
    ]
    assert reading.clock == datetime.fromisoformat("2015-05-11T22:01:31")
    assert "battery_low" in reading.status


def test_a_dead_probe_leaves_the_heat() -> None:
    data = "00 01 00 00 05 " * 5 + "FF FF FF 34 43 00 23 01 00 31 01 22 11 05 15 20 00 00"
    reading = decode(water(data, kind=0x20))
    assert isinstance(reading, HeatReading)
    assert isinstance(reading.supply, Unreadable)
    assert str(reading.accumulated) == "1.00 kWh"


def test_settlement_of_a_month() -> None:
    assert decode(water("45 23 01 00 2C", identifier=0xD120)) == Settled(
        1, Quantity(Decimal("123.45"), "m³", Decimal("0.01"))
    )
    last = decode(water("45 23 01 00 2C", identifier=0xD12B))
    assert isinstance(last, Settled)
    assert last.months_ago == 12
    assert isinstance(decode(water("45 23 01 00 2C", identifier=0xD12C)), Unreadable)


WRONG = [
    ("water of 18 bytes", 0x10, "00" * 18),
    ("water of 20 bytes", 0x10, "00" * 20),
    ("water as a heat meter tells it", 0x10, "00" * 43),
    ("heat as a water meter tells it", 0x20, "00" * 19),
    ("electricity", 0x40, "00" * 19),
]


@pytest.mark.parametrize(("name", "kind", "data"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_length(name: str, kind: int, data: str) -> None:
    assert isinstance(decode(water(data, kind=kind)), Unreadable)


def test_gas_is_read_as_water_is() -> None:
    assert isinstance(decode(replace(reply_of(ANSWER), kind=0x30)), FlowReading)


def test_addresses() -> None:
    assert ANY.covers(METER)
    assert Address("AAAA0011223344").covers(METER)
    assert not Address("78340011223344").covers(METER)
    assert Address("78330011AAAAAA").is_wild
    assert not METER.is_wild
    for text in ("", "7833001122334", "783300112233444", "7833001122334F", "783g0011223344"):
        with pytest.raises(ValueError, match="4 digits of the maker"):
            Address(text)


def test_valve_needs_leave() -> None:
    permission = Permission(by="installer 王")
    frame = permission.set_valve(Valve.CLOSE, 0x10, METER, sequence=7)
    assert frame.data == bytes.fromhex("17 A0 07 99")
    assert frame.control == Control(Function.WRITE)
    with pytest.raises(ValueError, match="one meter"):
        permission.set_valve(Valve.CLOSE, 0x10, ANY, sequence=7)
    with pytest.raises(ValueError, match="one meter"):
        permission.set_valve(Valve.CLOSE, 0xAA, METER, sequence=7)
    with pytest.raises(ValueError, match="who gave it"):
        Permission(by=" ")


REPLY = Control(Function.READ, reply=True)
MEANINGS = [
    ("ask", cjt188.read(0x10, METER, 5), cjt188.ReadRequest(0x901F, 5)),
    ("who", cjt188.read_address(6), cjt188.AddressRequest(6)),
    ("I", Frame(0x10, METER, Control.from_byte(0x83), bytes.fromhex("0A 81 06")), cjt188.AddressReply(METER, 0x10, 6)),
    (
        "done",
        Frame(0x10, METER, Control.from_byte(0x84), bytes.fromhex("17 A0 07 01 00")),
        cjt188.Done(Function.WRITE, 0xA017, 7),
    ),
]


@pytest.mark.parametrize(("name", "frame", "said"), MEANINGS, ids=[row[0] for row in MEANINGS])
def test_meanings(name: str, frame: Frame, said: cjt188.Meaning) -> None:
    assert meaning(frame) == said


def test_refused() -> None:
    said = meaning(Frame(0x10, METER, Control.from_byte(0xC1), bytes.fromhex("00 04 00")))
    assert isinstance(said, cjt188.Refused)
    assert said.status is not None
    assert "battery_low" in said.status
    short = meaning(Frame(0x10, METER, Control.from_byte(0xC1), b"\0"))
    assert isinstance(short, cjt188.Refused)
    assert short.status is None


OTHERS = [
    (0x01, "1F 90"),
    (0x01, "1F 90 00 00"),
    (0x81, "1F"),
    (0x09, "1F 90 00"),
    (0x89, "1F 90 00"),
    (0x41, "00 00 00"),
]


@pytest.mark.parametrize(("code", "data"), OTHERS)
def test_what_the_standard_does_not_have(code: int, data: str) -> None:
    said = meaning(Frame(0x10, METER, Control.from_byte(code), bytes.fromhex(data)))
    assert isinstance(said, cjt188.Other)


def test_data_has_a_limit() -> None:
    longest = Frame(0x10, METER, REPLY, bytes(cjt188.LONGEST_DATA))
    assert len(longest.raw) == cjt188.LONGEST_FRAME
    assert cjt188.Decoder().feed(longest.raw) == [longest]
    with pytest.raises(ValueError, match="at most 100"):
        Frame(0x10, METER, REPLY, bytes(cjt188.LONGEST_DATA + 1))
    with pytest.raises(ValueError, match="no kind"):
        Frame(0x50, METER, REPLY)


def test_every_control_code_comes_back() -> None:
    assert [Control.from_byte(code).to_byte() for code in range(256)] == list(range(256))
