"""Pages as a browser without JavaScript gets them, and what it is not let do."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from cloud.cases.vocabulary import Action, Stage
from cloud.console.live import EVERYTHING
from contract.envelope import PictureKind
from contract.parking import Outcome, ZoneKind
from tests.integration.console.scene import street
from tests.integration.console.site import LEAD, PASSWORD, USER, Site, World
from tests.people import person

OPEN_TO_ALL = {
    "/",
    "/login",
    "/login/oidc",
    "/login/oidc/back",
    "/api/login",
    "/problems",
    "/problems/{name}",
    "/healthz",
    "/readyz",
    "/api/gateway/permits",
}
HTMX = {"HX-Request": "true"}


def form(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the form for actions."""
    shown = page.text[page.text.index("/actions") :]
    return {name: _value(shown, name) for name in ("csrf", "version")}


def _value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', html)
    assert found is not None
    return found[1]


async def test_the_list_shows_an_open_case_in_words(site: Site, world: World) -> None:
    case = await world.car_stands(minutes=12)
    page = await (await site.staff()).get("/cases")
    assert page.status_code == 200
    for shown in ("消防通道", "Fire lane", "3 号楼北侧", "已停 12 分钟", "任务派遣", f'href="/cases/{case.id}"'):
        assert shown in page.text


async def test_a_case_has_its_page(site: Site, world: World) -> None:
    picture = street()
    case = await world.car_stands(pictures=((PictureKind.ENTER, street(brightness=0.9)), (PictureKind.DUE, picture)))
    await world.picture_arrives(picture)
    page = await (await site.staff()).get(f"/cases/{case.id}")
    for shown in ("接单", "照片在路上", case.number, "行人和其他车牌已打码", "cam1", "小汽车"):
        assert shown in page.text
    assert "模拟" not in page.text


async def test_simulated_footage_is_said_wherever_it_is_shown(site: Site, world: World) -> None:
    case = await world.car_stands(simulated=True)
    staff = await site.staff()
    for path in ("/cases", f"/cases/{case.id}"):
        assert "模拟" in (await staff.get(path)).text


async def test_an_unmasked_picture_is_pointed_out(site: Site, world: World) -> None:
    picture = street()
    case = await world.car_stands(pictures=((PictureKind.DUE, picture),), masked=False)
    await world.picture_arrives(picture)
    page = (await (await site.staff()).get(f"/cases/{case.id}")).text
    assert "未打码" in page
    assert "行人和其他车牌已打码" not in page


async def test_names_from_the_wire_are_text_and_no_markup(site: Site, world: World) -> None:
    case = await world.car_stands(zone_name="<script>alert(1)</script>")
    staff = await site.staff()
    for path in ("/cases", f"/cases/{case.id}"):
        page = (await staff.get(path)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


async def test_a_case_is_worked_with_forms_alone(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    del staff.headers["X-CSRF-Token"]
    path = f"/cases/{case.id}"
    for action, note in (("accept", ""), ("report", "车主已开走")):
        fields = form(await staff.get(path)) | {"action": action, "note": note}
        done = await staff.post(f"{path}/actions", data=fields)
        assert (done.status_code, done.headers["location"]) == (303, path)
    page = (await staff.get(path)).text
    assert "摄像机核查中" in page
    assert "车主已开走" in page
    assert USER in page
    await world.camera_answers(case, Outcome.GONE)
    page = (await staff.get(path)).text
    assert "摄像机确认车已驶离" in page
    assert "核实结案" in page
    assert case.id not in (await staff.get("/cases")).text
    assert case.id in (await staff.get("/cases?show=closed")).text


@pytest.mark.parametrize("outcome", [Outcome.CANNOT_SEE, Outcome.STILL_THERE, None])
async def test_a_person_decides_only_where_the_camera_cannot_see(
    site: Site, world: World, outcome: Outcome | None
) -> None:
    case = await world.car_stands()
    staff = await site.staff(LEAD)
    for action, version in ((Action.ACCEPT, case.version), (Action.REPORT, case.version + 1)):
        await world.cases.act(case.id, action, by=person(USER), version=version)
    if outcome is not None:
        await world.camera_answers(case, outcome, reason="too dark")
    page = (await staff.get(f"/cases/{case.id}")).text
    assert ('value="verify_pass"' in page) is (outcome is Outcome.CANNOT_SEE)
    assert ('value="verify_fail"' in page) is (outcome is Outcome.CANNOT_SEE)
    assert ('value="report"' in page) is (outcome is Outcome.STILL_THERE)
    assert ("too dark" in page) is (outcome is not None)


async def test_who_comes_second_is_shown_what_the_first_did(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    fields = form(await staff.get(f"/cases/{case.id}")) | {"action": "accept"}
    await world.cases.act(case.id, Action.ACCEPT, by=person("li.lei"), version=case.version)
    for headers in ({}, HTMX):
        late = await staff.post(f"/cases/{case.id}/actions", data=fields, headers=headers)
        assert late.status_code == 409
        for shown in ("有人先改了", "Someone changed it first", "li.lei", "任务处理"):
            assert shown in late.text


async def test_what_the_stage_does_not_allow_is_refused_kindly(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    fields = form(await staff.get(f"/cases/{case.id}")) | {"action": "evaluate", "rating": "5"}
    answer = await staff.post(f"/cases/{case.id}/actions", data=fields)
    assert answer.status_code == 409
    assert "现在不能这样做" in answer.text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("no such action", {"action": "destroy", "version": "1"}),
        ("no version", {"action": "accept"}),
        ("a version out of range", {"action": "accept", "version": str(2**31)}),
        ("a note too long", {"action": "accept", "version": "1", "note": "字" * 501}),
        ("a rating out of range", {"action": "evaluate", "version": "1", "rating": "6"}),
    ],
)
async def test_a_form_filled_in_wrongly_is_refused(site: Site, world: World, name: str, fields: dict[str, str]) -> None:
    case = await world.car_stands()
    answer = await (await site.staff()).post(f"/cases/{case.id}/actions", data=fields)
    assert answer.status_code == 422, name
    assert "填写的内容不对" in answer.text
    assert (await world.listed(open_only=True))[0].stage is Stage.DISPATCHED


async def test_a_note_as_long_as_the_field_lets_one_type_is_taken(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    case = await world.cases.act(case.id, Action.ACCEPT, by=person(USER), version=case.version)
    typed = "字\n" * 249 + "字字"  # 500 characters, as the browser counts; each line end is sent as two
    fields = form(await staff.get(f"/cases/{case.id}")) | {"action": "report", "note": typed.replace("\n", "\r\n")}
    assert (await staff.post(f"/cases/{case.id}/actions", data=fields)).status_code == 303
    view = await world.cases.get(case.id)
    assert view is not None
    assert typed in [entry.note for entry in view.history]


async def test_what_every_page_needs_is_kept_by_the_browser(site: Site) -> None:
    visitor = site.visitor()
    first = await visitor.get("/static/console.css")
    assert first.headers["cache-control"] == "no-cache"
    again = await visitor.get("/static/console.css", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_files_travel_compressed_and_pages_do_not(site: Site, world: World) -> None:
    staff, whole = await site.staff(), {"Accept-Encoding": "identity"}
    for file in ("vendor/echarts.simple.min.js", "console.css"):
        packed, plain = await staff.get(f"/static/{file}"), await staff.get(f"/static/{file}", headers=whole)
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert (packed.content, "content-encoding" in plain.headers) == (plain.content, False)
        assert packed.num_bytes_downloaded < 0.4 * len(plain.content)
        again = await staff.get(f"/static/{file}", headers={"If-None-Match": packed.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    await world.alarm()
    page = await staff.get("/cases")
    assert (len(page.content) > 1000, "content-encoding" in page.headers) == (True, False)


def routes(found: Sequence[BaseRoute]) -> Iterator[APIRoute]:
    """All routes, those of routers that are included too."""
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)


async def test_every_other_route_is_for_those_logged_in(site: Site) -> None:
    visitor = site.visitor()
    tried = 0
    for route in routes(site.app.routes):
        if route.path in OPEN_TO_ALL:
            continue
        path = re.sub(r"\{[^}]+\}", "x", route.path)
        for method in route.methods or ():
            answer = await visitor.request(method, path)
            assert answer.status_code in {303, 401}, f"{method} {path}"
            assert answer.headers.get("location", "/login").startswith("/login")
            tried += 1
    assert tried >= 12


async def test_every_change_needs_the_forms_token(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    other = (await (await site.staff()).get("/api/session")).json()["csrf"]
    fields = {"action": "accept", "version": str(case.version)}
    for token in (None, "", "wrong", other):
        del staff.headers["X-CSRF-Token"]
        if token is not None:
            staff.headers["X-CSRF-Token"] = token
        for path in (f"/cases/{case.id}/actions", "/logout", "/language", f"/api/cases/{case.id}/actions"):
            assert (await staff.post(path, data=fields)).status_code == 403, (token, path)
        staff.headers["X-CSRF-Token"] = "x"
    assert (await world.listed(open_only=True))[0].stage is Stage.DISPATCHED


async def test_a_session_that_ended_leads_back_through_the_door(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    await site.services.accounts.revoke(USER)
    page = await staff.get(f"/cases/{case.id}")
    assert page.headers["location"] == f"/login?to=%2Fcases%2F{case.id}"
    part = await staff.get("/cases", headers=HTMX)
    assert part.status_code == 401
    assert part.headers["hx-redirect"].startswith("/login")
    for address, back in (
        (f"http://linli.test/cases/{case.id}", f"/cases/{case.id}"),
        ("http://linli.test/cases?show=closed", "/cases?show=closed"),
        ("http://evil.test//evil.test", "/"),
        ("http://[", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ):
        part = await staff.get(f"/cases/{case.id}", headers=HTMX | {"HX-Current-URL": address})
        assert _login_leads_to(part.headers["hx-redirect"]) == back, address
        late = await staff.post(f"/cases/{case.id}/actions", data={"action": "accept"}, headers={"Referer": address})
        assert _login_leads_to(late.headers["location"]) == back, address
    door = await staff.get(part.headers["hx-redirect"])
    assert "登录已过期" in door.text


def _login_leads_to(location: str) -> str:
    (to,) = parse_qs(urlsplit(location).query)["to"]
    return to


@pytest.mark.parametrize("query", ["after=-1", "size=31", "show=maybe", "after=0192aaaa"])
async def test_an_address_that_cannot_be_is_said_kindly(site: Site, query: str) -> None:
    page = await (await site.staff()).get(f"/cases?{query}")
    assert page.status_code == 400
    assert "地址不对" in page.text
    assert 'href="/"' in page.text


async def test_what_an_address_asks_besides_is_let_be(site: Site, world: World) -> None:
    case = await world.car_stands()
    page = await (await site.staff()).get("/cases?open=maybe")
    assert page.status_code == 200
    assert case.number in page.text


async def test_logging_in_by_form_leads_to_where_one_wanted_to_go(site: Site) -> None:
    visitor = site.visitor()
    fields = {"name": USER.upper(), "password": PASSWORD, "to": "/devices"}
    answer = await visitor.post("/login", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/devices")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await visitor.get("/devices")).status_code == 200
    assert (await visitor.get("/login?to=//evil.test")).headers["location"] == "/"


async def test_a_wrong_password_says_not_which_was_wrong(site: Site) -> None:
    visitor = site.visitor()
    pages = [
        await visitor.post("/login", data={"name": name, "password": "wrong wrong wrong"})
        for name in (USER, "nobody", "", "\x00")
    ]
    assert {page.status_code for page in pages} == {401}
    assert all("用户名或密码不对" in page.text for page in pages)
    assert not any("wrong wrong" in page.text for page in pages)


async def test_too_many_attempts_have_to_wait(site: Site) -> None:
    visitor = site.visitor()
    wrong = {"name": "victim", "password": "wrong wrong wrong"}
    answers = [await visitor.post("/api/login", json=wrong) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 300
    page = await visitor.post("/login", data=wrong)
    assert page.status_code == 429
    assert "尝试次数太多" in page.text


async def test_a_photo_is_for_staff_and_belongs_to_its_case(site: Site, world: World) -> None:
    mine, other = street(), street(brightness=0.5)
    case = await world.car_stands("cam1.1", pictures=((PictureKind.DUE, mine),))
    elsewhere = await world.car_stands("cam1.2", pictures=((PictureKind.DUE, other),))
    staff = await site.staff()
    name = (await world.cases.get(case.id)).photos[0].sha256  # type: ignore[union-attr]
    path = f"/cases/{case.id}/photos/{name}"
    assert (await staff.get(path)).status_code == 404
    assert "照片在路上" in (await staff.get(f"{path}/figure")).text
    await world.picture_arrives(mine)
    await world.picture_arrives(other)
    got = await staff.get(path)
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, mine, "image/jpeg")
    assert "private" in got.headers["cache-control"]
    again = await staff.get(path, headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert f'src="{path}"' in (await staff.get(f"{path}/figure")).text
    assert (await staff.get(f"/cases/{elsewhere.id}/photos/{name}")).status_code == 404
    assert (await site.visitor().get(path)).status_code == 303


@pytest.mark.parametrize("path", ["/cases/nothing", "/cases/0192aaaa-0000-7000-8000-000000000000", "/nowhere"])
async def test_what_is_not_there_is_said_kindly(site: Site, path: str) -> None:
    page = await (await site.staff()).get(path)
    assert page.status_code == 404
    assert "没有这个页面" in page.text
    assert 'href="/"' in page.text


async def test_a_long_list_has_pages(site: Site, world: World) -> None:
    for number in range(32):
        await world.car_stands(f"cam1.{number}", zone_kind=ZoneKind.ROAD)
    staff = await site.staff()
    first = (await staff.get("/cases")).text
    assert first.count("data-case=") == 30
    older = re.search(r'href="(/cases\?after=[^"]+)" rel="next"', first)
    assert older is not None
    assert (await staff.get(older[1].replace("&amp;", "&"))).text.count("data-case=") == 2


async def test_a_reader_chooses_the_language(site: Site, world: World) -> None:
    await world.car_stands()
    staff = await site.staff()
    for language, there, gone in (("en", "Fire lane", "消防通道"), ("zh", "消防通道", "Fire lane")):
        answer = await staff.post(
            "/language", data={"language": language}, headers={"Referer": "http://linli.test/cases"}
        )
        assert answer.headers["location"] == "/cases"
        page = (await staff.get("/cases")).text
        assert there in page
        assert gone not in page
    for bad in ("http://[", "http://evil.test//evil.test", ""):
        answer = await staff.post("/language", data={"language": "both"}, headers={"Referer": bad})
        assert answer.headers["location"] == "/"


async def test_changes_reach_those_who_watch(site: Site, world: World) -> None:
    with site.services.live.watch() as watcher:
        assert await watcher.next() == EVERYTHING
        picture = street()
        case = await world.car_stands(pictures=((PictureKind.DUE, picture),))
        told = await watcher.next()
        while told == EVERYTHING:  # listening may have begun only now
            told = await watcher.next()
        assert told == case.id
        await world.picture_arrives(picture)
        assert await watcher.next() == case.id


async def test_a_browser_too_many_is_asked_to_come_back(site: Site) -> None:
    staff = await site.staff()
    site.services.live.close()
    answer = await staff.get("/live")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"


async def test_a_gateway_is_shown_with_its_state(site: Site) -> None:
    await site.services.devices.register("lantian", "gw-east", "A" * 43 + "=")
    page = (await (await site.staff()).get("/devices")).text
    assert "lantian / gw-east" in page
    assert "从未通信" in page


async def test_health_is_told_to_everybody(site: Site) -> None:
    visitor = site.visitor()
    assert (await visitor.get("/healthz")).status_code == 200
    assert (await visitor.get("/readyz")).status_code == 200


async def test_while_the_database_is_away_pages_say_so_and_then_come_back(site: Site, postgres: str) -> None:
    staff = await site.staff()
    name = site.world.engine.url.database
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'alter database "{name}" allow_connections false')
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
        page = await staff.get("/cases")
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "暂时用不了" in page.text
        assert (await staff.get("/api/cases")).json()["status"] == 503
        assert (await staff.get("/readyz")).status_code == 503
        assert (await staff.get("/healthz")).status_code == 200
        connection.execute(f'alter database "{name}" allow_connections true')
    assert (await staff.get("/cases")).status_code == 200


async def test_a_card_shows_the_picture_that_tells_most_of_those_there(site: Site, world: World) -> None:
    enter, due = street(brightness=0.8), street()
    await world.car_stands("cam1.9", pictures=())
    await world.car_stands(pictures=((PictureKind.ENTER, enter), (PictureKind.DUE, due)))
    staff = await site.staff()
    page = (await staff.get("/cases")).text
    assert (page.count("照片在路上"), page.count("没有照片")) == (1, 1)
    for picture in (enter, due):
        name = await world.picture_arrives(picture)
        assert name in (await staff.get("/cases")).text
    assert page.count("data-case=") == 2
