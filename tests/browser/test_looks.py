"""Every page in both themes and at both widths: axe finds no serious fault, and nothing is wider than the screen."""

import re

import pytest
from playwright.async_api import Page, expect
from pyotp import TOTP

from cloud.accounts import Role
from cloud.cases.domain import Case, Report
from cloud.cases.vocabulary import Action, Source
from cloud.console.rendering import LANGUAGE_COOKIE
from tests.browser.axe import faults
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.desk import PEOPLE, actor, full_desk, person
from tests.integration.console.meter_scene import reading, tell
from tests.integration.console.site import COMMUNITY, GATEWAY, PASSWORD, USER, Site, World

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
    "settings": "/settings",
    "account": "/account",
    "problems": "/problems",
    "api": "/api/docs",
    "meter": f"/meters/{COMMUNITY}/{GATEWAY}/w-301",
}
IN_ENGLISH = ("today", "case-report")


@pytest.fixture
async def cases(site: Site, world: World) -> dict[str, Case]:
    """A desk on which everything lies that a case can be, and a meter that told of itself."""
    desk, lead = await full_desk(site, world), actor(Role.LEAD)
    await tell(world, {"meter": "w-301", "readings": [reading(site.services.clock(), "231.640")]})
    report = Report(text="三号楼东单元门口路灯不亮", place="3 号楼东单元", reporter="12345-20261123-7")
    told = await world.cases.report(report, community=COMMUNITY, source=Source.HOTLINE, by=actor(Role.INTEGRATOR))
    waits = await world.car_stands("cam1.8")
    waits = await world.cases.act(waits.id, Action.ACCEPT, by=lead, version=waits.version)
    waits = await world.cases.act(waits.id, Action.SUSPEND, by=lead, version=waits.version, note="等拖车")
    return desk | {"report": told, "suspended": waits}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_no_page_has_a_serious_fault(
    staff: Staff, cases: dict[str, Case], shoot: Shoot, size: tuple[int, int], *, dark: bool
) -> None:
    name = f"{'phone' if size is PHONE else 'desk'}{'-dark' if dark else ''}"
    page = await staff.open(size, dark=dark, user=person(Role.LEAD))
    pages = PAGES | {f"case-{which}": f"/cases/{case.id}" for which, case in cases.items()}
    pages["sheet"] = f"/cases/{cases['take'].id}/sheet"
    found = {}
    for which, path in pages.items():
        await page.goto(path)
        await shoot(page, f"{which}-{name}")
        if told := await wrong(page):
            found[which] = told
    await page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "en", "url": staff.address}])
    for which in IN_ENGLISH:
        await page.goto(pages[which])
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        if told := await wrong(page):
            found[f"{which} in English"] = told
    assert found == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_audit_log_a_refusal_and_the_way_in_have_no_serious_fault(
    staff: Staff, site: Site, cases: dict[str, Case], size: tuple[int, int], *, dark: bool
) -> None:
    page = await staff.open(size, dark=dark, user=person(Role.AUDITOR), to="/audit")
    found = await wrong(page)
    for path, status in (("/permits", "403"), ("/nowhere", "404")):
        await page.goto(path)
        found += await wrong(page)
        assert status in staff.complaints.pop()
    factors = site.services.accounts.second_factors
    secret, _ = await factors.begin(USER)
    await factors.confirm(USER, TOTP(secret).at(site.services.clock()))
    door = await staff.open(size, dark=dark, log_in=False)
    await door.goto("/login")
    found += await wrong(door)
    await door.get_by_label("用户名").fill(USER)
    await door.get_by_label("密码").fill(PASSWORD)
    await door.get_by_role("button", name="登录").click()
    await expect(door).to_have_url(re.compile("/login/code"))
    assert found + await wrong(door) == []


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
