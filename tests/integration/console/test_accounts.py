"""Users and sessions in a real database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService, LoginRefused, NameTaken, TooManyAttempts, UnknownUser, WeakPassword
from cloud.accounts.passwords import Passwords
from cloud.accounts.sessions import MAX_SESSIONS
from cloud.audit.log import AuditLog
from cloud.db import create_engine

NAME, PASSWORD = "wang", "a long enough secret"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HERE = "192.0.2.1"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Counted(PasswordHasher):
    """Counts how often a password is checked: that is what takes the time."""

    checks = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        type(self).checks += 1
        return super().verify(hash, password)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def accounts(engine: AsyncEngine, clock: Clock) -> AccountService:
    accounts = AccountService(engine, clock=clock, monotonic=lambda: 0.0, passwords=Passwords(CHEAP))
    await accounts.add(NAME, PASSWORD)
    return accounts


async def test_what_is_stored_gives_nothing_away(accounts: AccountService, engine: AsyncEngine) -> None:
    token, session = await accounts.login(NAME, PASSWORD, address=HERE)
    async with engine.connect() as connection:
        stored = str((await connection.execute(text("select * from users, sessions"))).all())
    assert "argon2id" in stored
    for secret in (PASSWORD, token, session.csrf):
        assert secret not in stored


async def test_a_session_ends_with_its_time(accounts: AccountService, clock: Clock) -> None:
    token, session = await accounts.login(NAME, PASSWORD, address=HERE)
    clock.now = session.expires_at - timedelta(seconds=1)
    assert await accounts.session(token) == session
    clock.now = session.expires_at
    assert await accounts.session(token) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 64, "x" * 1000, "\x00", "错"])
async def test_a_made_up_token_opens_nothing(accounts: AccountService, token: str) -> None:
    assert await accounts.session(token) is None


async def test_a_revoked_user_is_out_at_once_and_comes_back_with_a_new_password(accounts: AccountService) -> None:
    token, _ = await accounts.login(NAME, PASSWORD, address=HERE)
    await accounts.revoke(NAME)
    assert await accounts.session(token) is None
    with pytest.raises(LoginRefused):
        await accounts.login(NAME, PASSWORD, address=HERE)
    await accounts.set_password(NAME, "another good secret")
    with pytest.raises(LoginRefused):
        await accounts.login(NAME, PASSWORD, address=HERE)
    await accounts.login(NAME, "another good secret", address=HERE)


async def test_another_password_ends_all_sessions(accounts: AccountService) -> None:
    token, _ = await accounts.login(NAME, PASSWORD, address=HERE)
    await accounts.set_password(NAME, "another good secret")
    assert await accounts.session(token) is None


async def test_one_session_too_many_ends_the_oldest(accounts: AccountService, engine: AsyncEngine) -> None:
    tokens = [(await accounts.login(NAME, PASSWORD, address=HERE))[0] for _ in range(MAX_SESSIONS + 1)]
    good = [await accounts.session(token) is not None for token in tokens]
    assert good == [False] + [True] * MAX_SESSIONS


async def test_what_expired_is_swept(accounts: AccountService, engine: AsyncEngine, clock: Clock) -> None:
    await accounts.add("other", PASSWORD)
    await accounts.login("other", PASSWORD, address=HERE)
    clock.now += timedelta(days=30)
    await accounts.login(NAME, PASSWORD, address=HERE)
    async with engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from sessions"))).scalar_one() == 1


async def test_a_name_that_nobody_has_costs_as_much(engine: AsyncEngine, clock: Clock) -> None:
    accounts = AccountService(
        engine, clock=clock, passwords=Passwords(Counted(time_cost=1, memory_cost=8, parallelism=1))
    )
    await accounts.add(NAME, PASSWORD)
    await accounts.add("gone", PASSWORD)
    await accounts.revoke("gone")
    for name in (NAME, "nobody", "gone", "", "not a name", "x" * 500):
        Counted.checks = 0
        with pytest.raises(LoginRefused):
            await accounts.login(name, "wrong wrong wrong", address=HERE)
        assert Counted.checks == 1, name


async def test_the_stand_ins_password_opens_nothing(accounts: AccountService) -> None:
    with pytest.raises(LoginRefused):
        await accounts.login("nobody", "the hash that stands in for a user who does not exist", address=HERE)


async def test_attempts_are_limited_by_name_from_anywhere_and_right_ones_do_not_count(accounts: AccountService) -> None:
    for _ in range(30):
        await accounts.login(NAME, PASSWORD, address=HERE)
    for attempt in range(10):
        with pytest.raises(LoginRefused):
            await accounts.login(NAME, "wrong wrong wrong", address=f"192.0.2.{attempt}")
    with pytest.raises(TooManyAttempts):
        await accounts.login(NAME, PASSWORD, address="198.51.100.1")


async def test_attempts_are_limited_by_address_whatever_the_name(accounts: AccountService) -> None:
    for attempt in range(40):
        with pytest.raises(LoginRefused):
            await accounts.login(f"user{attempt}", "wrong wrong wrong", address=HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.login(NAME, PASSWORD, address=HERE)
    await accounts.login(NAME, PASSWORD, address="198.51.100.1")


async def test_a_weak_hash_is_made_strong_at_the_next_login(engine: AsyncEngine, clock: Clock) -> None:
    await AccountService(engine, clock=clock, passwords=Passwords(CHEAP)).add(NAME, PASSWORD)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await AccountService(engine, clock=clock, passwords=stronger).login(NAME, PASSWORD, address=HERE)
    async with engine.connect() as connection:
        stored = (await connection.execute(text("select password_hash from users"))).scalar_one()
    assert "m=16,t=2" in stored


async def test_what_cannot_be_done_is_said(accounts: AccountService) -> None:
    with pytest.raises(NameTaken):
        await accounts.add(NAME.upper(), PASSWORD)
    with pytest.raises(WeakPassword):
        await accounts.add("other", "short")
    for change in (accounts.revoke("nobody"), accounts.set_password("nobody", PASSWORD)):
        with pytest.raises(UnknownUser):
            await change
    assert [user.name for user in await accounts.list()] == [NAME]


async def test_who_is_let_in_again_comes_in_as_before(accounts: AccountService) -> None:
    token, _ = await accounts.login(NAME, PASSWORD, address=HERE)
    await accounts.revoke(NAME)
    await accounts.readmit(NAME, by="cli:root")
    assert await accounts.session(token) is None, "what was open stays ended"
    await accounts.login(NAME, PASSWORD, address=HERE)
    with pytest.raises(UnknownUser):
        await accounts.readmit("nobody.here")


async def test_all_sessions_of_a_user_end_and_no_others(accounts: AccountService, engine: AsyncEngine) -> None:
    await accounts.add("another", PASSWORD)
    mine = [(await accounts.login(NAME, PASSWORD, address=HERE))[0] for _ in range(2)]
    theirs, _ = await accounts.login("another", PASSWORD, address=HERE)
    assert await accounts.end_sessions(NAME, by="cli:root") == 2
    assert [await accounts.session(token) for token in mine] == [None, None]
    assert await accounts.session(theirs) is not None
    (entry,) = await AuditLog(engine).list(what="session.ended")
    assert (entry.actor, entry.about, entry.detail) == ("cli:root", f"user/{NAME}", {"sessions": "2"})
    await accounts.login(NAME, PASSWORD, address=HERE)
    with pytest.raises(UnknownUser):
        await accounts.end_sessions("nobody.here")
