"""The queue of points, emptied into the point store for as long as the program runs."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import transaction
from cloud.errors import DatabaseLost, PointStoreLost
from cloud.recovery import Health, pause
from cloud.telemetry import point_rows
from cloud.telemetry.point_rows import Loss, QueuedPoint

BATCH: Final = 10_000  # points that are stored, settled and taken out at once
REQUESTS: Final = 200  # of one turn, where the store refuses some points
IDLE_S: Final = 10.0
MAX_PAUSE_S: Final = 60.0

log: Final = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class PointsRefused(Exception):
    """The store will not have at least one of these points."""


class PointStore(Protocol):
    """Takes points for good."""

    name: str

    async def write(self, points: Sequence[QueuedPoint]) -> None:
        """Hand points over. Those it has already are the same again.

        Raises:
            PointsRefused: it will not have some of them; whether it took the others is not known.
            PointStoreLost: it cannot be reached, or takes nothing now.
        """

    async def settle(self) -> None:
        """Return once all that was written survives whatever becomes of the store's process.

        Raises:
            PointStoreLost: that is not known.
        """


class Drain:
    """Moves points from PostgreSQL to their store, at least once each; any number of processes share the work.

    A point leaves the queue in the transaction that claimed it, once the store has it for good. Whatever dies in
    between, the point stays and is written again; to the store it is the same point.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        store: PointStore,
        *,
        batch: int = BATCH,
        idle_s: float = IDLE_S,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._engine = engine
        self._store = store
        self._batch = batch
        self._idle_s = idle_s
        self._clock = clock
        self._health = Health(store.name, log)
        self._database = Health("the database", log)

    async def run(self) -> None:
        """Work for ever; raises only for a bug."""
        attempt = 0
        while True:
            try:
                moved = await self.turn()
            except (PointStoreLost, DatabaseLost) as error:
                (self._database if isinstance(error, DatabaseLost) else self._health).lost(error)
                attempt += 1
                await asyncio.sleep(pause(attempt, longest=MAX_PAUSE_S))
                continue
            self._health.back()
            self._database.back()
            attempt = 0
            if moved < self._batch:
                await asyncio.sleep(self._idle_s)

    async def turn(self) -> int:
        """Move the oldest points, a batch at most; how many left the queue.

        Raises:
            PointStoreLost, DatabaseLost: none did.
        """
        async with transaction(self._engine) as connection:
            points = await point_rows.claim(connection, self._batch)
            if not points:
                return 0
            stored, refused = await self._write(points)
            await self._store.settle()
            await point_rows.remove(connection, [*stored, *refused])
            if refused:
                await point_rows.note_loss(connection, Loss.REFUSED, len(refused), on=self._clock().date())
        for point in refused[:1]:
            log.warning("%d points were refused, the first of %s at %s", len(refused), point.meter, point.at)
        return len(stored) + len(refused)

    async def _write(self, points: Sequence[QueuedPoint]) -> tuple[list[QueuedPoint], list[QueuedPoint]]:
        """Those that were written and those that the store will not have; the rest comes with the next turn.

        Those that it will not have are found by halves, in at most `REQUESTS` writes: at first all pieces in turn, then
        one piece down to its points, for there may be a refused one in each.

        Raises:
            PointStoreLost: it takes none of them, so it is not the points.
        """
        stored: list[QueuedPoint] = []
        refused: list[QueuedPoint] = []
        waiting = deque([points])
        why = ""
        for tried in range(REQUESTS):
            if not waiting:
                break
            some = waiting.popleft() if tried < REQUESTS // 2 else waiting.pop()
            try:
                await self._store.write(some)
            except PointsRefused as error:
                why = str(error)
                middle = len(some) // 2
                waiting.extend((some[:middle], some[middle:]) if middle else ())
                refused.extend(() if middle else some)
            else:
                stored.extend(some)
        if not stored:
            raise PointStoreLost(f"it takes none of {len(points)} points: {why}")
        return stored, refused
