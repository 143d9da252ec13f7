"""What was not understood or not believed: kept with its bytes, shown, and taken in again when the reason is gone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.db import reading, transaction
from cloud.ingest.reading import Reason, Rejected
from cloud.ingest.tables import quarantine
from contract.envelope import MAX_EVENT_BYTES, Envelope
from contract.signatures import digest

MAX_TOPIC: Final = 256
MAX_DETAIL: Final = 500
MAX_ROWS: Final = 100_000
PRUNE: Final = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """One message in quarantine."""

    id: int
    topic: str
    reason: Reason
    detail: str
    counted: bool  # the gateway has a receipt for it
    size: int  # bytes as it came
    first_at: datetime
    last_at: datetime
    times: int


async def keep(
    connection: AsyncConnection, topic: str, body: bytes, why: Rejected, *, now: datetime, event: Envelope | None
) -> None:
    """Put a message into quarantine; the same one again only counts up.

    Args:
        event: given where its signature is sound and the inbox counts it as received; such a row is never pruned.
    """
    values = {
        "topic": _plain(topic, MAX_TOPIC),
        "digest": digest(body),
        "reason": why.reason,
        "detail": _plain(str(why), MAX_DETAIL),
        "inbox_id": None if event is None else event.id,
        "body": body[:MAX_EVENT_BYTES],
        "size": len(body),
        "first_at": now,
        "last_at": now,
        "times": 1,
    }
    statement = insert(quarantine).values(values)
    came = statement.excluded
    anew: dict[str, object] = {
        "reason": came.reason,
        "detail": came.detail,
        "last_at": came.last_at,
        "times": quarantine.c.times + 1,
        "settled_at": None,
        "inbox_id": func.coalesce(quarantine.c.inbox_id, came.inbox_id),
    }
    await connection.execute(statement.on_conflict_do_update(index_elements=["topic", "digest"], set_=anew))


class Quarantine:
    """Reads and empties the quarantine."""

    def __init__(self, engine: AsyncEngine, *, max_rows: int = MAX_ROWS) -> None:
        self._engine = engine
        self._max_rows = max_rows

    async def list(self, *, limit: int = 100, reason: Reason | None = None) -> list[Held]:
        """What waits, the latest first."""
        query = select(quarantine).where(quarantine.c.settled_at.is_(None)).order_by(quarantine.c.id.desc())
        if reason is not None:
            query = query.where(quarantine.c.reason == reason)
        async with reading(self._engine) as connection:
            return [_held(row) for row in await connection.execute(query.limit(limit))]

    async def count(self) -> int:
        """How many messages wait."""
        query = select(func.count()).select_from(quarantine).where(quarantine.c.settled_at.is_(None))
        async with reading(self._engine) as connection:
            return (await connection.execute(query)).scalar_one()

    async def replay(self, held_id: int, take: Callable[[str, bytes], Awaitable[bool]]) -> bool:
        """Take a message in again, for instance after its gateway was registered or this program was upgraded.

        Args:
            take: `Reception.retake`: whether the message is understood now; puts it back into quarantine otherwise.
        Returns:
            whether it is settled now. False too: there is no such row, or its bytes were cut because it was oversized.
        """
        async with reading(self._engine) as connection:
            query = select(quarantine).where(quarantine.c.id == held_id, quarantine.c.settled_at.is_(None))
            row = (await connection.execute(query)).one_or_none()
        if row is None or row.size != len(row.body) or not await take(row.topic, row.body):
            return False
        async with transaction(self._engine) as connection:
            settled = update(quarantine).where(quarantine.c.id == held_id).values(settled_at=datetime.now(UTC))
            await connection.execute(settled)
        return True

    async def prune(self) -> int:
        """Drop the oldest of what nobody signed, beyond `max_rows`; a flood of rubbish must not fill the disk."""
        ours = select(quarantine.c.id).where(quarantine.c.inbox_id.is_(None)).order_by(quarantine.c.id.desc())
        beyond = ours.offset(self._max_rows).limit(PRUNE)
        async with transaction(self._engine) as connection:
            done = await connection.execute(delete(quarantine).where(quarantine.c.id.in_(beyond)))
        return done.rowcount


def _held(row: Row[tuple[object, ...]]) -> Held:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Held(
        id=values["id"],
        topic=values["topic"],
        reason=Reason(values["reason"]),
        detail=values["detail"],
        counted=values["inbox_id"] is not None,
        size=values["size"],
        first_at=values["first_at"],
        last_at=values["last_at"],
        times=values["times"],
    )


def _plain(text: str, limit: int) -> str:
    """Text from outside as the database can hold it."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")[:limit]
