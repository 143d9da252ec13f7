"""The filter over the list on a phone: open, it fits the hand; the rest unfolds, by the keyboard too."""

import pytest
from playwright.async_api import expect

from cloud.accounts import Role
from cloud.cases.vocabulary import Action
from tests.browser.conftest import PHONE, Shoot, Staff
from tests.browser.desk import actor, person
from tests.browser.test_looks import wrong
from tests.integration.console.site import World

pytestmark = pytest.mark.browser


async def test_the_open_filter_fits_a_phone(staff: Staff, world: World, shoot: Shoot) -> None:
    first, second = await world.car_stands(), await world.car_stands("cam1.2")
    await world.cases.act(first.id, Action.ACCEPT, by=actor(Role.STAFF), version=first.version)
    page = await staff.open(PHONE, user=person(Role.LEAD))
    summary = page.locator(".find-cases > .drawer > summary")
    await summary.focus()
    await page.keyboard.press("Enter")
    drawer = await page.locator(".find-cases > .drawer").bounding_box()
    assert drawer is not None
    assert drawer["height"] < PHONE[1]
    show = page.get_by_role("button", name="显示")
    await expect(show).to_be_in_viewport()
    await shoot(page, "filter-phone")
    fold = page.locator(".folds summary", has_text="环节、优先级")
    await fold.focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("任务处理").focus()
    await page.keyboard.press("Space")
    assert await wrong(page) == []
    await show.click()
    await expect(page.locator("[data-case]")).to_have_count(1)
    await expect(page.locator(f"#case-{second.id}")).to_have_count(0)
    await page.locator(".find-cases > .drawer > summary").click()
    await expect(page.get_by_label("任务处理")).to_be_checked()
    await expect(page.locator(".folds [open] > summary")).to_have_text("环节、优先级 Stage and priority 1")
