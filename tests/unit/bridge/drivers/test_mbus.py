"""M-Bus against a scripted meter: the bit that counts answers, long read-outs, and records of all kinds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import TypeVar

import pytest

from firmware_bridge.drivers.mbus import MBUS, MOST_TELEGRAMS, FrameCount, MbusMeter
from firmware_bridge.drivers.mbus_frames import MbusDecoder, MbusFrame
from firmware_bridge.drivers.mbus_telegram import Telegram, telegram
from firmware_bridge.errors import Garbled, LineLost, NoAnswer, Refused
from firmware_bridge.sessions import Session
from firmware_bridge.transports import Line, NullModem
from tests.unit.bridge.virtual_time import run

T = TypeVar("T")
ACK = b"\xe5"
HEADER = bytes.fromhex("72 78563412 2440 01 07 55 00 0000")
VOLUME = bytes.fromhex("0C 13 65 25 01 00")  # 12.565 m³
RESET, FIRST, SECOND = (bytes.fromhex(hexed) for hexed in ("1040054516", "107B058016", "105B056016"))


def long(content: bytes, control: int = 0x08, address: int = 5) -> bytes:
    body = bytes([control, address]) + content
    return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])


def with_meter(
    answers: Sequence[bytes], main: Callable[[MbusMeter], Awaitable[T]], count: FrameCount | None = None
) -> tuple[T, list[bytes]]:
    """A meter that says these one after the other."""
    asked: list[bytes] = []

    async def play(line: Line) -> None:
        with suppress(LineLost):
            for answer in answers:
                asked.append(await line.read(60.0))
                await line.write(asked[-1] + answer)  # level converters hear what they say
            while True:
                asked.append(await line.read(60.0))

    async def scene() -> T:
        modem = NullModem()
        playing = asyncio.create_task(play(modem.far))
        result = await main(MbusMeter(Session(modem.near, MbusDecoder, MBUS), 5, count or FrameCount()))
        await modem.near.close()
        await playing
        return result

    return run(scene()), asked


def test_a_reset_once_and_the_bit_turns_with_each_answer() -> None:
    async def main(meter: MbusMeter) -> None:
        for _ in range(3):
            assert [one.key for one in (await meter.telegrams())[0].records] == ["volume"]

    _, asked = with_meter([ACK, *[long(HEADER + VOLUME)] * 3], main)
    assert asked == [RESET, FIRST, SECOND, FIRST]


def test_after_a_fault_nobody_knows_what_the_meter_has_seen() -> None:
    count = FrameCount(bit=True)

    async def main(meter: MbusMeter) -> None:
        with pytest.raises(Garbled):
            await meter.telegrams()
        await meter.telegrams()

    spoilt = long(HEADER + VOLUME)[:-2] + b"\0\x16"
    _, asked = with_meter([spoilt, spoilt, spoilt, ACK, long(HEADER + VOLUME)], main, count)
    assert asked == [FIRST, FIRST, FIRST, RESET, FIRST]  # the same again while it tries: then it is not counted twice


def test_after_a_lost_line_nobody_knows_either() -> None:
    """The meter may have heard the question: asked with the same bit again, it would repeat what it said then."""
    count = FrameCount(bit=True)

    async def scene() -> None:
        modem = NullModem()
        asking = asyncio.create_task(MbusMeter(Session(modem.near, MbusDecoder, MBUS), 5, count).telegrams())
        assert await modem.far.read(60.0) == FIRST
        modem.cut()
        with pytest.raises(LineLost):
            await asking

    run(scene())
    assert count.bit is None


def test_a_read_out_in_several_answers() -> None:
    async def main(meter: MbusMeter) -> list[str]:
        return [record.key for one in await meter.telegrams() for record in one.records]

    energy = bytes.fromhex("04 03 10 00 00 00")
    told, asked = with_meter([ACK, long(HEADER + VOLUME + b"\x1f"), long(HEADER + energy)], main)
    assert (told, asked) == (["volume", "energy"], [RESET, FIRST, SECOND])


MORE = long(HEADER + VOLUME + b"\x1f")


def test_the_longest_read_out() -> None:
    async def main(meter: MbusMeter) -> int:
        return len(await meter.telegrams())

    said = [MORE] * (MOST_TELEGRAMS - 1) + [long(HEADER + VOLUME)]
    assert with_meter([ACK, *said], main)[0] == MOST_TELEGRAMS


def test_a_read_out_without_end() -> None:
    async def main(meter: MbusMeter) -> None:
        with pytest.raises(Garbled, match="more than"):
            await meter.telegrams()

    count = FrameCount()
    with_meter([ACK, *[MORE] * (MOST_TELEGRAMS + 1)], main, count)
    assert count.bit is None


FAULTS: list[tuple[str, bytes, type[Exception], str]] = [
    ("nothing", b"", NoAnswer, "no answer"),
    ("another's answer", long(HEADER + VOLUME, address=6), NoAnswer, "other frames"),
    ("an acknowledgement", ACK, NoAnswer, "other frames"),
    ("a fixed structure", long(bytes([0x73]) + HEADER[1:]), Garbled, "CI 73"),
    ("too short", long(HEADER[:-1]), Garbled, "too short"),
    ("encrypted", long(HEADER[:-1] + b"\x05" + VOLUME), Garbled, "encrypted"),
    ("a record that is cut off", long(HEADER + VOLUME + b"\x0d\x13"), Garbled, "cut off"),
    ("records whose description has no end", long(HEADER + b"\x84" * 30), Garbled, "malformed"),
    ("a refusal", long(b"\x70\x08"), Refused, "busy"),
    ("a refusal without a reason", long(b"\x70"), Refused, "unspecified"),
]


@pytest.mark.parametrize(("said", "fault", "words"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_faults(said: bytes, fault: type[Exception], words: str) -> None:
    async def main(meter: MbusMeter) -> None:
        with pytest.raises(fault, match=words):
            await meter.telegrams()

    with_meter([ACK, *[said] * 3], main)


def told(records: str) -> list[tuple[str, str]]:
    (frame,) = MbusDecoder().feed(long(HEADER + bytes.fromhex(records)))
    assert isinstance(frame, MbusFrame)
    said = telegram(frame)
    assert isinstance(said, Telegram), said
    return [(one.key, f"{one.quantity.value:f} {one.quantity.unit}") for one in said.records]


RECORDS = [
    # name, DIB VIB data, what is told
    ("water in litres, digits", "0C 13 78 56 34 12", [("volume", "12345.678 m³")]),
    ("energy in 10 Wh, binary", "04 04 01 00 00 00", [("energy", "0.01 kWh")]),
    ("energy in MJ", "04 0E 02 00 00 00", [("energy", "2 MJ")]),
    ("energy in 0.1 MWh, second table", "04 FB 00 03 00 00 00", [("energy", "300 kWh")]),
    ("power in W", "02 2B FB 04", [("power", "1.275 kW")]),
    ("flow in m³/min", "02 45 03 00", [("flow", "1.8 m³/h")]),
    ("temperatures", "02 5A 0D 02 02 5E F3 FF", [("supply", "52.5 °C"), ("returned", "-1.3 °C")]),
    ("voltage", "02 FD 48 FD 08", [("voltage", "230.1 V")]),
    ("a float", "05 13 00 00 C8 42", [("volume", "0.1000000 m³")]),
    ("below zero, digits", "0A 5A 01 F0", [("supply", "-0.1 °C")]),
    ("the maximum of the last period", "52 2B 01 00", [("power.max.s1", "0.001 kW")]),
    ("a tariff", "84 10 03 01 00 00 00", [("energy.t1", "0.001 kWh")]),
    ("what flowed backward", "04 93 3C 01 00 00 00", [("volume.backward", "0.001 m³")]),
    ("only what flowed forward", "04 93 3B 01 00 00 00", [("volume", "0.001 m³")]),
    ("filling", "2F 2F 04 13 01 00 00 00", [("volume", "0.001 m³")]),
    ("letters among digits", "0C 13 78 5A 34 12", []),
    ("a number that means none", "02 5A 00 80", []),
    ("no float", "05 13 00 00 C0 7F", []),
    ("a value during an error", "3C 13 78 56 34 12", []),
    ("a scaled unit", "04 93 74 01 00 00 00", []),
    ("a unit of its maker", "04 FF 01 01 00 00 00", []),
    ("cut off behind its description", "04 13 01", []),
    ("no data", "00 13", []),
    ("gallons", "04 FB 22 01 00 00 00", []),
]


@pytest.mark.parametrize(("records", "values"), [case[1:] for case in RECORDS], ids=[case[0] for case in RECORDS])
def test_records(records: str, values: list[tuple[str, str]]) -> None:
    assert told(records) == values


def test_numbers_are_exact() -> None:
    (frame,) = MbusDecoder().feed(long(HEADER + bytes.fromhex("04 10 01 00 00 00")))
    assert isinstance(frame, MbusFrame)
    said = telegram(frame)
    assert isinstance(said, Telegram)
    assert said.records[0].quantity.value == Decimal("0.000001")


def test_the_library_leaves_the_program_s_logging_alone() -> None:
    assert not [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
