"""Frames of M-Bus meters that were published, over a pseudo-terminal, read by our driver and `pyMeterBus`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_bridge.devices import MeterRead, device_of
from firmware_bridge.errors import DeviceFault, LineLost
from firmware_bridge.transports import Line, SerialPort
from tests.integration.bridge.cable import PLAIN, joined

NOW = datetime(2026, 1, 1, tzinfo=UTC)
# The usual example of "The M-Bus: A Documentation": a water meter with a register that counts energy besides.
WATER = bytes.fromhex(
    "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 0003 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16"
)
# A gas meter of Actaris, from "M-Bus Master, Part 4 (Gas)", hottis.de, 2013: with texts in its units, a unit that its
# maker extends, and a maker's own record at the end.
GAS = bytes.fromhex(
    "68 56 56 68 08 40 72 43 60 52 00 77 04 14 03 CA 10 00 00 0C 78 76 03 01 10 0D 7C 08 44 49 20 2E 74 73 75 63"
    "0A 30 30 30 30 30 30 30 30 30 30 04 6D 38 15 AA 19 02 7C 09 65 6D 69 74 20 2E 74 61 62 22 0C"
    "04 13 C1 0E 00 00 04 93 7F 4E 01 00 00 44 13 5D 08 00 00 0F 01 00 1F DE 16"
)


async def _play(line: Line, answer: bytes, asked: list[bytes]) -> None:
    """Answer as a meter that knows two requests: the reset, and the one for its data."""
    with suppress(LineLost):
        while True:
            request = await line.read(60.0)
            asked.append(request)
            await line.write(b"\xe5" if request[1] == 0x40 else answer)


@asynccontextmanager
async def metered(answer: bytes) -> AsyncIterator[tuple[Line, list[bytes]]]:
    asked: list[bytes] = []
    async with joined() as (line, path):
        far = await SerialPort(Path(path), PLAIN).open()
        playing = asyncio.create_task(_play(far, answer, asked))
        try:
            yield line, asked
        finally:
            await far.close()
            await playing


def told(read: MeterRead) -> Sequence[str]:
    return [f"{one.key}: {one.value:f} {one.unit}" for one in read.measured]


async def test_the_standard_s_example_is_read_twice() -> None:
    meter = device_of("mbus:2", clock=lambda: NOW, tries=3)
    async with metered(WATER) as (line, asked):
        first, second = await meter.read(line), await meter.read(line)
    assert told(first) == ["volume: 12.565 m³", "flow.max.s5: 0.113 m³/h", "energy.t2.u1: 218.37 kWh"]
    assert first == second
    assert first.register == first.measured[0]
    assert (first.flags, first.clock, first.at) == (frozenset(), None, NOW)
    assert asked == [
        bytes.fromhex(request) for request in ("10 40 02 42 16", "10 7B 02 7D 16", "10 5B 02 5D 16")
    ]  # reset once; then the bit that says that the answer was taken


async def test_a_real_gas_meter_is_read() -> None:
    async with metered(GAS) as (line, _):
        read = await device_of("mbus:64", clock=lambda: NOW, tries=3).read(line)
    assert told(read) == ["volume: 3.777 m³", "volume.s1: 2.141 m³"]
    assert read.register == read.measured[0]
    assert read.clock == datetime(2013, 9, 10, 21, 56)  # noqa: DTZ001  # the wall clock of a meter has no zone


@pytest.mark.parametrize("answer", [WATER[:-2] + b"\x19\x16", WATER[:20], GAS])
async def test_a_wrong_checksum_a_cut_one_and_another_s_answer_are_faults(answer: bytes) -> None:
    async with metered(answer) as (line, _):
        with pytest.raises(DeviceFault):
            await device_of("mbus:2", clock=lambda: NOW).read(line)
