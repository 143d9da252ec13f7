"""Users and sessions in PostgreSQL: what one transaction does."""

from datetime import datetime
from typing import Final

from sqlalchemy import Insert, Update, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts.domain import Role, User
from cloud.accounts.tables import sessions, users

MAX_SESSIONS: Final = 20  # a user's open sessions; a further one ends the oldest


class AccountRepository:
    """Accounts within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_user(self, name: str, password_hash: str, now: datetime, role: Role) -> bool:
        """Store a user; False when the name is taken."""
        statement = insert(users).values(name=name, password_hash=password_hash, created_at=now, role=role)
        return await self._changed(statement.on_conflict_do_nothing())

    async def list_users(self) -> list[User]:
        """All users, revoked ones too, by name."""
        rows = await self._connection.execute(
            select(users.c.name, users.c.created_at, users.c.revoked_at, users.c.role).order_by(users.c.name)
        )
        return [
            User(name=row.name, created_at=row.created_at, revoked_at=row.revoked_at, role=Role(row.role))
            for row in rows
        ]

    async def set_role(self, name: str, role: Role) -> bool:
        """Say what a user needs to see; False when there is no such user."""
        return await self._changed(update(users).where(users.c.name == name).values(role=role))

    async def hash_of(self, name: str) -> str | None:
        """The hash of a user who is not revoked."""
        statement = select(users.c.password_hash).where(users.c.name == name, users.c.revoked_at.is_(None))
        stored: str | None = (await self._connection.execute(statement)).scalar_one_or_none()
        return stored

    async def set_hash(self, name: str, password_hash: str) -> bool:
        """Store another password's hash and let the user in again; False when there is no such user."""
        statement = update(users).where(users.c.name == name)
        return await self._changed(statement.values(password_hash=password_hash, revoked_at=None))

    async def replace_hash(self, name: str, checked: str, password_hash: str) -> None:
        """Store a stronger hash of the same password, unless another password was given meanwhile."""
        statement = update(users).where(users.c.name == name, users.c.password_hash == checked)
        await self._connection.execute(statement.values(password_hash=password_hash))

    async def revoke_user(self, name: str, now: datetime) -> bool:
        """Shut the user out; False when there is no such user."""
        statement = update(users).where(users.c.name == name)
        return await self._changed(statement.values(revoked_at=func.coalesce(users.c.revoked_at, now)))

    async def open_session(self, token_sha256: str, name: str, now: datetime, expires_at: datetime) -> bool:
        """Store a session; False when the user was revoked meanwhile."""
        active = select(users.c.name).where(users.c.name == name, users.c.revoked_at.is_(None)).with_for_update()
        if (await self._connection.execute(active)).first() is None:
            return False
        values = {"token_sha256": token_sha256, "user_name": name, "created_at": now, "expires_at": expires_at}
        await self._connection.execute(insert(sessions).values(values))
        await self._sweep(name, now)
        return True

    async def _sweep(self, name: str, now: datetime) -> None:
        """Delete what has expired, whoever's it was, and this user's oldest beyond the limit."""
        mine = select(sessions.c.id).where(sessions.c.user_name == name).order_by(sessions.c.id.desc())
        surplus = mine.offset(MAX_SESSIONS).scalar_subquery()
        await self._connection.execute(
            delete(sessions).where(or_(sessions.c.expires_at <= now, sessions.c.id.in_(surplus)))
        )

    async def find_session(self, token_sha256: str, now: datetime) -> tuple[str, datetime, Role] | None:
        """The user, the end and the user's role of a session that is still good."""
        statement = (
            select(sessions.c.user_name, sessions.c.expires_at, users.c.role)
            .join_from(sessions, users)
            .where(sessions.c.token_sha256 == token_sha256, sessions.c.expires_at > now, users.c.revoked_at.is_(None))
        )
        row = (await self._connection.execute(statement)).first()
        return None if row is None else (row.user_name, row.expires_at, Role(row.role))

    async def end_session(self, token_sha256: str) -> None:
        await self._connection.execute(delete(sessions).where(sessions.c.token_sha256 == token_sha256))

    async def end_sessions_of(self, name: str) -> None:
        await self._connection.execute(delete(sessions).where(sessions.c.user_name == name))

    async def _changed(self, statement: Insert | Update) -> bool:
        return (await self._connection.execute(statement.returning(users.c.name))).first() is not None
