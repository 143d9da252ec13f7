"""Staff report with a photo, on a phone in one hand: open the link, take, photo, report."""

import io
import re

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from cloud.accounts import Role
from cloud.cases.domain import Case
from cloud.cases.handed_in import ON_SITE
from cloud.cases.vocabulary import Action, Priority, Stage
from cloud.console.recoding import MAX_EDGE
from tests.browser.conftest import DESK, PHONE, WITHIN_MS, Shoot, Staff
from tests.browser.desk import ENTER, actor, person
from tests.browser.test_looks import wrong
from tests.integration.console.scene import street
from tests.integration.console.site import Site, World

pytestmark = pytest.mark.browser

BOXES = """names => names.map((name) => document.querySelector(name).getBoundingClientRect().toJSON())"""


def shot(body: bytes) -> FilePayload:
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": body}


def large() -> bytes:
    """More pixels than are kept, and more bytes than a photo may have."""
    size = (3600, 2025)
    scene, noise = Image.open(io.BytesIO(street(car=False))).resize(size), Image.effect_noise(size, 60).convert("RGB")
    kept = io.BytesIO()
    Image.blend(scene, noise, 0.3).save(kept, "JPEG", quality=100, subsampling=0)
    return kept.getvalue()


async def take(page: Page, body: bytes, *, by: str = "#shoot-camera") -> None:
    """What the phone's camera hands to the page."""
    await page.locator(f"{by} input").set_input_files(shot(body))


async def on_site(site: Site, case: Case) -> list[str]:
    view = await site.services.cases.get(case.id)
    assert view is not None
    return [photo.sha256 for photo in view.photos if photo.kind == ON_SITE]


async def test_open_take_photo_report(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    case = await world.car_stands()
    await world.picture_arrives(street())
    page = await staff.open(PHONE, user=person(Role.STAFF), to=f"/cases/{case.id}")
    await page.get_by_role("button", name="接单").click()
    camera = page.locator("#shoot-camera input")
    assert (await camera.get_attribute("capture"), await camera.get_attribute("accept")) == ("environment", "image/*")
    await page.get_by_label("备注（可不填）").fill("车主已挪车")
    body = large()
    assert len(body) > 8 * 1024 * 1024
    await take(page, body)
    await expect(page.get_by_text("照片已收下")).to_be_visible()
    await expect(page.locator(".along img")).to_have_count(1)
    (first,) = await on_site(site, case)
    kept = await site.services.evidence.read(first)
    assert kept is not None
    assert max(Image.open(io.BytesIO(kept)).size) == MAX_EDGE
    await take(page, ENTER, by="#shoot-album")
    await expect(page.locator(".along img")).to_have_count(2)
    await within_reach(page)
    await shoot(page, "photo-phone")
    await page.locator(".along input").first.focus()
    await page.keyboard.press("Space")
    assert await wrong(page) == []
    await expect(page.get_by_label("备注（可不填）").first).to_have_value("车主已挪车")
    await page.get_by_role("button", name="上报处理完毕").click()
    await expect(page.locator(".check")).to_contain_text("摄像机核查中")
    assert len(await on_site(site, case)) == 2
    (told,) = [each for each in await site.services.audit.list(what="case.acted") if each.detail["action"] == "report"]
    assert told.actor == person(Role.STAFF)


async def within_reach(page: Page) -> None:
    """The next step and its camera lie in the lower half of the screen, none under the menu, each large enough."""
    # At once, in the page: a live update puts another element in the place of each.
    (menu, *others) = await page.evaluate(BOXES, [".bar", "#shoot-camera", "#shoot-album", "#do-report"])
    for box in others:
        assert box["top"] > PHONE[1] / 2
        assert box["bottom"] <= menu["top"]
        assert min(box["height"], box["width"]) >= 48


async def test_a_bad_file_and_a_dead_network_lose_nothing(staff: Staff, site: Site, world: World) -> None:
    case = await world.car_stands()
    case = await world.cases.act(case.id, Action.ACCEPT, by=actor(Role.STAFF), version=case.version)
    page = await staff.open(PHONE, user=person(Role.STAFF), to=f"/cases/{case.id}")
    note = page.get_by_label("备注（可不填）").first
    await note.fill("车主已挪车")
    await take(page, b"no picture at all")
    await expect(page.get_by_role("alert").get_by_text("不是完整的 JPEG 或 PNG 照片")).to_be_visible()
    await expect(note).to_have_value("车主已挪车")
    await page.route("**/cases/photos", lambda route: route.abort())
    await take(page, ENTER)
    await expect(page.get_by_text("没有送到")).to_be_visible()
    await page.unroute("**/cases/photos")
    await page.get_by_role("button", name="上传照片").click()
    await expect(page.get_by_text("照片已收下")).to_be_visible()
    await expect(page.get_by_text("没有送到")).to_be_hidden()
    await site.services.cases.act(
        case.id, Action.PRIORITISE, by=actor(Role.LEAD), version=case.version, priority=Priority.HIGH, note="群众等着"
    )
    await expect(page.locator(".head")).to_contain_text("急 High")
    await expect(note).to_have_value("车主已挪车")
    await expect(page.locator(".along input:checked")).to_have_count(1)
    await expect(page.locator("#do-report")).to_be_enabled()
    # That the browser could not reach the server is what this test is about.
    staff.complaints[:] = [each for each in staff.complaints if "ERR_FAILED" not in each and "409" not in each]


async def test_it_works_without_a_script(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    case = await world.car_stands()
    context = await staff.browser.new_context(
        base_url=staff.address, java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]}
    )
    context.set_default_timeout(WITHIN_MS)
    page = await context.new_page()
    await staff.log_in(page, person(Role.STAFF), f"/cases/{case.id}")
    await page.get_by_role("button", name="接单").click()
    await page.get_by_role("button", name="上传照片").click()
    await expect(page.get_by_role("alert")).to_contain_text("还没有选照片")
    await take(page, ENTER)
    await shoot(page, "photo-no-script")
    button = await page.locator("#do-report").bounding_box()
    assert button is not None
    assert button["x"] + button["width"] <= PHONE[0]
    await page.get_by_role("button", name="上传照片").click()
    await expect(page.locator(".along img")).to_have_count(1)
    await page.get_by_role("button", name="上报处理完毕").click()
    await expect(page).to_have_url(re.compile(f"/cases/{case.id}$"))
    view = await site.services.cases.get(case.id)
    assert view is not None
    assert view.case.stage is Stage.REPORTED
    assert len(await on_site(site, case)) == 1


async def test_a_verifier_adds_a_photo_at_the_desk(staff: Staff, site: Site, world: World, shoot: Shoot) -> None:
    case = await world.something_falls()
    for action in (Action.ACCEPT, Action.REPORT):
        case = await world.cases.act(case.id, action, by=actor(Role.STAFF), version=case.version)
    page = await staff.open(DESK, user=person(Role.LEAD), to=f"/cases/{case.id}")
    await take(page, ENTER, by="#shoot-album")
    await expect(page.locator(".along img")).to_have_count(1)
    await shoot(page, "verify-photo-desk")
    assert await wrong(page) == []
    await page.get_by_role("button", name="核实通过").click()
    await expect(page.locator(".steps .now")).to_contain_text("核实结案")
