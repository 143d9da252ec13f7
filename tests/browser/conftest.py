"""Debian's Chromium on a console that really serves, over real services."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from tests.integration.console.site import PASSWORD, USER, Site, database, postgres, site, world

__all__ = ["database", "postgres", "site", "world"]

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHIN_MS: Final = 15_000
PHONE: Final = (390, 844)
DESK: Final = (1280, 860)

Shoot = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
async def address(site: Site) -> AsyncIterator[str]:
    """Where the console serves."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve([listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    site.services.live.close()
    await serving


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """A browser that reaches nothing but this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=list(FLAGS))
        yield browser
        await browser.close()


@dataclass(frozen=True, slots=True)
class Staff:
    """Opens pages as a member of staff would see them, and notes what the browser complains about."""

    browser: Browser
    address: str
    complaints: list[str]

    async def open(
        self, size: tuple[int, int], *, dark: bool = False, log_in: bool = True, user: str = USER, to: str = "/cases"
    ) -> Page:
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=self.address,
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
            device_scale_factor=2 if size is PHONE else 1,
        )
        context.set_default_timeout(WITHIN_MS)
        page = await context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if log_in:
            await self.log_in(page, user, to)
        return page

    async def log_in(self, page: Page, user: str = USER, to: str = "/cases") -> None:
        await page.goto(to)
        await page.get_by_label("用户名").fill(user)
        await page.get_by_label("密码").fill(PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await page.wait_for_url(lambda url: "/login" not in url)

    def _note(self, kind: str, text: str) -> None:
        # htmx reports a request that was under way when the page was left; what truly fails the browser reports itself.
        if kind in {"error", "warning"} and not text.startswith(("htmx:afterRequest", "htmx:sendError")):
            self.complaints.append(text)


@pytest.fixture
async def staff(browser: Browser, address: str) -> AsyncIterator[Staff]:
    """Members of staff; the test fails when their browser complained about the page."""
    staff = Staff(browser, address, [])
    yield staff
    assert staff.complaints == []


@pytest.fixture
def shoot() -> Shoot:
    """Take a screenshot into the folder that LINLI_SCREENSHOTS names, if it names one."""
    folder = os.environ.get("LINLI_SCREENSHOTS")

    async def shoot(page: Page, name: str) -> None:
        if folder is not None:
            path = Path(folder) / f"{name}.png"
            await page.screenshot(path=path, full_page=bool(os.environ.get("LINLI_FULL_PAGE")), animations="disabled")

    return shoot
