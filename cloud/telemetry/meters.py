"""Meters, what they show and what was used: given out to the console and to whoever asks."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import reading
from cloud.scope import EVERYTHING, Scope
from cloud.telemetry import meter_rows, point_rows
from cloud.telemetry.point_rows import Backlog
from cloud.telemetry.registers import STALE, Meter, MeterKey, Rollup, Step, rollups

MAX_LIST: Final = 1000
MAX_SERIES: Final = 3000  # a month of quarters, or eight years of days

__all__ = [
    "MAX_LIST",
    "MAX_SERIES",
    "STALE",
    "Backlog",
    "Meter",
    "MeterKey",
    "MeterService",
    "Rollup",
    "Step",
]


def _now() -> datetime:
    return datetime.now(UTC)


class MeterService:
    """Reads meters and their rollups; none of it is ever changed by reading."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def list(
        self,
        *,
        community: str | None = None,
        limit: int = MAX_LIST,
        after: MeterKey | None = None,
        scope: Scope = EVERYTHING,
    ) -> list[Meter]:
        """Meters by community, gateway and name.

        Args:
            limit: 1 to `MAX_LIST` + 1, so that a page can see whether there is a next one.
            after: the last one of the page before.
        """
        limit = min(max(limit, 1), MAX_LIST + 1)
        async with reading(self._engine) as connection:
            return await meter_rows.page(connection, community=community, limit=limit, after=after, scope=scope)

    async def get(self, key: MeterKey, scope: Scope = EVERYTHING) -> Meter | None:
        """One meter; None: nothing was ever told of it, or it is outside the scope."""
        async with reading(self._engine) as connection:
            return await meter_rows.find(connection, key, scope)

    async def series(
        self, key: MeterKey, *, since: datetime, until: datetime, step: Step, scope: Scope = EVERYTHING
    ) -> Sequence[Rollup]:
        """What a meter showed and what was used, as `registers.rollups` says; empty where nothing was read.

        Args:
            since: aware; stretches that begin from then on.
            until: aware; and before then. The oldest `MAX_SERIES` of them, where there are more.
            step: days begin at midnight in the time zone that the cloud was set to when they were read.
        """
        async with reading(self._engine) as connection:
            held = await meter_rows.buckets(
                connection, key, step, since=since, until=until + step.reach, limit=MAX_SERIES + 1, scope=scope
            )
        wanted = [rollup for rollup in rollups(held, step) if rollup.at < until]
        return wanted[:MAX_SERIES]

    async def backlog(self) -> Backlog:
        """How the points stand that are on their way to the point store."""
        async with reading(self._engine) as connection:
            return await point_rows.backlog(connection)
