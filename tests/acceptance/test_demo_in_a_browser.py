"""The demo as property staff see it: real footage, real parts, a browser on a desk and one on a phone."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import DESK, FLAGS, PHONE

pytestmark = [pytest.mark.acceptance, pytest.mark.browser, pytest.mark.timeout(300)]

PLACE = "演示消防通道"
STORY_MS = 120_000  # the story's own pace: a car comes, and stands for longer than it may


@dataclass
class Running:
    address: str
    user: str
    password: str


@pytest.fixture
def running(folder: Path, free_port: int) -> Iterator[Running]:
    told = folder / "told"
    program = Path(sys.executable).parent / "linli-onebox"
    with told.open("wb") as out:
        command = [str(program), "demo", "--data", str(folder / "box"), "--port", str(free_port)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder)
    try:
        yield _login_of(told, process, free_port)
    finally:
        process.terminate()
        assert process.wait(60) == 0, told.read_text()


def _login_of(told: Path, process: "subprocess.Popen[bytes]", port: int) -> Running:
    """What the terminal tells a newcomer to type."""
    end = time.monotonic() + 90
    while not (found := re.search(r"密码\s*(?:password)?\s*:?\s*(\S+)", told.read_text())):
        assert process.poll() is None, told.read_text()
        assert time.monotonic() < end, told.read_text()
        time.sleep(0.2)
    return Running(f"http://127.0.0.1:{port}", "staff", found.group(1))


async def _open(browser: Browser, running: Running, size: tuple[int, int]) -> Page:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=running.address)
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_label("用户名").fill(running.user)
    await page.get_by_label("密码").fill(running.password)
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_url("**/today")
    await page.goto("/cases")
    return page


async def test_a_case_appears_is_worked_on_a_phone_and_closes_as_verified(
    running: Running, chromium: Path, tmp_path: Path
) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=list(FLAGS))
        desk, phone = await _open(browser, running, DESK), await _open(browser, running, PHONE)
        for page in (desk, phone):
            await expect(page.locator("[id^=case-]", has_text=PLACE).first).to_be_visible(timeout=STORY_MS)
        await phone.locator("[id^=case-]", has_text=PLACE).first.get_by_role("link").first.click()
        await expect(phone.get_by_text("模拟画面").first).to_be_visible()
        await expect(phone.get_by_text("已打码").first).to_be_visible(timeout=STORY_MS)
        await phone.wait_for_function("() => [...document.images].some(img => img.naturalWidth >= 1280)")
        await phone.screenshot(path=tmp_path / "case-phone.png", full_page=True)
        await phone.get_by_role("button", name="接单").click()
        await expect(phone.locator(".steps .now")).to_contain_text("任务处理")
        await expect(phone.get_by_text("驶离时").first).to_be_visible(timeout=STORY_MS)
        await phone.get_by_role("button", name="处理完毕").click()
        await expect(phone.locator(".steps .now")).to_contain_text("核实结案", timeout=STORY_MS)
        await expect(phone.get_by_text("摄像机确认车已驶离").first).to_be_visible()
        await phone.screenshot(path=tmp_path / "closed-phone.png", full_page=True)
        assert await phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await desk.screenshot(path=tmp_path / "list-desk.png")
        await browser.close()
