"""What gateways signed goes when its time is over: the bytes, never that there was a message.

A message's row keeps its id, its place in the lane, its digest and that of the one before. So a copy that comes again
is still known, holes are still told from what was there, and the chain can still be followed by its digests.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.ingest.tables import inbox, quarantine
from cloud.privacy.tables import HELD

# Of a case that is open or on hold nothing goes, however old it is.
_KEPT: Final = f"""
    exists (
        select from cases c
        where c.id in (
            select case_id from case_events where event_id = inbox.id
            union select case_id from case_falls where event_id = inbox.id
            union select case_id from case_alarms where event_id = inbox.id
        ) and (
            c.stage in ('collected', 'filed', 'dispatched', 'handling', 'reported')
            or c.id in (with recursive {HELD} select case_id from held)
        )
    )
"""  # noqa: S608 - no text from outside


class Messages:
    """The inbox and the quarantine, as far as they are emptied. Everything happens in the caller's transaction."""

    async def blank(self, connection: AsyncConnection, event_ids: Sequence[str]) -> int:
        """Empty messages; how many of them had not been."""
        if not event_ids:
            return 0
        emptied = update(inbox).where(inbox.c.id.in_(event_ids), inbox.c.body.is_not(None)).values(body=None)
        return (await connection.execute(emptied)).rowcount

    async def blank_before(self, connection: AsyncConnection, before: datetime, *, limit: int) -> int:
        """Empty messages that came before a time, the oldest first, but those of cases that are open or on hold."""
        due = select(inbox.c.id).where(inbox.c.body.is_not(None), inbox.c.received_at < before, text(f"not {_KEPT}"))
        ids = (await connection.execute(due.order_by(inbox.c.received_at).limit(limit))).scalars()
        return await self.blank(connection, list(ids))

    async def forget_refused(self, connection: AsyncConnection, before: datetime) -> int:
        """Delete messages that were not understood or not believed, and came last before a time; how many."""
        return (await connection.execute(delete(quarantine).where(quarantine.c.last_at < before))).rowcount

    async def with_text(
        self, connection: AsyncConnection, said: str, *, after: str, limit: int
    ) -> tuple[list[str], str | None]:
        """Messages that hold a text, and that no case keeps, among the next `limit` messages by id.

        Args:
            after: an id; those up to it have been looked at. The empty text: none has.
        Returns:
            their ids, and the last id that was looked at; None: there are no further ones.
        """
        query = select(inbox.c.id).order_by(inbox.c.id).limit(limit)
        ids = list((await connection.execute(query.where(inbox.c.id > after) if after else query)).scalars())
        if not ids:
            return [], None
        holds = func.position(func.convert_to(said, "UTF8").op("in")(inbox.c.body)) > 0
        found = select(inbox.c.id).where(inbox.c.id.in_(ids), inbox.c.body.is_not(None), holds, text(f"not {_KEPT}"))
        return [str(each) for each in (await connection.execute(found)).scalars()], str(ids[-1])

    async def refused_with_text(self, connection: AsyncConnection, said: str, *, remove: bool) -> int:
        """How many messages in quarantine hold a text; with `remove` they are deleted."""
        holds = text("position(convert_to(:said, 'UTF8') in body) > 0").bindparams(said=said)
        if remove:
            return (await connection.execute(delete(quarantine).where(holds))).rowcount
        return int((await connection.execute(select(func.count()).select_from(quarantine).where(holds))).scalar_one())
