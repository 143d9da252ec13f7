"""Adding, revoking, logging in and out."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts.domain import (
    MAX_PASSWORD,
    LoginRefused,
    NameTaken,
    Role,
    Session,
    TooManyAttempts,
    UnknownUser,
    UnusableName,
    User,
    canonical_name,
    check_password,
)
from cloud.accounts.passwords import Passwords
from cloud.accounts.repository import AccountRepository
from cloud.accounts.throttle import PER_ADDRESS, PER_NAME, Throttle
from cloud.db import reading, transaction

TOKEN_BYTES: Final = 32
MAX_TOKEN: Final = 64  # characters of a cookie that are worth a look
SESSION_LASTS: Final = timedelta(days=7)


class AccountService:
    """Accounts over one database.

    Args:
        clock: aware time now, for what is stored.
        monotonic: seconds, for the limit on attempts.
        lasts: how long a session is good.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        passwords: Passwords | None = None,
        lasts: timedelta = SESSION_LASTS,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._lasts = lasts
        self._by_name = Throttle(PER_NAME, monotonic)
        self._by_address = Throttle(PER_ADDRESS, monotonic)

    async def add(self, name: str, password: str, role: Role = Role.STAFF) -> User:
        """Add a user.

        Raises:
            UnusableName, WeakPassword, NameTaken: and the text says what is wanted.
        """
        name = canonical_name(name)
        check_password(name, password)
        hashed, now = await self._passwords.hash(password), self._clock()
        async with transaction(self._engine) as connection:
            if not await AccountRepository(connection).add_user(name, hashed, now, role):
                raise NameTaken(f"there is a user {name!r} already; `user password` gives a new password")
        return User(name=name, created_at=now, role=role)

    async def set_password(self, name: str, password: str) -> None:
        """Give a user another password, end all of the user's sessions, and let a revoked user in again.

        Raises:
            UnusableName, WeakPassword, UnknownUser: and the text says what is wanted.
        """
        name = canonical_name(name)
        check_password(name, password)
        hashed = await self._passwords.hash(password)
        async with transaction(self._engine) as connection:
            accounts = AccountRepository(connection)
            if not await accounts.set_hash(name, hashed):
                raise UnknownUser(f"there is no user {name!r}; `user list` shows who there is")
            await accounts.end_sessions_of(name)

    async def set_role(self, name: str, role: Role) -> None:
        """Say what a user needs to see; open sessions have it at once.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            if not await AccountRepository(connection).set_role(name, role):
                raise UnknownUser(f"there is no user {name!r}; `user list` shows who there is")

    async def revoke(self, name: str) -> None:
        """Shut a user out at once, open sessions included.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            accounts = AccountRepository(connection)
            if not await accounts.revoke_user(name, self._clock()):
                raise UnknownUser(f"there is no user {name!r}; `user list` shows who there is")
            await accounts.end_sessions_of(name)

    async def list(self) -> list[User]:
        """All users, revoked ones too, by name."""
        async with reading(self._engine) as connection:
            return await AccountRepository(connection).list_users()

    async def login(self, name: str, password: str, *, address: str) -> tuple[str, Session]:
        """Open a session; return its token, which is stored nowhere but in the browser.

        Args:
            address: where the request came from; attempts are limited by it and by the name.
        Raises:
            LoginRefused: name and password do not belong together, or the user is revoked.
            TooManyAttempts: and says how long to wait.
        """
        key = _throttle_key(name)
        self._count_attempt(key, address)
        user = await self._check(name, password)
        if user is None:
            raise LoginRefused("the name or the password is wrong")
        session = await self._open(user)
        self._by_name.give_back(key)
        self._by_address.give_back(address)
        return session

    async def session(self, token: str) -> Session | None:
        """The session that a token opens, while it is good and its user is not revoked."""
        if not 0 < len(token) <= MAX_TOKEN:
            return None
        async with reading(self._engine) as connection:
            found = await AccountRepository(connection).find_session(_digest(token), self._clock())
        if found is None:
            return None
        user, expires_at, role = found
        return Session(user=user, csrf=_csrf(token), expires_at=expires_at, role=role)

    async def logout(self, token: str) -> None:
        """End a session; nothing happens when there is none."""
        async with transaction(self._engine) as connection:
            await AccountRepository(connection).end_session(_digest(token))

    def _count_attempt(self, key: str, address: str) -> None:
        wait_s = max(self._by_name.wait_s(key), self._by_address.wait_s(address))
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        self._by_name.take(key)
        self._by_address.take(address)

    async def _check(self, name: str, password: str) -> str | None:
        """Return the name as stored when the password is right; take the same time when it is not."""
        try:
            known = canonical_name(name)
        except UnusableName:
            known = ""  # nobody is called so
        async with reading(self._engine) as connection:
            stored = await AccountRepository(connection).hash_of(known)
        if not await self._passwords.matches(stored, password[: MAX_PASSWORD + 1]):
            return None
        if stored is not None and self._passwords.outdated(stored):
            await self._strengthen(known, stored, password)
        return known

    async def _strengthen(self, name: str, checked: str, password: str) -> None:
        hashed = await self._passwords.hash(password)
        async with transaction(self._engine) as connection:
            await AccountRepository(connection).replace_hash(name, checked, hashed)

    async def _open(self, name: str) -> tuple[str, Session]:
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        expires_at = now + self._lasts
        async with transaction(self._engine) as connection:
            if not await AccountRepository(connection).open_session(_digest(token), name, now, expires_at):
                raise LoginRefused("the name or the password is wrong")
        return token, Session(user=name, csrf=_csrf(token), expires_at=expires_at)


def _throttle_key(name: str) -> str:
    try:
        return canonical_name(name)
    except UnusableName:
        return ""  # all unusable names share one count, whatever their length


def _digest(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _csrf(token: str) -> str:
    """The session's form token: follows from the cookie, and does not give the cookie away."""
    return hmac.new(token.encode(), b"linli-csrf-v1", hashlib.sha256).hexdigest()
