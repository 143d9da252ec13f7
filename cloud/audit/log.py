"""The audit log in PostgreSQL: added to, read, checked."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit.domain import GENESIS, Entry, Link, body_of, fault_of
from cloud.audit.tables import log, pending
from cloud.db import reading, transaction
from cloud.scope import EVERYTHING, Scope

MAX_LIST: Final = 200
BATCH: Final = 2000  # entries in memory while the chain is checked


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it is read back."""

    seq: int
    at: datetime
    actor: str
    what: str
    about: str
    community: str | None
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """The latest entry's place and hash: noted elsewhere, it tells later whether the end was cut off."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain was looked at; `fault` says what is wrong at `seq`, and is None while nothing is."""

    seq: int
    fault: str | None = None


async def record(connection: AsyncConnection, entry: Entry) -> None:
    """Add an entry; it is there if and only if the caller's transaction commits, and takes its place then."""
    await connection.execute(insert(pending).values(body=body_of(entry)))


class AuditLog:
    """Reads the log, and adds what is done outside of any other transaction, such as looking at a picture."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def record(self, entry: Entry) -> None:
        """Add an entry, in a transaction of its own."""
        async with transaction(self._engine) as connection:
            await record(connection, entry)

    async def list(
        self,
        *,
        actor: str | None = None,
        about: str | None = None,
        what: str | None = None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int = MAX_LIST,
        scope: Scope = EVERYTHING,
    ) -> Sequence[Written]:
        """Entries, the newest first.

        Args:
            before: the last one of the page before.
            limit: 1 to `MAX_LIST` + 1, so that a page can see whether there is a next one.
            scope: entries of communities within it; those of no community are for whoever may see everything.
        """
        query = select(log).order_by(log.c.seq.desc()).limit(min(max(limit, 1), MAX_LIST + 1))
        for column, wanted in ((log.c.actor, actor), (log.c.about, about), (log.c.what, what)):
            query = query if wanted is None else query.where(column == wanted)
        if since is not None:
            query = query.where(log.c.at >= f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
        if before is not None:
            query = query.where(log.c.seq < before)
        async with reading(self._engine) as connection:
            rows = await connection.execute(query.where(scope.within(log.c.community)))
            return [_written(row.seq, row.body) for row in rows]

    async def head(self) -> Head:
        """The latest entry; 0 and zeros while there is none."""
        async with reading(self._engine) as connection:
            row = (await connection.execute(select(log.c.seq, log.c.hash).order_by(log.c.seq.desc()).limit(1))).first()
        return Head(0, GENESIS) if row is None else Head(row.seq, row.hash)

    async def count(self) -> int:
        """How many entries there are."""
        async with reading(self._engine) as connection:
            return int((await connection.execute(select(func.count()).select_from(log))).scalar_one())

    async def check(self, anchor: Head | None = None) -> AsyncIterator[Checked]:
        """Go through the whole chain; the last value has the first fault, if there is any.

        Args:
            anchor: a head that was noted earlier; it must still stand in its place.
        """
        seq, previous = 0, GENESIS
        while links := await self._batch(seq):
            for link in links:
                fault = fault_of(link, seq + 1, previous)
                if fault is None and anchor is not None and anchor.seq == link.seq and anchor.hash != link.hash:
                    fault = f"entry {link.seq} is not the one that was noted: it and all before it were written anew"
                if fault is not None:
                    yield Checked(seq + 1, fault)
                    return
                seq, previous = link.seq, link.hash
            yield Checked(seq)
        if anchor is not None and anchor.seq > seq:
            yield Checked(seq + 1, f"entry {seq + 1} is missing: the log was noted to reach {anchor.seq}")
        elif seq == 0:
            yield Checked(0)

    async def _batch(self, after: int) -> Sequence[Link]:
        query = select(log.c.seq, log.c.body, log.c.previous, log.c.hash).where(log.c.seq > after)
        async with reading(self._engine) as connection:
            rows = await connection.execute(query.order_by(log.c.seq).limit(BATCH))
            return [Link(row.seq, row.body, row.previous, row.hash) for row in rows]


def _written(seq: int, body: str) -> Written:
    told = json.loads(body)
    return Written(
        seq=seq,
        at=datetime.fromisoformat(told["at"]),
        actor=told["actor"],
        what=told["what"],
        about=told["about"],
        community=told["community"],
        detail=told["detail"],
    )
