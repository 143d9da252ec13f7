"""Erasing a plate because somebody asks for it (PIPL, article 47): what would go, and that it goes.

What is needed still stays, and it is told: cases that are open, and cases on hold.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.audit import Deed, Entry, record
from cloud.cases.repository import CHANNEL
from cloud.cases.tables import cases
from cloud.cases.vocabulary import OPEN
from cloud.db import notify, reading, transaction
from cloud.permits.tables import permits
from cloud.privacy import due, plates
from cloud.privacy.due import Due, Found
from cloud.privacy.locks import alone
from cloud.privacy.terms import Why

MAX_CASES: Final = 1000
LOOKED: Final = 5000  # messages looked through at a time

_PICTURES: Final = (
    "select event_id, sha256, case_id from case_photos where case_id = any(cast(:ids as uuid[])) for update"
)
_SUSPECTED: Final = "select event_id, said from suspects where plate ->> 'text' = :plate"
_UNSUSPECT: Final = "update suspects set plate = null where plate ->> 'text' = :plate and said <> 0"


class Messages(Protocol):
    """What gateways signed, as it came."""

    async def blank(self, connection: AsyncConnection, event_ids: Sequence[str], /) -> int:
        """Empty messages by their events' ids; how many."""

    async def with_text(
        self, connection: AsyncConnection, said: str, /, *, after: str, limit: int
    ) -> tuple[list[str], str | None]:
        """Messages that hold a text and that no case keeps, among the next ones; and the last that was looked at."""

    async def refused_with_text(self, connection: AsyncConnection, said: str, /, *, remove: bool) -> int:
        """How many refused messages hold a text; with `remove` they are deleted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is there of a plate."""

    ended: tuple[Found, ...]  # cases out of which it goes
    held: tuple[Found, ...]  # and those that a hold keeps
    open: int  # cases that keep it until they have ended
    pictures: int  # of `ended`, with films and originals
    suspicions: int  # that are over
    suspected: int  # that stand, and keep it
    permits: int  # entries of lists: they are changed on the list
    refused: int  # messages in quarantine

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing that would go."""
        return not (self.ended or self.suspicions or self.refused)


@dataclass(frozen=True, slots=True)
class Erased:
    """How far it is."""

    cases: int = 0
    pictures: int = 0
    messages: int = 0  # emptied
    looked: int = 0  # messages looked through


class Eraser:
    """Erases plates."""

    def __init__(
        self, engine: AsyncEngine, messages: Messages, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._messages = messages
        self._clock = clock

    async def plan(self, plate: str) -> Plan:
        """What is there of a plate, written as cases hold it.

        Raises:
            DatabaseLost
        """
        async with reading(self._engine) as connection:
            found = await due.of_plate(connection, plate, now=self._clock(), limit=MAX_CASES)
            ended = tuple(each for each in found if each.free)
            suspected = (await connection.execute(text(_SUSPECTED), {"plate": plate})).all()
            standing = sum(1 for row in suspected if row.said == 0)
            return Plan(
                ended=ended,
                held=tuple(each for each in found if not each.free),
                open=await _count(connection, cases.c.plate["text"].astext == plate, cases.c.stage.in_(OPEN)),
                pictures=await _pictures_of(connection, ended),
                suspicions=len(suspected) - standing,
                suspected=standing,
                permits=await _count(connection, permits.c.plate == plate),
                refused=await self._messages.refused_with_text(connection, plate, remove=False),
            )

    async def erase(self, plate: str, reason: str, *, by: str) -> AsyncIterator[Erased]:
        """Let it go, case by case; the log says of which cases, never which plate.

        Raises:
            DatabaseLost: what is done is done; begin again for the rest.
        """
        done = Erased()
        for found in (await self.plan(plate)).ended:
            pictures, messages = await self._case(found, reason, by)
            done = Erased(done.cases + 1, done.pictures + pictures, done.messages + messages)
            yield done
        async with transaction(self._engine) as connection:
            await connection.execute(text(_UNSUSPECT), {"plate": plate})
            await self._messages.refused_with_text(connection, plate, remove=True)
        last: str | None = ""
        while last is not None:
            async with transaction(self._engine) as connection:
                ids, last = await self._messages.with_text(connection, plate, after=last, limit=LOOKED)
                emptied = await self._messages.blank(connection, ids)
            done = Erased(done.cases, done.pictures, done.messages + emptied, done.looked + LOOKED)
            yield done

    async def _case(self, found: Found, reason: str, by: str) -> tuple[int, int]:
        now = self._clock()
        async with transaction(self._engine) as connection:
            await alone(connection)
            free = await due.of_plate(connection, found.plate, now=now, limit=MAX_CASES)
            if found.case_id not in {each.case_id for each in free if each.free}:
                return 0, 0  # it was opened again, or is held since
            rows = (await connection.execute(text(_PICTURES), {"ids": [found.case_id]})).all()
            going = [Due(str(row.event_id), row.sha256, found.case_id) for row in rows]
            await due.delete(connection, going, Why.ERASED, now=now)
            blank = self._messages.blank
            messages = await plates.anonymise(connection, found.case_id, found.plate, Why.ERASED, blank=blank, now=now)
            told = {"why": Why.ERASED.value, "count": str(len(going)), "reason": reason}
            about = f"case/{found.case_id}"
            await record(connection, Entry(by, Deed.EVIDENCE_DELETED, about, found.community, told, now))
            await notify(connection, CHANNEL, found.case_id)
        return len(going), messages


async def _pictures_of(connection: AsyncConnection, found: Sequence[Found]) -> int:
    query = text("select count(*) from case_photos where case_id = any(cast(:ids as uuid[]))")
    return int((await connection.execute(query, {"ids": [each.case_id for each in found]})).scalar_one())


async def _count(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> int:
    return int((await connection.execute(select(func.count()).where(*conditions))).scalar_one())
