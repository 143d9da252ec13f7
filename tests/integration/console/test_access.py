"""Who may use which route: every role tries every route, and nobody reaches what lies outside their organisation."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from cloud.accounts import Kind, Role
from cloud.accounts.organisations import Given
from cloud.console.access import ACCESS, ENROLLING
from cloud.db import transaction
from contract.berth import BerthState
from contract.vehicle import ZombieSuspected
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, PASSWORD, Site

# Open to whoever has no session: the doors, what machines sign for themselves, and whether the program lives.
OPEN = {
    ("GET", "/"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/code"),
    ("POST", "/login/code"),
    ("GET", "/login/oidc"),
    ("GET", "/login/oidc/back"),
    ("POST", "/api/login"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/problems"),
    ("GET", "/problems/{name}"),
    ("HEAD", "/evidence/{sha256}"),
    ("PATCH", "/evidence/{sha256}"),
    ("GET", "/api/gateway/permits"),
}
NOBODY = "01936000-0000-7000-8000-000000000000"
NAMES = {
    "saved_id": "4711",
    "sha256": "0" * 64,
    "community": "nowhere",
    "gateway": "gw",
    "meter": "m",
    "source": "hotline",
}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path that the application answers."""
    for context in iter_route_contexts(app.routes):
        route = getattr(context, "original_route", context)
        if isinstance(route, APIRoute):
            for method in sorted(route.methods or ()):
                yield method, context.path or ""


def filled(path: str, **names: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: {**NAMES, **names}.get(part[1], NOBODY), path)


async def person(site: Site, role: Role, organisation: str | None = None) -> httpx.AsyncClient:
    name = f"{role.value}-{organisation or 'all'}"
    await site.services.accounts.add(name, PASSWORD, role, organisation=organisation)
    return await site.staff(name)


def test_every_route_has_its_line_in_the_table(site: Site) -> None:
    there = set(routes(site.app))
    assert len(there) > 40
    assert there - OPEN - set(ACCESS) == set(), "routes without a line in cloud/console/access.py: nobody may use them"
    assert set(ACCESS) - there == set(), "lines of cloud/console/access.py without a route"
    assert not OPEN & set(ACCESS)
    assert OPEN - there <= {("HEAD", "/evidence/{sha256}"), ("PATCH", "/evidence/{sha256}")}  # not served in this test
    assert set(ACCESS) > ENROLLING


async def test_nobody_comes_in_without_a_session(site: Site) -> None:
    visitor = site.visitor()
    for method, path in ACCESS:
        answer = await visitor.request(method, filled(path), json={} if method == "POST" else None)
        to_door = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        assert answer.status_code == 401 or to_door, (method, path, answer.status_code)


@pytest.mark.parametrize("role", Role)
async def test_each_role_on_each_route(site: Site, role: Role) -> None:
    client = await person(site, role)
    site.services.live.close()  # so that nothing streams for ever: it answers 503
    last = [("POST", "/logout"), ("POST", "/api/logout")]
    wrong = []
    for method, path in [*(each for each in ACCESS if each not in last), last[0]]:
        answer = await client.request(method, filled(path), data={} if method == "POST" else None)
        if (answer.status_code == 403) is (role in ACCESS[method, path]):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


async def test_a_route_that_is_missing_in_the_table_is_for_nobody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await person(site, Role.LEAD)
    assert (await client.get("/cases")).status_code == 200
    less = {key: roles for key, roles in ACCESS.items() if key != ("GET", "/cases")}
    monkeypatch.setattr("cloud.console.access.ACCESS", less)
    assert (await client.get("/cases")).status_code == 403


async def town(site: Site) -> None:
    """A street with two communities; all that happens in the tests is in the first."""
    given = [
        Given("river", Kind.STREET, None, "江滨街道"),
        Given("here", Kind.COMMUNITY, "river", "蓝天小区", community=COMMUNITY),
        Given("there", Kind.COMMUNITY, "river", "白云小区", community="baiyun"),
        Given("keepers", Kind.PROPERTY, "there", "白云物业"),
    ]
    await site.services.organisations.put(given, by="test")


async def objects(site: Site) -> dict[str, str]:
    """Something of each sort, in one community."""
    case = await site.world.car_stands()
    picture = await site.world.picture_arrives(street())
    await site.world.zombie(ZombieSuspected, slot="cam1.9")
    suspect = (await site.services.cases.suspects())[0].event_id
    await site.world.berths({"zone": "b1", "name": "1", "state": BerthState.FREE})
    assert picture == sha256(street()).hexdigest()
    return {"case_id": case.id, "sha256": picture, "event_id": str(suspect), "community": COMMUNITY}


# What a route with a name in its path is sent, so that nothing but the place is wrong with the request.
SENT: dict[str, dict[str, Any]] = {
    "/api/meters/{community}/{gateway}/{meter}/series": {
        "params": {"since": "2026-05-01T00:00:00Z", "until": "2026-05-02T00:00:00Z", "step": "day"}
    },
    "/originals/{request_id}": {"data": {"move": "grant", "reason": "a reason that is long enough"}},
    "/cases/{case_id}/actions": {"data": {"action": "file", "version": 1}},
    "/api/cases/{case_id}/actions": {"json": {"action": "file", "version": 1}},
    "/api/cases/{case_id}/rating": {"json": {"version": 1, "rating": 5}},
    "/cases/{case_id}/originals": {"data": {"sha256": "0" * 64, "reason": "a reason that is long enough"}},
    "/cases/{case_id}/keeping": {"data": {"hold": "true", "reason": "a reason that is long enough"}},
}
# Routes whose answer to what is outside is another, and what that is.
ELSEWHERE = {
    ("POST", "/suspects/{event_id}/dismiss"): 303,  # as for one that is off the list: it stays on it, as is tested
    ("POST", "/cases/saved/{saved_id}/remove"): 303,  # one's own alone, whoever's communities they speak of
}
NAMED = sorted((method, path) for method, path in ACCESS if "{" in path)


async def test_what_is_outside_is_not_there(site: Site) -> None:
    await town(site)
    names = await objects(site)
    far = await person(site, Role.LEAD, "there")
    above = await person(site, Role.STREET, "there")
    wrong = []
    for method, path in NAMED:
        client = above if Role.LEAD not in ACCESS[method, path] else far
        answer = await client.request(method, filled(path, **names), **SENT.get(path, {}))
        if answer.status_code != ELSEWHERE.get((method, path), 404):
            wrong.append((method, path, answer.status_code))
    assert wrong == [], wrong
    assert len(await site.services.cases.suspects()) == 1


async def test_the_same_is_there_for_those_whose_it_is(site: Site) -> None:
    await town(site)
    names = await objects(site)
    for organisation in ("here", "river", None):
        client = await person(site, Role.LEAD, organisation)
        for path in (
            "/cases/{case_id}",
            "/api/cases/{case_id}",
            "/cases/{case_id}/photos/{sha256}",
            "/cases/{case_id}/photos/{sha256}/figure",
            "/cases/{case_id}/sheet",
            "/evaluation/communities/{community}",
        ):
            answer = await client.get(filled(path, **names))
            assert answer.status_code == 200, (organisation, path, answer.status_code)


async def test_lists_hold_nothing_from_outside(site: Site) -> None:
    await town(site)
    names = await objects(site)
    await site.services.devices.register(COMMUNITY, "gw-east", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    near, far = await person(site, Role.LEAD, "here"), await person(site, Role.LEAD, "there")
    for path, field in (("/api/cases", "cases"), ("/api/suspects", "suspects"), ("/api/berths", "berths")):
        assert len((await near.get(path)).json()[field]) == 1, path
        assert (await far.get(path)).json()[field] == [], path
    for path in ("/cases", "/suspects", "/berths", "/meters", "/devices", "/today", "/map", "/permits", "/evaluation"):
        shown = (await far.get(path)).text
        assert names["case_id"] not in shown, path
        assert COMMUNITY not in shown, path
    assert COMMUNITY in (await near.get("/devices")).text


async def test_a_list_of_permits_is_for_its_own_community(site: Site) -> None:
    await town(site)
    near, far = await person(site, Role.LEAD, "here"), await person(site, Role.LEAD, "there")
    sheet = {"file": ("list.csv", "车牌,种类\n京A12345,业主\n".encode())}
    for client, wanted in ((far, 404), (near, 200)):
        answer = await client.post("/permits/import", data={"community": COMMUNITY}, files=sheet)
        assert answer.status_code == wanted, answer.text
    for client, wanted in ((far, 404), (near, 200)):
        assert (await client.get("/permits", params={"community": COMMUNITY})).status_code == wanted
        assert (await client.post("/permits/search", data={"community": COMMUNITY})).status_code == wanted
    assert (await far.post("/permits/remove", data={"community": COMMUNITY, "entry": 1})).status_code == 404


async def test_one_hears_of_cases_within_ones_scope_alone(site: Site) -> None:
    await town(site)
    accounts = site.services.accounts
    await accounts.add("near", PASSWORD, organisation="here")
    await accounts.add("far", PASSWORD, organisation="keepers")
    case = await site.world.car_stands()
    live = site.services.live
    scopes = []
    for name in ("near", "far"):
        found = await accounts.session((await accounts.login(name, PASSWORD, address="test"))[0])
        assert found is not None
        scopes.append(found.scope)
    assert [scope.communities for scope in scopes] == [frozenset({COMMUNITY}), frozenset({"baiyun"})]
    with live.watch(scopes[0]) as near, live.watch(scopes[1]) as far:
        for watcher in (near, far):
            assert await watcher.next() == ""
        await site.world.car_leaves(case)
        assert await near.next() == case.id
        live.tell("berths")  # comes after it, and is of no community
        assert await far.next() == "berths"


async def test_moving_an_organisation_moves_what_its_people_see(site: Site) -> None:
    await town(site)
    await site.services.organisations.put([Given("hill", Kind.STREET, None, "山前街道")], by="test")
    street_user = await person(site, Role.STREET, "river")
    await site.world.car_stands()
    assert len((await street_user.get("/api/cases")).json()["cases"]) == 1
    await site.services.organisations.move("here", "hill", by="test")
    assert (await street_user.get("/api/cases")).json()["cases"] == []


async def test_what_people_do_stands_in_the_audit_log(site: Site) -> None:
    names = await objects(site)
    begun = datetime.now(UTC)
    client = await person(site, Role.LEAD)
    for path in ("/cases/{case_id}/photos/{sha256}", "/cases/{case_id}/sheet.pdf"):
        assert (await client.get(filled(path, **names))).status_code == 200
    version = (await client.get(f"/api/cases/{names['case_id']}")).json()["case"]["version"]
    acted = await client.post(
        f"/api/cases/{names['case_id']}/actions", json={"action": "remark", "version": version, "note": "看过了"}
    )
    assert acted.status_code == 200, acted.text
    noted = await site.services.audit.list(actor="lead-all", since=begun)
    assert [each.what for each in noted] == ["case.acted", "sheet.exported", "photo.viewed", "login.done"]
    assert {each.about for each in noted} == {f"case/{names['case_id']}", "user/lead-all"}
    auditor = await person(site, Role.AUDITOR)
    page = await auditor.get("/audit", params={"actor": "lead-all"})
    assert (page.status_code, f"case/{names['case_id']}" in page.text) == (200, True)
    assert (await auditor.get("/audit", params={"since": "", "about": "user/nobody"})).status_code == 200
    assert (await site.services.audit.list(limit=1))[0].what == "audit.viewed"


async def test_an_act_that_fails_is_not_noted(site: Site) -> None:
    names = await objects(site)
    client = await person(site, Role.LEAD)
    answer = await client.post(
        f"/api/cases/{names['case_id']}/actions", json={"action": "remark", "version": 999, "note": "x"}
    )
    assert answer.status_code == 409
    async with transaction(site.world.engine):
        pass
    assert [each.what for each in await site.services.audit.list(actor="lead-all")] == ["login.done"]
