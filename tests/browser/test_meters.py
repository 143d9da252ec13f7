"""Meters as staff see them, at a desk and on a phone: which are silent, and when how much was used."""

from datetime import UTC, datetime, time, timedelta

import cv2
import numpy as np
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.test_console_story import nothing_sticks_out
from tests.integration.cloud.ground import until
from tests.integration.console.meter_scene import ZONE, live_in, reading, tell
from tests.integration.console.site import COMMUNITY, GATEWAY, World

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
NOW = datetime.now(UTC)
MIDNIGHT = datetime.combine(NOW.astimezone(ZONE).date() - timedelta(days=1), time(), ZONE)
METER = {"meter": "w-301", "name": "3 号楼 301 水表"}
PATH = f"/meters/{COMMUNITY}/{GATEWAY}/w-301"
OUTAGE = range(56, 64)  # from 14:00 to 16:00
BRAND, WAIT, SOFT = (0x1F, 0x6F, 0x54), (0x66, 0x41, 0x8F), (0x56, 0x60, 0x5B)


async def fills(chart: Locator) -> bool:
    """Whether the picture is as wide as its place, which it is soon after the window has changed."""
    widths = await chart.evaluate("element => [element.clientWidth, element.querySelector('canvas').clientWidth]")
    return bool(widths[0] == widths[1])


@SIZES
async def test_from_the_list_to_a_chart(staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]) -> None:
    name = "phone" if size is PHONE else "desk"
    await live_in(world, METER, since=MIDNIGHT, until=NOW, without=(OUTAGE,))
    flags = ["battery_low", "cover"]
    old = NOW - timedelta(hours=26)
    await tell(
        world,
        {"meter": "w-302", "name": "3 号楼 302 水表", "readings": [reading(old, "88.120", flags=flags)]},
        {"meter": "w-401", "name": "4 号楼泵房总表", "failed": 3},
        {"meter": "e-301", "medium": "electricity", "unit": "kWh", "readings": [reading(NOW, "9018.50", flags=[])]},
        simulated=True,
    )
    page = await staff.open(size)
    await page.goto("/meters")
    await expect(page.locator(".meter")).to_have_count(4)
    await expect(page.get_by_text("没有读数").nth(1)).to_be_visible()
    await shoot(page, f"meters-{name}")
    for width in (320, size[0]):
        await page.set_viewport_size({"width": width, "height": size[1]})
        await nothing_sticks_out(page)
    await page.get_by_role("link", name="301 水表").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("3 号楼 301 水表")
    await page.get_by_role("link", name="往前").click()
    await expect(page.locator(".turn")).to_contain_text(f"{MIDNIGHT:%F}")
    chart = page.get_by_role("slider")
    await expect(chart.locator("canvas")).to_be_visible()
    await until(lambda: shows(chart, BRAND, WAIT, SOFT))  # use, register, and where nothing was read
    await shoot(page, f"meter-{name}")
    await _read_by_keys(page)
    await shoot(page, f"meter-read-{name}")
    for width in (320, size[0]):
        await page.set_viewport_size({"width": width, "height": size[1]})
        await nothing_sticks_out(page)
        await until(lambda: fills(chart))


async def shows(chart: Locator, *colours: tuple[int, int, int]) -> bool:
    """Whether it has a hundred points of each colour, within 24 of 255 a channel."""
    picture = cv2.imdecode(np.frombuffer(await chart.screenshot(), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    return all((np.abs(picture.astype(int) - colour).max(axis=2) < 24).sum() >= 100 for colour in colours)


async def _read_by_keys(page: Page) -> None:
    chart = page.get_by_role("slider")
    await chart.focus()
    await page.keyboard.press("Home")
    await expect(page.locator("figure [data-said=read]")).to_contain_text("00:00")
    for _ in range(OUTAGE.start):
        await page.keyboard.press("ArrowRight")
    said = page.locator("figure [data-said=gap]")
    await expect(said).to_contain_text("14:00")
    await expect(said).to_contain_text("没有读数")
    assert "14:00" in (await chart.get_attribute("aria-valuetext") or "")
    await page.keyboard.press("End")
    await expect(page.locator("figure [data-said=read]")).to_contain_text("23:45")


async def test_a_chart_is_read_by_hand(staff: Staff, world: World) -> None:
    await live_in(world, METER, since=MIDNIGHT, until=NOW)
    page = await staff.open(DESK)
    await page.goto(f"{PATH}?day={MIDNIGHT:%F}&span=week")
    chart = page.get_by_role("slider")
    await expect(chart.locator("canvas")).to_be_visible()
    await chart.scroll_into_view_if_needed()
    box = await chart.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * (MIDNIGHT.weekday() + 0.5) / 7, box["y"] + box["height"] / 2)
    await expect(page.locator("figure [data-said=read] [data-of=label]")).to_have_text(f"{MIDNIGHT:%m-%d}")


async def test_longer_periods_in_the_dark(staff: Staff, world: World, shoot: Shoot) -> None:
    await live_in(world, METER, since=MIDNIGHT - timedelta(days=40), until=NOW, without=(range(960, 1300),))
    page = await staff.open(PHONE, dark=True)
    for span in ("week", "month", "year"):
        await page.goto(f"{PATH}?day={MIDNIGHT:%F}&span={span}")
        await expect(page.locator(".canvas canvas")).to_be_visible()
        await shoot(page, f"meter-{span}-phone-dark")
        await nothing_sticks_out(page)
        low = "[...document.querySelectorAll('.plot a')].filter(link => link.offsetHeight < 44).length"
        assert await page.evaluate(low) == 0


async def test_without_javascript_the_table_says_it(staff: Staff, world: World) -> None:
    await live_in(world, METER, since=MIDNIGHT, until=NOW, without=(OUTAGE,))
    page = await staff.open(PHONE)
    context = await staff.browser.new_context(
        java_script_enabled=False, base_url=staff.address, storage_state=await page.context.storage_state()
    )
    page = await context.new_page()
    await page.goto(f"{PATH}?day={MIDNIGHT:%F}")
    await expect(page.locator("#chart")).to_be_hidden()
    row = page.locator("#slots tr", has=page.get_by_text("14:00", exact=True))
    await expect(row).to_contain_text("没有读数")
    await expect(page.locator("#slots tbody tr")).to_have_count(96)
