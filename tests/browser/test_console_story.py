"""A member of staff works a case from first sight to its verified end, without reloading the page."""

import pytest
from playwright.async_api import Page, expect

from contract.envelope import PictureKind
from contract.parking import Outcome
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.integration.console.scene import street
from tests.integration.console.site import World

pytestmark = pytest.mark.browser

ENTER, INTERVAL, DUE = street(brightness=0.92), street(brightness=0.97), street()
EMPTY = street(car=False)
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
