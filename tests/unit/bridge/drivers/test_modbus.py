"""Modbus against a scripted device: echoes, noise, refusals, late answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import TypeVar

import pytest
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU

from firmware_bridge.drivers.modbus import RTU, TCP, Framing, Function, ModbusMeter
from firmware_bridge.errors import Garbled, LineLost, NoAnswer, Refused
from firmware_bridge.sessions import Session
from firmware_bridge.transports import Line, NullModem, Wear
from firmware_bridge.transports.memory import GOOD
from tests.unit.bridge.virtual_time import run

T = TypeVar("T")
DECODER = DecodePDU(is_server=False)
ANSWER = bytes([3, 4, 0x12, 0x34, 0x56, 0x78])


def rtu(pdu: bytes, unit: int = 1) -> bytes:
    return FramerRTU(DECODER).encode(pdu, unit, 0)


def tcp(pdu: bytes, number: int, unit: int = 1) -> bytes:
    return FramerSocket(DECODER).encode(pdu, unit, number)


def with_device(
    answers: Sequence[bytes],
    main: Callable[[ModbusMeter], Awaitable[T]],
    framing: Framing | None = None,
    wear: Wear = GOOD,
) -> tuple[T, list[bytes]]:
    """A device that says these one after the other, whatever it is asked."""
    asked: list[bytes] = []
    framing = framing or Framing.rtu(1)

    async def play(line: Line) -> None:
        with suppress(LineLost):
            for answer in answers:
                asked.append(await line.read(60.0))
                await line.write(asked[-1] + answer)  # two-wire adapters hear what they say
            while True:
                asked.append(await line.read(60.0))

    async def scene() -> T:
        modem = NullModem(wear)
        playing = asyncio.create_task(play(modem.far))
        session = Session(modem.near, framing.decoder, TCP if framing.numbered else RTU)
        result = await main(ModbusMeter(session, 1, framing, number=count(7).__next__, name="modbus:1"))
        await modem.near.close()
        await playing
        return result

    return run(scene()), asked


async def two(meter: ModbusMeter) -> tuple[int, ...]:
    return await meter.registers(Function.HOLDING, 0x0300, 2)


def test_a_slow_device_is_asked_once() -> None:
    """It answers after 1.9 s; asked twice it would answer twice, and the second answer be taken for the next one's."""

    async def main(meter: ModbusMeter) -> tuple[int, ...]:
        told = await two(meter)
        await asyncio.sleep(5)
        return told

    told, asked = with_device([rtu(ANSWER)], main, wear=Wear(delay_s=0.95))
    assert (told, len(asked)) == ((0x1234, 0x5678), 1)


SOUND = [
    ("behind the echo of the request", rtu(ANSWER)),
    ("behind noise that looks like a beginning", b"\x01\x03\xff\x01\x03" + rtu(ANSWER)),
    ("behind another device's answer", rtu(ANSWER, unit=2) + rtu(ANSWER)),
    ("before noise", rtu(ANSWER) + b"\x00\x55"),
]


@pytest.mark.parametrize("said", [case[1] for case in SOUND], ids=[case[0] for case in SOUND])
def test_an_answer_is_found(said: bytes) -> None:
    told, asked = with_device([said], two)
    assert told == (0x1234, 0x5678)
    assert b"".join(asked) == rtu(bytes.fromhex("0303000002"))


FAULTS = [
    ("nothing", b"", NoAnswer, "no answer"),
    ("a wrong checksum", rtu(ANSWER)[:-1] + b"\0", Garbled, "checksum"),
    ("cut off", rtu(ANSWER)[:-3], Garbled, "cut off"),
    ("more registers than asked for", rtu(bytes([3, 6, 0, 1, 0, 2, 0, 3])), NoAnswer, "other frames"),
    ("another function", rtu(bytes([4, 4, 0, 1, 0, 2])), NoAnswer, "other frames"),
    ("another device", rtu(ANSWER, unit=2), Garbled, "noise"),
    ("busy", rtu(b"\x83\x06"), NoAnswer, "busy"),
    ("no way behind the gateway", rtu(b"\x83\x0b"), NoAnswer, "behind the gateway"),
    ("no such register", rtu(b"\x83\x02"), Refused, "no such register"),
    ("an exception of its own", rtu(b"\x83\x7f"), Refused, "exception 127"),
]


@pytest.mark.parametrize(("said", "fault", "words"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_faults(said: bytes, fault: type[Exception], words: str) -> None:
    async def main(meter: ModbusMeter) -> None:
        with pytest.raises(fault, match=words):
            await two(meter)

    with_device([said] * 3, main)


def test_a_late_answer_over_tcp_is_not_taken_for_the_next_one() -> None:
    async def main(meter: ModbusMeter) -> tuple[tuple[int, ...], ...]:
        return (await two(meter), await two(meter))

    said = [tcp(ANSWER, 7), tcp(ANSWER, 7) + tcp(bytes([3, 4, 0, 1, 0, 2]), 8)]
    assert with_device(said, main, Framing.tcp())[0] == ((0x1234, 0x5678), (1, 2))


def test_a_server_that_sends_no_modbus_is_garbled() -> None:
    async def main(meter: ModbusMeter) -> None:
        with pytest.raises(Garbled, match="noise"):
            await two(meter)

    with_device([b"HTTP/1.1 400 Bad Request\r\n\r\n"] * 3, main, Framing.tcp())


@pytest.mark.parametrize(("address", "many"), [(0, 0), (0, 126), (65535, 2), (-1, 1)])
def test_registers_that_no_device_has(address: int, many: int) -> None:
    async def main(meter: ModbusMeter) -> None:
        with pytest.raises(ValueError, match="registers"):
            await meter.registers(Function.INPUT, address, many)

    with_device([], main)


def test_as_many_as_fit_into_an_answer() -> None:
    async def main(meter: ModbusMeter) -> tuple[int, ...]:
        return await meter.registers(Function.INPUT, 65535 - 124, 125)

    assert with_device([rtu(bytes([4, 250]) + bytes(250))], main)[0] == (0,) * 125
