"""The simulator of `pymodbus` as an independent device: over a pseudo-terminal, a TCP gateway and Modbus TCP."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from firmware_bridge.devices import Flag, device_of, load_registers
from firmware_bridge.drivers.modbus import RTU, Framing, Function, ModbusMeter
from firmware_bridge.errors import Refused
from firmware_bridge.sessions import Session
from firmware_bridge.transports import Line, TcpPort
from tests.integration.bridge.cable import PLAIN, joined, peer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PEER = Path(__file__).with_name("peer_modbus.py")
REGISTERS = load_registers(Path(__file__).parents[3] / "examples" / "three_phase_meter.toml")


@asynccontextmanager
async def over_serial() -> AsyncIterator[Line]:
    async with joined() as (line, path), peer(sys.executable, PEER, "serial", path):
        yield line


@asynccontextmanager
async def over_tcp(kind: str) -> AsyncIterator[Line]:
    async with peer(sys.executable, PEER, kind) as (port,):
        line = await TcpPort("127.0.0.1", int(port), PLAIN).open()
        try:
            yield line
        finally:
            await line.close()


Opened = Callable[[], AbstractAsyncContextManager[Line]]
WAYS: list[tuple[str, Opened]] = [
    ("modbus:1", over_serial),
    ("modbus:1", lambda: over_tcp("rtu-over-tcp")),
    ("modbus-tcp:1", lambda: over_tcp("tcp")),
]


@pytest.mark.parametrize(("name", "opened"), WAYS, ids=["serial", "rtu-over-tcp", "tcp"])
async def test_an_independent_device_is_read(name: str, opened: Opened) -> None:
    device = device_of(name, clock=lambda: NOW, registers=REGISTERS, tries=3)
    async with opened() as line:
        first, second = await device.read(line), await device.read(line)
    assert [f"{one.words}: {one.value:f} {one.unit}" for one in first.measured] == [
        "正向有功总电能 forward active energy: 123456.78 kWh",
        "A 相电压 voltage, phase A: 230.1 V",
        "A 相电流 current, phase A: 12.34 A",
        "总有功功率 total active power: -1.234 kW",
        "频率 frequency: 49.98000 Hz",
    ]
    assert first.register == first.measured[0]
    assert (first.voltage_v, first.current_a, first.power_kw) == (
        Decimal("230.1"),
        Decimal("12.34"),
        Decimal("-1.234"),
    )
    assert first.flags == frozenset({Flag.REVERSE, Flag.COVER})
    assert (first.clock, first.at, first.device) == (None, NOW, name)
    assert second == first


async def test_registers_that_are_not_there_are_refused() -> None:
    async with over_serial() as line:
        framing = Framing.rtu(1)
        meter = ModbusMeter(Session(line, framing.decoder, RTU), 1, framing, number=lambda: 0, name="modbus:1")
        with pytest.raises(Refused, match="没有该寄存器 there is no such register"):
            await meter.registers(Function.HOLDING, 5000, 1)
        assert await meter.registers(Function.HOLDING, 2, 2) == (2301, 1234)
