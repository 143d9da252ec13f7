"""Which berths are free: taken in from gateways, given out to the city's parking dispatch and to staff."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.db import notify, reading
from cloud.scope import EVERYTHING, Scope
from cloud.telemetry import repository
from cloud.telemetry.domain import FORGOTTEN, Berth, BerthChange, BerthKey
from cloud.telemetry.lives import begin, follow
from contract.berth import BerthOccupancy

CHANNEL: Final = "linli_berths"
TOLD: Final = "berths"  # what `CHANNEL` is told when some have changed
MAX_LIST: Final = 1000

log: Final = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class BerthService:
    """Reads berths. Those of a camera that was taken down, or has none any more, are forgotten after `FORGOTTEN`."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def list(
        self,
        *,
        community: str | None = None,
        limit: int = MAX_LIST,
        after: BerthKey | None = None,
        scope: Scope = EVERYTHING,
    ) -> list[Berth]:
        """Berths by community, gateway, camera and zone.

        Args:
            limit: 1 to `MAX_LIST` + 1, so that a page can see whether there is a next one.
            after: the last one of the page before.
        """
        limit = min(max(limit, 1), MAX_LIST + 1)
        since = self._clock() - FORGOTTEN
        async with reading(self._engine) as connection:
            return await repository.page(
                connection, community=community, limit=limit, after=after, told_since=since, scope=scope
            )

    async def changes(self, key: BerthKey, scope: Scope = EVERYTHING) -> Sequence[BerthChange]:
        """How a berth's state has changed, newest first; the latest `repository.CHANGES`."""
        async with reading(self._engine) as connection:
            return await repository.changes(connection, key, scope)


async def apply(connection: AsyncConnection, event: BerthOccupancy, *, received_at: datetime, odd_time: bool) -> None:
    """Keep what a camera told of its berths, inside the caller's transaction; nothing older than what is kept."""
    await repository.lock(connection, event)
    kept = await repository.camera(connection, event)
    if kept is None and await repository.cameras(connection, event) >= repository.MAX_CAMERAS:
        log.warning("%s/%s: berths of more than %d cameras", event.community, event.gateway, repository.MAX_CAMERAS)
        return
    life = begin(event, odd_time=odd_time) if kept is None else follow(kept, event, odd_time=odd_time)
    if life is None:
        return
    before = await repository.states(connection, event)
    await repository.keep_camera(connection, event, life, received_at=received_at, odd_time=odd_time)
    told = tuple({berth.zone: berth for berth in event.data.berths}.values())
    await repository.keep(connection, event, told)
    for berth in told:
        if before.get(berth.zone) != berth.state:
            await repository.note_change(connection, event, berth, received_at)
    await notify(connection, CHANNEL, TOLD)
