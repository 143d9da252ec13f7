"""Secrets of second factors as they lie in the database, and what becomes of them where the key is another."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService, CodeRefused, FactorUnreadable, Origin, Step, TooManyAttempts
from cloud.accounts.factor_seal import FactorSeal
from cloud.accounts.second_factor import PER_USER, PER_USER_AND_DAY
from cloud.db import create_engine
from tests.integration.console.site import PASSWORD, SEAL, USER, WEAK, Site
from tests.integration.console.test_second_factor import Clock, enrolled, half

HERE = Origin("192.0.2.1")
ANOTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def service(engine: AsyncEngine, clock: Clock, seal: FactorSeal = SEAL) -> AccountService:
    return AccountService(engine, clock=clock, monotonic=lambda: clock().timestamp(), passwords=WEAK, seal=seal)


@pytest.fixture
async def accounts(engine: AsyncEngine, clock: Clock) -> AccountService:
    accounts = service(engine, clock)
    for name in ("wang", "li"):
        await accounts.add(name, PASSWORD)
    return accounts


async def lies(engine: AsyncEngine, name: str) -> tuple[bytes | None, str | None]:
    """What is stored of a user's secret: sealed, and in clear."""
    query = text("select totp_sealed, totp_secret from users where name = :name")
    async with engine.connect() as connection:
        sealed, clear = (await connection.execute(query, {"name": name})).one()
        return sealed, clear


async def left_in_clear(engine: AsyncEngine, secrets: dict[str, str]) -> None:
    """As a program before this kept it."""
    statement = text("update users set totp_secret = :secret, totp_sealed = null where name = :name")
    async with engine.begin() as connection:
        for name, secret in secrets.items():
            await connection.execute(statement, {"name": name, "secret": secret})


async def passes(accounts: AccountService, clock: Clock, secret: str, name: str = "wang") -> Step:
    clock.now += timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(clock.now)
    _, session = await accounts.second_factors.pass_(await half(accounts, name), code, HERE)
    return session.step


async def test_whoever_reads_the_database_makes_nobodys_codes(
    accounts: AccountService, clock: Clock, engine: AsyncEngine
) -> None:
    secret, _ = await accounts.second_factors.begin("wang")
    sealed, clear = await lies(engine, "wang")
    assert clear is None, "nor before it is confirmed"
    assert sealed is not None
    await accounts.second_factors.confirm("wang", pyotp.TOTP(secret).at(clock.now))
    async with engine.connect() as connection:
        for table in ("users", "sessions", "recovery_codes", "audit_log", "audit_pending"):
            stored = str((await connection.execute(text(f"select {table}::text from {table}"))).all())  # noqa: S608
            assert secret not in stored
            assert secret.encode().hex() not in stored
    assert await passes(accounts, clock, secret) is Step.FULL


async def test_one_that_lies_in_clear_goes_on_and_is_sealed_when_it_is_used(
    accounts: AccountService, clock: Clock, engine: AsyncEngine
) -> None:
    secret, _ = await enrolled(accounts, clock)
    await left_in_clear(engine, {"wang": secret})
    assert await passes(accounts, clock, secret) is Step.FULL
    sealed, clear = await lies(engine, "wang")
    assert (sealed is not None, clear) == (True, None)
    assert await passes(accounts, clock, secret) is Step.FULL


async def test_a_wrong_code_seals_it_as_well(accounts: AccountService, clock: Clock, engine: AsyncEngine) -> None:
    secret, _ = await enrolled(accounts, clock)
    await left_in_clear(engine, {"wang": secret})
    with pytest.raises(CodeRefused):
        await accounts.second_factors.pass_(await half(accounts), "000000", HERE)
    assert (await lies(engine, "wang"))[1] is None


async def test_all_that_lie_in_clear_are_sealed_at_once(
    accounts: AccountService, clock: Clock, engine: AsyncEngine
) -> None:
    secrets = {name: (await enrolled(accounts, clock, name))[0] for name in ("wang", "li")}
    await left_in_clear(engine, secrets)
    assert [await accounts.second_factors.seal_all() for _ in range(2)] == [2, 0]
    for name, secret in secrets.items():
        assert (await lies(engine, name))[1] is None
        assert await passes(accounts, clock, secret, name) is Step.FULL


async def test_one_secret_is_no_others(accounts: AccountService, clock: Clock, engine: AsyncEngine) -> None:
    mine, _ = await enrolled(accounts, clock)
    await enrolled(accounts, clock, "li")
    async with engine.begin() as connection:
        swapped = "update users set totp_sealed = (select totp_sealed from users where name = 'wang') where name = 'li'"
        await connection.execute(text(swapped))
    clock.now += timedelta(seconds=30)
    with pytest.raises(FactorUnreadable):
        await accounts.second_factors.pass_(await half(accounts, "li"), pyotp.TOTP(mine).at(clock.now), HERE)


async def test_with_another_key_recovery_codes_help_and_it_can_be_set_up_anew(
    accounts: AccountService, clock: Clock, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    secret, codes = await enrolled(accounts, clock)
    later = service(engine, clock, FactorSeal(lambda: ANOTHER_KEY))
    for _ in range(2):
        with pytest.raises(FactorUnreadable):
            await passes(later, clock, secret)
    (told,) = [record.getMessage() for record in caplog.records if "another key" in record.getMessage()]
    assert secret not in told
    _, session = await later.second_factors.pass_(await half(later), codes[0], HERE)
    await later.second_factors.take_away(session, codes[1])
    assert await passes(later, clock, (await enrolled(later, clock))[0]) is Step.FULL


async def test_with_another_key_an_administrator_helps(
    accounts: AccountService, clock: Clock, engine: AsyncEngine
) -> None:
    await enrolled(accounts, clock)
    later = service(engine, clock, FactorSeal(lambda: ANOTHER_KEY))
    await later.second_factors.reset("wang", by="cli:root")
    assert await lies(engine, "wang") == (None, None)
    assert await passes(later, clock, (await enrolled(later, clock))[0]) is Step.FULL


async def test_who_guesses_patiently_is_stopped_for_the_day_and_recovery_codes_still_help(
    accounts: AccountService, clock: Clock
) -> None:
    secret, recovery = await enrolled(accounts, clock)
    token = await half(accounts)
    for guess in range(PER_USER_AND_DAY.attempts):
        if guess % PER_USER.attempts == 0:
            clock.now += timedelta(seconds=PER_USER.window_s)
            token = await half(accounts)
        with pytest.raises(CodeRefused):
            await accounts.second_factors.pass_(token, "no digits", HERE)
    clock.now += timedelta(seconds=PER_USER.window_s)
    with pytest.raises(TooManyAttempts) as refused:
        await passes(accounts, clock, secret)
    assert refused.value.wait_s > PER_USER.window_s
    await accounts.second_factors.pass_(await half(accounts), recovery[0], HERE)
    clock.now += timedelta(seconds=PER_USER_AND_DAY.window_s)
    assert await passes(accounts, clock, secret) is Step.FULL


async def test_a_browser_is_told_what_helps(site: Site) -> None:
    factors, staff = site.services.accounts.second_factors, await site.staff()
    secret, _ = await factors.begin(USER)
    (session,) = await site.services.accounts.sessions.list(USER)
    codes = await factors.confirm(USER, pyotp.TOTP(secret).now(), session=session.id)
    async with site.world.engine.begin() as connection:
        await connection.execute(text("update users set totp_sealed = decode(repeat('00', 60), 'hex')"))
    later = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
    refused = await staff.post("/account/second-factor/off", data={"code": later})
    assert (refused.status_code, "请用一个恢复码" in refused.text) == (409, True)
    other = site.visitor()
    await other.post("/login", data={"name": USER, "password": PASSWORD})
    refused = await other.post("/login/code", data={"code": later})
    assert (refused.status_code, "请用一个恢复码" in refused.text) == (401, True)
    as_program = await site.visitor().post("/api/login", json={"name": USER, "password": PASSWORD, "code": later})
    assert as_program.status_code == 401
    assert (await other.post("/login/code", data={"code": codes[0]})).status_code == 303
    assert (await other.get("/cases")).status_code == 200
    assert (await staff.post("/account/second-factor/off", data={"code": codes[1]})).status_code == 303
