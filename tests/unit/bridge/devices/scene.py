"""Devices against simulated meters of all protocols, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.errors import LineLost
from firmware_bridge.simulators import (
    SOUND,
    Faults,
    Listening,
    MbusSimulator,
    MbusStation,
    ModbusSimulator,
    ModbusStation,
    Station,
    serve,
)
from firmware_bridge.transports import Line, NullModem, Wear
from tests.unit.bridge.drivers.scene import SINCE, WALL, electric, water
from tests.unit.bridge.virtual_time import run

T = TypeVar("T")


def everything(faults: Faults = SOUND) -> list[Listening]:
    """One meter of each serial protocol."""
    return [
        Station(dlt645.Decoder(), [electric(faults=faults)]),
        Station(cjt188.Decoder(), [water()]),
        ModbusStation([ModbusSimulator(1, lambda: WALL, SINCE, faults=faults)]),
        MbusStation([MbusSimulator(5, lambda: WALL, SINCE, faults=faults)]),
    ]


def on_a_line(
    stations: Sequence[Listening], main: Callable[[Line], Awaitable[T]], wear: Wear | None = None, seed: int = 0
) -> T:
    async def scene() -> T:
        modem = NullModem(wear or Wear(echo=True), seed)
        serving = asyncio.create_task(serve(modem.far, stations, seed))
        result = await main(modem.near)
        await modem.near.close()
        with suppress(LineLost):
            await serving
        return result

    return run(scene())
