"""Meters, gates and sensors in alarm as staff see them: cases without a photo, live, on a phone and on a desk."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.test_console_story import nothing_sticks_out
from tests.integration.cloud.ground import until
from tests.integration.console.site import World

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
LEAK: dict[str, Any] = {
    "words_zh": "11-21 08:00 至 11-22 08:00 的 48 个半小时，每个都在用水，共 0.62 m³，最少的半小时 9 升。",
    "words_en": "water was used in each of the 48 half hours from 11-21 08:00 to 11-22 08:00: 0.62 m³, 9 l at least.",
}
TAMPER: dict[str, Any] = {
    "kind": "tamper",
    "alarm": "w-301.tamper.1",
    "words_zh": "表计状态报“防拆”，连续两次读到。",
    "words_en": "the meter's status says “tamper”, in two readings.",
}
WELFARE: dict[str, Any] = {
    "kind": "welfare",
    "medium": None,
    "device": "home-502",
    "device_name": "5号楼502",
    "alarm": "home-502.welfare.1",
    "words_zh": "到 11-22 09:30 已 12.5 小时没有人用水（共 0.000 m³）；门：没有开过，看来人在家；"
    "用电：数据不足，无法印证。",
    "words_en": "nobody used water for 12.5 h up to 11-22 09:30 (0.000 m³); door: not opened; somebody seems to be at "
    "home; electricity: too little data to bear it out.",
    "corroborated": ["door"],
    "missing": ["electricity"],
}
GATE: dict[str, Any] = {
    "device": "north-gate",
    "device_name": "北门道闸",
    "alarm": "north-gate.stuck-open.1",
    "words_zh": "门开着已 2 分钟，其间没有人车通过。",
    "words_en": "it has stood open for 2 min, and nobody has passed.",
    "simulated": True,
}
GAS: dict[str, Any] = {
    "device": "kitchen-gas",
    "device_name": "食堂燃气探头",
    "alarm": "kitchen-gas.alarm.1",
    "words_zh": "报警输入接通满 1 秒。",
    "words_en": "the alarm input has been on for 1 s.",
}


@SIZES
async def test_from_the_alarm_to_its_end(staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]) -> None:
    name = "phone" if size is PHONE else "desk"
    page = await staff.open(size)
    await page.goto("/cases")
    await expect(page.get_by_text("没有待办案件")).to_be_visible()
    await world.alarm("sensor", minutes=1, **GAS)
    await world.alarm("gate", minutes=4, **GATE)
    await world.alarm(minutes=720, **WELFARE)
    await world.alarm(minutes=1440, **LEAK)
    cards = page.locator(".cards li")
    await expect(cards).to_have_count(4)  # live
    await expect(cards.first).to_contain_text("3号楼301水表")
    drawn = cards.first.locator("svg use")
    await until(lambda: drawn.evaluate("use => use.getBBox().width > 20"))
    await nothing_sticks_out(page)
    await shoot(page, f"alarm-list-{name}")
    await cards.first.get_by_role("link").click()
    await expect(page.get_by_text("先打电话问住户")).to_be_visible()
    await page.get_by_role("button", name="接单").click()
    await expect(page.get_by_role("button", name="上报处理完毕")).to_be_visible()
    await world.alarm(minutes=30, **TAMPER)
    await expect(page.locator("article.alarm")).to_have_count(2)
    await nothing_sticks_out(page)
    await shoot(page, f"alarm-case-{name}")
    await page.get_by_role("button", name="上报处理完毕").click()
    await expect(page.locator(".check")).to_contain_text("最多等 2 小时 5 分")
    await shoot(page, f"alarm-waiting-{name}")
    await world.alarm(over=True, words_zh="连续两个半小时没有用水。", words_en="no water was used in two half hours.")
    await world.alarm(over=True, **{**TAMPER, "words_zh": "一小时没有再报。", "words_en": "not told for an hour."})
    await expect(page.locator(".check.gone")).to_contain_text("设备报告已结束")
    await nothing_sticks_out(page)
    await shoot(page, f"alarm-closed-{name}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_household_on_a_phone(staff: Staff, world: World, shoot: Shoot, dark: bool) -> None:
    case = await world.alarm(minutes=720, **WELFARE)
    page = await staff.open(PHONE, dark=dark)
    await page.goto(f"/cases/{case.id}")
    await expect(page.get_by_text("先打电话给住户")).to_be_visible()
    await expect(page.get_by_text("只告诉要去看望的人")).to_be_visible()
    await nothing_sticks_out(page)
    await shoot(page, f"alarm-welfare-{'dark' if dark else 'light'}")
