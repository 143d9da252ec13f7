"""From frames of electricity meters to values, and the traps on the way."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from firmware_bridge.codecs import dlt645
from firmware_bridge.codecs.dlt645 import Address, Gathering, ReadReply, Refused, decode, meaning
from firmware_bridge.codecs.values import NOT_RECORDED, Quantity, Status, Unreadable
from tests.unit.bridge.codecs.streams import decoded, frames

METER = Address("000000000161")


def only_frame(text: str) -> dlt645.Frame:
    (frame,) = frames(decoded(dlt645.Decoder, [bytes.fromhex(text)]))
    return frame


PUBLISHED = [
    # answer as published,                                                  identifier, value,   unit,  resolution
    ("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16", 0x00010000, "0.26", "kWh", "0.01"),
    ("68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16", 0x02010100, "100.1", "V", "0.1"),
]


@pytest.mark.parametrize(("text", "identifier", "value", "unit", "resolution"), PUBLISHED)
def test_published_answers(text: str, identifier: int, value: str, unit: str, resolution: str) -> None:
    frame = only_frame(text)
    reply = meaning(frame)
    assert isinstance(reply, ReadReply)
    assert (frame.address, reply.identifier, reply.following) == (METER, identifier, False)
    reading = decode(reply.identifier, reply.data)
    assert not isinstance(reading, Unreadable)
    assert reading.value == Quantity(Decimal(value), unit, Decimal(resolution))
    assert reading.item.checked


REQUESTS = [
    ("energy", dlt645.read(METER, 0x00010000), "68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16"),
    ("voltage", dlt645.read(METER, 0x02010100), "68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16"),
    ("address", dlt645.read_address(), "68 AA AA AA AA AA AA 68 13 00 DF 16"),
]


@pytest.mark.parametrize(("name", "frame", "text"), REQUESTS, ids=[row[0] for row in REQUESTS])
def test_requests(name: str, frame: dlt645.Frame, text: str) -> None:
    assert frame.raw == bytes.fromhex(text)
    assert not frame.control.reply


def test_forward_active_is_not_export() -> None:
    item = dlt645.ITEMS[0x00010000]
    assert (item.chinese, item.english) == ("正向有功总电能", "forward active total")


VALUES = [
    # name,            identifier, data,                         values
    ("energy", 0x00010000, "78 56 34 12", ["123456.78 kWh"]),
    ("greatest energy", 0x00010000, "99 99 99 99", ["999999.99 kWh"]),
    ("combined, negative", 0x00000000, "26 00 00 80", ["-0.26 kWh"]),
    ("combined, zero with a sign", 0x00000000, "00 00 00 80", ["0.00 kWh"]),
    ("reverse has no sign", 0x00020000, "26 00 00 80", ["800000.26 kWh"]),
    ("current", 0x02020100, "23 01 00", ["0.123 A"]),
    ("current, negative", 0x02020100, "23 01 80", ["-0.123 A"]),
    ("power", 0x02030000, "34 12 00", ["0.1234 kW"]),
    ("frequency", 0x02800002, "00 50", ["50.00 Hz"]),
    ("factor", 0x02060000, "99 09", ["0.999"]),
    ("all voltages", 0x0201FF00, "01 22 00 00 99 21", ["220.1 V", "0.0 V", "219.9 V"]),
    ("total and two tariffs", 0x0001FF00, "03 00 00 00 01 00 00 00 02 00 00 00", ["0.03 kWh", "0.01 kWh", "0.02 kWh"]),
    ("daily freeze", 0x05060101, "03 00 00 00 01 00 00 00", ["0.03 kWh", "0.01 kWh"]),
    ("62nd daily freeze", 0x0506013E, "03 00 00 00", ["0.03 kWh"]),
    ("time programmed", 0x03300000, "12 00 00", ["12"]),
    ("address", 0x04000401, "61 01 00 00 00 00", ["000000000161"]),
    ("model", 0x0400040B, b"\0\0\0\0".hex() + b"16-ZDD".hex(), ["DDZ-61"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "identifier", "data", "values"), VALUES, ids=[row[0] for row in VALUES])
def test_values(name: str, identifier: int, data: str, values: list[str]) -> None:
    reading = decode(identifier, bytes.fromhex(data))
    assert not isinstance(reading, Unreadable)
    assert [str(value) for value in reading.values] == values


MOMENTS = [
    ("time", 0x04000102, "59 30 23", time(23, 30, 59)),
    ("date", 0x04000101, "04 22 05 26", date(2026, 5, 22)),
    ("time of a freeze", 0x05060001, "00 00 22 05 26", datetime.fromisoformat("2026-05-22T00:00:00")),
]


@pytest.mark.parametrize(("name", "identifier", "data", "moment"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_moments(name: str, identifier: int, data: str, moment: object) -> None:
    reading = decode(identifier, bytes.fromhex(data))
    assert not isinstance(reading, Unreadable)
    assert reading.value == moment


UNREADABLE = [
    ("letter in the digits", 0x00010000, "2A 00 00 00"),
    ("letter in the high digits", 0x00010000, "26 00 00 F0"),
    ("filled with FF", 0x02010100, "FF FF"),
    ("24 o'clock", 0x04000102, "00 00 24"),
    ("time that is not BCD", 0x04000102, "0A 00 00"),
    ("30 February", 0x04000101, "00 30 02 26"),
    ("text that is no text", 0x0400040B, "00 00 00 00 00 00 00 00 00 07"),
    ("address with a letter", 0x04000401, "0A 00 00 00 00 00"),
]


@pytest.mark.parametrize(("name", "identifier", "data"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_never_a_wrong_number(name: str, identifier: int, data: str) -> None:
    reading = decode(identifier, bytes.fromhex(data))
    assert not isinstance(reading, Unreadable)
    assert isinstance(reading.value, Unreadable)
    assert reading.value.raw == bytes.fromhex(data)


WRONG_LENGTH = [
    ("one byte too few", 0x00010000, "26 00 00"),
    ("one byte too many", 0x00010000, "26 00 00 00 00"),
    ("twice what comes once", 0x00010000, "26 00 00 00 26 00 00 00"),
    ("four voltages", 0x0201FF00, "01 22 01 22 01 22 01 22"),
    ("nothing", 0x0001FF00, ""),
    ("65 energies", 0x0001FF00, "00" * 4 * 65),
    ("unknown identifier", 0x12345678, "00"),
    ("63rd daily freeze", 0x0506013F, "00 00 00 00"),
]


@pytest.mark.parametrize(("name", "identifier", "data"), WRONG_LENGTH, ids=[row[0] for row in WRONG_LENGTH])
def test_wrong_length(name: str, identifier: int, data: str) -> None:
    assert isinstance(decode(identifier, bytes.fromhex(data)), Unreadable)


def test_one_dead_phase_leaves_the_others() -> None:
    reading = decode(0x0201FF00, bytes.fromhex("01 22 FF FF 99 21"))
    assert not isinstance(reading, Unreadable)
    assert [isinstance(value, Quantity) for value in reading.values] == [True, False, True]


def test_no_freeze_yet() -> None:
    reading = decode(0x05060001, bytes(5))
    assert not isinstance(reading, Unreadable)
    assert reading.value == Unreadable(bytes(5), NOT_RECORDED)


STATUS_3 = [
    ("nothing", "00 00", []),
    ("relay open", "10 00", ["relay_open"]),
    ("on battery, programming allowed", "0C 00", ["on_battery", "programming_allowed"]),
    ("on auxiliary power", "02 00", ["on_auxiliary_power"]),
    ("power that the standard does not have", "06 00", []),
    ("trip warning, prepaid by money", "80 02", ["trip_warning", "prepaid_money"]),
]


@pytest.mark.parametrize(("name", "data", "keys"), STATUS_3, ids=[row[0] for row in STATUS_3])
def test_status_word_3(name: str, data: str, keys: list[str]) -> None:
    reading = decode(0x04000503, bytes.fromhex(data))
    assert not isinstance(reading, Unreadable)
    assert isinstance(reading.value, Status)
    assert [condition.key for condition in reading.value.conditions] == keys
    assert all(key in reading.value for key in keys)


def test_all_status_words() -> None:
    reading = decode(0x040005FF, bytes.fromhex("04 00 00 00 10 00 01 00 02 00 80 00 20 00"))
    assert not isinstance(reading, Unreadable)
    keys = [[c.key for c in word.conditions] for word in reading.values if isinstance(word, Status)]
    assert keys[:3] == [["clock_battery_low"], [], ["relay_open"]]
    assert keys[3:] == [["voltage_lost_a"], ["voltage_low_b"], ["phase_lost_c"], ["mains_lost"]]


def test_trip_record_keeps_what_nobody_could_confirm() -> None:
    reading = decode(0x1D000101, bytes.fromhex("00 30 12 22 05 26 04 03 02 01 AA BB"))
    assert not isinstance(reading, Unreadable)
    assert reading.values == (datetime.fromisoformat("2026-05-22T12:30:00"), "01020304", b"\xaa\xbb")
    assert not reading.item.checked


REFUSALS = [
    (0x02, ["无请求数据 no such data"]),
    (0x04, ["密码错或未授权 wrong password or not authorised"]),
    (0x41, ["其他错误 other error", "费率数超 too many tariffs"]),
    (0x00, []),
]


@pytest.mark.parametrize(("word", "words"), REFUSALS)
def test_refusals(word: int, words: list[str]) -> None:
    frame = dlt645.Frame(METER, dlt645.Control.from_byte(0xD1), bytes([word]))
    assert meaning(only_frame(frame.raw.hex())) == Refused(dlt645.Function.READ, word, tuple(words))


def test_another_resolution_comes_by_configuration() -> None:
    items = dlt645.with_decimals(dlt645.ITEMS, {0x02030000: 3})
    reading = decode(0x02030000, bytes.fromhex("34 12 00"), items)
    assert not isinstance(reading, Unreadable)
    assert reading.value == Quantity(Decimal("1.234"), "kW", Decimal("0.001"))
    usual = decode(0x02030000, bytes.fromhex("34 12 00"))
    assert not isinstance(usual, Unreadable)
    assert str(usual.value) == "0.1234 kW"


@pytest.mark.parametrize("places", [{0x99999999: 1}, {0x04000102: 1}, {0x02030000: 7}, {0x02030000: -1}])
def test_a_resolution_that_fits_nothing(places: dict[int, int]) -> None:
    with pytest.raises(ValueError, match=r"no number of the table|decimal places"):
        dlt645.with_decimals(dlt645.ITEMS, places)


def reply(data: bytes, *, sequence: int | None = None, following: bool = True) -> dlt645.Meaning:
    function = dlt645.Function.READ if sequence is None else dlt645.Function.READ_FOLLOWING
    tail = b"" if sequence is None else bytes([sequence])
    body = (0x0001FF00).to_bytes(4, "little") + data + tail
    return meaning(dlt645.Frame(METER, dlt645.Control(function, reply=True, following=following), body))


def following(data: bytes, sequence: int, *, more: bool) -> dlt645.FollowingReply:
    part = reply(data, sequence=sequence, following=more)
    assert isinstance(part, dlt645.FollowingReply)
    return part


def test_a_long_answer_is_put_together() -> None:
    first = reply(b"\x01\x02")
    assert isinstance(first, ReadReply)
    gathering = Gathering.begin(first)
    assert (gathering.complete, gathering.next_sequence) == (False, 1)
    second = gathering.add(following(b"\x03", 1, more=True))
    assert isinstance(second, Gathering)
    assert second.add(following(b"\x03", 1, more=True)) == second  # a meter that answers twice
    third = second.add(following(b"\x04", 2, more=False))
    assert third == Gathering(0x0001FF00, b"\x01\x02\x03\x04", 2, complete=True)


def test_a_missing_part_is_told() -> None:
    first = reply(b"\x01")
    assert isinstance(first, ReadReply)
    assert isinstance(Gathering.begin(first).add(following(b"\x03", 2, more=True)), Unreadable)


def test_nothing_is_added_to_a_complete_answer() -> None:
    first = reply(b"\x01", following=False)
    assert isinstance(first, ReadReply)
    assert isinstance(Gathering.begin(first).add(following(b"\x03", 1, more=True)), Unreadable)
