"""The pages of notices, as leads use them: forms without JavaScript, and no address on any page."""

import re
from datetime import UTC, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from cloud.accounts import Role
from cloud.accounts.organisations import Given, Kind
from cloud.db import transaction
from cloud.notify.desk import Desk
from tests.integration.console.site import COMMUNITY, LEAD, PASSWORD, Site

TOKEN = "s3cr3t-t0ken"
ADDRESS = f"json://127.0.0.1:1/{TOKEN}"
TREE = [
    Given("street", Kind.STREET, None, "街道"),
    Given("garden", Kind.COMMUNITY, "street", "花园", community=COMMUNITY),
    Given("keeper", Kind.PROPERTY, "garden", "物业"),
]
PAGES = ("/notices", "/notices/rules", "/notices/roster")


async def _destination(lead: httpx.AsyncClient, name: str = "值班群", **more: str) -> str:
    form = {"name": name, "address": ADDRESS, "enabled": "true", **more}
    answer = await lead.post("/notices/destinations", data=form)
    assert answer.status_code == 200, answer.text
    found = re.findall(r'name="destination" value="([0-9a-f-]{36})"', answer.text)
    return str(found[-1])


async def test_a_lead_sets_all_up_and_no_page_shows_the_address(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead, quiet_from="22:00", quiet_until="07:00", language="both")
    rule = {"name": "消防通道", "destination": group, "occasions": ["opened", "urged"], "zone_kinds": "fire_lane"}
    answer = await lead.post("/notices/rules", data={**rule, "hours_from": "08:00", "hours_until": "20:00"})
    assert answer.status_code == 200
    assert "消防通道" in answer.text
    assert "08:00–20:00" in answer.text
    shift = {"weekday": "0", "start": "08:00", "until": "20:00", "destination": group}
    assert "08:00–20:00" in (await lead.post("/notices/roster", data=shift)).text
    assert (await lead.post("/notices/destinations/test", data={"destination": group})).status_code == 200
    for page in PAGES:
        shown = await lead.get(page)
        assert shown.status_code == 200
        assert "值班群" in shown.text
        assert TOKEN not in shown.text
    assert "免打扰 22:00–07:00" in (await lead.get("/notices")).text
    assert "等待发送" in (await lead.get("/notices")).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/notices/destinations", {"name": "群", "address": f"nonsense://{TOKEN}"}),
        ("/notices/destinations", {"name": "群", "address": "json://h/" + TOKEN * 200}),
        ("/notices/destinations", {"name": "群", "address": f"json://10.0.0.5/{TOKEN}"}),
        ("/notices/destinations", {"name": "群", "address": ADDRESS, "quiet_from": "22:00"}),
        ("/notices/destinations", {"name": "群", "address": ADDRESS, "window_s": "3601"}),
        (
            "/notices/destinations",
            {"name": "群", "address": ADDRESS, "away_from": "2026-02-31T00:00", "away_until": "2026-03-01T00:00"},
        ),
        ("/notices/destinations", {"name": "", "address": ADDRESS}),
        ("/notices/destinations", {"name": "群"}),
        ("/notices/rules", {"name": "规则"}),
        ("/notices/rules", {"name": "规则", "untaken_min": "99999"}),
        ("/notices/rules", {"name": "规则", "untaken_min": "15", "repeat_min": "4"}),
        ("/notices/rules", {"name": "规则", "occasions": "opened", "repeat_min": "30"}),
        ("/notices/roster", {"weekday": "7", "start": "08:00", "until": "09:00"}),
        ("/notices/roster", {"weekday": "0", "start": "", "until": "09:00"}),
        ("/notices/roster", {"start": "08:00", "until": "09:00"}),
    ],
)
async def test_what_is_not_possible_is_said_and_never_repeats_the_address(
    site: Site, path: str, form: dict[str, str]
) -> None:
    lead = await site.staff(LEAD)
    if path != "/notices/destinations":
        form = {"destination": await _destination(lead), **form}
    answer = await lead.post(path, data=form)
    assert answer.status_code == 422
    assert TOKEN not in answer.text


async def test_changing_keeps_the_address_and_a_rule_can_be_switched_and_removed(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead)
    changed = await lead.post(
        "/notices/destinations", data={"destination": group, "version": "1", "name": "新名字", "window_s": "5"}
    )
    assert "新名字" in changed.text
    assert "已停用" in changed.text, "the box was not ticked"
    await lead.post("/notices/rules", data={"name": "一条规则", "destination": group, "untaken_min": "15"})
    page = (await lead.get("/notices/rules")).text
    assert "15 分钟无人接单" in page
    rule = re.findall(r'name="rule" value="([0-9a-f-]{36})"', page)[0]
    assert "停用" in (await lead.post("/notices/rules/switch", data={"rule": rule, "enabled": "false"})).text
    refused = await lead.post("/notices/destinations/remove", data={"destination": group})
    assert refused.status_code == 422
    await lead.post("/notices/rules/remove", data={"rule": rule})
    assert "已删除" in (await lead.post("/notices/destinations/remove", data={"destination": group})).text


async def test_staff_and_programs_see_none_of_it_and_the_city_changes_nothing(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead)
    for role in (Role.STAFF, Role.INSTALLER, Role.AUDITOR, Role.INTEGRATOR):
        await site.services.accounts.add(f"some.{role}", PASSWORD, role)
        visitor = await site.staff(f"some.{role}")
        assert [(await visitor.get(page)).status_code for page in PAGES] == [403] * 3
    await site.services.accounts.add("some.city", PASSWORD, Role.CITY)
    city = await site.staff("some.city")
    for page in PAGES:
        shown = await city.get(page)
        assert shown.status_code == 200
        assert 'action="/notices' not in shown.text
    assert (await city.post("/notices/destinations/test", data={"destination": group})).status_code == 403


async def test_a_link_in_a_message_leads_through_the_login_to_the_case_and_its_next_step(site: Site) -> None:
    case = await site.world.car_stands()
    phone = site.visitor()
    asked = await phone.get(f"/cases/{case.id}")
    assert asked.status_code == 303
    door = asked.headers["location"]
    form = await phone.get(door)
    to = re.findall(r'name="to" value="([^"]+)"', form.text)[0]
    assert to == f"/cases/{case.id}"
    answer = await phone.post("/login", data={"name": LEAD, "password": PASSWORD, "to": to})
    assert answer.status_code == 303
    assert urlsplit(answer.headers["location"]).path == f"/cases/{case.id}"
    assert "接单" in (await phone.get(answer.headers["location"])).text


async def test_that_a_destination_is_stuck_stands_on_today_and_on_the_page_of_notices(site: Site) -> None:
    lead = await site.staff(LEAD)
    await _destination(lead)
    assert "收不到通知" not in (await lead.get("/today")).text
    async with transaction(site.world.engine) as connection:
        failing = "update notice_destinations set failing_since = now() - interval '11 minutes', reason = 'unreachable'"
        await connection.execute(text(failing))
    assert "收不到通知的发送对象" in (await lead.get("/today")).text
    shown = (await lead.get("/notices")).text
    assert "1 个发送对象收不到通知" in shown
    assert "连不上对方" in shown
    staff = await site.staff()
    assert "收不到通知" not in (await staff.get("/today")).text


async def test_a_rule_is_changed_in_the_form_that_it_was_added_with(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead)
    await lead.post("/notices/rules", data={"name": "一条规则", "destination": group, "untaken_min": "15"})
    page = (await lead.get("/notices/rules")).text
    link = re.findall(r'href="(/notices/rules\?edit=[0-9a-f-]{36})#add"', page)[0]
    form = _form((await lead.get(link)).text)
    assert (form["name"], form["untaken_min"], form["version"]) == ("一条规则", "15", "1")
    changed = await lead.post("/notices/rules", data={**form, "name": "改过的", "repeat_min": "30"})
    assert changed.status_code == 200
    assert "之后每 30 分钟再提醒" in changed.text
    assert "一条规则" not in changed.text
    late = await lead.post("/notices/rules", data={**form, "name": "晚了一步"})
    assert late.status_code == 409
    assert "别人刚刚改过" in late.text
    assert _form(late.text)["name"] == "改过的", "as it is now, to be changed from there"
    assert _form(late.text)["version"] == "2"


async def test_what_was_refused_stands_in_the_form_still(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead)
    refused = await lead.post("/notices/rules", data={"name": "没选时候", "destination": group, "place_part": "南门"})
    assert refused.status_code == 422
    assert (_form(refused.text)["name"], _form(refused.text)["place_part"]) == ("没选时候", "南门")
    form = {"name": "夜班群", "address": "nonsense://x", "window_s": "7"}
    assert 'value="夜班群"' in (await lead.post("/notices/destinations", data=form)).text


async def test_a_shift_is_entered_for_several_days_at_once(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead)
    shift = {"weekday": ["0", "1", "2", "3", "4"], "start": "20:00", "until": "08:00", "destination": group}
    shown = (await lead.post("/notices/roster", data=shift)).text
    heads = [re.sub("<[^>]+>", "", head) for head in re.findall("<h3>(.*?)</h3>", shown)]
    assert len(heads) == 5
    assert all("20:00–次日 08:00" in head for head in heads)
    assert "周一" in heads[0]
    assert "周五" in heads[4]


async def test_a_rule_that_tells_nobody_says_so(site: Site) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead)
    await lead.post("/notices/rules", data={"name": "一条规则", "destination": group, "untaken_min": "15"})
    assert "没有人收到" not in (await lead.get("/notices/rules")).text
    await lead.post("/notices/destinations", data={"destination": group, "version": "1", "name": "停了"})
    assert "没有人收到" in (await lead.get("/notices/rules")).text


def _form(page: str) -> dict[str, str]:
    """What stands in the form of a rule: its texts, and what is chosen."""
    form = page[page.index('action="/notices/rules" class="stack') :]
    found = re.findall(r'<input[^>]*? name="([a-z_]+)"[^>]*?', form)
    return {name: _value(form, name) for name in found if name != "csrf" and not _is_box(form, name)} | {
        "destination": re.findall(r'<select name="destination">.*?value="([0-9a-f-]{36})"', form, re.DOTALL)[0]
    }


def _value(form: str, name: str) -> str:
    tag = re.findall(rf'<input[^>]*name="{name}"[^>]*>', form)[0]
    return "".join(re.findall(r'value="([^"]*)"', tag)[:1])


def _is_box(form: str, name: str) -> bool:
    return 'type="checkbox"' in re.findall(rf'<input[^>]*name="{name}"[^>]*>', form)[0]


DELIVERIES = [
    # the message's state,                      the destination's,               on the page
    ("state = 'sent', ended_at = now()", "failing_since = null", "已送达"),
    ("state = 'failed', reason = 'too_many'", "failing_since = now()", "失败，再试"),
    ("state = 'failed', reason = 'unreachable'", "failing_since = now() - interval '1 hour'", "收不到"),
    ("state = 'given_up', reason = 'timed_out', ended_at = now()", "failing_since = now()", "已放弃"),
]


@pytest.mark.parametrize(("message", "destination", "shown"), DELIVERIES, ids=["sent", "failed", "stuck", "given up"])
async def test_a_case_s_page_says_whom_it_was_told_to_and_whether_it_arrived(
    site: Site, message: str, destination: str, shown: str
) -> None:
    lead = await site.staff(LEAD)
    group = await _destination(lead, window_s="0")
    await lead.post("/notices/rules", data={"name": "规则", "destination": group, "occasions": "opened"})
    case = await site.world.car_stands()
    assert "通知了谁" not in (await lead.get(f"/cases/{case.id}")).text, "nobody yet"
    desk = Desk(site.world.engine, clock=site.services.clock, zone=UTC, public_url="", keep=timedelta(days=90))
    await desk.take()
    assert "等着合并或免打扰" in (await lead.get(f"/cases/{case.id}")).text
    await desk.form()
    async with transaction(site.world.engine) as connection:
        await connection.execute(text(f"update notice_messages set {message}"))  # noqa: S608 - one of the four
        await connection.execute(text(f"update notice_destinations set {destination}"))  # noqa: S608
    page = (await lead.get(f"/cases/{case.id}")).text
    told = page[page.index("通知了谁") :]
    assert told.index("值班群") < told.index("新案件") < told.index(shown)
    assert "通知了谁" in (await lead.get(f"/cases/{case.id}", headers={"HX-Request": "true"})).text


async def test_whom_another_organisation_told_is_theirs_to_see(site: Site) -> None:
    await site.services.organisations.put(TREE, by="cli:test")
    for name in ("street", "keeper"):
        await site.services.accounts.add(f"lead.{name}", PASSWORD, Role.LEAD, organisation=name)
        lead = await site.staff(f"lead.{name}")
        group = await _destination(lead, f"{name} 的群", window_s="0")
        await lead.post("/notices/rules", data={"name": "规则", "destination": group, "occasions": "opened"})
    case = await site.world.car_stands()
    desk = Desk(site.world.engine, clock=site.services.clock, zone=UTC, public_url="", keep=timedelta(days=90))
    await desk.take()
    seen = {
        name: (await (await site.staff(f"lead.{name}")).get(f"/cases/{case.id}")).text for name in ("street", "keeper")
    }
    assert ["的群" in each for each in seen.values()] == [True, True]
    assert "keeper 的群" in seen["street"], "the street sees what is under it"
    assert "street 的群" not in seen["keeper"]
