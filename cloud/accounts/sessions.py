"""Sessions: opened at a login, found by their token, seen and ended by their owner."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Row, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts.domain import LoginRefused, OpenSession, Origin, Role, Session, Step
from cloud.accounts.organisation_rows import scope_of
from cloud.accounts.tables import organisations, sessions, users
from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction

TOKEN_BYTES: Final = 32
MAX_TOKEN: Final = 64  # characters of a cookie that are worth a look
MAX_SESSIONS: Final = 20  # a user's open sessions; a further one ends the oldest
MAX_AGENT: Final = 200
SESSION_LASTS: Final = timedelta(days=7)
STEP_LASTS: Final = {Step.CODE: timedelta(minutes=5), Step.ENROL: timedelta(minutes=30)}


class Sessions:
    """Sessions over one database.

    Args:
        clock: aware time now.
        lasts: how long a session is good.
        wanted_of: roles that work with nothing until they have a second factor.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Callable[[], datetime],
        lasts: timedelta = SESSION_LASTS,
        wanted_of: frozenset[Role] = frozenset(),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._lasts = lasts
        self._wanted_of = wanted_of

    async def open(
        self, connection: AsyncConnection, name: str, step: Step, origin: Origin, *, by: str = "password"
    ) -> tuple[str, Session]:
        """Open a session; return its token, which is stored nowhere but in the browser.

        Args:
            by: how the user was known, for the audit log.
        Raises:
            LoginRefused: the user was revoked meanwhile.
        """
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        active = select(users.c.name).where(users.c.name == name, users.c.revoked_at.is_(None)).with_for_update()
        if (await connection.execute(active)).first() is None:
            raise LoginRefused("the name or the password is wrong")
        values = {
            "token_sha256": digest(token),
            "user_name": name,
            "created_at": now,
            "expires_at": now + STEP_LASTS.get(step, self._lasts),
            "step": step,
            "address": origin.address[:MAX_AGENT],
            "agent": _printable(origin.agent),
        }
        await connection.execute(insert(sessions).values(values))
        await self._sweep(connection, name, now)
        if step is Step.FULL:
            detail = {"by": by, "address": origin.address}
            await record(connection, Entry(name, Deed.LOGGED_IN, f"user/{name}", detail=detail, at=now))
        found = await self._find(connection, token)
        if found is None:
            raise LoginRefused("the name or the password is wrong")
        return token, found

    async def find(self, token: str) -> Session | None:
        """The session that a token opens, at whatever step, while it is good and its user is not revoked."""
        if not 0 < len(token) <= MAX_TOKEN:
            return None
        async with reading(self._engine) as connection:
            return await self._find(connection, token)

    async def end(self, connection: AsyncConnection, token: str) -> str | None:
        """End a session; return whose it was."""
        ended = delete(sessions).where(sessions.c.token_sha256 == digest(token)).returning(sessions.c.user_name)
        name: str | None = (await connection.execute(ended)).scalar_one_or_none()
        return name

    async def end_all(self, connection: AsyncConnection, name: str) -> int:
        """End all of a user's sessions; return how many there were."""
        ended = delete(sessions).where(sessions.c.user_name == name).returning(sessions.c.id)
        return len((await connection.execute(ended)).all())

    async def end_others(self, connection: AsyncConnection, name: str, kept: int) -> None:
        """End a user's full sessions but one, which may be none's."""
        others = sessions.c.user_name == name, sessions.c.step == Step.FULL, sessions.c.id != kept
        await connection.execute(delete(sessions).where(*others))

    async def logout(self, token: str) -> None:
        """End a session by its token; nothing happens when there is none."""
        async with transaction(self._engine) as connection:
            name = await self.end(connection, token)
            if name is not None:
                await record(connection, Entry(name, Deed.LOGGED_OUT, f"user/{name}", at=self._clock()))

    async def list(self, name: str) -> Sequence[OpenSession]:
        """A user's open sessions, the newest first."""
        query = select(sessions).where(sessions.c.user_name == name, sessions.c.expires_at > self._clock())
        async with reading(self._engine) as connection:
            rows = await connection.execute(query.where(sessions.c.step == Step.FULL).order_by(sessions.c.id.desc()))
            return [OpenSession(row.id, row.created_at, row.expires_at, Origin(row.address, row.agent)) for row in rows]

    async def revoke(self, name: str, session: int) -> bool:
        """End one of a user's own sessions; False when it is none of theirs."""
        async with transaction(self._engine) as connection:
            own = sessions.c.id == session, sessions.c.user_name == name
            ended = await connection.execute(delete(sessions).where(*own).returning(sessions.c.id))
            if ended.first() is None:
                return False
            await record(connection, Entry(name, Deed.SESSION_ENDED, f"user/{name}", at=self._clock()))
        return True

    async def _find(self, connection: AsyncConnection, token: str) -> Session | None:
        query = (
            select(sessions.c.id, sessions.c.user_name, sessions.c.expires_at, sessions.c.step)
            .add_columns(users.c.role, users.c.organisation, organisations.c.path, users.c.totp_since, users.c.subject)
            .join_from(sessions, users)
            .outerjoin(organisations, users.c.organisation == organisations.c.id)
            .where(sessions.c.token_sha256 == digest(token), sessions.c.expires_at > self._clock())
        )
        row = (await connection.execute(query.where(users.c.revoked_at.is_(None)))).first()
        if row is None:
            return None
        found = Session(row.user_name, _csrf(token), row.expires_at, Role(row.role), row.organisation)
        return replace(found, scope=await scope_of(connection, row.path), step=self._step(row), id=row.id)

    def _step(self, row: Row[tuple[object, ...]]) -> Step:
        """Where a session stands: who was given a role that wants a second factor meanwhile makes one first.

        For those who sign on elsewhere the provider asks for one.
        """
        wants = Role(row.role) in self._wanted_of and row.totp_since is None and row.subject is None
        return Step.ENROL if wants and row.step == Step.FULL else Step(row.step)

    async def _sweep(self, connection: AsyncConnection, name: str, now: datetime) -> None:
        """Delete what has expired, whoever's it was, and this user's oldest beyond the limit, each step's apart.

        So whoever knows a password and no code can end nobody's session.
        """
        surplus = [sessions.c.expires_at <= now]
        for full in (True, False):
            of_step = sessions.c.step == Step.FULL if full else sessions.c.step != Step.FULL
            mine = select(sessions.c.id).where(sessions.c.user_name == name, of_step).order_by(sessions.c.id.desc())
            surplus.append(sessions.c.id.in_(mine.offset(MAX_SESSIONS).scalar_subquery()))
        await connection.execute(delete(sessions).where(or_(*surplus)))


def digest(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf(token: str) -> str:
    """The session's form token: follows from the cookie, and does not give the cookie away."""
    return hmac.new(token.encode(), b"linli-csrf-v1", hashlib.sha256).hexdigest()


def _printable(agent: str) -> str:
    return "".join(ch for ch in agent[:MAX_AGENT] if ch.isprintable())
