"""What the pages say of zombie vehicles, plates, permits, sealed originals and berths."""

import re
from hashlib import sha256

import pytest

from cloud.cases import service as cases
from cloud.console import berth_page, case_pages
from cloud.console.live import EVERYTHING
from cloud.telemetry import service as telemetry
from cloud.telemetry.service import TOLD
from contract.envelope import Evidence, PictureKind
from contract.parking import Outcome, Rule, ZoneKind
from contract.plates import Permit, PermitKind, PermitState, Plate, PlateKind, PlateState
from contract.vehicle import Sign, SignHeld, ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, GATEWAY, LEAD, Site, World

UNSURE = Plate(state=PlateState.READ, text="?A1234?", kind=PlateKind.UNKNOWN, looks=9)


async def test_a_suspected_one_is_listed_with_its_signs_and_is_no_case(site: Site, world: World) -> None:
    await world.zombie(ZombieSuspected, days=8)
    staff = await site.staff()
    page = (await staff.get("/suspects")).text
    for shown in (
        "疑似僵尸车",
        "5 号楼南侧道路",
        "至少已停 8 天",
        "近 40 次查看都没有看到车牌",
        "hardly changed",
        "没看到车牌",
    ):
        assert shown in page
    assert "没有待办案件" in (await staff.get("/cases")).text
    (suspect,) = (await staff.get("/api/suspects")).json()["suspects"]
    assert (suspect["standing_s"], suspect["signs"][1]["sign"]) == (8 * 86_400, "plate_missing")
    await world.zombie(ZombieConfirmed)
    assert "没有疑似僵尸车" in (await staff.get("/suspects")).text


async def test_a_suspected_one_is_shown_with_its_picture_while_it_is_suspected(site: Site, world: World) -> None:
    enter, due = street(brightness=0.9), street()
    await world.zombie(ZombieSuspected, days=8, pictures=((PictureKind.ENTER, enter), (PictureKind.DUE, due)))
    staff = await site.staff()
    assert "照片在路上" in (await staff.get("/suspects")).text
    with site.services.live.watch() as watcher:
        name = await world.picture_arrives(due)
        while await watcher.next() != "suspects":
            pass
    page = (await staff.get("/suspects")).text
    assert ("列为疑似时" in page, "超时时" in page) == (True, False)
    found = re.search(rf'src="(/suspects/[^/"]+/photos/{name})"', page)
    assert found is not None
    got = await staff.get(found[1])
    assert (got.status_code, got.content) == (200, due)
    assert (await staff.get(found[1].replace(name, "b" * 64))).status_code == 404
    assert (await staff.get(f"/suspects/nonsense/photos/{name}")).status_code == 404
    assert (await site.visitor().get(found[1])).status_code == 303
    await world.zombie(ZombieCleared, days=9, moved=False)
    assert (await staff.get(found[1])).status_code == 404


async def test_a_zombie_vehicle_s_case_says_so(site: Site, world: World) -> None:
    await world.zombie(ZombieConfirmed)
    await world.zombie(ZombieMilestone, days=37)
    staff = await site.staff()
    (case,) = (await staff.get("/api/cases")).json()["cases"]
    assert (case["kind"], case["found"], case["standing_s"]) == ("zombie", ["zombie"], 37 * 86_400)
    for path in ("/cases", f"/cases/{case['id']}"):
        assert "僵尸车" in (await staff.get(path)).text
    page = (await staff.get(f"/cases/{case['id']}")).text
    for shown in (
        "僵尸车迹象",
        "近 40 次查看都没有看到车牌",
        "多次查看都没看到车牌",
        "未移动",
        "多久算僵尸车",
        "37 天",
        "车辆仍在",
    ):
        assert shown in page
    assert "允许</span>" not in page, "nothing was allowed: it may stand where it stands"


async def test_signs_that_went_ask_a_person(site: Site, world: World) -> None:
    await world.zombie(ZombieConfirmed)
    await world.zombie(ZombieCleared, days=40, moved=False)
    staff = await site.staff()
    (case,) = await world.listed(open_only=True)
    assert "迹象已消失，请人工判断" in (await staff.get(f"/cases/{case.id}")).text
    for action in ("accept", "report"):
        (case,) = await world.listed(open_only=True)
        await staff.post(f"/cases/{case.id}/actions", data={"action": action, "version": str(case.version)})
    await world.camera_answers(case, Outcome.STILL_THERE)
    assert "核实通过" not in (await staff.get(f"/cases/{case.id}")).text  # who reported it does not verify it
    page = (await (await site.staff(LEAD)).get(f"/cases/{case.id}")).text
    assert "车还在，但僵尸车迹象已消失，请人工判断" in page
    assert "核实通过" in page


@pytest.mark.parametrize(
    ("plate", "shown", "hidden"),
    [
        (UNSURE, ["?A1234?", "? 是没看清的字"], []),
        (Plate(state=PlateState.READ, text="京A12345", looks=9), ["京A12345"], ["? 是没看清的字"]),
        (Plate(state=PlateState.UNREADABLE, looks=40), ["车牌看不清"], []),
        (Plate(state=PlateState.MISSING, looks=40), ["多次查看都没看到车牌"], []),
        (Plate(state=PlateState.UNKNOWN, looks=1), ["还没看清车牌"], []),
    ],
)
async def test_a_plate_is_shown_as_far_as_it_is_sure(
    site: Site, world: World, plate: Plate, shown: list[str], hidden: list[str]
) -> None:
    permit = Permit(state=PermitState.EXPIRED, kind=PermitKind.VISITOR)
    case = await world.car_stands(plate=plate, permit=permit, rule=Rule.NO_PERMIT, zone_kind=ZoneKind.LIFT_LOBBY)
    page = (await (await site.staff()).get(f"/cases/{case.id}")).text
    for text in (*shown, "许可已过期", "访客", "无许可停放", "电梯厅", "误差不超过 2 秒"):
        assert text in page
    assert '<p class="note"><span lang="zh-CN">无许可停放' in page, "the history says it, too"
    assert not any(text in page for text in hidden)


async def test_a_vehicle_that_returned_leads_to_where_it_was(site: Site, world: World) -> None:
    first = await world.car_stands("cam1.7")
    await world.car_leaves(first)
    staff = await site.staff()
    assert "之间" in (await staff.get(f"/cases/{first.id}")).text
    second = await world.car_stands(
        "cam1.8", returns="cam1.7.1", behind="cam1.7.1", rule=Rule.DOUBLE_PARKED, zone_kind=ZoneKind.PATH
    )
    page = (await staff.get(f"/cases/{second.id}")).text
    assert page.count(f'href="/cases/{first.id}"') == 2
    for text in ("再次停入", "被堵住的车", "并排停车，堵住了别的车", first.number):
        assert text in page
    view = (await staff.get(f"/api/cases/{second.id}")).json()
    assert view["returns"] == view["behind"] == {"id": first.id, "number": first.number}


async def test_a_sealed_original_is_a_line_and_no_picture(site: Site, world: World) -> None:
    body = street()
    now = (await world.car_stands("cam1.1")).entered_at
    shown = Evidence(
        sha256=sha256(body).hexdigest(),
        media_type="image/jpeg",
        size=len(body),
        kind=PictureKind.DUE,
        taken_at=now,
        masked=True,
    )
    sealed = shown.model_copy(
        update={
            "sha256": "b" * 64,
            "media_type": "application/vnd.linli.sealed",
            "sealed": True,
            "masked": False,
            "original_of": shown.sha256,
        }
    )
    case = await world.car_stands("cam1.2", evidence=(shown, sealed))
    await world.picture_arrives(body)
    staff = await site.staff()
    page = (await staff.get(f"/cases/{case.id}")).text
    assert "加密原图在路上" in page
    assert page.count("<figure") == 1
    assert "未打码" not in page
    assert "b" * 64 not in page
    (photo,) = (await staff.get(f"/api/cases/{case.id}")).json()["photos"]
    assert photo["original"] == "b" * 64


async def test_berths_are_shown_and_given_to_programs(site: Site, world: World) -> None:
    staff = await site.staff()
    assert "还没有泊位" in (await staff.get("/berths")).text
    await world.berths(
        {"zone": "b-1", "name": "1 号位", "state": "free"},
        {"zone": "b-2", "state": "taken", "vehicle": "car"},
        {"zone": "b-3", "state": "unknown"},
    )
    await world.berths({"zone": "b-1", "state": "free"}, camera="cam2")
    page = (await staff.get("/berths")).text
    for text in ("1 号位", "b-2", "○", "■", "空", "有车", "不确定", "小汽车", "进 12 · 出 11", "cam2"):
        assert text in page
    told = (await staff.get(f"/api/berths?community={COMMUNITY}&limit=3")).json()
    assert (told["free"], told["taken"], told["unknown"], told["stale_after_s"]) == (1, 1, 1, 2100)
    assert told["after"] == f"{COMMUNITY}/{GATEWAY}/cam1/b-3"
    rest = (await staff.get(f"/api/berths?after={told['after']}")).json()
    assert [(berth["camera"], berth["state"], berth["clock"]) for berth in rest["berths"]] == [
        ("cam2", "free", "synced")
    ]
    assert rest["after"] is None


@pytest.mark.parametrize("query", ["after=a/b", "after=../x/y/z", "limit=0", "limit=1001", "community=A"])
async def test_a_query_that_cannot_be_is_refused(site: Site, query: str) -> None:
    assert (await (await site.staff()).get(f"/api/berths?{query}")).status_code == 422


async def test_a_page_that_cannot_show_all_berths_says_so(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (berth_page, telemetry):
        monkeypatch.setattr(module, "MAX_LIST", 2)
    await world.berths({"zone": "b-1", "state": "free"}, {"zone": "b-2", "state": "free"})
    staff = await site.staff()
    assert "只显示" not in (await staff.get("/berths")).text
    await world.berths({"zone": "b-1", "state": "free"}, camera="cam2")
    page = (await staff.get("/berths")).text
    assert ("前 2 个泊位" in page.replace("<b>", "").replace("</b>", ""), page.count('class="tile')) == (True, 2 + 1)


async def test_who_watches_berths_is_told_of_them(site: Site, world: World) -> None:
    with site.services.live.watch() as watcher:
        assert await watcher.next() == EVERYTHING
        await world.berths({"zone": "b-1", "state": "free"})
        told = await watcher.next()
        while told == EVERYTHING:  # listening may have begun only now
            told = await watcher.next()
        assert told == TOLD


async def test_a_suspected_one_is_taken_off_the_list_with_the_form_s_token_alone(site: Site, world: World) -> None:
    await world.zombie(ZombieSuspected, days=8)
    staff = await site.staff()
    found = re.search(r'action="(/suspects/[^/"]+/dismiss)"', (await staff.get("/suspects")).text)
    assert found is not None
    token = staff.headers.pop("X-CSRF-Token")
    assert (await staff.post(found[1])).status_code == 403
    assert "5 号楼南侧道路" in (await staff.get("/suspects")).text
    answer = await staff.post(found[1], data={"csrf": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/suspects")
    assert "没有疑似僵尸车" in (await staff.get("/suspects")).text
    assert (await staff.post(found[1], data={"csrf": token})).status_code == 303, "twice is no harm"
    assert (await site.visitor().post(found[1])).headers["location"].startswith("/login")


async def test_what_installers_and_gateways_write_is_text_on_every_page(site: Site, world: World) -> None:
    evil = "<b>x</b>{{7*7}}<script>alert(1)</script>"
    sign = SignHeld(sign=Sign.UNTOUCHED, words_zh=evil, words_en=evil)
    await world.zombie(ZombieSuspected, slot="cam1.3", days=8, zone_name=evil, signs=(sign,))
    await world.zombie(ZombieConfirmed, zone_name=evil, signs=(sign,))
    await world.berths({"zone": "b-1", "state": "free", "name": evil})
    staff = await site.staff()
    (case,) = (await staff.get("/api/cases")).json()["cases"]
    for path in ("/cases", "/suspects", "/berths", f"/cases/{case['id']}", f"/cases/{case['id']}/sheet"):
        page = (await staff.get(path)).text
        assert ("<b>x" in page, "<script>alert" in page, "{{7*7}}&lt;script&gt;alert" in page) == (False, False, True)


async def test_a_sheet_says_that_signs_have_gone(site: Site, world: World) -> None:
    await world.zombie(ZombieConfirmed)
    staff = await site.staff()
    (case,) = (await staff.get("/api/cases")).json()["cases"]
    assert "后来已消失" not in (await staff.get(f"/cases/{case['id']}/sheet")).text
    await world.zombie(ZombieCleared, days=40, moved=False)
    assert "后来已消失" in (await staff.get(f"/cases/{case['id']}/sheet")).text


async def test_a_list_that_cannot_show_all_suspected_ones_says_so(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (case_pages, cases):
        monkeypatch.setattr(module, "MAX_LIST", 2)
    staff = await site.staff()
    await world.zombie(ZombieSuspected, slot="cam1.1", days=8)
    assert "只列出" not in (await staff.get("/suspects")).text
    for slot in (2, 3):
        await world.zombie(ZombieSuspected, slot=f"cam1.{slot}", days=8 + slot)
    page = (await staff.get("/suspects")).text
    assert ("只列出停得最久的" in page, page.count('class="dwell"')) == (True, 2)
