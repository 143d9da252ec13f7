"""The second factor, as its user meets it, and the sessions that one sees and ends."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService, CodeRefused, Origin, Role, SecondFactorWanted, Step, TooManyAttempts
from cloud.accounts.codes import RECOVERY
from cloud.accounts.sessions import MAX_SESSIONS
from cloud.audit.log import AuditLog
from cloud.db import create_engine
from tests.integration.console.site import PASSWORD, SEAL, USER, WEAK, Site

HERE = Origin("192.0.2.1", "a browser")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


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
    accounts = AccountService(
        engine,
        clock=clock,
        monotonic=lambda: clock().timestamp(),
        passwords=WEAK,
        second_factor_of=frozenset({Role.STREET}),
        seal=SEAL,
    )
    await accounts.add("wang", PASSWORD)
    await accounts.add("street", PASSWORD, Role.STREET)
    return accounts


async def enrolled(accounts: AccountService, clock: Clock, name: str = "wang") -> tuple[str, tuple[str, ...]]:
    secret, _ = await accounts.second_factors.begin(name)
    codes = await accounts.second_factors.confirm(name, pyotp.TOTP(secret).at(clock.now))
    clock.now += timedelta(seconds=30)
    return secret, codes


async def half(accounts: AccountService, name: str = "wang") -> str:
    token, session = await accounts.login(name, PASSWORD, address="192.0.2.1")
    assert session.step is Step.CODE
    assert await accounts.session(token) is None, "a password alone opens nothing"
    return token


async def test_password_and_code_open_a_session(accounts: AccountService, clock: Clock) -> None:
    secret, _ = await enrolled(accounts, clock)
    first = await half(accounts)
    token, session = await accounts.second_factors.pass_(first, pyotp.TOTP(secret).at(clock.now), HERE)
    assert (session.step, session.user) == (Step.FULL, "wang")
    assert await accounts.session(token) == session
    assert await accounts.sessions.find(first) is None, "the token that was half is of no more use"


async def test_a_code_is_taken_once(accounts: AccountService, clock: Clock) -> None:
    secret, _ = await enrolled(accounts, clock)
    code = pyotp.TOTP(secret).at(clock.now)
    await accounts.second_factors.pass_(await half(accounts), code, HERE)
    again = await half(accounts)
    with pytest.raises(CodeRefused):
        await accounts.second_factors.pass_(again, code, HERE)
    with pytest.raises(CodeRefused):  # nor one from before it
        await accounts.second_factors.pass_(again, pyotp.TOTP(secret).at(clock.now - timedelta(seconds=30)), HERE)
    clock.now += timedelta(seconds=30)
    await accounts.second_factors.pass_(again, pyotp.TOTP(secret).at(clock.now), HERE)


async def test_the_code_that_began_it_is_taken(accounts: AccountService, clock: Clock) -> None:
    secret, _ = await enrolled(accounts, clock)
    before = pyotp.TOTP(secret).at(clock.now - timedelta(seconds=30))
    with pytest.raises(CodeRefused):
        await accounts.second_factors.pass_(await half(accounts), before, HERE)


@pytest.mark.parametrize(("off_s", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
async def test_a_telephones_clock_may_be_off_by_a_step(
    accounts: AccountService, clock: Clock, off_s: int, is_taken: bool
) -> None:
    secret, _ = await enrolled(accounts, clock)
    clock.now += timedelta(minutes=3)
    code, token = pyotp.TOTP(secret).at(clock.now + timedelta(seconds=off_s)), await half(accounts)
    if is_taken:
        await accounts.second_factors.pass_(token, code, HERE)
    else:
        with pytest.raises(CodeRefused):
            await accounts.second_factors.pass_(token, code, HERE)


async def test_a_recovery_code_helps_once_however_it_is_spelt(accounts: AccountService, clock: Clock) -> None:
    _, codes = await enrolled(accounts, clock)
    assert len(set(codes)) == RECOVERY
    await accounts.second_factors.pass_(await half(accounts), codes[0].lower().replace("-", " "), HERE)
    with pytest.raises(CodeRefused):
        await accounts.second_factors.pass_(await half(accounts), codes[0], HERE)
    _, session = await accounts.second_factors.pass_(await half(accounts), codes[1], HERE)
    assert (await accounts.second_factors.standing(session)).recovery_left == RECOVERY - 2
    clock.now += timedelta(seconds=1)
    renewed = await accounts.second_factors.renew_recovery("wang", codes[2])
    assert not set(renewed) & set(codes)
    with pytest.raises(CodeRefused):
        await accounts.second_factors.renew_recovery("wang", codes[3])


async def test_codes_are_not_to_be_guessed(accounts: AccountService, clock: Clock) -> None:
    secret, _ = await enrolled(accounts, clock)
    right = pyotp.TOTP(secret).at(clock.now)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    token = await half(accounts)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            await accounts.second_factors.pass_(token, wrong, HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.second_factors.pass_(token, right, HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.second_factors.pass_(await half(accounts), right, HERE)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 10_000])
async def test_what_is_no_code_is_refused(accounts: AccountService, clock: Clock, code: str) -> None:
    await enrolled(accounts, clock)
    with pytest.raises(CodeRefused):
        await accounts.second_factors.pass_(await half(accounts), code, HERE)


async def test_a_half_session_ends_soon(accounts: AccountService, clock: Clock) -> None:
    secret, _ = await enrolled(accounts, clock)
    token = await half(accounts)
    clock.now += timedelta(minutes=5)
    with pytest.raises(CodeRefused):
        await accounts.second_factors.pass_(token, pyotp.TOTP(secret).at(clock.now), HERE)


async def test_who_knows_the_password_alone_ends_nobodys_session(accounts: AccountService, clock: Clock) -> None:
    secret, _ = await enrolled(accounts, clock)
    token, _ = await accounts.second_factors.pass_(await half(accounts), pyotp.TOTP(secret).at(clock.now), HERE)
    for _ in range(MAX_SESSIONS + 5):
        await half(accounts)
    assert await accounts.session(token) is not None


async def test_what_is_stored_gives_no_recovery_code_away(
    accounts: AccountService, clock: Clock, engine: AsyncEngine
) -> None:
    _, codes = await enrolled(accounts, clock)
    async with engine.connect() as connection:
        stored = str((await connection.execute(text("select * from recovery_codes, audit_log"))).all())
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


async def test_a_role_may_want_one(accounts: AccountService, clock: Clock) -> None:
    token, session = await accounts.login("street", PASSWORD, address="192.0.2.1")
    assert session.step is Step.ENROL
    assert await accounts.session(token) is None
    assert await accounts.second_factors.enrolled(token, HERE) is None, "not before there is one"
    await enrolled(accounts, clock, "street")
    opened = await accounts.second_factors.enrolled(token, HERE)
    assert opened is not None
    assert opened[1].step is Step.FULL
    with pytest.raises(SecondFactorWanted):
        await accounts.second_factors.take_away(opened[1], "000000")


async def test_an_administrator_helps_who_lost_all(accounts: AccountService, clock: Clock, engine: AsyncEngine) -> None:
    _, codes = await enrolled(accounts, clock)
    token, _ = await accounts.second_factors.pass_(await half(accounts), codes[0], HERE)
    await accounts.second_factors.reset("wang", by="cli:root")
    assert await accounts.session(token) is None
    _, session = await accounts.login("wang", PASSWORD, address="192.0.2.1")
    assert session.step is Step.FULL
    assert (await AuditLog(engine).list(actor="cli:root"))[0].detail == {"second factor": "reset"}


async def page(client: httpx.AsyncClient) -> str:
    answer = await client.get("/account")
    assert answer.status_code == 200
    return answer.text


async def test_one_sets_it_up_and_logs_in_with_it_in_a_browser(site: Site) -> None:
    staff = await site.staff()
    shown = (await staff.post("/account/second-factor")).text
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", shown)[0]
    assert "<svg" in shown
    assert "style=" not in shown, "the content policy lets no written style pass"
    assert (await staff.post("/account/second-factor/confirm", data={"code": "000000"})).status_code == 409
    at = datetime.now(UTC)
    confirmed = await staff.post("/account/second-factor/confirm", data={"code": pyotp.TOTP(secret).at(at)})
    recovery = re.findall(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>", confirmed.text)
    assert len(recovery) == RECOVERY
    assert secret not in await page(staff), "shown once"

    other = site.visitor()
    answer = await other.post("/login", data={"name": USER, "password": PASSWORD, "to": "/berths"})
    assert answer.headers["location"] == "/login/code?to=%2Fberths"
    assert (await other.get("/cases")).headers["location"].startswith("/login"), "half in is not in"
    assert "one-time-code" in (await other.get(answer.headers["location"])).text
    wrong = await other.post("/login/code", data={"code": "xxxxxx", "to": "/berths"})
    assert wrong.status_code == 401
    passed = await other.post("/login/code", data={"code": recovery[0], "to": "/berths"})
    assert passed.headers["location"] == "/berths"
    assert (await other.get("/berths")).status_code == 200

    off = await staff.post("/account/second-factor/off", data={"code": recovery[1]})
    assert off.status_code == 303
    assert (await site.visitor().post("/login", data={"name": USER, "password": PASSWORD})).headers["location"] == "/"


async def test_a_role_that_wants_one_is_led_to_it(site: Site) -> None:
    accounts = AccountService(
        site.world.engine,
        clock=lambda: datetime.now(UTC),
        passwords=WEAK,
        second_factor_of=frozenset({Role.STAFF}),
        seal=SEAL,
    )
    token, session = await accounts.login(USER, PASSWORD, address="test")
    assert session.step is Step.ENROL
    browser = site.visitor()
    browser.cookies.set("linli_session", token)
    assert (await browser.get("/cases")).headers["location"] == "/account"
    assert (await browser.get("/api/cases")).status_code == 403
    ended = await browser.post("/account/sessions/end", data={"csrf": session.csrf, "session": 1})
    assert ended.headers["location"] == "/account"
    shown = (await browser.post("/account/second-factor", data={"csrf": session.csrf})).text
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", shown)[0]
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    done = await browser.post("/account/second-factor/confirm", data={"csrf": session.csrf, "code": code})
    assert done.status_code == 200
    assert (await browser.get("/cases")).status_code == 200, "with a token of its own"


async def test_one_sees_and_ends_ones_own_sessions(site: Site) -> None:
    staff, lost = await site.staff(), await site.staff()
    await site.services.accounts.add("zhao", PASSWORD)
    stranger = await site.staff("zhao")
    ids = re.findall(r'name="session" value="(\d+)"', await page(staff))
    assert len(ids) == 2
    newest = max(ids, key=int)
    await stranger.post("/account/sessions/end", data={"session": newest})
    assert (await lost.get("/cases")).status_code == 200, "another's is not ended"
    await staff.post("/account/sessions/end", data={"session": newest})
    assert (await lost.get("/cases")).status_code == 303
    assert (await staff.get("/cases")).status_code == 200


async def test_what_the_password_alone_had_opened_ends_when_one_sets_it_up(site: Site) -> None:
    staff, stolen = await site.staff(), await site.staff()
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", (await staff.post("/account/second-factor")).text)[0]
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    assert (await stolen.get("/cases")).status_code == 200
    assert (await staff.post("/account/second-factor/confirm", data={"code": code})).status_code == 200
    assert (await stolen.get("/cases")).status_code == 303
    assert (await staff.get("/cases")).status_code == 200, "who has just shown the code stays"
