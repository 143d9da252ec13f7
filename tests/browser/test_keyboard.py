"""The main path without a pointer: from the list to a case that is reported done, by Tab, Enter and typing alone."""

import re
from typing import Final

import pytest
from playwright.async_api import Page, expect

from cloud.accounts import Role
from tests.browser.conftest import DESK, Staff
from tests.browser.desk import add_people, person
from tests.integration.console.site import Site, World

pytestmark = pytest.mark.browser

MOST_TABS: Final = 60
FOCUSED: Final = """wanted => {
  const focused = document.activeElement;
  if (!focused.matches(wanted)) return null;
  const style = getComputedStyle(focused);
  return (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none";
}"""


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something is focused, as a person does who looks where they are."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        shown = await page.evaluate(FOCUSED, wanted)
        if shown is not None:
            assert shown, f"{wanted} is focused and does not show it"
            return
    pytest.fail(f"{MOST_TABS} times Tab do not reach {wanted}")


async def test_a_case_is_taken_and_reported_done_by_keys_alone(staff: Staff, site: Site, world: World) -> None:
    await add_people(site)
    await world.car_stands("cam1.1")
    case = await world.car_stands("cam1.2")
    page = await staff.open(DESK, user=person(Role.STAFF), to="/cases")
    await tab_to(page, f"a[href='/cases/{case.id}']")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"/cases/{case.id}$"))
    await tab_to(page, "#do-accept")
    await page.keyboard.press("Enter")
    await expect(page.locator(".steps .now")).to_contain_text("任务处理")
    await tab_to(page, "#do textarea")
    await page.keyboard.type("已联系车主，车已开走")
    await tab_to(page, "#do-report")
    await page.keyboard.press("Enter")
    await expect(page.locator(".check")).to_contain_text("摄像机核查中")
    view = await site.services.cases.get(case.id)
    assert view is not None
    assert "已联系车主，车已开走" in {line.note for line in view.history}
