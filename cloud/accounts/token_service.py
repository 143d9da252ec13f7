"""Adding, revoking and knowing access tokens."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import organisation_rows, token_rows
from cloud.accounts.domain import NameTaken, Role, Session
from cloud.accounts.organisations import UnknownOrganisation
from cloud.accounts.tokens import (
    LASTS,
    MAX_TOKEN,
    MAX_TOKENS,
    PREFIX,
    TOKEN_BYTES,
    USED_WITHIN,
    AccessToken,
    UnknownToken,
    UnusableToken,
    check,
)
from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction
from cloud.scope import EVERYTHING, NOTHING, Scope


def _now() -> datetime:
    return datetime.now(UTC)


class TokenService:
    """Access tokens over one database."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._clock = clock

    async def add(self, name: str, *, by: str, organisation: str | None = None, lasts: timedelta = LASTS) -> str:
        """Make a token and return it: it is shown this once.

        Args:
            organisation: whose communities it sees; None: everything there is.
        Raises:
            UnusableName, UnusableToken, UnknownOrganisation, NameTaken: and the text says what is wanted.
        """
        check(name, lasts)
        text, now = PREFIX + secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        token = AccessToken(name, organisation, now, by, now + lasts)
        async with transaction(self._engine) as connection:
            if organisation is not None and await organisation_rows.find(connection, organisation) is None:
                raise UnknownOrganisation(f"there is no organisation {organisation!r}")
            if await token_rows.count_good(connection, now) >= MAX_TOKENS:
                raise UnusableToken(f"there are {MAX_TOKENS} good tokens; revoke some")
            if not await token_rows.add(connection, token, _digest(text)):
                raise NameTaken(f"there is, or was, a token {name!r}: a new one has a name of its own")
            detail = {"organisation": organisation or "", "expires_at": token.expires_at.isoformat()}
            await record(connection, Entry(by, Deed.USER_ADDED, f"token/{name}", None, detail, now))
        return text

    async def list(self) -> Sequence[AccessToken]:
        """All tokens, ended ones too, by name."""
        async with reading(self._engine) as connection:
            return await token_rows.everyone(connection)

    async def revoke(self, name: str, *, by: str) -> None:
        """End a token at once.

        Raises:
            UnknownToken: there is none of the name.
        """
        now = self._clock()
        async with transaction(self._engine) as connection:
            if not await token_rows.revoke(connection, name, now):
                raise UnknownToken(f"there is no token {name!r}; `token list` shows which there are")
            await record(connection, Entry(by, Deed.USER_REVOKED, f"token/{name}", None, {}, now))

    async def session(self, text: str) -> Session | None:
        """What a token opens, while it is good: an integrator's stay, without a form token."""
        if not (text.startswith(PREFIX) and len(text) <= MAX_TOKEN and text.isascii()):
            return None
        now = self._clock()
        async with reading(self._engine) as connection:
            token = await token_rows.find(connection, _digest(text), now)
            if token is None:
                return None
            scope = await _scope(connection, token.organisation)
        if token.used_at is None or now - token.used_at > USED_WITHIN:
            async with transaction(self._engine) as connection:
                await token_rows.used(connection, token.name, now)
        return Session(token.user, "", token.expires_at, Role.INTEGRATOR, token.organisation, scope)


async def _scope(connection: AsyncConnection, organisation: str | None) -> Scope:
    """The communities of a token's organisation; nothing where that is not there any more."""
    if organisation is None:
        return EVERYTHING
    found = await organisation_rows.find(connection, organisation)
    return NOTHING if found is None else await organisation_rows.scope_of(connection, found.path)


def _digest(text: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(text.encode()).hexdigest()
