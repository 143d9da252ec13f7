"""Access tokens in PostgreSQL: the table, and named statements within the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Row, Table, Text, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts.tokens import USED_WITHIN, AccessToken
from cloud.db.metadata import Moment, metadata

# The token itself is shown once, to whoever adds it; here lies its SHA-256.
access_tokens: Final = Table(
    "access_tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("organisation", Text, ForeignKey("organisations.id")),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("used_at", Moment),
)
_SHOWN: Final = tuple(column for column in access_tokens.c if column.name != "token_sha256")


async def add(connection: AsyncConnection, token: AccessToken, token_sha256: str) -> bool:
    """Store a token; False when the name is taken."""
    values = {
        "name": token.name,
        "token_sha256": token_sha256,
        "organisation": token.organisation,
        "created_at": token.created_at,
        "created_by": token.created_by,
        "expires_at": token.expires_at,
    }
    statement = insert(access_tokens).values(values).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(access_tokens.c.name))).first() is not None


async def everyone(connection: AsyncConnection) -> Sequence[AccessToken]:
    """All tokens, ended ones too, by name."""
    return [_token(row) for row in await connection.execute(select(*_SHOWN).order_by(access_tokens.c.name))]


async def count_good(connection: AsyncConnection, now: datetime) -> int:
    """How many may be used now."""
    good = select(func.count()).where(access_tokens.c.revoked_at.is_(None), access_tokens.c.expires_at > now)
    return int((await connection.execute(good)).scalar_one())


async def revoke(connection: AsyncConnection, name: str, now: datetime) -> bool:
    """End a token; False when there is none of the name."""
    statement = update(access_tokens).where(access_tokens.c.name == name)
    ended = statement.values(revoked_at=func.coalesce(access_tokens.c.revoked_at, now))
    return (await connection.execute(ended.returning(access_tokens.c.name))).first() is not None


async def find(connection: AsyncConnection, token_sha256: str, now: datetime) -> AccessToken | None:
    """The token behind a hash, while it is good."""
    query = select(*_SHOWN).where(
        access_tokens.c.token_sha256 == token_sha256,
        access_tokens.c.revoked_at.is_(None),
        access_tokens.c.expires_at > now,
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _token(row)


async def used(connection: AsyncConnection, name: str, now: datetime) -> None:
    """Note that a token was used, unless that was noted a short while ago."""
    before = or_(access_tokens.c.used_at.is_(None), access_tokens.c.used_at < now - USED_WITHIN)
    await connection.execute(update(access_tokens).where(access_tokens.c.name == name, before).values(used_at=now))


def _token(row: Row[tuple[object, ...]]) -> AccessToken:
    return AccessToken(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
