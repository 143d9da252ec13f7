"""The second factor of a local account: begun, confirmed, asked for at the login, taken away."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import codes
from cloud.accounts.domain import (
    CodeRefused,
    Origin,
    Role,
    SecondFactorWanted,
    Session,
    Step,
    TooManyAttempts,
    UnknownUser,
    canonical_name,
)
from cloud.accounts.sessions import Sessions
from cloud.accounts.tables import recovery_codes, users
from cloud.accounts.throttle import Limit, Throttle
from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction

PER_USER: Final = Limit(attempts=5, window_s=300)  # of a million codes three are right: a hundred years for even odds


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a user has a second factor, and what of it is left."""

    since: datetime | None
    recovery_left: int
    is_wanted: bool  # by the role


class SecondFactors:
    """Second factors over one database.

    Args:
        wanted_of: roles that work with nothing until they have one.
        monotonic: seconds, for the limit on attempts.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        sessions: Sessions,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        wanted_of: frozenset[Role] = frozenset(),
    ) -> None:
        self._engine = engine
        self._sessions = sessions
        self._clock = clock
        self._wanted_of = wanted_of
        self._attempts = Throttle(PER_USER, monotonic)

    async def step(self, connection: AsyncConnection, name: str) -> Step:
        """Where a login with the right password stands."""
        row = (await connection.execute(select(users.c.totp_since, users.c.role).where(users.c.name == name))).one()
        if row.totp_since is not None:
            return Step.CODE
        return Step.ENROL if Role(row.role) in self._wanted_of else Step.FULL

    async def standing(self, session: Session) -> Standing:
        """How it is for a user."""
        async with reading(self._engine) as connection:
            since = await connection.execute(select(users.c.totp_since).where(users.c.name == session.user))
            mine = select(recovery_codes.c.code_sha256).where(recovery_codes.c.user_name == session.user)
            left = len((await connection.execute(mine)).all())
            return Standing(since.scalar_one(), left, session.role in self._wanted_of)

    async def begin(self, name: str) -> tuple[str, str]:
        """A new secret in base 32 and the address for the QR code; nothing counts until `confirm`.

        Raises:
            CodeRefused: there is one already; it is taken away first.
        """
        secret = codes.new_secret()
        async with transaction(self._engine) as connection:
            mine = update(users).where(users.c.name == name, users.c.totp_since.is_(None))
            begun = await connection.execute(mine.values(totp_secret=secret, totp_step=None).returning(users.c.name))
            if begun.first() is None:
                raise CodeRefused("there is a second factor already; take it away first")
        return secret, codes.address(secret, name)

    async def confirm(self, name: str, code: str) -> tuple[str, ...]:
        """Make the secret that was begun the second factor; return recovery codes, which are shown this once.

        Raises:
            CodeRefused: the code is not of that secret, or none was begun.
            TooManyAttempts: and says how long to wait.
        """
        self._count(name)
        async with transaction(self._engine) as connection:
            row = await self._row(connection, name)
            step = None if row is None else codes.step_of(row[0], code, self._clock())
            if row is None or row[1] is not None or step is None:
                raise CodeRefused("the code is wrong")
            changed = update(users).where(users.c.name == name)
            await connection.execute(changed.values(totp_since=self._clock(), totp_step=step))
            given = await self._new_recovery(connection, name)
            await self._note(connection, name, name, "on")
        self._attempts.give_back(name)
        return given

    async def renew_recovery(self, name: str, code: str) -> tuple[str, ...]:
        """Other recovery codes in place of those that are left; errors as `pass_`."""
        async with self._proven(name, code) as connection:
            given = await self._new_recovery(connection, name)
            await self._note(connection, name, name, "recovery codes renewed")
        return given

    async def take_away(self, session: Session, code: str) -> None:
        """Do without; errors as `pass_`.

        Raises:
            SecondFactorWanted: the user's role does not do without.
        """
        if session.role in self._wanted_of:
            raise SecondFactorWanted("this role has a second factor; an administrator can take it away for a new one")
        async with self._proven(session.user, code) as connection:
            await self._drop(connection, session.user)
            await self._note(connection, session.user, session.user, "off")

    async def reset(self, name: str, *, by: str) -> None:
        """Take it away without a code, for one who lost telephone and codes; open sessions end.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            if not await self._drop(connection, name):
                raise UnknownUser(f"there is no user {name!r}; `user list` shows who there is")
            await self._sessions.end_all(connection, name)
            await self._note(connection, name, by, "reset")

    async def pass_(self, token: str, code: str, origin: Origin) -> tuple[str, Session]:
        """Go on from `Step.CODE` to a full session, with a token of its own.

        Args:
            code: of the telephone, or a recovery code.
        Raises:
            CodeRefused: it is wrong or was used before, or the session waits for none.
            TooManyAttempts: and says how long to wait.
        """
        half = await self._sessions.find(token)
        if half is None or half.step is not Step.CODE:
            raise CodeRefused("no code is waited for")
        async with self._proven(half.user, code) as connection:
            await self._sessions.end(connection, token)
            return await self._sessions.open(connection, half.user, Step.FULL, origin, by="password and code")

    async def enrolled(self, token: str, origin: Origin) -> tuple[str, Session] | None:
        """Go on from `Step.ENROL` once there is a second factor; None: the session is no such one."""
        half = await self._sessions.find(token)
        if half is None or half.step is not Step.ENROL:
            return None
        async with transaction(self._engine) as connection:
            if await self.step(connection, half.user) is not Step.CODE:
                return None
            await self._sessions.end(connection, token)
            return await self._sessions.open(connection, half.user, Step.FULL, origin, by="password and code")

    @asynccontextmanager
    async def _proven(self, name: str, code: str) -> AsyncIterator[AsyncConnection]:
        """A transaction for one who gave the right code; a wrong one is noted."""
        self._count(name)
        async with transaction(self._engine) as connection:
            took = await self._takes(connection, name, code)
            if took:
                yield connection
            else:
                entry = Entry(name, Deed.LOGIN_FAILED, f"user/{name}", detail={"by": "code"}, at=self._clock())
                await record(connection, entry)
        if not took:
            raise CodeRefused("the code is wrong, or was used before")
        self._attempts.give_back(name)

    async def _takes(self, connection: AsyncConnection, name: str, code: str) -> bool:
        """Whether a code is right; a code by time counts once, and so does a recovery code."""
        row = await self._row(connection, name)
        if row is None or row[1] is None:
            return False
        recovery = codes.recovery_digest(code)
        if recovery is not None:
            mine = recovery_codes.c.user_name == name, recovery_codes.c.code_sha256 == recovery
            used = await connection.execute(delete(recovery_codes).where(*mine).returning(recovery_codes.c.user_name))
            return used.first() is not None
        step = codes.step_of(row[0], code, self._clock())
        if step is None:
            return False
        newer = or_(users.c.totp_step.is_(None), users.c.totp_step < step)
        taken = update(users).where(users.c.name == name, newer).values(totp_step=step).returning(users.c.name)
        return (await connection.execute(taken)).first() is not None

    async def _row(self, connection: AsyncConnection, name: str) -> tuple[str, datetime | None] | None:
        """A user's secret, and since when it counts; held until the transaction ends."""
        query = select(users.c.totp_secret, users.c.totp_since).where(users.c.name == name).with_for_update()
        row = (await connection.execute(query)).first()
        return None if row is None or row.totp_secret is None else (row.totp_secret, row.totp_since)

    async def _new_recovery(self, connection: AsyncConnection, name: str) -> tuple[str, ...]:
        given = codes.recovery_codes()
        await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_name == name))
        rows = [{"user_name": name, "code_sha256": codes.recovery_digest(code)} for code in given]
        await connection.execute(insert(recovery_codes), rows)
        return given

    async def _drop(self, connection: AsyncConnection, name: str) -> bool:
        await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_name == name))
        none = {"totp_secret": None, "totp_step": None, "totp_since": None}
        dropped = update(users).where(users.c.name == name).values(none).returning(users.c.name)
        return (await connection.execute(dropped)).first() is not None

    async def _note(self, connection: AsyncConnection, name: str, by: str, what: str) -> None:
        entry = Entry(by, Deed.SECOND_FACTOR_CHANGED, f"user/{name}", detail={"second factor": what}, at=self._clock())
        await record(connection, entry)

    def _count(self, name: str) -> None:
        wait_s = self._attempts.wait_s(name)
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        self._attempts.take(name)
