"""Meters that tell of themselves: a few readings written out, and a simulated household's water by the quarter hour."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cloud.db import transaction
from cloud.telemetry.intake import Intake
from contract.envelope import ClockTrust
from contract.metering import MAX_READINGS, MeterReadings
from tests.integration.console.site import World

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER = timedelta(minutes=15)


async def tell(world: World, *meters: dict[str, Any], simulated: bool = False, odd_time: bool = False) -> None:
    """A gateway tells what its meters showed; what a meter's dictionary leaves out is of a water meter."""
    now = datetime.now(UTC)
    told = [{"medium": "water", "unit": "m³", **meter} for meter in meters]
    data = {"since": now - QUARTER, "until": now, "meters": told, "simulated": simulated}
    envelope = world._envelope("telemetry") | {"clock": ClockTrust.UNSYNCED if odd_time else ClockTrust.SYNCED}
    event = MeterReadings.model_validate({**envelope, "data": data})
    async with transaction(world.engine) as connection:
        await Intake().apply(connection, event, received_at=now, odd_time=odd_time)


def reading(at: datetime, value: str, **more: Any) -> dict[str, Any]:
    return {"at": at, "value": value, **more}


async def live_in(
    world: World, meter: dict[str, Any], *, since: datetime, until: datetime, without: Sequence[range] = ()
) -> None:
    """Somebody uses water, with readings each quarter of an hour; `without` are quarters that nobody reads."""
    told = [
        one
        for at, one in enumerate(household(since, until, Random(7)))
        if not any(at in missing for missing in without)
    ]
    for at in range(0, len(told), MAX_READINGS):
        await tell(world, {**meter, "readings": told[at : at + MAX_READINGS]}, simulated=True)


def household(since: datetime, until: datetime, draw: Random) -> Iterator[dict[str, Any]]:
    """A register in cubic metres: quiet nights, busy mornings and evenings."""
    register, at = Decimal("231.640"), since
    while at < until:
        yield reading(at, f"{register:f}")
        hour = at.astimezone(ZONE).hour
        night, busy = hour < 6, hour in {7, 8, 18, 19, 20, 21}
        litres = draw.choice([0] * 15 + [6] if night else [0, 3, 5, 9, 14, 24] if busy else [0, 0, 0, 2, 4])
        register += Decimal(litres) / 1000
        at += QUARTER
