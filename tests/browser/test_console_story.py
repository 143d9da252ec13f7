"""A member of staff works a case from first sight to its verified end, without reloading the page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from cloud.cases.vocabulary import Action
from contract.envelope import PictureKind
from contract.parking import Outcome
from tests.browser.conftest import DESK, PHONE, WITHIN_MS, Shoot, Staff
from tests.integration.console.scene import street
from tests.integration.console.site import Site, World
from tests.people import person

pytestmark = pytest.mark.browser

ENTER, INTERVAL, DUE = street(brightness=0.92), street(brightness=0.97), street()
EMPTY = street(car=False)
# Of the two menus one is shown: the other has no size. The plan's own buttons are for a mouse: a finger pinches.
SIZES = """[...document.querySelectorAll("button, nav a, summary, select, .card, .item, .back a")]
  .filter((each) => each.offsetParent !== null || each.offsetHeight > 0)
  .map((each) => [each.innerText, each.offsetHeight])"""
WITHIN_S = WITHIN_MS / 1000
NOTE_STEPS = """() => {
  window.steps = [];
  const note = () => window.steps.push(document.querySelector(".steps .now").innerText);
  document.addEventListener("htmx:afterSwap", note);
}"""
PICTURES = ((PictureKind.ENTER, ENTER), (PictureKind.INTERVAL, INTERVAL), (PictureKind.DUE, DUE))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_from_first_sight_to_verified(staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]) -> None:
    name = "phone" if size is PHONE else "desk"
    page = await staff.open(size, log_in=False)
    await page.goto("/")
    await shoot(page, f"login-{name}")
    await staff.log_in(page)
    await expect(page.get_by_text("没有待办案件")).to_be_visible()
    await shoot(page, f"empty-{name}")

    case = await world.car_stands(pictures=PICTURES, simulated=True)
    card = page.locator(f"#case-{case.id}")
    await expect(card).to_contain_text("消防通道")
    await expect(card).to_contain_text("照片在路上")
    await expect(card).to_have_class("is-new")
    for picture in (ENTER, INTERVAL, DUE):
        await world.picture_arrives(picture)
    await expect(card.locator("img")).to_be_visible()
    await shoot(page, f"cases-{name}")

    await card.get_by_role("link").click()
    await expect(page.get_by_text("模拟画面").first).to_be_visible()
    await expect(page.get_by_text("行人和其他车牌已打码")).to_be_visible()
    await every_picture_shown(page, 3)
    await shoot(page, f"case-{name}")
    await page.get_by_role("button", name="接单").click()
    await expect(page.locator(".steps .now")).to_contain_text("任务处理")

    await page.get_by_label("备注").fill("已联系车主，车已开走")
    await shoot(page, f"handling-{name}")
    await page.get_by_role("button", name="处理完毕").click()
    await expect(page.locator(".check")).to_contain_text("摄像机核查中")
    await expect(page.get_by_text("已联系车主，车已开走")).to_be_visible()
    await shoot(page, f"looking-{name}")

    await world.camera_answers(case, Outcome.GONE, picture=EMPTY)
    await expect(page.locator(".check")).to_contain_text("摄像机确认车已驶离")
    await expect(page.locator(".steps .now")).to_contain_text("核实结案")
    await world.picture_arrives(EMPTY)
    await every_picture_shown(page, 4)
    await shoot(page, f"closed-{name}")
    await nothing_sticks_out(page)


async def every_picture_shown(page: Page, count: int) -> None:
    await page.wait_for_function(
        "count => { const all = [...document.querySelectorAll('figure img')];"
        " return all.length === count && all.every(img => img.complete && img.naturalWidth > 0); }",
        arg=count,
    )


async def nothing_sticks_out(page: Page) -> None:
    """The page is no wider than the screen."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_dark_and_other_pages(staff: Staff, world: World, shoot: Shoot) -> None:
    case = await world.car_stands(pictures=PICTURES)
    await world.picture_arrives(DUE)
    page = await staff.open(PHONE, dark=True)
    await shoot(page, "cases-phone-dark")
    await page.goto(f"/cases/{case.id}")
    await shoot(page, "case-phone-dark")
    await page.goto("/devices")
    await shoot(page, "devices-phone-dark")


async def test_what_is_being_typed_outlives_a_live_update(staff: Staff, world: World) -> None:
    case = await world.car_stands()
    await world.cases.act(case.id, Action.ACCEPT, by=person("li.lei"), version=case.version)
    page = await staff.open(PHONE)
    await page.goto(f"/cases/{case.id}")
    note = page.get_by_label("备注")
    await note.press_sequentially("车主说五分钟")
    await world.picture_arrives(DUE)
    await every_picture_shown(page, 1)
    await note.press_sequentially("后到")
    await expect(note).to_be_focused()
    await expect(note).to_have_value("车主说五分钟后到")
    await page.get_by_role("button", name="处理完毕").click()
    await expect(page.locator(".history")).to_contain_text("车主说五分钟后到")


async def test_two_members_of_staff_and_one_case(staff: Staff, world: World, shoot: Shoot) -> None:
    case = await world.car_stands()
    await world.picture_arrives(DUE)
    page = await staff.open(PHONE)
    await page.route("**/live*", lambda route: route.abort())  # this phone has not heard of it yet
    await page.goto(f"/cases/{case.id}")
    await world.cases.act(case.id, Action.ACCEPT, by=person("li.lei"), version=case.version)
    await page.get_by_role("button", name="接单").click()
    await expect(page.get_by_role("alert")).to_contain_text("有人先改了")
    await expect(page.locator(".steps .now")).to_contain_text("任务处理")
    await expect(page.locator(".history")).to_contain_text("li.lei")
    await shoot(page, "conflict-phone")
    staff.complaints.clear()  # the browser reports the answer 409 and the stream that was cut


@asynccontextmanager
async def held(page: Page, path: str, method: str) -> AsyncIterator[asyncio.Event]:
    """Hold back the answer to the page's next such request; the event says that the cloud has given it."""
    given, let_go = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method != method or "hx-request" not in route.request.headers or given.is_set():
            await route.fallback()
            return
        answer = await route.fetch()
        given.set()
        await let_go.wait()
        await route.fulfill(response=answer)

    await page.route(path, hold)
    yield given
    let_go.set()


async def asked_again(page: Page, happens: Awaitable[object]) -> None:
    """The page wants to send a further request because of what happens."""
    await page.evaluate("() => { window.asks = 0; document.addEventListener('htmx:confirm', () => window.asks++); }")
    await happens
    await page.wait_for_function("() => window.asks > 0")


@pytest.mark.parametrize("where", ["the list", "the case"])
async def test_live_updates_wait_for_each_other(staff: Staff, world: World, where: str) -> None:
    case = await world.car_stands()
    path = "/cases" if where == "the list" else f"/cases/{case.id}"
    page = await staff.open(PHONE)
    await page.goto(path)
    async with held(page, f"**{path}*", "GET") as given:
        await world.cases.act(case.id, Action.ACCEPT, by=person("li.lei"), version=case.version)
        await asyncio.wait_for(given.wait(), WITHIN_S)
        await asked_again(page, world.picture_arrives(DUE))
    await page.wait_for_function("() => [...document.images].some(img => img.src.includes('/photos/'))")
    await expect(page.locator("#cases, #case")).to_contain_text("任务处理")


async def test_a_live_update_does_not_take_away_what_one_is_told(staff: Staff, world: World) -> None:
    case = await world.car_stands()
    page = await staff.open(PHONE)
    async with held(page, f"**/cases/{case.id}", "GET") as stale:  # this phone has not heard of it yet
        await page.goto(f"/cases/{case.id}")
        await asyncio.wait_for(stale.wait(), WITHIN_S)
        await world.cases.act(case.id, Action.ACCEPT, by=person("li.lei"), version=case.version)
        async with held(page, "**/actions", "POST") as given:
            await page.get_by_role("button", name="接单").click()
            await asyncio.wait_for(given.wait(), WITHIN_S)
            await asked_again(page, world.picture_arrives(DUE))
    await expect(page.get_by_role("alert")).to_contain_text("有人先改了")
    await every_picture_shown(page, 1)
    await expect(page.get_by_role("alert")).to_contain_text("有人先改了")
    await page.get_by_role("button", name="处理完毕").click()
    await expect(page.locator(".check")).to_contain_text("摄像机核查中")
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert [each for each in staff.complaints if "409" not in each] == []
    staff.complaints.clear()  # the browser reports the answer 409


async def test_an_update_from_before_an_act_is_not_shown_after_it(staff: Staff, world: World) -> None:
    case = await world.car_stands()
    page = await staff.open(PHONE)
    async with held(page, f"**/cases/{case.id}", "GET") as given:
        await page.goto(f"/cases/{case.id}")
        await asyncio.wait_for(given.wait(), WITHIN_S)
        await page.get_by_role("button", name="接单").click()
        await expect(page.locator(".steps .now")).to_contain_text("任务处理")
        await page.evaluate(NOTE_STEPS)
    await world.picture_arrives(DUE)
    await every_picture_shown(page, 1)
    assert {step.split()[0] for step in await page.evaluate("window.steps")} == {"任务处理"}


async def test_a_person_decides_where_the_camera_cannot_see(staff: Staff, world: World, shoot: Shoot) -> None:
    case = await world.car_stands()
    for action in (Action.ACCEPT, Action.REPORT):
        case = await world.cases.act(case.id, action, by=person("li.lei"), version=case.version)
    page = await staff.open(PHONE)
    await page.goto(f"/cases/{case.id}")
    await expect(page.locator(".act")).to_have_count(0)
    await world.camera_answers(case, Outcome.CANNOT_SEE, reason="a lorry stands before the camera")
    await expect(page.locator(".check")).to_contain_text("请到现场确认")
    await shoot(page, "person-phone")
    await nothing_sticks_out(page)
    await page.get_by_role("button", name="核实通过").click()
    await expect(page.locator(".steps .now")).to_contain_text("核实结案")
    await page.get_by_text("4", exact=True).click()
    await page.get_by_role("button", name="评价").click()
    await expect(page.locator(".steps .now")).to_contain_text("综合评价")


async def test_a_page_is_live_again_after_the_cloud_was_away(staff: Staff, site: Site, world: World) -> None:
    live = site.services.live
    page = await staff.open(DESK)
    await expect(page.get_by_text("实时")).to_be_visible()
    live.close()  # streams end, and who asks for a new one is sent away
    await expect(page.get_by_text("正在重连")).to_be_visible()
    case = await world.car_stands()
    live._is_closed = False
    await expect(page.locator(f"#case-{case.id}")).to_be_visible(timeout=WITHIN_MS)
    await expect(page.get_by_text("实时")).to_be_visible()
    staff.complaints.clear()  # of the answers 503


async def test_one_language_and_both(staff: Staff, world: World) -> None:
    case = await world.car_stands()
    page = await staff.open(PHONE)
    card = page.locator(f"#case-{case.id}")
    await page.get_by_role("button", name="English").click()
    await expect(card).not_to_contain_text("消防通道")
    await expect(card).to_contain_text("Fire lane")
    await nothing_sticks_out(page)
    await page.get_by_role("button", name="中文", exact=True).click()
    await expect(card).not_to_contain_text("Fire lane")


async def test_no_page_is_wider_than_its_screen(staff: Staff, world: World) -> None:
    case = await world.car_stands(zone_name="一个很长很长的地名" * 8)
    page = await staff.open(DESK)
    for path in ("/cases", "/cases?show=closed", "/suspects", f"/cases/{case.id}", "/berths", "/devices", "/nowhere"):
        await page.goto(path)
        for width in (320, 390, 768, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            await nothing_sticks_out(page)
    staff.complaints.clear()  # the browser reports the answer 404


async def test_what_a_thumb_presses_is_large_enough(staff: Staff, world: World) -> None:
    case = await world.car_stands()
    page = await staff.open(PHONE)
    for path in ("/today", "/cases", "/map", "/suspects", f"/cases/{case.id}", "/berths", "/devices"):
        await page.goto(path)
        await page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true; }")
        sizes = await page.evaluate(SIZES)
        assert len(sizes) > 5
        assert [each for each in sizes if each[1] < 44] == [], path
