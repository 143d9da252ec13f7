"""Which files are complete and which are begun, in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.evidence.tables import evidence, uploads

CLEAN_UP: Final = 16  # expired uploads cleared away when one begins


@dataclass(frozen=True, slots=True)
class Owner:
    """The gateway that hands a file in."""

    community: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is begun."""

    owner: Owner
    sha256: str
    length: int  # bytes of the whole file, as announced
    received: int
    pieces: int

    def path(self, piece: int) -> str:
        """Where a piece lies in the store, counted from 0."""
        return f"partial/{self.owner.community}/{self.owner.gateway}/{self.sha256}/{piece:04d}"

    @property
    def paths(self) -> tuple[str, ...]:
        """Where all its pieces lie, in order."""
        return tuple(self.path(piece) for piece in range(self.pieces))


async def complete_size(connection: AsyncConnection, sha256: str) -> int | None:
    """Bytes of a complete file; None: it is not complete."""
    return (await connection.execute(select(evidence.c.size).where(evidence.c.sha256 == sha256))).scalar_one_or_none()


async def lock_owner(connection: AsyncConnection, owner: Owner) -> None:
    """Let one request of a gateway at a time look at its budget; held until the transaction ends."""
    key = f"evidence/{owner.community}/{owner.gateway}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def lock_file(connection: AsyncConnection, sha256: str) -> None:
    """Let one at a time put or take away the file of a name; held until the transaction ends."""
    key = f"evidence-file/{sha256}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def upload(connection: AsyncConnection, owner: Owner, sha256: str) -> Upload | None:
    """A file that this gateway has begun."""
    row = (await connection.execute(select(uploads).where(*_of(owner), uploads.c.sha256 == sha256))).one_or_none()
    return None if row is None else Upload(owner, row.sha256, row.length, row.received, row.pieces)


async def partial_bytes(connection: AsyncConnection, owner: Owner) -> int:
    """Announced bytes of all files this gateway has begun."""
    query = select(func.coalesce(func.sum(uploads.c.length), 0)).where(*_of(owner))
    return int((await connection.execute(query)).scalar_one())


async def complete_bytes(connection: AsyncConnection, owner: Owner, *, since: datetime) -> int:
    """Bytes of the files this gateway has completed since a time."""
    query = select(func.coalesce(func.sum(evidence.c.size), 0)).where(
        evidence.c.community == owner.community,
        evidence.c.gateway == owner.gateway,
        evidence.c.completed_at > since,
    )
    return int((await connection.execute(query)).scalar_one())


async def keep(connection: AsyncConnection, state: Upload, *, expires_at: datetime) -> None:
    """Store how far an upload is."""
    changing = {"received": state.received, "pieces": state.pieces, "expires_at": expires_at}
    values = {
        "community": state.owner.community,
        "gateway": state.owner.gateway,
        "sha256": state.sha256,
        "length": state.length,
        **changing,
    }
    statement = insert(uploads).values(values)
    keys = ["community", "gateway", "sha256"]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changing))


async def drop(connection: AsyncConnection, state: Upload) -> None:
    """Forget an upload."""
    await connection.execute(delete(uploads).where(*_of(state.owner), uploads.c.sha256 == state.sha256))


async def drop_expired(connection: AsyncConnection, *, now: datetime) -> Sequence[Upload]:
    """Forget up to `CLEAN_UP` uploads that nobody went on with, and say which."""
    expired = select(uploads).where(uploads.c.expires_at < now).limit(CLEAN_UP).with_for_update(skip_locked=True)
    rows = (await connection.execute(expired)).all()
    found = [
        Upload(Owner(row.community, row.gateway), row.sha256, row.length, row.received, row.pieces) for row in rows
    ]
    for state in found:
        await drop(connection, state)
    return found


async def complete(
    connection: AsyncConnection, owner: Owner, sha256: str, *, size: int, media_type: str, now: datetime
) -> None:
    """Note a complete file; who was first stays its owner."""
    values = {
        "sha256": sha256,
        "size": size,
        "media_type": media_type,
        "community": owner.community,
        "gateway": owner.gateway,
        "completed_at": now,
    }
    await connection.execute(insert(evidence).values(values).on_conflict_do_nothing())


def _of(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (uploads.c.community == owner.community, uploads.c.gateway == owner.gateway)
