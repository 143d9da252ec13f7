"""Adding, placing, revoking, logging in."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import organisation_rows
from cloud.accounts.domain import (
    MAX_PASSWORD,
    LoginRefused,
    NameTaken,
    Origin,
    Role,
    Session,
    Step,
    TooManyAttempts,
    UnknownUser,
    UnusableName,
    User,
    canonical_name,
    check_password,
    name_of_person,
)
from cloud.accounts.factor_seal import FactorSeal
from cloud.accounts.organisations import UnknownOrganisation
from cloud.accounts.passwords import Passwords
from cloud.accounts.repository import AccountRepository
from cloud.accounts.second_factor import SecondFactors
from cloud.accounts.sessions import SESSION_LASTS, Sessions
from cloud.accounts.throttle import PER_ADDRESS, PER_NAME, Throttle
from cloud.audit import Deed, Entry, record
from cloud.db import reading, transaction

SYSTEM = "system"  # who acts where no person is named


class AccountService:
    """Accounts over one database.

    Args:
        clock: aware time now, for what is stored.
        monotonic: seconds, for the limits on attempts.
        lasts: how long a session is good.
        second_factor_of: roles that work with nothing until they have a second factor.
        seal: seals what second factors are made of; None: none can be set up or checked here.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        passwords: Passwords | None = None,
        lasts: timedelta = SESSION_LASTS,
        second_factor_of: frozenset[Role] = frozenset(),
        seal: FactorSeal | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._by_name = Throttle(PER_NAME, monotonic)
        self._by_address = Throttle(PER_ADDRESS, monotonic)
        self.sessions = Sessions(engine, clock=clock, lasts=lasts, wanted_of=second_factor_of)
        self.second_factors = SecondFactors(
            engine,
            self.sessions,
            clock=clock,
            monotonic=monotonic,
            wanted_of=second_factor_of,
            seal=seal or FactorSeal(),
        )

    async def add(
        self, name: str, password: str, role: Role = Role.STAFF, *, organisation: str | None = None, by: str = SYSTEM
    ) -> User:
        """Add a user who logs in with a password.

        Args:
            organisation: None: the user sees everything there is.
        Raises:
            UnusableName, ReservedName, WeakPassword, NameTaken, UnknownOrganisation: and the text says what is wanted.
        """
        name = name_of_person(name)
        check_password(name, password)
        hashed = await self._passwords.hash(password)
        return await self._add(User(name, self._clock(), role=role, organisation=organisation), hashed, by)

    async def add_signed_on(
        self, name: str, subject: str, role: Role = Role.STAFF, *, organisation: str | None = None, by: str = SYSTEM
    ) -> User:
        """Add a user who comes by single sign-on and has no password.

        Args:
            subject: the issuer, a blank, and what the issuer calls the user.
        Raises:
            UnusableName, ReservedName, NameTaken, UnknownOrganisation: as `add`; the subject may be another's, too.
        """
        user = User(name_of_person(name), self._clock(), role=role, organisation=organisation, subject=subject)
        return await self._add(user, None, by)

    async def set_password(self, name: str, password: str, *, by: str = SYSTEM) -> None:
        """Give a user another password, end all of the user's sessions, and let a revoked user in again.

        Raises:
            UnusableName, WeakPassword, UnknownUser: and the text says what is wanted.
        """
        name = canonical_name(name)
        check_password(name, password)
        hashed = await self._passwords.hash(password)
        async with transaction(self._engine) as connection:
            _known(name, await AccountRepository(connection).set_hash(name, hashed))
            await self.sessions.end_all(connection, name)
            await self._note(connection, Deed.USER_CHANGED, name, by, {"password": "changed"})

    async def set_role(self, name: str, role: Role, *, by: str = SYSTEM) -> None:
        """Say what a user is there for; open sessions have it at once.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        user = await self.get(name)
        await self.place(user.name, role, user.organisation, by=by)

    async def place(self, name: str, role: Role, organisation: str | None, *, by: str = SYSTEM) -> None:
        """Say what a user is there for and in which organisation; open sessions have it at once.

        Raises:
            UnusableName, UnknownUser, UnknownOrganisation: there is no such one.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            await _there(connection, organisation)
            _known(name, await AccountRepository(connection).place(name, role, organisation))
            await self._note(connection, Deed.USER_CHANGED, name, by, _placed(role, organisation))

    async def revoke(self, name: str, *, by: str = SYSTEM) -> None:
        """Shut a user out at once, open sessions included.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            _known(name, await AccountRepository(connection).revoke_user(name, self._clock()))
            await self.sessions.end_all(connection, name)
            await self._note(connection, Deed.USER_REVOKED, name, by, {})

    async def readmit(self, name: str, *, by: str = SYSTEM) -> None:
        """Let a revoked user in again: by the password they had, or by single sign-on.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with transaction(self._engine) as connection:
            _known(name, await AccountRepository(connection).readmit_user(name))
            await self._note(connection, Deed.USER_CHANGED, name, by, {"revoked": "no longer"})

    async def end_sessions(self, name: str, *, by: str = SYSTEM) -> int:
        """End all of a user's sessions, who may log in again; return how many there were.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        user = await self.get(name)
        async with transaction(self._engine) as connection:
            ended = await self.sessions.end_all(connection, user.name)
            await self._note(connection, Deed.SESSION_ENDED, user.name, by, {"sessions": str(ended)})
        return ended

    async def get(self, name: str) -> User:
        """One user, revoked or not.

        Raises:
            UnusableName, UnknownUser: there is no such user.
        """
        name = canonical_name(name)
        async with reading(self._engine) as connection:
            found = await AccountRepository(connection).get(name)
        _known(name, found is not None)
        assert found is not None  # noqa: S101 - `_known` has said so
        return found

    async def list(self) -> list[User]:
        """All users, revoked ones too, by name."""
        async with reading(self._engine) as connection:
            return await AccountRepository(connection).list_users()

    async def below(self, organisation: str | None, *, after: str = "", limit: int) -> Sequence[User]:
        """A page of the users of an organisation and of those under it, revoked ones too, by name.

        Args:
            organisation: None: all users.
            after: names behind this one alone.
        """
        async with reading(self._engine) as connection:
            top = None if organisation is None else await organisation_rows.find(connection, organisation)
            if organisation is not None and top is None:
                return []
            path = None if top is None else top.path
            return await AccountRepository(connection).below(path, after=after, limit=limit)

    async def login(self, name: str, password: str, *, address: str, agent: str = "") -> tuple[str, Session]:
        """Open a session; return its token, which is stored nowhere but in the browser.

        The session is at `Step.CODE` where the user has a second factor: `second_factors.pass_` goes on from there.

        Args:
            address: where the request came from; attempts are limited by it and by the name.
            agent: what the browser calls itself.
        Raises:
            LoginRefused: name and password do not belong together, or the user is revoked.
            TooManyAttempts: and says how long to wait.
        """
        key = _throttle_key(name)
        self._count_attempt(key, address)
        user = await self._check(name, password, address)
        if user is None:
            raise LoginRefused("the name or the password is wrong")
        async with transaction(self._engine) as connection:
            step = await self.second_factors.step(connection, user)
            opened = await self.sessions.open(connection, user, step, Origin(address, agent))
        self._by_name.give_back(key)
        self._by_address.give_back(address)
        return opened

    async def session(self, token: str) -> Session | None:
        """The full session that a token opens, while it is good and its user is not revoked."""
        found = await self.sessions.find(token)
        return found if found is not None and found.step is Step.FULL else None

    async def logout(self, token: str) -> None:
        """End a session; nothing happens when there is none."""
        await self.sessions.logout(token)

    async def _add(self, user: User, hashed: str | None, by: str) -> User:
        async with transaction(self._engine) as connection:
            await _there(connection, user.organisation)
            if not await AccountRepository(connection).add_user(user, hashed):
                raise NameTaken(
                    f"there is a user {user.name!r} already, or one of that subject; `user list` shows both"
                )
            await self._note(connection, Deed.USER_ADDED, user.name, by, _placed(user.role, user.organisation))
        return user

    async def _note(self, connection: AsyncConnection, deed: Deed, name: str, by: str, detail: dict[str, str]) -> None:
        await record(connection, Entry(by, deed, f"user/{name}", detail=detail, at=self._clock()))

    def _count_attempt(self, key: str, address: str) -> None:
        wait_s = max(self._by_name.wait_s(key), self._by_address.wait_s(address))
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        self._by_name.take(key)
        self._by_address.take(address)

    async def _check(self, name: str, password: str, address: str) -> str | None:
        """Return the name as stored when the password is right; take the same time when it is not."""
        try:
            known = canonical_name(name)
        except UnusableName:
            known = ""  # nobody is called so
        async with reading(self._engine) as connection:
            stored = await AccountRepository(connection).hash_of(known)
        if not await self._passwords.matches(stored, password[: MAX_PASSWORD + 1]):
            await self._note_failure(known if stored is not None else "", address)
            return None
        if stored is not None and self._passwords.outdated(stored):
            await self._strengthen(known, stored, password)
        return known

    async def _note_failure(self, name: str, address: str) -> None:
        """Note it; a name that nobody has is not noted, for people type their password there."""
        entry = Entry(
            name or "unknown", Deed.LOGIN_FAILED, f"user/{name}", detail={"address": address}, at=self._clock()
        )
        async with transaction(self._engine) as connection:
            await record(connection, entry)

    async def _strengthen(self, name: str, checked: str, password: str) -> None:
        hashed = await self._passwords.hash(password)
        async with transaction(self._engine) as connection:
            await AccountRepository(connection).replace_hash(name, checked, hashed)


def _throttle_key(name: str) -> str:
    try:
        return canonical_name(name)
    except UnusableName:
        return ""  # all unusable names share one count, whatever their length


def _known(name: str, is_there: bool) -> None:
    if not is_there:
        raise UnknownUser(f"there is no user {name!r}; `user list` shows who there is")


async def _there(connection: AsyncConnection, organisation: str | None) -> None:
    if organisation is not None and await organisation_rows.find(connection, organisation) is None:
        raise UnknownOrganisation(f"there is no organisation {organisation!r}; `organisation list` shows who there is")


def _placed(role: Role, organisation: str | None) -> dict[str, str]:
    return {"role": role, "organisation": organisation or "all"}
