"""Second factors and single sign-on, from a version that kept secrets in clear to this one, and back."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pyotp
import pytest
from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text
from sqlalchemy import create_engine as create_sync_engine

from cloud.accounts import AccountService, LoginRefused, Origin, Step
from cloud.accounts.factor_seal import FactorSeal
from cloud.accounts.passwords import Passwords
from cloud.audit.domain import Deed, Entry, body_of
from cloud.db import create_engine, driver_url, migrate
from cloud.db.migrate import SCRIPTS

BEFORE = "0017"
PASSWORD, SECRET = "a long enough secret", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SEAL = FactorSeal(lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
AT = datetime(2026, 11, 21, 2, tzinfo=UTC)
USERS = """
    insert into users (name, password_hash, created_at, subject, totp_secret, totp_step, totp_since) values
        ('wang', :hash, :at, null, :secret, 1, :at),
        ('begun', :hash, :at, null, :secret, null, null),
        ('by.rule', null, :at, 'https://sso u-1', null, null, null),
        ('by.hand', null, :at, 'https://sso u-2', null, null, null)
"""
ADDED = [("oidc", "by.rule"), ("cli:root", "by.hand"), ("oidc", "by.hand.too")]


def _to(connection: Connection, revision: str, *, back: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    (command.downgrade if back else command.upgrade)(config, revision)


@pytest.fixture
def older(postgres: str) -> Iterator[str]:
    """A database of the version before, with users as it kept them."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    dsn = postgres.replace("/postgres?", f"/{name}?")
    engine = create_sync_engine(driver_url(dsn))
    with engine.begin() as connection:
        _to(connection, BEFORE)
        connection.execute(text(USERS), {"hash": WEAK.hash(PASSWORD), "at": AT, "secret": SECRET})
        for actor, user in ADDED:
            body = body_of(Entry(actor, Deed.USER_ADDED, f"user/{user}", at=AT))
            connection.execute(text("insert into audit_pending (body) values (:body)"), {"body": body})
    engine.dispose()
    yield dsn
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


async def _comes_in(accounts: AccountService) -> Step:
    token, half = await accounts.login("wang", PASSWORD, address="192.0.2.1")
    assert half.step is Step.CODE
    code = pyotp.TOTP(SECRET).at(datetime.now(UTC))
    _, session = await accounts.second_factors.pass_(token, code, Origin("192.0.2.1"))
    return session.step


async def test_second_factors_go_on_and_whom_a_rule_placed_is_known(older: str) -> None:
    await asyncio.to_thread(migrate, older)
    engine = create_engine(older)
    accounts = AccountService(engine, clock=lambda: datetime.now(UTC), passwords=Passwords(WEAK), seal=SEAL)
    try:
        assert {user.name for user in await accounts.list() if user.by_rule} == {"by.rule"}
        assert await _comes_in(accounts) is Step.FULL
        assert await accounts.second_factors.seal_all() == 1, "the one that was begun and never confirmed"
    finally:
        await engine.dispose()


async def test_on_the_way_back_nobody_comes_in_without_the_second_factor(older: str) -> None:
    await asyncio.to_thread(migrate, older)
    engine = create_engine(older)
    accounts = AccountService(engine, clock=lambda: datetime.now(UTC), passwords=Passwords(WEAK), seal=SEAL)
    assert await _comes_in(accounts) is Step.FULL
    await accounts.add("li", PASSWORD)
    await accounts.second_factors.begin("li")
    await engine.dispose()
    sync = create_sync_engine(driver_url(older))
    with sync.begin() as connection:
        _to(connection, BEFORE, back=True)
        rows = connection.execute(text("select name, password_hash from users"))
        hashes = {row.name: row.password_hash for row in rows}
    sync.dispose()
    assert hashes["wang"] == "!", "its secret cannot be opened by the program before"
    assert hashes["li"] not in {"!", None}, "who had only begun logs in as before"
    await asyncio.to_thread(migrate, older)
    engine = create_engine(older)
    again = AccountService(engine, clock=lambda: datetime.now(UTC), passwords=Passwords(WEAK), seal=SEAL)
    try:
        with pytest.raises(LoginRefused):
            await again.login("wang", PASSWORD, address="192.0.2.1")
        await again.set_password("wang", "another long secret")
        assert (await again.login("wang", "another long secret", address="192.0.2.1"))[1].step is Step.FULL
    finally:
        await engine.dispose()
