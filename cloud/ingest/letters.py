"""Signed messages as they came, for whoever has to show what a gateway said."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import reading
from cloud.ingest.tables import inbox


class Letters:
    """Reads the inbox; changes nothing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, event_id: str) -> tuple[bytes, str] | None:
        """A message by its event's id, byte for byte as it was signed, and `ok`, `broken` or `open`: its chain.

        None: there is no such message, or its time is over and only its digest is kept.

        Raises:
            DatabaseLost
        """
        query = select(inbox.c.body, inbox.c.chain).where(inbox.c.id == event_id)
        async with reading(self._engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None or row.body is None else (bytes(row.body), str(row.chain))
