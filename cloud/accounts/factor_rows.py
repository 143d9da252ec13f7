"""Second factors in PostgreSQL: named statements within the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts import codes
from cloud.accounts.tables import recovery_codes, users


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a user's secret: it lies sealed, or, of an older program, in clear. One of the two is there."""

    sealed: bytes | None
    clear: str | None
    since: datetime | None  # None: it was begun and not confirmed


async def stored(connection: AsyncConnection, name: str) -> Stored | None:
    """A user's secret, held until the transaction ends; None: there is none, or no such user."""
    query = select(users.c.totp_sealed, users.c.totp_secret, users.c.totp_since).where(users.c.name == name)
    row = (await connection.execute(query.with_for_update())).first()
    if row is None or (row.totp_sealed is None and row.totp_secret is None):
        return None
    return Stored(row.totp_sealed, row.totp_secret, row.totp_since)


async def in_clear(connection: AsyncConnection) -> Sequence[tuple[str, str]]:
    """Users whose secret lies in clear, with it; held until the transaction ends."""
    query = select(users.c.name, users.c.totp_secret).where(users.c.totp_secret.is_not(None))
    rows = await connection.execute(query.order_by(users.c.name).with_for_update())
    return [(row.name, row.totp_secret) for row in rows]


async def begin(connection: AsyncConnection, name: str, sealed: bytes) -> bool:
    """Keep a new secret that does not count yet; False: there is one that counts, or no such user."""
    mine = update(users).where(users.c.name == name, users.c.totp_since.is_(None))
    values = {"totp_sealed": sealed, "totp_secret": None, "totp_step": None}
    return (await connection.execute(mine.values(values).returning(users.c.name))).first() is not None


async def seal(connection: AsyncConnection, name: str, sealed: bytes) -> None:
    """Keep the same secret sealed."""
    await connection.execute(update(users).where(users.c.name == name).values(totp_sealed=sealed, totp_secret=None))


async def confirm(connection: AsyncConnection, name: str, *, step: int, now: datetime) -> None:
    """Let the secret count from now on; the code of `step` was taken."""
    await connection.execute(update(users).where(users.c.name == name).values(totp_since=now, totp_step=step))


async def take_step(connection: AsyncConnection, name: str, step: int) -> bool:
    """Take the code of a time step; False: it, or a later one, was taken before."""
    newer = or_(users.c.totp_step.is_(None), users.c.totp_step < step)
    taken = update(users).where(users.c.name == name, newer).values(totp_step=step)
    return (await connection.execute(taken.returning(users.c.name))).first() is not None


async def drop(connection: AsyncConnection, name: str) -> bool:
    """Forget secret and recovery codes; False: there is no such user."""
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_name == name))
    none = {"totp_secret": None, "totp_sealed": None, "totp_step": None, "totp_since": None}
    dropped = update(users).where(users.c.name == name).values(none).returning(users.c.name)
    return (await connection.execute(dropped)).first() is not None


async def new_recovery(connection: AsyncConnection, name: str) -> tuple[str, ...]:
    """Other recovery codes in place of those that are left."""
    given = codes.recovery_codes()
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_name == name))
    rows = [{"user_name": name, "code_sha256": codes.recovery_digest(code)} for code in given]
    await connection.execute(insert(recovery_codes), rows)
    return given


async def take_recovery(connection: AsyncConnection, name: str, digest: str) -> bool:
    """Take a recovery code; False: it is none, or was taken before."""
    mine = recovery_codes.c.user_name == name, recovery_codes.c.code_sha256 == digest
    used = await connection.execute(delete(recovery_codes).where(*mine).returning(recovery_codes.c.user_name))
    return used.first() is not None
