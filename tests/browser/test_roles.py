"""The main path of each role, as its people go it in a browser; screenshots for the docs are made of these."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from cloud.accounts import Role
from cloud.cases.domain import Case, CaseView, Report
from cloud.cases.vocabulary import Action, Source
from cloud.plans.domain import Place, PlaceKind
from contract.envelope import PictureKind
from contract.parking import Outcome
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.desk import ENTER, actor, add_people, full_desk, gateway, person, plan
from tests.browser.test_looks import wrong
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, Site, World

pytestmark = pytest.mark.browser

DUE = street()


async def do(page: Page, action: str) -> None:
    """Open what else may be done, and one of it."""
    more = page.locator("details.more").first
    if await more.get_attribute("open") is None:
        await more.locator("> summary").click()
    await more.locator("details.one > summary", has_text=action).click()


async def test_staff_take_and_report_on_a_phone(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    await add_people(site)
    await plan(site)
    case = await world.car_stands(pictures=((PictureKind.ENTER, ENTER), (PictureKind.DUE, DUE)))
    for picture in (ENTER, DUE):
        await world.picture_arrives(picture)
    page = await staff.open(PHONE, user=person(Role.STAFF), to="/")
    await expect(page).to_have_url(re.compile("/today$"))
    await expect(page.get_by_role("heading", name="等人接单")).to_be_visible()
    await shoot(page, "today-phone")
    await page.get_by_role("button", name="接单").click()
    await expect(page).to_have_url(re.compile(f"/cases/{case.id}$"))
    await expect(page.locator(".steps .now")).to_contain_text("任务处理")
    await expect(page.get_by_text("还剩").first).to_be_visible()
    await shoot(page, "case-phone")
    desk = await staff.open(DESK, user=person(Role.LEAD), to=f"/cases/{case.id}")
    await expect(desk.locator(".spot svg")).to_be_visible()
    await shoot(desk, "case-desk")
    await do(page, "申请延期")
    await expect(page.locator("#more-ask_extension")).to_be_visible()
    await shoot(page, "more-phone")
    await page.get_by_label("备注（可不填）").first.fill("已联系车主，车已开走")
    await page.get_by_role("button", name="上报处理完毕").click()
    await expect(page.locator(".check")).to_contain_text("摄像机核查中")
    await world.camera_answers(case, Outcome.GONE, picture=street(car=False))
    await expect(page.locator(".steps .now")).to_contain_text("核实结案")
    await page.goto("/today")
    await expect(page.get_by_text("都办好了")).to_be_visible()
    await shoot(page, "today-done-phone")


async def test_a_lead_dispatches_and_verifies(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    await add_people(site)
    report = Report(text="三号楼东单元门口路灯不亮，晚上看不清台阶", place="3 号楼东单元", reporter="12345-20261123-7")
    case = await site.services.cases.report(
        report, community=COMMUNITY, source=Source.HOTLINE, by=actor(Role.INTEGRATOR)
    )
    page = await staff.open(DESK, user=person(Role.LEAD), to="/today")
    await expect(page.get_by_role("heading", name="等立案、派遣")).to_be_visible()
    await page.get_by_role("button", name="立案").click()
    await expect(page.locator("blockquote")).to_contain_text("路灯不亮")
    await shoot(page, "report-desk")
    await page.get_by_role("button", name="派遣").click()
    await expect(page.locator(".steps .now")).to_contain_text("任务派遣")
    case = (await reread(site, case.id)).case
    for action, note in ((Action.ACCEPT, ""), (Action.REPORT, "已换灯泡")):
        case = await site.services.cases.act(case.id, action, by=actor(Role.STAFF), version=case.version, note=note)
    await page.get_by_role("button", name="核实通过").click()
    await expect(page.locator(".steps .now")).to_contain_text("核实结案")
    assert (await reread(site, case.id)).case.closed_by == person(Role.LEAD)


async def test_community_grants_an_extension_that_staff_ask_for(
    staff: Staff, site: Site, world: World, shoot: Shoot
) -> None:
    await add_people(site)
    case = await world.car_stands()
    case = await site.services.cases.act(case.id, Action.ACCEPT, by=actor(Role.STAFF), version=case.version)
    phone = await staff.open(PHONE, user=person(Role.STAFF), to=f"/cases/{case.id}")
    await do(phone, "申请延期")
    form = phone.locator("#more-ask_extension")
    later = site.services.clock().astimezone(site.services.zone) + timedelta(days=3)
    await form.get_by_label("延到什么时候").fill(later.strftime("%Y-%m-%dT%H:%M"))
    await form.get_by_label("原因").fill("等拖车")
    await form.get_by_role("button", name="申请延期").click()
    await expect(phone.locator(".notice.wait")).to_contain_text("等拖车")
    desk = await staff.open(DESK, user=person(Role.COMMUNITY), to="/today")
    await expect(desk.get_by_role("heading", name="等你批延期")).to_be_visible()
    await shoot(desk, "extensions-desk")
    await desk.get_by_role("link", name="准予延期").click()
    await desk.get_by_role("button", name="准予延期").click()
    await expect(desk.locator(".history")).to_contain_text("准予延期")
    assert (await reread(site, case.id)).case.extensions == 1


async def test_the_street_supervises(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    await add_people(site)
    case = await in_a_scene(world)
    page = await staff.open(DESK, user=person(Role.STREET), to=f"/cases/{case.id}")
    await do(page, "督办")
    form = page.locator("#more-supervise")
    await form.get_by_label("原因").fill("群众反映强烈，请今天办完")
    await shoot(page, "supervise-desk")
    await form.get_by_role("button", name="督办").click()
    await expect(page.locator(".history")).to_contain_text("请今天办完")
    assert (await reread(site, case.id)).case.supervised == 1


async def test_a_city_viewer_reads_and_cannot_act(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    await add_people(site)
    case = await in_a_scene(world)
    page = await staff.open(DESK, user=person(Role.CITY), to="/")
    await expect(page).to_have_url(re.compile("/cases$"))
    await page.goto(f"/cases/{case.id}")
    await expect(page.get_by_text("你的账号只能查看")).to_be_visible()
    await shoot(page, "city-desk")
    await expect(page.locator("main button, main form")).to_have_count(0)
    assert await wrong(page) == []


async def test_an_installer_sees_devices_and_no_case(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    await add_people(site)
    await gateway(site)
    case = await world.car_stands()
    page = await staff.open(DESK, user=person(Role.INSTALLER), to="/")
    await expect(page).to_have_url(re.compile("/devices$"))
    await expect(page.locator(".seeing svg")).to_be_visible()
    await shoot(page, "devices-desk")
    assert (await page.request.get(f"/cases/{case.id}")).status == 403
    assert (await page.request.get("/cases")).status == 403
    assert await page.get_by_role("link", name="案件").count() == 0


async def test_an_auditor_reads_who_did_what_and_no_case(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    await add_people(site)
    case = await world.car_stands()
    worker = await site.staff(person(Role.STAFF))
    told = {"action": "accept", "version": case.version}
    assert (await worker.post(f"/api/cases/{case.id}/actions", json=told)).status_code == 200
    page = await staff.open(DESK, user=person(Role.AUDITOR), to="/")
    await expect(page).to_have_url(re.compile("/audit$"))
    await expect(page.locator("main")).to_contain_text(person(Role.STAFF))
    await shoot(page, "audit-desk")
    assert await wrong(page) == []
    for path in ("/cases", f"/cases/{case.id}", "/devices", "/evaluation"):
        assert (await page.request.get(path)).status == 403
    assert await page.get_by_role("link", name="案件").count() == 0


async def test_an_integrator_has_no_page(staff: Staff, site: Site) -> None:
    await add_people(site)
    page = await staff.open(DESK, user=person(Role.LEAD))
    for path in ("/today", "/cases", "/map", "/devices"):
        assert (await page.request.get(path)).status == 200
    visitor = await site.staff(person(Role.INTEGRATOR))
    for path in ("/today", "/cases", "/map", "/devices", "/permits"):
        assert (await visitor.get(path)).status_code == 403


async def test_the_map_is_live_and_its_marks_lead_to_their_cases(
    staff: Staff, site: Site, world: World, shoot: Shoot
) -> None:
    await full_desk(site, world)
    page = await staff.open(DESK, user=person(Role.LEAD), to="/map")
    marks = page.locator("#plan .leaflet-marker-icon.leaflet-interactive")
    await expect(marks).to_have_count(5)
    await shoot(page, "map-desk")
    new = await world.car_stands("cam1.9")
    await expect(marks).to_have_count(6)
    await marks.nth(0).click()
    await expect(page).to_have_url(re.compile(f"/cases/{new.id}$"))


async def test_a_lead_places_a_camera_by_a_click_and_the_key_names_what_is_drawn(
    staff: Staff, site: Site, world: World, shoot: Shoot
) -> None:
    await full_desk(site, world)
    page = await staff.open(DESK, user=person(Role.LEAD), to="/map")
    await page.locator("#placing > summary").click()
    await page.get_by_label("标什么").select_option("camera:gw-east/cam1")
    box = await page.locator("#plan").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(page.get_by_label("从左边起")).not_to_have_value("")
    await page.get_by_role("button", name="保存位置").click()
    await expect(page.get_by_text("位置已保存")).to_be_visible()
    (placed,) = [each for each in await site.services.plans.places(COMMUNITY) if each.name == "gw-east/cam1"]
    assert abs(placed.x - 0.5) < 0.05
    assert abs(placed.y - 0.5) < 0.05
    for at, (kind, name) in enumerate([(PlaceKind.ZONE, "gw-east/cam1/fire"), (PlaceKind.DEVICE, "gw-east/w-7")]):
        await site.services.plans.place(COMMUNITY, Place(kind, name, 0.2 + 0.2 * at, 0.8), by="test")
    await page.reload()
    await shoot(page, "map-key")
    drawn = set(await page.locator("#plan .sign").all_inner_texts())
    key = [each.split() for each in await page.locator(".key li").all_inner_texts()]
    named = {sign: name for sign, name, *_ in key}
    assert drawn >= {"+", "#", "="}
    assert drawn <= named.keys()
    assert len(named) == len(key) == len(set(named.values())) == 7


async def in_a_scene(world: World) -> Case:
    """A car that stands too long in a drawn scene, with its pictures."""
    case = await world.car_stands(pictures=((PictureKind.ENTER, ENTER), (PictureKind.DUE, DUE)), simulated=True)
    for picture in (ENTER, DUE):
        await world.picture_arrives(picture)
    return case


async def reread(site: Site, case_id: str) -> CaseView:
    view = await site.services.cases.get(case_id)
    assert view is not None
    return view
