"""Logging in as JSON with a second factor: both together, in one request."""

from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest

from cloud.accounts.second_factor import PER_USER
from tests.integration.console.site import PASSWORD, USER, Site


async def enrolled(site: Site, name: str = USER) -> tuple[str, tuple[str, ...]]:
    factors = site.services.accounts.second_factors
    secret, _ = await factors.begin(name)
    return secret, await factors.confirm(name, pyotp.TOTP(secret).now())


def next_code(secret: str) -> str:
    """Of the step after the present one: the present one's was taken when it was confirmed."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))


async def logs_in(browser: httpx.AsyncClient, **more: str) -> httpx.Response:
    return await browser.post("/api/login", json={"name": USER, "password": PASSWORD, **more})


async def test_password_and_code_open_it(site: Site) -> None:
    secret, _ = await enrolled(site)
    browser = site.visitor()
    answer = await logs_in(browser, code=next_code(secret))
    assert answer.status_code == 200
    assert answer.json()["user"] == USER
    assert (await browser.get("/api/session")).json() == answer.json()
    browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
    assert (await browser.post("/api/logout")).status_code == 204
    assert (await browser.get("/api/session")).status_code == 401


async def test_a_recovery_code_opens_it_once(site: Site) -> None:
    _, recovery = await enrolled(site)
    assert (await logs_in(site.visitor(), code=recovery[0])).status_code == 200
    assert (await logs_in(site.visitor(), code=recovery[0])).status_code == 401


async def test_a_code_opens_it_once(site: Site) -> None:
    secret, _ = await enrolled(site)
    code = next_code(secret)
    assert [(await logs_in(site.visitor(), code=code)).status_code for _ in range(2)] == [200, 401]


CODES = [("none at all", {}), ("an empty one", {"code": ""}), ("a wrong one", {"code": "no code"})]


@pytest.mark.parametrize("code", [row[1] for row in CODES], ids=[row[0] for row in CODES])
async def test_the_password_alone_opens_nothing(site: Site, code: dict[str, str]) -> None:
    await enrolled(site)
    browser = site.visitor()
    answer = await logs_in(browser, **code)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/login-refused")
    assert "set-cookie" not in answer.headers
    assert (await browser.get("/api/cases")).status_code == 401


async def test_what_is_wrong_is_not_told(site: Site) -> None:
    """Else whoever guesses passwords would learn that one is right."""
    await enrolled(site)
    wrong_code = await logs_in(site.visitor(), code="000000")
    wrong_password = await logs_in(site.visitor(), password="another long secret", code="000000")
    assert wrong_code.json() == wrong_password.json()
    assert wrong_code.status_code == wrong_password.status_code == 401


async def test_a_right_code_without_the_password_opens_nothing_and_is_not_used_up(site: Site) -> None:
    secret, _ = await enrolled(site)
    code = next_code(secret)
    assert (await logs_in(site.visitor(), password="another long secret", code=code)).status_code == 401
    assert (await logs_in(site.visitor(), code=code)).status_code == 200


async def test_codes_are_not_to_be_guessed(site: Site) -> None:
    secret, _ = await enrolled(site)
    answers = [await logs_in(site.visitor(), code="no code") for _ in range(PER_USER.attempts)]
    assert [answer.status_code for answer in answers] == [401] * PER_USER.attempts
    late = await logs_in(site.visitor(), code=next_code(secret))
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= PER_USER.window_s


async def test_a_code_that_nobody_asks_for_is_no_hindrance(site: Site) -> None:
    assert (await logs_in(site.visitor(), code="000000")).status_code == 200


async def test_a_code_is_as_long_as_one_at_most(site: Site) -> None:
    assert (await logs_in(site.visitor(), code="0" * 40)).status_code == 200
    assert (await logs_in(site.visitor(), code="0" * 41)).status_code == 422
