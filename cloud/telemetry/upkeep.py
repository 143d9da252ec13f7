"""What keeps the tables of meters within their bounds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.db import transaction
from cloud.errors import DatabaseLost
from cloud.recovery import Health
from cloud.telemetry import meter_rows, point_rows
from cloud.telemetry.point_rows import Loss

EVERY_S: Final = 60.0
AT_ONCE: Final = 10_000  # rows of one transaction, so that none is long

log: Final = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Upkeep:
    """Forgets old quarters of an hour, and drops the oldest points of a queue that is too long.

    Args:
        quarters: how long a quarter of an hour is kept; days are kept for ever.
        queue: points that wait at most; between two looks, `EVERY_S` apart, there may be more. None: nobody looks.
    """

    def __init__(
        self, engine: AsyncEngine, *, quarters: timedelta, queue: int | None, clock: Callable[[], datetime] = _now
    ) -> None:
        self._engine = engine
        self._quarters = quarters
        self._queue = queue
        self._clock = clock

    async def run(self) -> None:
        """Work for ever; raises only for a bug."""
        health = Health("the database", log)
        while True:
            try:
                await self.turn()
            except DatabaseLost as error:
                health.lost(error)
            else:
                health.back()
            await asyncio.sleep(EVERY_S)

    async def turn(self) -> None:
        """Bring both within their bounds.

        Raises:
            DatabaseLost: as much was done as was done.
        """
        await self._repeat(self._forget)
        dropped = await self._repeat(self._drop)
        if dropped:
            log.warning("%d points were dropped: more than points.queue = %s were waiting", dropped, self._queue)

    async def _repeat(self, work: Callable[[AsyncConnection], Awaitable[int]]) -> int:
        """Do something in transactions of `AT_ONCE` rows until there is nothing more to do; how many rows it was."""
        total = 0
        while True:
            async with transaction(self._engine) as connection:
                done = await work(connection)
            total += done
            if done < AT_ONCE:
                return total

    async def _forget(self, connection: AsyncConnection) -> int:
        before = self._clock() - self._quarters
        return await meter_rows.forget_quarters(connection, before=before, rows=AT_ONCE)

    async def _drop(self, connection: AsyncConnection) -> int:
        if self._queue is None:
            return 0
        dropped = await point_rows.trim(connection, self._queue, at_most=AT_ONCE)
        if dropped:
            await point_rows.note_loss(connection, Loss.LIMIT, dropped, on=self._clock().date())
        return dropped
