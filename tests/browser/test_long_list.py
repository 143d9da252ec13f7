"""A page of 200 cases: how soon it can be used, and how much of it travels. Reported, and bounded in bytes alone.

A wall clock says more of a busy machine than of the page, so the time is printed (`-rA` or `-s` shows it) and not
asserted; what makes a page slow everywhere is how much of it there is.
"""

import gzip
import sys
from typing import Final

import pytest
from playwright.async_api import Page, expect

from cloud.accounts import Role
from tests.browser.conftest import PHONE, Staff
from tests.browser.desk import add_people, person
from tests.integration.console.site import Site, World

pytestmark = pytest.mark.browser

CASES: Final = 200
MAX_KIB: Final = 250  # compressed, with all that the page brings along
USABLE: Final = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return {usable_ms: page.domInteractive - page.startTime, loaded_ms: page.loadEventEnd - page.startTime};
}"""

# Pictures of cases come as they are scrolled to, and the stream never ends.
BROUGHT: Final = """() => performance.getEntriesByType("resource").map((each) => each.name)
  .filter((name) => !name.includes("/live") && !name.includes("/photos/"))"""


async def test_a_page_of_200_cases(staff: Staff, site: Site, world: World) -> None:
    await add_people(site)
    for at in range(CASES):
        await world.car_stands(f"cam1.{at}")
    page = await staff.open(PHONE, user=person(Role.LEAD))
    await page.goto(f"/cases?size={CASES}")
    await expect(page.locator("[data-case]")).to_have_count(CASES)
    told = await page.evaluate(USABLE)
    brought = [page.url, *await page.evaluate(BROUGHT)]
    weights = {url: await weigh(page, url) for url in brought}
    travels_kib = sum(weights.values()) / 1024
    sys.stdout.write(f"{CASES} cases: usable after {told['usable_ms']:.0f} ms, {travels_kib:.0f} KiB compressed\n")
    assert len(weights) > 4
    assert travels_kib <= MAX_KIB


async def weigh(page: Page, url: str) -> int:
    """Bytes of what an address gives, compressed."""
    answer = await page.request.get(url)
    assert answer.ok, url
    return len(gzip.compress(await answer.body(), 6))
