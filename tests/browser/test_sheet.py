"""The sheet of evidence as staff see it: reached from the case, on a desk and on a phone, and one page on paper."""

import io
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.async_api import expect

from cloud.accounts.organisations import MAX_NAME, Given, Kind
from cloud.cases.intake import MAX_PLACE
from cloud.cases.vocabulary import Source
from cloud.evaluation.repository import MAX_STANDING
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.integration.console.site import COMMUNITY, Site
from tests.integration.console.test_sheet import BETWEEN, DUE, ENTER, HOSTILE, PLATE, Street
from tests.integration.evaluation.stock import add

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "name"), [(DESK, "desk"), (PHONE, "phone")])
async def test_it_is_reached_from_the_case_and_read(
    site: Site, staff: Staff, shoot: Shoot, size: tuple[int, int], name: str
) -> None:
    lane = Street(site)
    case = await lane.opened(plate=PLATE, simulated=True)
    await lane.arrive(ENTER, DUE)
    page = await staff.open(size)
    await page.goto(f"/cases/{case.id}")
    await page.get_by_role("link", name="取证单").click()
    await expect(page.get_by_role("heading", name="停车取证单")).to_be_visible()
    await expect(page.get_by_text("照片还没上传到云端")).to_have_count(1)
    shown = page.locator(".plaques img")
    await expect(shown).to_have_count(2)
    for at in range(2):
        await shown.nth(at).scroll_into_view_if_needed()
        await expect(shown.nth(at)).to_have_js_property("complete", True)
        assert await shown.nth(at).evaluate("image => image.naturalWidth") == 1280
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs out"
    await shoot(page, f"sheet-{name}")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="下载 PDF").click()
    assert (await coming.value).suggested_filename == f"{case.number}.pdf"


async def test_long_names_do_not_break_a_phone_s_page(site: Site, staff: Staff, shoot: Shoot) -> None:
    case = await Street(site).opened(zone_name=HOSTILE)
    page = await staff.open(PHONE)
    await page.goto(f"/cases/{case.id}/sheet")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await shoot(page, "sheet-long-name")


async def test_it_prints_on_one_page(site: Site, staff: Staff) -> None:
    lane = Street(site)
    case = await lane.opened(plate=PLATE)
    await lane.arrive(ENTER, BETWEEN, DUE)
    page = await staff.open(DESK)
    await page.goto(f"/cases/{case.id}/sheet")
    await expect(page.locator(".plaques img")).to_have_count(3)
    paper = await page.pdf(prefer_css_page_size=True, print_background=True)
    document = pypdfium2.PdfDocument(io.BytesIO(paper))
    words = document[0].get_textpage().get_text_range()
    assert len(document) == 1
    assert "停车取证单" in words
    assert "退出" not in words, "the console's own head and foot are not printed"
    document.close()


async def test_a_community_s_page_prints_on_one_page(site: Site, staff: Staff) -> None:
    name = "长" * MAX_NAME
    await site.services.organisations.put([Given("it", Kind.COMMUNITY, None, name, "W" * MAX_NAME, COMMUNITY)], by="x")
    opened = datetime.now(UTC) - timedelta(minutes=1)
    late: dict[str, Any] = {"stage": "handling", "due_at": opened, "community": COMMUNITY, "filed_at": opened}
    sources = cycle(Source)
    for n in range(MAX_STANDING + 1):
        place = f"{n}{'三号楼东单元门口非机动车棚旁' * 20}"[:MAX_PLACE]
        await add(site.world.engine, opened=opened, zone_name=place, source=next(sources).value, **late)
    page = await staff.open(DESK)
    await page.goto(f"/evaluation/communities/{COMMUNITY}")
    document = pypdfium2.PdfDocument(io.BytesIO(await page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(document) == 1
    words = document[0].get_textpage().get_text_range()
    assert "完成时限" in words
    assert "另有 1 件没有列出" in words
    document.close()
