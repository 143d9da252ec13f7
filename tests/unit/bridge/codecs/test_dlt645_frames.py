"""Addresses, control codes and what a gateway may send to electricity meters."""

from datetime import datetime

import pytest

from firmware_bridge.codecs import dlt645
from firmware_bridge.codecs.dlt645 import ANY, BROADCAST, Address, Control, Frame, Function, Permission, Switch

METER = Address("000000000161")
PERMISSION = Permission(2, "123456", "00000001")

ADDRESSES = [
    # asked for,      answered from,  may it
    ("000000000161", "000000000161", True),
    ("000000000161", "000000000162", False),
    ("AAAAAAAA0161", "123456780161", True),
    ("AAAAAAAA0161", "123456780162", False),
    ("AAAAAAAAAAAA", "123456780161", True),
]


@pytest.mark.parametrize(("asked", "answered", "may"), ADDRESSES)
def test_wildcards(asked: str, answered: str, may: bool) -> None:
    assert Address(asked).covers(Address(answered)) is may
    assert Address(asked).is_wild is asked.startswith("AA")


@pytest.mark.parametrize("text", ["", "61", "0000000001610", "00000000016F", "0000AA000161", "A00000000161", "٠" * 12])
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        Address(text)


CONTROLS = [
    (0x11, Control(Function.READ)),
    (0x91, Control(Function.READ, reply=True)),
    (0xB1, Control(Function.READ, reply=True, following=True)),
    (0xD1, Control(Function.READ, reply=True, error=True)),
    (0xB2, Control(Function.READ_FOLLOWING, reply=True, following=True)),
    (0x08, Control(Function.BROADCAST_TIME)),
    (0x9C, Control(Function.SWITCH, reply=True)),
]


@pytest.mark.parametrize(("code", "control"), CONTROLS)
def test_control_codes(code: int, control: Control) -> None:
    assert Control.from_byte(code) == control
    assert control.to_byte() == code


def test_every_control_code_comes_back() -> None:
    assert [Control.from_byte(code).to_byte() for code in range(256)] == list(range(256))


def test_data_has_a_limit() -> None:
    longest = Frame(METER, Control(Function.READ, reply=True), bytes(dlt645.LONGEST_DATA))
    assert len(longest.raw) == dlt645.LONGEST_FRAME
    assert dlt645.Decoder().feed(longest.raw) == [longest]
    with pytest.raises(ValueError, match="at most 200"):
        Frame(METER, Control(Function.READ), bytes(dlt645.LONGEST_DATA + 1))


def test_time_goes_to_all() -> None:
    frame = dlt645.broadcast_time(datetime.fromisoformat("2026-05-22T12:34:56"))
    assert (frame.address, frame.control) == (BROADCAST, Control(Function.BROADCAST_TIME))
    assert frame.data == bytes.fromhex("56 34 12 22 05 26")
    with pytest.raises(ValueError, match="2000 to 2099"):
        dlt645.broadcast_time(datetime.fromisoformat("2100-01-01T00:00:00"))


def test_writing_carries_password_and_operator() -> None:
    frame = dlt645.write(METER, 0x04000103, b"\x15", PERMISSION)
    assert frame.data == bytes.fromhex("03 01 00 04  02 56 34 12  01 00 00 00  15")


def test_tripping() -> None:
    until = datetime.fromisoformat("2026-05-22T12:34:56")
    frame = dlt645.switch(METER, Switch.TRIP, until, PERMISSION)
    assert frame.control == Control(Function.SWITCH)
    assert frame.data == bytes.fromhex("02 56 34 12  01 00 00 00  1A 00  56 34 12 22 05 26")


@pytest.mark.parametrize("address", [ANY, BROADCAST, Address("AA0000000161")])
def test_what_changes_a_meter_goes_to_one(address: Address) -> None:
    with pytest.raises(ValueError, match="one meter"):
        dlt645.write(address, 0x04000103, b"\x15", PERMISSION)
    with pytest.raises(ValueError, match="one meter"):
        dlt645.switch(address, Switch.TRIP, datetime.fromisoformat("2026-05-22T12:34:56"), PERMISSION)


def test_writing_has_a_limit() -> None:
    assert len(dlt645.write(METER, 0, bytes(38), PERMISSION).data) == 50
    with pytest.raises(ValueError, match="at most 38"):
        dlt645.write(METER, 0, bytes(39), PERMISSION)


NO_PERMISSION = [
    (10, "123456", "00000001"),
    (2, "12345", "00000001"),
    (2, "12345F", "00000001"),
    (2, "123456", "1"),
]


@pytest.mark.parametrize(("level", "password", "operator"), NO_PERMISSION)
def test_no_permission(level: int, password: str, operator: str) -> None:
    with pytest.raises(ValueError, match=r"digits|0 to 9"):
        Permission(level, password, operator)


def test_a_password_is_not_shown() -> None:
    assert "123456" not in repr(PERMISSION)


@pytest.mark.parametrize("sequence", [0, 256])
def test_sequence_has_limits(sequence: int) -> None:
    with pytest.raises(ValueError, match="1 to 255"):
        dlt645.read_following(METER, 0, sequence)


NOON = datetime.fromisoformat("2026-05-22T12:00:00")
MEANINGS = [
    ("read", dlt645.read(METER, 0x00010000), dlt645.ReadRequest(0x00010000)),
    ("read following", dlt645.read_following(METER, 0x0001FF00, 3), dlt645.FollowingRequest(0x0001FF00, 3)),
    ("read address", dlt645.read_address(), dlt645.AddressRequest()),
    ("time", dlt645.broadcast_time(NOON), dlt645.TimeBroadcast(NOON)),
    ("address", Frame(METER, Control.from_byte(0x93), METER.to_bytes()), dlt645.AddressReply(METER)),
    ("written", Frame(METER, Control.from_byte(0x94)), dlt645.Done(Function.WRITE)),
    ("tripped", Frame(METER, Control.from_byte(0x9C)), dlt645.Done(Function.SWITCH)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "frame", "said"), MEANINGS, ids=[row[0] for row in MEANINGS])
def test_meanings(name: str, frame: Frame, said: dlt645.Meaning) -> None:
    assert dlt645.meaning(frame) == said


OTHERS = [
    ("read without an identifier", 0x11, "00 00 01"),
    ("answer without an identifier", 0x91, "00 00 01"),
    ("following without a sequence", 0x92, "00 00 01 00"),
    ("address of five bytes", 0x93, "61 01 00 00 00"),
    ("address with a letter", 0x93, "6F 01 00 00 00 00"),
    ("time of five bytes", 0x08, "56 34 12 22 05"),
    ("time that is none", 0x08, "56 34 25 22 05 26"),
    ("error word of two bytes", 0xD1, "02 00"),
    ("error of a gateway", 0x51, "02"),
    ("function 00", 0x80, ""),
]


@pytest.mark.parametrize(("name", "code", "data"), OTHERS, ids=[row[0] for row in OTHERS])
def test_what_the_standard_does_not_have(name: str, code: int, data: str) -> None:
    assert isinstance(dlt645.meaning(Frame(METER, Control.from_byte(code), bytes.fromhex(data))), dlt645.Other)
