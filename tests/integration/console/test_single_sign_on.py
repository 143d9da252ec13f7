"""Single sign-on against a provider over HTTP: who comes in, and every forged way that does not."""

import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from cloud.accounts import Kind, Origin, Role
from cloud.accounts.oidc import Client, Provider, SignOnRefused
from cloud.accounts.organisations import Given
from cloud.accounts.sign_on import Rule, SignOn
from cloud.app.web import create_app
from cloud.console.services import SignOnDoor
from cloud.console.words import Word
from tests.integration.console.oidc_provider import CLIENT, SECRET, FakeProvider, running
from tests.integration.console.site import Site

BACK = "http://linli.test/login/oidc/back"
RULES = (Rule("street-office", Role.STREET, "river"), Rule("viewers", Role.CITY, "city"))


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with running() as provider:
        yield provider


def door(
    site: Site, provider: FakeProvider, *, rules: tuple[Rule, ...] = (), monotonic: Callable[[], float] = time.monotonic
) -> Site:
    """The same console with single sign-on."""
    client = Client(provider.issuer, CLIENT, SECRET, BACK)

    def clock() -> datetime:
        return datetime.now(UTC)

    service = SignOn(
        site.world.engine,
        site.services.accounts.sessions,
        Provider(client, clock=clock, monotonic=monotonic),
        provider.issuer,
        clock=clock,
        rules=rules,
    )
    services = replace(site.services, sign_on=SignOnDoor(service, Word("统一身份认证", "Single sign-on")))
    return replace(site, services=services, app=create_app(services, engine=site.world.engine, https=False))


async def known(site: Site, provider: FakeProvider, name: str = "chen") -> None:
    await site.services.accounts.add_signed_on(name, f"{provider.issuer} {provider.subject}", Role.LEAD)


async def come(browser: httpx.AsyncClient, to: str = "/berths") -> httpx.Response:
    """Go through the provider and back."""
    begun = await browser.get("/login/oidc", params={"to": to})
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient() as there:
        returned = await there.get(begun.headers["location"])
    return await browser.get(returned.headers["location"])


async def test_who_was_added_comes_in(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider)
    await known(site, provider)
    browser = site.visitor()
    assert "/login/oidc?to=" in (await browser.get("/login")).text
    answer = await come(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/berths")
    told = (await browser.get("/api/session")).json()
    assert (told["user"], told["role"]) == ("chen", "lead")
    entry = (await site.services.audit.list(actor="chen"))[0]
    assert (entry.what, entry.detail["by"]) == ("login.done", "single sign-on")


async def test_nobody_is_added_by_itself_without_a_rule(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider)
    browser = site.visitor()
    assert (await come(browser)).status_code == 401
    assert (await browser.get("/cases")).status_code == 303
    assert "nobody here" in (await site.services.audit.list(what="login.failed"))[0].detail["why"]


async def test_a_revoked_user_stays_outside(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=RULES)
    await known(site, provider)
    await site.services.accounts.revoke("chen")
    assert (await come(site.visitor())).status_code == 401
    await site.services.accounts.readmit("chen")
    assert (await come(site.visitor())).status_code == 303


async def test_a_user_without_a_password_has_none(site: Site, provider: FakeProvider) -> None:
    await known(site, provider)
    for password in ("", "None", "x" * 20):
        assert (await site.visitor().post("/login", data={"name": "chen", "password": password})).status_code == 401


def _aud(claims: dict[str, Any]) -> None:
    claims["aud"] = "another"


def _several(claims: dict[str, Any]) -> None:
    claims |= {"aud": [CLIENT, "another"], "azp": "another"}


def _iss(claims: dict[str, Any]) -> None:
    claims["iss"] = "https://evil.example"


def _nonce(claims: dict[str, Any]) -> None:
    claims["nonce"] = "another"


def _no_nonce(claims: dict[str, Any]) -> None:
    del claims["nonce"]


def _expired(claims: dict[str, Any]) -> None:
    claims |= {"iat": int(time.time()) - 400, "exp": int(time.time()) - 90}


def _endless(claims: dict[str, Any]) -> None:
    del claims["exp"]


def _old(claims: dict[str, Any]) -> None:
    claims["iat"] = int(time.time()) - 3600


def _early(claims: dict[str, Any]) -> None:
    claims |= {"nbf": int(time.time()) + 600}


def _no_subject(claims: dict[str, Any]) -> None:
    claims["sub"] = ""


TWISTS = [_aud, _several, _iss, _nonce, _no_nonce, _expired, _endless, _old, _early, _no_subject]


@pytest.mark.parametrize("twist", TWISTS, ids=lambda twist: twist.__name__.strip("_"))
async def test_what_a_token_says_is_checked(
    site: Site, provider: FakeProvider, twist: Callable[[dict[str, Any]], None]
) -> None:
    site = door(site, provider)
    await known(site, provider)
    provider.twist = twist
    browser = site.visitor()
    assert (await come(browser)).status_code == 401
    assert "linli_session" not in browser.cookies
    provider.twist = None
    assert (await come(browser)).status_code == 303, "and nothing else was wrong"


async def test_a_token_of_another_key_is_refused_whatever_it_calls_itself(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider)
    await known(site, provider)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await come(site.visitor())).status_code == 401
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "two"})
    assert (await come(site.visitor())).status_code == 401


async def test_no_algorithm_and_a_shared_secret_are_refused(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider)
    await known(site, provider)

    def unsigned(claims: dict[str, Any]) -> str:
        parts = ({"alg": "none", "typ": "JWT"}, claims)
        return ".".join(urlsafe_b64encode(dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."

    def by_public_key(claims: dict[str, Any]) -> str:
        public = provider.key.as_dict(private=False)["n"]
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(str(public)))

    for token in (unsigned, by_public_key, lambda _: "no token", lambda _: ""):
        provider.token = token
        assert (await come(site.visitor())).status_code == 401


async def test_new_keys_are_asked_for_and_not_more_than_once_a_minute(site: Site, provider: FakeProvider) -> None:
    now = [0.0]
    site = door(site, provider, monotonic=lambda: now[0])
    await known(site, provider)
    assert (await come(site.visitor())).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert (await come(site.visitor())).status_code == 401, "the keys are younger than a minute"
    assert provider.key_requests == 1
    now[0] = 61
    assert (await come(site.visitor())).status_code == 303
    assert provider.key_requests == 2


async def test_a_state_serves_once_and_in_its_own_browser_alone(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider)
    await known(site, provider)
    browser, other = site.visitor(), site.visitor()
    begun = await browser.get("/login/oidc")
    async with httpx.AsyncClient() as there:
        back = (await there.get(begun.headers["location"])).headers["location"]
        second = (await there.get(begun.headers["location"])).headers["location"]
    assert (await other.get(back)).status_code == 401, "whoever is sent a link does not land in another's account"
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 401
    assert (await browser.get(second)).status_code == 401, "nor with a fresh code"


@pytest.mark.parametrize(
    "query", ["", "?state=x&code=y", "?error=access_denied&state=x", f"?state={'x' * 9999}&code=y"]
)
async def test_what_did_not_begin_does_not_end(site: Site, provider: FakeProvider, query: str) -> None:
    assert (await door(site, provider).visitor().get(f"/login/oidc/back{query}")).status_code == 401


async def test_without_single_sign_on_there_is_no_such_door(site: Site) -> None:
    for path in ("/login/oidc", "/login/oidc/back?state=x&code=y"):
        assert (await site.visitor().get(path)).status_code == 404
    assert "/login/oidc" not in (await site.visitor().get("/login")).text


async def test_callbacks_are_limited_by_address(site: Site, provider: FakeProvider) -> None:
    browser = door(site, provider).visitor()
    answers = [(await browser.get("/login/oidc/back?state=x&code=y")).status_code for _ in range(41)]
    assert answers == [401] * 40 + [429]


async def test_an_office_comes_in_together(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider)
    await known(site, provider)
    assert [(await come(site.visitor())).status_code for _ in range(41)] == [303] * 41


async def test_a_provider_that_calls_itself_otherwise_is_not_believed(site: Site, provider: FakeProvider) -> None:
    provider.says_issuer = "https://sso.example"
    assert (await door(site, provider).visitor().get("/login/oidc")).status_code == 401


async def test_a_provider_that_is_away_is_told_kindly(site: Site, provider: FakeProvider, free_port: int) -> None:
    site = door(site, replace(provider, issuer=f"http://127.0.0.1:{free_port}"))
    answer = await site.visitor().get("/login/oidc")
    assert (answer.status_code, "统一身份认证没有成功" in answer.text) == (401, True)


async def tree(site: Site) -> None:
    given = [Given("city", Kind.CITY, None, "某市"), Given("river", Kind.STREET, "city", "江滨街道")]
    await site.services.organisations.put(given, by="test")


async def test_a_rule_adds_and_places_users(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=RULES)
    await tree(site)
    provider.claims = {"groups": ["staff", "viewers"], "preferred_username": "Liu.Yang"}
    browser = site.visitor()
    assert (await come(browser)).status_code == 303
    user = await site.services.accounts.get("liu.yang")
    assert (user.role, user.organisation) == (Role.CITY, "city")
    provider.claims["groups"] = ["street-office"]
    assert (await come(site.visitor())).status_code == 303
    user = await site.services.accounts.get("liu.yang")
    assert (user.role, user.organisation) == (Role.STREET, "river")
    told = (await browser.get("/api/session")).json()
    assert told["role"] == "street", "open sessions have it at once"


async def test_a_name_that_is_taken_is_not_taken_over(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=RULES)
    await tree(site)
    provider.claims = {"groups": "viewers", "preferred_username": "wang.fang"}
    browser = site.visitor()
    assert (await come(browser)).status_code == 303
    assert (await browser.get("/api/session")).json()["user"].startswith("oidc-")
    assert (await site.services.accounts.get("wang.fang")).subject is None


async def test_a_rule_needs_its_organisation(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=RULES)
    provider.claims = {"groups": ["viewers"]}
    assert (await come(site.visitor())).status_code == 401


async def test_it_is_begun_for_ten_minutes(site: Site, provider: FakeProvider) -> None:
    now = [datetime.now(UTC)]
    client = Client(provider.issuer, CLIENT, SECRET, BACK)
    service = SignOn(
        site.world.engine,
        site.services.accounts.sessions,
        Provider(client, clock=lambda: now[0]),
        provider.issuer,
        clock=lambda: now[0],
    )
    begun = await service.begin("/", address="test")
    async with httpx.AsyncClient() as there:
        back = httpx.URL((await there.get(begun.address)).headers["location"]).params
    now[0] += timedelta(minutes=10)
    with pytest.raises(SignOnRefused, match="long ago"):
        await service.end(back["state"], back["code"], begun.browser, Origin("test"))


NO_GROUPS: list[tuple[str, dict[str, Any], str]] = [
    # name,              claims,                            what the page says
    ("no such claim", {}, "没有说明你属于哪个组"),
    ("null", {"groups": None}, "没有说明你属于哪个组"),
    ("none of ours", {"groups": ["staff"]}, "不在可以使用本系统的组里"),
    ("an empty list", {"groups": []}, "不在可以使用本系统的组里"),
    ("an empty text", {"groups": ""}, "不在可以使用本系统的组里"),
    ("an object", {"groups": {"viewers": "viewers"}}, "不在可以使用本系统的组里"),
    ("lists in a list", {"groups": [["viewers"]]}, "不在可以使用本系统的组里"),
]


@pytest.mark.parametrize(("claims", "says"), [row[1:] for row in NO_GROUPS], ids=[row[0] for row in NO_GROUPS])
async def test_whom_no_rule_fits_is_told_why_and_is_not_added(
    site: Site, provider: FakeProvider, claims: dict[str, Any], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = door(site, provider, rules=RULES)
    await tree(site)
    provider.claims = {**claims, "preferred_username": "liu.yang"}
    before = await site.services.accounts.list()
    for _ in range(2):
        answer = await come(site.visitor())
        assert (answer.status_code, says in answer.text) == (401, True)
    assert await site.services.accounts.list() == before
    told = [record.getMessage() for record in caplog.records if "single sign-on" in record.getMessage()]
    assert len(told) == (1 if "没有说明" in says else 0), "what is wrong with the provider is said once"
    why = (await site.services.audit.list(what="login.failed"))[0].detail["why"]
    assert "'groups'" in why
    assert not any(secret in text for text in (*told, why) for secret in (SECRET, provider.subject, "liu.yang"))


async def test_a_claim_that_is_missing_is_not_the_text_none(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=(Rule("None", Role.CITY, "city"),))
    await tree(site)
    assert (await come(site.visitor())).status_code == 401
    provider.claims = {"groups": "None"}
    assert (await come(site.visitor())).status_code == 303, "a group may well be called so"


async def test_a_group_may_be_a_number_and_is_no_truth(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=(Rule("17", Role.CITY, "city"), Rule("True", Role.STREET, "river")))
    await tree(site)
    provider.claims = {"groups": True}
    assert (await come(site.visitor())).status_code == 401
    provider.claims = {"groups": [True, 17]}
    browser = site.visitor()
    assert (await come(browser)).status_code == 303
    assert (await browser.get("/api/session")).json()["role"] == "city"


@pytest.mark.parametrize("left", [{"groups": ["staff"]}, {"groups": []}, {}], ids=["others", "none", "no claim"])
async def test_who_leaves_all_groups_comes_in_no_more_and_is_put_out(
    site: Site, provider: FakeProvider, left: dict[str, Any]
) -> None:
    site = door(site, provider, rules=RULES)
    await tree(site)
    provider.claims = {"groups": ["viewers"], "preferred_username": "liu.yang"}
    desk, phone, late = site.visitor(), site.visitor(), site.visitor()
    for browser in (desk, phone):
        assert (await come(browser)).status_code == 303
    provider.claims = {**left, "preferred_username": "liu.yang"}
    assert (await come(late)).status_code == 401
    for browser in (desk, phone, late):
        assert (await browser.get("/api/session")).status_code == 401
    (ended,) = await site.services.audit.list(what="session.ended")
    assert (ended.actor, ended.about) == ("oidc", "user/liu.yang")
    provider.claims = {"groups": ["street-office"], "preferred_username": "liu.yang"}
    assert (await come(desk)).status_code == 303, "whom a rule fits again comes in again"
    user = await site.services.accounts.get("liu.yang")
    assert (user.role, user.organisation) == (Role.STREET, "river")


async def test_where_rules_are_taken_away_whom_they_placed_comes_in_no_more(site: Site, provider: FakeProvider) -> None:
    await tree(site)
    provider.claims = {"groups": ["viewers"], "preferred_username": "liu.yang"}
    with_rules, without = door(site, provider, rules=RULES), door(site, provider)
    assert (await come(with_rules.visitor())).status_code == 303
    assert (await come(without.visitor())).status_code == 401
    await site.services.accounts.place("liu.yang", Role.CITY, "river")
    assert (await come(without.visitor())).status_code == 303, "who is placed by hand stays where they were placed"


@pytest.mark.parametrize("claims", [{}, {"groups": ["staff"]}], ids=["no claim", "other groups"])
async def test_who_was_added_by_hand_needs_no_group(site: Site, provider: FakeProvider, claims: dict[str, Any]) -> None:
    site = door(site, provider, rules=RULES)
    await known(site, provider)
    provider.claims = claims
    assert (await come(site.visitor())).status_code == 303
    assert (await site.services.accounts.get("chen")).role is Role.LEAD


async def test_whom_a_rule_has_placed_once_needs_one_from_then_on(site: Site, provider: FakeProvider) -> None:
    site = door(site, provider, rules=RULES)
    await tree(site)
    await known(site, provider)
    provider.claims = {"groups": ["viewers"]}
    assert (await come(site.visitor())).status_code == 303
    assert (await site.services.accounts.get("chen")).role is Role.CITY
    provider.claims = {"groups": ["staff"]}
    assert (await come(site.visitor())).status_code == 401


@pytest.mark.parametrize("name", ["system", "oidc-1", "Unknown", "系统"])
async def test_a_name_of_no_person_is_not_taken_from_a_provider(site: Site, provider: FakeProvider, name: str) -> None:
    site = door(site, provider, rules=RULES)
    await tree(site)
    provider.claims = {"groups": ["viewers"], "preferred_username": name}
    browser = site.visitor()
    assert (await come(browser)).status_code == 303
    called = (await browser.get("/api/session")).json()["user"]
    assert called.startswith("oidc-")
    assert len(called) == len("oidc-") + 24
