"""The PyPI package `dlt645` as an independent meter over pseudo-terminals.

What is known of it: it answers a request for another address with an error in that address's name, so two of them
cannot share a line; and it reads the bytes of a broadcast time in the order opposite to ours, so that is not compared.
"""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from firmware_bridge.codecs.dlt645 import WAKE_UP_BYTES, Address, Decoder
from firmware_bridge.devices import device_of
from firmware_bridge.drivers import ElectricityMeter, ask_address
from firmware_bridge.errors import Refused
from firmware_bridge.sessions import METER, Session
from firmware_bridge.transports import Line
from tests.integration.bridge.cable import joined, peer

ADDRESS = Address("000000000161")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with joined() as (ours, path), peer(sys.executable, Path(__file__).with_name("peer_meter.py"), path):
        yield ours


async def test_an_independent_meter_is_read(line: Line) -> None:
    session = Session(line, Decoder, METER, before=WAKE_UP_BYTES)
    assert await ask_address(session) == ADDRESS
    meter = ElectricityMeter(session, ADDRESS, clock=lambda: NOW)
    items = [0x00010000, 0x02010100, 0x02020100, 0x02030000, 0x02800002]
    assert [f"{one.value:f} {one.unit}" for one in await meter.measure(items)] == [
        "123456.78 kWh",
        "229.9 V",
        "12.345 A",
        "2.8375 kW",
        "49.98 Hz",
    ]
    with pytest.raises(Refused):
        await meter.read(0x0BADC0DE)


async def test_it_is_a_device_like_any_other(line: Line) -> None:
    read = await device_of("dlt645:000000000161", clock=lambda: NOW, tries=3).read(line)
    assert read.register is not None
    assert (read.register.value, read.register.unit, read.at) == (Decimal("123456.78"), "kWh", NOW)
    assert (read.voltage_v, read.current_a, read.power_kw) == (
        Decimal("229.9"),
        Decimal("12.345"),
        Decimal("2.8375"),
    )
    assert (read.flags, read.clock) == (None, None)  # not asked for
