"""Drivers against simulated meters, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.errors import LineLost
from firmware_bridge.sessions import METER, Decoder, Session
from firmware_bridge.simulators import SOUND, ElectricitySimulator, Faults, FlowSimulator, Simulator, Station, serve
from firmware_bridge.simulators.station import F
from firmware_bridge.transports import NullModem, Wear
from tests.unit.bridge.virtual_time import run

T = TypeVar("T")

SINCE = datetime(2026, 1, 1)  # noqa: DTZ001  # the wall clock of meters has no zone
WALL = SINCE + timedelta(days=10, hours=12)
NOW = datetime(2026, 1, 11, 4, tzinfo=UTC)
ELECTRIC = dlt645.Address("000000000161")
WATER = cjt188.Address("00001122334455")


def electric(
    address: dlt645.Address = ELECTRIC, faults: Faults = SOUND, longest_part: int = 190
) -> ElectricitySimulator:
    return ElectricitySimulator(address, lambda: WALL, SINCE, Decimal("1.25"), faults, longest_part)


def water(address: cjt188.Address = WATER, profile: cjt188.Profile = cjt188.STANDARD_2004) -> FlowSimulator:
    return FlowSimulator(0x10, address, lambda: WALL, SINCE, profile=profile)


def on_a_line(
    decoder: Callable[[], Decoder[F]],
    devices: Sequence[Simulator[F]],
    main: Callable[[Session[F]], Awaitable[T]],
    wear: Wear | None = None,
    seed: int = 0,
) -> T:
    async def scene() -> T:
        modem = NullModem(wear or Wear(echo=True), seed)
        serving = asyncio.create_task(serve(modem.far, [Station(decoder(), devices)], seed))
        result = await main(Session(modem.near, decoder, METER))
        await modem.near.close()
        with suppress(LineLost):
            await serving
        return result

    return run(scene())
