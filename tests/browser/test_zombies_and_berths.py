"""Zombie vehicles, berths and permits as staff see them, at a desk and on a phone."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from cloud.cases.vocabulary import Action
from contract.envelope import Evidence, PictureKind
from contract.parking import Rule, ZoneKind
from contract.plates import Permit, PermitKind, PermitState, Plate, PlateKind, PlateState
from contract.vehicle import ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.test_console_story import every_picture_shown, nothing_sticks_out
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, GATEWAY, LEAD, Site, World, _evidence
from tests.people import person

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
DUE, ENTER = street(), street(brightness=0.9)
LIST = "车牌,种类,开始,结束,星期,时段,备注\n京A12345,业主,,,,,3 号楼 201\n京AD12345,访客,2026-11-01,2099-12-31,,,\n" + (
    "沪B88888,作业,,,周一至周五,08:00-18:00,绿化\n粤B12345,访客,2020-01-01,2020-01-02,,,\n"
)


@SIZES
async def test_from_suspicion_to_a_case(staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]) -> None:
    name = "phone" if size is PHONE else "desk"
    page = await staff.open(size)
    await page.goto("/suspects")
    await expect(page.get_by_text("没有疑似僵尸车")).to_be_visible()
    await world.zombie(ZombieSuspected, days=8, pictures=((PictureKind.DUE, DUE),))
    await world.picture_arrives(DUE)
    await expect(page.get_by_text("近 40 次查看都没有看到车牌")).to_be_visible()  # live
    await expect(page.locator(".look img")).to_be_visible()
    await shoot(page, f"suspects-{name}")
    await nothing_sticks_out(page)

    await page.goto("/cases")
    await expect(page.get_by_text("没有待办案件")).to_be_visible()
    await world.zombie(ZombieConfirmed, pictures=((PictureKind.ENTER, ENTER), (PictureKind.DUE, DUE)))
    for picture in (ENTER, DUE):
        await world.picture_arrives(picture)
    card = page.locator(".cards li")
    await expect(card).to_contain_text("僵尸车")
    await expect(card.locator("img")).to_be_visible()
    await shoot(page, f"zombie-list-{name}")
    await card.get_by_role("link").click()
    await expect(page.locator(".signs")).to_contain_text("近 40 次查看都没有看到车牌")
    await world.zombie(ZombieMilestone, days=37)
    await expect(page.locator(".history")).to_contain_text("车辆仍在")
    await expect(page.locator(".history li").first).to_contain_text("疑似僵尸车")
    await expect(page.locator(".history li").nth(1)).to_contain_text("停了 30 天；对比 8 天的画面")
    await every_picture_shown(page, 2)
    await shoot(page, f"zombie-case-{name}")
    await nothing_sticks_out(page)
    await world.zombie(ZombieCleared, days=40, moved=False)
    await expect(page.locator(".check")).to_contain_text("迹象已消失")
    await shoot(page, f"zombie-signs-gone-{name}")


@SIZES
async def test_a_case_with_everything_a_gateway_can_say(
    staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]
) -> None:
    first = await world.car_stands("cam1.7")
    await world.car_leaves(first)
    shown = _evidence(PictureKind.DUE, DUE, first.entered_at, True)
    sealed: Evidence = shown.model_copy(
        update={
            "sha256": "b" * 64,
            "media_type": "application/vnd.linli.sealed",
            "sealed": True,
            "original_of": shown.sha256,
        }
    )
    case = await world.car_stands(
        "cam1.8",
        zone_kind=ZoneKind.ROAD,
        zone_name="2 号楼前通道",
        rule=Rule.DOUBLE_PARKED,
        plate=Plate(state=PlateState.READ, text="?A1234?", kind=PlateKind.UNKNOWN, looks=9),
        permit=Permit(state=PermitState.EXPIRED, kind=PermitKind.VISITOR),
        returns="cam1.7.1",
        behind="cam1.7.1",
        evidence=(shown, sealed),
    )
    await world.picture_arrives(DUE)
    await world.cases.act(case.id, Action.ACCEPT, by=person("li.lei"), version=case.version)
    await world.car_leaves(case)
    page = await staff.open(size)
    await page.goto(f"/cases/{case.id}")
    await expect(page.get_by_text("?A1234?")).to_be_visible()
    await expect(page.locator(".sealed")).to_contain_text("加密原图")
    await every_picture_shown(page, 1)
    await shoot(page, f"everything-{'phone' if size is PHONE else 'desk'}")
    await nothing_sticks_out(page)
    await page.locator(".facts a").last.click()
    await expect(page.locator(".head .number")).to_contain_text(first.number)


@SIZES
async def test_berths_are_live(staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]) -> None:
    name = "phone" if size is PHONE else "desk"
    page = await staff.open(size)
    await page.goto("/berths")
    await expect(page.get_by_text("还没有泊位")).to_be_visible()
    berths = [{"zone": f"b-{n}", "name": f"{n} 号位", "state": "free"} for n in range(1, 9)]
    berths[2] |= {"state": "taken", "vehicle": "car"}
    berths[5] |= {"state": "taken", "vehicle": "truck"}
    berths[6] |= {"state": "unknown"}
    await world.berths(*berths)
    await expect(page.locator(".tile")).to_have_count(8)
    await expect(page.locator(".counts .done dd")).to_have_text("5")
    berths[0] |= {"state": "taken", "vehicle": "car"}
    await world.berths(*berths)
    await expect(page.locator(".counts .done dd")).to_have_text("4")
    await expect(page.locator(".tile").first).to_contain_text("有车")
    await shoot(page, f"berths-{name}")
    for width in (320, size[0]):
        await page.set_viewport_size({"width": width, "height": 800})
        await nothing_sticks_out(page)


@SIZES
async def test_a_lead_takes_a_list_in(
    staff: Staff, site: Site, shoot: Shoot, size: tuple[int, int], tmp_path: Path
) -> None:
    name = "phone" if size is PHONE else "desk"
    await site.services.devices.register(COMMUNITY, GATEWAY, "A" * 43 + "=")
    listed = tmp_path / "名单.csv"
    listed.write_text(LIST, encoding="utf-8")
    page = await staff.open(size, user=LEAD)
    if size is PHONE:
        await page.locator(".bar summary").click()
    await page.get_by_role("link", name="许可").click()
    await expect(page.get_by_text("名单是空的")).to_be_visible()
    await page.get_by_label("CSV 文件").set_input_files(listed)
    await page.get_by_role("button", name="导入").click()
    await expect(page.get_by_role("status").first).to_contain_text("导入了 4 条")
    await expect(page.locator(".permits")).to_contain_text("2020-01-01 至 2020-01-02")
    await expect(page.locator(".permits")).to_contain_text("周一、周二、周三、周四、周五 08:00–18:00")
    await shoot(page, f"permits-{name}")
    await nothing_sticks_out(page)
    await page.get_by_label("按车牌查找").fill("d123")
    await page.get_by_role("button", name="查找").click()
    await expect(page.locator(".permits li")).to_have_count(1)
    assert "D123" not in page.url.upper()
    await page.get_by_role("button", name="移除").click()
    await expect(page.get_by_text("共 3 条")).to_be_visible()
    sizes = await page.evaluate("[...document.querySelectorAll('button')].map(e => [e.innerText, e.offsetHeight])")
    assert [each for each in sizes if each[1] < 44] == []
    for width in (320, size[0]):
        await page.set_viewport_size({"width": width, "height": 800})
        await nothing_sticks_out(page)


async def test_who_is_no_lead_sees_no_list(staff: Staff) -> None:
    page = await staff.open(PHONE)
    await expect(page.get_by_role("link", name="许可")).to_have_count(0)
    await page.goto("/permits")
    await expect(page.get_by_text("不能这样做")).to_be_visible()
    staff.complaints.clear()  # the browser reports the answer 403
