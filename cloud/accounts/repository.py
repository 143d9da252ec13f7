"""Users in PostgreSQL: what one transaction does."""

from datetime import datetime
from typing import Final

from sqlalchemy import Insert, Select, Update, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.accounts.domain import Role, User
from cloud.accounts.tables import organisations, users

_COLUMNS: Final = (
    users.c.name,
    users.c.created_at,
    users.c.revoked_at,
    users.c.role,
    users.c.organisation,
    users.c.subject,
    users.c.totp_since,
    users.c.by_rule,
)


class AccountRepository:
    """Accounts within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_user(self, user: User, password_hash: str | None) -> bool:
        """Store a user; False when the name, or what single sign-on calls the user, is taken."""
        statement = insert(users).values(
            name=user.name,
            password_hash=password_hash,
            created_at=user.created_at,
            role=user.role,
            organisation=user.organisation,
            subject=user.subject,
            by_rule=user.by_rule,
        )
        return await self._changed(statement.on_conflict_do_nothing())

    async def list_users(self) -> list[User]:
        """All users, revoked ones too, by name."""
        return await self._users(select(*_COLUMNS).order_by(users.c.name))

    async def below(self, path: str | None, *, after: str, limit: int) -> list[User]:
        """Users of the organisation at `path` and of those under it, revoked ones too, by name.

        Args:
            path: None: all users, those without an organisation among them.
            after: names behind this one alone.
        """
        query = select(*_COLUMNS).where(users.c.name > after).order_by(users.c.name).limit(limit)
        if path is not None:
            query = query.join(organisations, organisations.c.id == users.c.organisation)
            query = query.where(organisations.c.path.like(f"{path}%"))
        return await self._users(query)

    async def get(self, name: str) -> User | None:
        """One user, revoked or not."""
        return next(iter(await self._users(select(*_COLUMNS).where(users.c.name == name))), None)

    async def by_subject(self, subject: str) -> User | None:
        """Who single sign-on calls so, revoked or not."""
        return next(iter(await self._users(select(*_COLUMNS).where(users.c.subject == subject))), None)

    async def place(self, name: str, role: Role, organisation: str | None) -> bool:
        """Say by hand what a user is there for and where; False when there is no such user."""
        placed = {"role": role, "organisation": organisation, "by_rule": False}
        return await self._changed(update(users).where(users.c.name == name).values(placed))

    async def place_by_rule(self, name: str, role: Role, organisation: str) -> None:
        """As `place`, because single sign-on says so: from now on what it says decides."""
        placed = {"role": role, "organisation": organisation, "by_rule": True}
        await self._connection.execute(update(users).where(users.c.name == name).values(placed))

    async def hash_of(self, name: str) -> str | None:
        """The hash of a user who is not revoked and has a password."""
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

    async def readmit_user(self, name: str) -> bool:
        """Let a revoked user in again, by what they came in by before; False when there is no such user."""
        return await self._changed(update(users).where(users.c.name == name).values(revoked_at=None))

    async def _users(self, query: Select[tuple[object, ...]]) -> list[User]:
        return [
            User(
                name=row.name,
                created_at=row.created_at,
                revoked_at=row.revoked_at,
                role=Role(row.role),
                organisation=row.organisation,
                subject=row.subject,
                has_second_factor=row.totp_since is not None,
                by_rule=row.by_rule,
            )
            for row in await self._connection.execute(query)
        ]

    async def _changed(self, statement: Insert | Update) -> bool:
        return (await self._connection.execute(statement.returning(users.c.name))).first() is not None
