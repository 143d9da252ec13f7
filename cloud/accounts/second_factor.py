"""The second factor of a local account: begun, confirmed, asked for at the login, taken away."""

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import codes
from cloud.accounts import factor_rows as rows
from cloud.accounts.domain import (
    CodeRefused,
    FactorUnreadable,
    Origin,
    Role,
    SecondFactorWanted,
    Session,
    Step,
    TooManyAttempts,
    UnknownUser,
    canonical_name,
)
from cloud.accounts.factor_seal import FactorSeal, Unreadable
from cloud.accounts.sessions import Sessions
from cloud.accounts.tables import recovery_codes, users
from cloud.accounts.throttle import Limit, Throttle
from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction

PER_USER: Final = Limit(attempts=5, window_s=300)  # wrong codes of one who mistypes
# Of a million codes three are right: who knows a password and guesses needs twelve years for even odds.
PER_USER_AND_DAY: Final = Limit(attempts=50, window_s=86_400)

_log = logging.getLogger(__name__)


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
        seal: FactorSeal,
    ) -> None:
        self._engine = engine
        self._sessions = sessions
        self._clock = clock
        self._wanted_of = wanted_of
        self._seal = seal
        self._is_key_wrong = False
        self._attempts = Throttle(PER_USER, monotonic)
        self._a_day = Throttle(PER_USER_AND_DAY, monotonic)

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
            if not await rows.begin(connection, name, self._seal.seal(secret, name)):
                raise CodeRefused("there is a second factor already; take it away first")
        return secret, codes.address(secret, name)

    async def confirm(self, name: str, code: str, *, session: int = 0) -> tuple[str, ...]:
        """Make the secret that was begun the second factor; return recovery codes, which are shown this once.

        Args:
            session: which goes on; whatever else the password alone has opened ends.
        Raises:
            CodeRefused: the code is not of that secret, or none was begun.
            TooManyAttempts: and says how long to wait.
        """
        self._count(name, code)
        async with transaction(self._engine) as connection:
            begun = await rows.stored(connection, name)
            if begun is None or begun.since is not None:
                raise CodeRefused("the code is wrong")
            step = codes.step_of(await self._secret(connection, name, begun), code, self._clock())
            if step is None:
                raise CodeRefused("the code is wrong")
            await rows.confirm(connection, name, step=step, now=self._clock())
            given = await rows.new_recovery(connection, name)
            await self._sessions.end_others(connection, name, session)
            await self._note(connection, name, name, "on")
        self._give_back(name, code)
        return given

    async def renew_recovery(self, name: str, code: str) -> tuple[str, ...]:
        """Other recovery codes in place of those that are left; errors as `pass_`."""
        async with self._proven(name, code) as connection:
            given = await rows.new_recovery(connection, name)
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
            await rows.drop(connection, session.user)
            await self._note(connection, session.user, session.user, "off")

    async def reset(self, name: str, *, by: str) -> None:
        """Take it away without a code, for one who lost telephone and codes; open sessions end.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            if not await rows.drop(connection, name):
                raise UnknownUser(f"there is no user {name!r}; `user list` shows who there is")
            await self._sessions.end_all(connection, name)
            await self._note(connection, name, by, "reset")

    async def seal_all(self) -> int:
        """Seal the secrets that a program before left in clear; return how many there were."""
        async with transaction(self._engine) as connection:
            found = await rows.in_clear(connection)
            for name, secret in found:
                await rows.seal(connection, name, self._seal.seal(secret, name))
        return len(found)

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
        self._count(name, code)
        async with transaction(self._engine) as connection:
            took = await self._takes(connection, name, code)
            if took:
                yield connection
            else:
                entry = Entry(name, Deed.LOGIN_FAILED, f"user/{name}", detail={"by": "code"}, at=self._clock())
                await record(connection, entry)
        if not took:
            raise CodeRefused("the code is wrong, or was used before")
        self._give_back(name, code)

    async def _takes(self, connection: AsyncConnection, name: str, code: str) -> bool:
        """Whether a code is right; a code by time counts once, and so does a recovery code."""
        found = await rows.stored(connection, name)
        if found is None or found.since is None:
            return False
        recovery = codes.recovery_digest(code)
        if recovery is not None:
            return await rows.take_recovery(connection, name, recovery)
        step = codes.step_of(await self._secret(connection, name, found), code, self._clock())
        return step is not None and await rows.take_step(connection, name, step)

    async def _secret(self, connection: AsyncConnection, name: str, found: rows.Stored) -> str:
        """What a user's codes are made of; one that lies in clear is sealed with this.

        Raises:
            FactorUnreadable: it was sealed with another key.
        """
        if found.sealed is None:
            secret = found.clear or ""
            await rows.seal(connection, name, self._seal.seal(secret, name))
            return secret
        try:
            return self._seal.open(found.sealed, name)
        except Unreadable:
            if not self._is_key_wrong:
                _log.error("the second factor of %s was sealed with another key: is `key` the file that it was?", name)
            self._is_key_wrong = True
            raise FactorUnreadable("the second factor was sealed with another key") from None

    async def _note(self, connection: AsyncConnection, name: str, by: str, what: str) -> None:
        entry = Entry(by, Deed.SECOND_FACTOR_CHANGED, f"user/{name}", detail={"second factor": what}, at=self._clock())
        await record(connection, entry)

    def _count(self, name: str, code: str) -> None:
        limits = self._limits(code)
        wait_s = max(limit.wait_s(name) for limit in limits)
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        for limit in limits:
            limit.take(name)

    def _give_back(self, name: str, code: str) -> None:
        for limit in self._limits(code):
            limit.give_back(name)

    def _limits(self, code: str) -> tuple[Throttle, ...]:
        """Recovery codes cannot be guessed: they help their user on a day on which somebody guesses at the others."""
        return (self._attempts,) if codes.recovery_digest(code) is not None else (self._attempts, self._a_day)
