"""Destinations that are stuck, and who has been told of it, in PostgreSQL."""

from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.notify.domain import Destination, Lane
from cloud.notify.outbox import OPEN
from cloud.notify.pacing import ALARM_EVERY, STUCK_AFTER
from cloud.notify.rows import destination_of
from cloud.notify.tables import notice_destinations, notice_items, notice_messages

_D: Final = notice_destinations.c
_I: Final = notice_items.c
_M: Final = notice_messages.c


async def alarm(connection: AsyncConnection, now: datetime) -> list[tuple[Destination, bool]]:
    """Stuck destinations of which the others have not been told for an hour, and whether urgent messages wait.

    They count as told from now on.
    """
    stuck = _D.enabled, _D.removed_at.is_(None), _D.failing_since <= now - STUCK_AFTER
    due = _D.alarmed_at.is_(None) | (_D.alarmed_at <= now - ALARM_EVERY)
    query = select(notice_destinations).where(*stuck, due).with_for_update(skip_locked=True).limit(100)
    found = [destination_of(row) for row in await connection.execute(query)]
    ids = [each.id for each in found]
    if not ids:
        return []
    await connection.execute(update(notice_destinations).where(_D.id.in_(ids)).values(alarmed_at=now))
    waiting = select(_M.destination).where(_M.destination.in_(ids), _M.lane == Lane.URGENT, _M.state.in_(OPEN))
    urgent = set((await connection.execute(waiting)).scalars())
    return [(each, each.id in urgent) for each in found]


async def already_told(connection: AsyncConnection, destination: str, subject: str) -> bool:
    """Whether a destination is to be told already that another is stuck."""
    waits = _I.destination == destination, _I.subject == subject, _I.message.is_(None)
    return (await connection.execute(select(exists().where(*waits)))).scalar_one() is True
