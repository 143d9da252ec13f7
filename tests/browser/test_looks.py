"""Every page in both themes and at both widths: axe finds no serious fault, and nothing is wider than the screen."""

import pytest
from playwright.async_api import Page

from cloud.accounts import Role
from cloud.cases.domain import Case
from tests.browser.axe import faults
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.desk import PEOPLE, full_desk, person
from tests.integration.console.site import COMMUNITY, Site, World

pytestmark = pytest.mark.browser

PAGES = {
    "today": "/today",
    "cases": "/cases",
    "map": "/map",
    "suspects": "/suspects",
    "berths": "/berths",
    "meters": "/meters",
    "devices": "/devices",
    "permits": "/permits",
    "evaluation": "/evaluation",
    "evaluation-community": f"/evaluation/communities/{COMMUNITY}",
    "originals": "/originals",
    "notices": "/notices",
    "rules": "/notices/rules",
    "roster": "/notices/roster",
    "account": "/account",
    "problems": "/problems",
    "api": "/api/docs",
}


@pytest.fixture
async def cases(site: Site, world: World) -> dict[str, Case]:
    """A desk on which everything lies that a case can be."""
    return await full_desk(site, world)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_no_page_has_a_serious_fault(
    staff: Staff, cases: dict[str, Case], shoot: Shoot, size: tuple[int, int], *, dark: bool
) -> None:
    name = f"{'phone' if size is PHONE else 'desk'}{'-dark' if dark else ''}"
    page = await staff.open(size, dark=dark, user=person(Role.LEAD))
    pages = PAGES | {f"case-{which}": f"/cases/{case.id}" for which, case in cases.items()}
    found = {}
    for which, path in pages.items():
        await page.goto(path)
        await shoot(page, f"{which}-{name}")
        if told := await wrong(page):
            found[which] = told
    assert found == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_audit_log_and_a_refusal_have_no_serious_fault(
    staff: Staff, cases: dict[str, Case], size: tuple[int, int], *, dark: bool
) -> None:
    page = await staff.open(size, dark=dark, user=person(Role.AUDITOR), to="/audit")
    found = await wrong(page)
    await page.goto("/permits")
    assert found + await wrong(page) == []
    assert "403" in staff.complaints.pop()


async def wrong(page: Page) -> list[str]:
    """What is wrong with a page, with everything that opens open."""
    await page.evaluate("() => { for (const each of document.querySelectorAll('main details')) each.open = true; }")
    told = await faults(page)
    # Not the window's inner width: a phone's browser zooms out, and that grows with what is too wide.
    if await page.evaluate("document.documentElement.scrollWidth > screen.width"):
        told.append("wider than the screen")
    return told


def test_everybody_has_a_name() -> None:
    assert len({person(role) for role in PEOPLE}) == len(PEOPLE)
