"""Deletes what is due: in bounded batches, each whole or not at all, and again and again until nothing is."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.cases.repository import CHANNEL
from cloud.db import notify, reading, transaction
from cloud.errors import Transient
from cloud.evidence.disposal import Disposal
from cloud.privacy import due, plates
from cloud.privacy.due import Counts
from cloud.privacy.locks import alone
from cloud.privacy.terms import Terms, Why

BATCH: Final = 200  # pictures in one transaction
FILES: Final = 200  # files taken away between two looks
MESSAGES: Final = 2000
EVERY: Final = timedelta(minutes=10)
SWEPT_EVERY: Final = timedelta(days=1)
FIRST_SWEEP: Final = timedelta(hours=1)  # after the start: not while gateways catch up
BY: Final = "system"

_log = logging.getLogger(__name__)

_SUSPECTS: Final = """
    delete from suspects where (community, gateway, epoch, camera, slot, stay) in (
        select community, gateway, epoch, camera, slot, stay from suspects
        where told_at < :before and (said = 3 or dismissed_at is not null) limit :limit
    )
"""
_SUSPECT_PLATES: Final = """
    update suspects set plate = null where (community, gateway, epoch, camera, slot, stay) in (
        select community, gateway, epoch, camera, slot, stay from suspects
        where told_at < :before and plate is not null limit :limit
    )
"""
_LAPSED: Final = """
    update original_requests set state = 'expired' where state in ('asked', 'granted') and ends_at <= :now
"""


class Messages(Protocol):
    """What gateways signed, as it came."""

    async def blank(self, connection: AsyncConnection, event_ids: Sequence[str], /) -> int:
        """Empty messages by their events' ids; how many."""

    async def blank_before(self, connection: AsyncConnection, before: datetime, /, *, limit: int) -> int:
        """Empty old messages, at most `limit`; how many."""

    async def forget_refused(self, connection: AsyncConnection, before: datetime, /) -> int:
        """Delete old messages that were refused; how many."""


@dataclass(frozen=True, slots=True)
class Done:
    """What has gone."""

    pictures: int = 0  # and films and originals
    files: int = 0
    plates: int = 0
    messages: int = 0
    suspicions: int = 0
    uploads: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Done)))

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was there to go."""
        return self == Done()


class Keeper:
    """Keeps what is kept within its terms.

    Any number of them may run at once: what one deletes, another passes over.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        disposal: Disposal,
        messages: Messages,
        terms: Terms,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._disposal = disposal
        self._messages = messages
        self._terms = terms
        self._clock = clock

    async def due(self) -> Counts:
        """How much of cases is due now.

        Raises:
            DatabaseLost
        """
        async with reading(self._engine) as connection:
            return await due.counts(connection, self._terms, now=self._clock())

    async def steps(self) -> AsyncIterator[Done]:
        """Delete all that is due now, telling what went after each step.

        Raises:
            DatabaseLost, StoreLost: what is left is due still.
        """
        for step in (self._pictures, self._unclaimed, self._strays, self._plates, self._others):
            while not (done := await step()).is_nothing:
                yield done
        while cleared := await self._disposal.clear(limit=FILES):
            yield Done(files=cleared)
        while expired := await self._disposal.expire():
            yield Done(uploads=expired)

    async def run(self) -> None:
        """Delete what is due, for ever; and once a day the files that nobody knows of."""
        swept_at = self._clock() - SWEPT_EVERY + FIRST_SWEEP
        lost = False
        while True:
            try:
                total = sum([done async for done in self.steps()], Done())
                if not total.is_nothing:
                    _log.info("deleted what was due: %s", total)
                if self._clock() - swept_at >= SWEPT_EVERY:
                    swept_at = self._clock()
                    await self._sweep()
                if lost:
                    _log.info("what is due is deleted again")
                lost = False
            except Transient as error:
                if not lost:
                    _log.warning("what is due cannot be deleted now: %s", error)
                lost = True
            await asyncio.sleep(EVERY.total_seconds())

    async def _sweep(self) -> None:
        strays = 0
        async for looked in self._disposal.sweep():
            strays = looked.strays
        if strays:
            _log.warning("took away %d files that no row told of", strays)

    async def _pictures(self) -> Done:
        now = self._clock()
        async with transaction(self._engine) as connection:
            await alone(connection)
            found = await due.pictures(connection, self._terms, now=now, limit=BATCH)
            await due.delete(connection, found, Why.EXPIRED, now=now)
            for (case_id, community), count in Counter((each.case_id or "", each.community) for each in found).items():
                told = {"why": Why.EXPIRED.value, "count": str(count)}
                await record(connection, Entry(BY, Deed.EVIDENCE_DELETED, f"case/{case_id}", community, told, now))
                await notify(connection, CHANNEL, case_id)
        return Done(pictures=len(found))

    async def _unclaimed(self) -> Done:
        now = self._clock()
        async with transaction(self._engine) as connection:
            await alone(connection)
            found = await due.unclaimed(connection, before=now - self._terms.unclaimed, limit=BATCH)
            await due.delete(connection, found, Why.EXPIRED, now=now)
        return Done(pictures=len(found))

    async def _strays(self) -> Done:
        now = self._clock()
        async with transaction(self._engine) as connection:
            names = await due.strays(connection, before=now - self._terms.unclaimed, limit=FILES)
            return Done(pictures=await due.release(connection, names, now=now))

    async def _plates(self) -> Done:
        now = self._clock()
        async with transaction(self._engine) as connection:
            await alone(connection)
            found = await due.plates(connection, before=now - self._terms.plates, limit=BATCH)
            messages = 0
            for each in found:
                messages += await plates.anonymise(
                    connection, each.case_id, each.plate, Why.EXPIRED, blank=self._messages.blank, now=now
                )
        return Done(plates=len(found), messages=messages)

    async def _others(self) -> Done:
        now, terms = self._clock(), self._terms
        async with transaction(self._engine) as connection:
            await alone(connection)
            messages = await self._messages.blank_before(connection, now - terms.messages, limit=MESSAGES)
            refused = await self._messages.forget_refused(connection, now - terms.messages)
            values = {"limit": MESSAGES, "before": now - terms.unclaimed}
            gone = (await connection.execute(text(_SUSPECTS), values)).rowcount
            values["before"] = now - terms.plates
            bare = (await connection.execute(text(_SUSPECT_PLATES), values)).rowcount
            await connection.execute(text(_LAPSED), {"now": now})
        return Done(messages=messages + refused, suspicions=gone, plates=bare)
