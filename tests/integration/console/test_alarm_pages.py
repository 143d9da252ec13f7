"""What the pages say and show of meters, gates and sensors in alarm: in words, for there is no photo."""

import re
from typing import Any

import pytest

from cloud.accounts import Role
from cloud.cases.domain import Actor, Case, Report
from cloud.cases.vocabulary import Source
from tests.integration.console.site import COMMUNITY, GATEWAY, LEAD, USER, Site, World

EVIL = "<b>x</b>{{7*7}}<script>alert(1)</script>"
WELFARE = {
    "kind": "welfare",
    "medium": None,
    "device": "home-301",
    "device_name": "3号楼301",
    "alarm": "home-301.welfare.1",
    "words_zh": "已 12.5 小时没有人用水",
    "words_en": "nobody used water for 12.5 h",
    "corroborated": ["door"],
    "missing": ["electricity"],
}

BURST = {"medium": "gas", "kind": "burst"}
BROKEN = {"kind": "fault", "sensor": "smoke"}
CHART = "读数曲线"
SHOWN = [
    # name, sort, data, in the list, on the page beside, nowhere
    (
        "a leak",
        "meter",
        {},
        "漏水 Leak 3号楼301水表 已持续\xa03\xa0小时\xa020\xa0分",
        "水表 先打电话问住户 读数曲线",
        "私事",
    ),
    ("a household", "meter", WELFARE, "独居关怀：很久没人用水 3号楼301", "住户 私事 门磁 没有数据", CHART),
    ("a gas meter", "meter", BURST, "大流量，可能爆管", "燃气表 闻到燃气味", "水池"),
    ("a gate", "gate", {}, "门常开 Gate\xa0stuck\xa0open", "到门口看", CHART),
    ("a gas detector", "sensor", {}, "燃气探头报警 Gas\xa0detector:\xa0alarm", "当真的 119", CHART),
    ("a broken one", "sensor", BROKEN, "烟感故障", "修好以前它不会报警", "119"),
]


@pytest.mark.parametrize("row", SHOWN, ids=[row[0] for row in SHOWN])
async def test_an_alarm_is_shown(site: Site, world: World, row: tuple[str, str, dict[str, Any], str, str, str]) -> None:
    _, sort, data, *said = row
    listed, told, hidden = ([text.replace("\xa0", " ") for text in texts.split(" ")] for texts in said)
    case = await world.alarm(sort, **data)
    staff = await site.staff()
    cards, page = (await staff.get("/cases")).text, (await staff.get(f"/cases/{case.id}")).text
    for text in (*listed, "/static/devices.svg#"):
        assert text in cards
    for text in (*listed, *told, "未结束", "先做"):
        assert text in page
    for text in (*hidden, "没有照片", "停了", "取证单", "摄像机", "Simulated"):
        assert text not in page


async def test_the_picture_of_each_device_and_of_a_report_is_drawn(site: Site, world: World) -> None:
    staff = await site.staff()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (await staff.get("/static/devices.svg")).text))
    told: list[tuple[str, dict[str, Any]]]
    told = [("meter", {"medium": medium}) for medium in ("water", "electricity", "gas", "heat", None)]
    told += [("sensor", {"sensor": sensor}) for sensor in ("perimeter", "gas", "smoke", "tank_high", "tank_low")]
    for number, (sort, data) in enumerate([*told, ("gate", {})]):
        await world.alarm(sort, device=f"d-{number}", **data)
    by = Actor("resident.line", Role.INTEGRATOR)
    await site.services.cases.report(
        Report("路灯不亮", "3 号楼", ""), community=COMMUNITY, source=Source.HOTLINE, by=by
    )
    cards = (await staff.get("/cases")).text
    asked = re.findall(r"/static/devices\.svg#([^\"]+)", cards)
    assert (set(asked), len(asked)) == (drawn, 12)


async def test_a_meter_leads_to_its_readings(site: Site, world: World) -> None:
    case = await world.alarm()
    page = (await (await site.staff()).get(f"/cases/{case.id}")).text
    assert f'href="/meters/{COMMUNITY}/{GATEWAY}/w-301"' in page


async def test_a_second_alarm_is_a_tag_and_stands_on_the_same_page(site: Site, world: World) -> None:
    await world.alarm()
    case = await world.alarm(kind="tamper", alarm="w-301.tamper.1", words_zh="状态字报防拆", words_en="tamper flag set")
    staff = await site.staff()
    cards, page = (await staff.get("/cases")).text, (await staff.get(f"/cases/{case.id}")).text
    assert re.search(r'<span class="chip tag"><span lang="zh-CN">防拆报警', cards)
    assert (cards.count('class="card drawn"'), page.count('<article class="alarm">')) == (1, 2)
    assert "漏水、防拆报警" in page
    assert "防拆报警：状态字报防拆" in page, "the history says which alarm it was"


async def test_what_may_hurt_somebody_goes_before_what_can_wait(site: Site, world: World) -> None:
    """A battery that is being seen to, and then a burst: the list says burst, in red, whoever has accepted the case."""
    await world.alarm(kind="battery_low", alarm="w-301.battery-low.1")
    await move(site, world, "accept")
    case = await world.alarm(kind="burst", alarm="w-301.burst.1", minutes=40)
    staff = await site.staff()
    cards, page = (await staff.get("/cases")).text, (await staff.get(f"/cases/{case.id}")).text
    assert '<h1><span lang="zh-CN">大流量' in page
    assert re.search(r'<span class="chip tag"><span lang="zh-CN">电池欠压', cards)
    assert 'class="chip alert"><span lang="zh-CN">任务处理' in cards
    assert ("已持续 40 分" in cards, "已持续 3 小时" in cards) == (True, False), "the burst, not the battery"
    assert page.index("先关户外阀门") < page.index("安排换电池")
    await world.alarm(kind="burst", alarm="w-301.burst.1", over=True)
    cards, page = (await staff.get("/cases")).text, (await staff.get(f"/cases/{case.id}")).text
    assert 'class="chip busy"><span lang="zh-CN">任务处理' in cards
    assert '<h1><span lang="zh-CN">电池欠压' in page


async def test_what_is_over_is_said_to_be_over(site: Site, world: World) -> None:
    await world.alarm()
    await world.alarm(kind="tamper", alarm="w-301.tamper.1")
    case = await world.alarm(over=True, words_zh="连续一小时没有用水", words_en="no use for an hour")
    staff = await site.staff()
    page = (await staff.get(f"/cases/{case.id}")).text
    assert (page.count('<article class="alarm over">'), page.count('<article class="alarm">')) == (1, 1)
    for text in ("连续一小时没有用水", "设备报告已结束", "漏水：连续一小时没有用水"):
        assert text in page
    assert '<h1><span lang="zh-CN">防拆报警' in page, "what is not over goes before what is"
    assert "先打电话问住户" not in page
    await world.alarm(kind="tamper", alarm="w-301.tamper.1", over=True)
    cards = (await staff.get("/cases")).text
    assert '<span class="dwell"><span lang="zh-CN">已结束' in cards


async def move(site: Site, world: World, *actions: str, user: str = USER) -> Case:
    staff = await site.staff(user)
    for action in actions:
        (case,) = await world.listed(open_only=True)
        answer = await staff.post(f"/cases/{case.id}/actions", data={"action": action, "version": str(case.version)})
        assert answer.status_code == 303
    return (await world.listed(open_only=None))[0]


async def test_from_the_alarm_to_its_end(site: Site, world: World) -> None:
    await world.alarm("gate")
    case = await move(site, world, "accept", "report")
    staff = await site.staff()
    page = (await staff.get(f"/cases/{case.id}")).text
    for text in ("等设备报告结束", "最多等 2 分钟", "设备报告结束就自动结案"):
        assert text in page
    assert "核实通过" not in page
    await world.alarm("gate", over=True)
    page = (await staff.get(f"/cases/{case.id}")).text
    for text in ("设备报告已结束", "核实通过", "评价处理得怎么样"):
        assert text in page
    assert "门常开" in (await staff.get("/cases?show=closed")).text


async def test_a_person_decides_where_the_device_has_not_said_so(site: Site, world: World) -> None:
    await world.alarm("gate")
    case = await move(site, world, "accept", "report")
    async with world.engine.begin() as connection:
        await connection.exec_driver_sql("update looks set answer_by = answer_by - interval '1 day'")
    assert await world.cases.expire() == 1
    page = (await (await site.staff(LEAD)).get(f"/cases/{case.id}")).text
    for text in ("到时间设备仍未报告结束，请到现场确认", 'value="verify_pass"', 'value="verify_fail"'):
        assert text in page
    assert (await move(site, world, "verify_pass", user=LEAD)).closed_by == LEAD


URGENT = [
    ("meter", {}, "todo"),
    ("meter", WELFARE, "alert"),
    ("sensor", {}, "alert"),
    ("gate", {"kind": "forced"}, "todo"),
]


@pytest.mark.parametrize(("sort", "data", "tone"), URGENT)
async def test_where_somebody_may_be_hurt_it_is_urgent(
    site: Site, world: World, sort: str, data: dict[str, Any], tone: str
) -> None:
    await world.alarm(sort, **data)
    assert f'class="chip {tone}"><span lang="zh-CN">任务派遣' in (await (await site.staff()).get("/cases")).text


async def test_what_is_simulated_says_so(site: Site, world: World) -> None:
    case = await world.alarm(simulated=True)
    page = (await (await site.staff()).get(f"/cases/{case.id}")).text
    assert ("模拟设备" in page, "模拟画面" in page) == (True, False)


async def test_there_is_no_sheet_of_a_vehicle_for_a_device(site: Site, world: World) -> None:
    case = await world.alarm()
    staff = await site.staff()
    for page in ("sheet", "sheet.pdf"):
        assert (await staff.get(f"/cases/{case.id}/{page}")).status_code == 404


async def test_what_a_gateway_writes_of_an_alarm_is_text(site: Site, world: World) -> None:
    case = await world.alarm(device_name=EVIL, words_zh=EVIL, words_en=EVIL)
    await world.alarm(over=True, words_zh=EVIL, words_en=EVIL)
    staff = await site.staff()
    for path in ("/cases", f"/cases/{case.id}"):
        page = (await staff.get(path)).text
        assert ("<b>x" in page, "<script>alert" in page, "{{7*7}}&lt;script&gt;alert" in page) == (False, False, True)


async def test_programs_get_device_alarms_and_kind(site: Site, world: World) -> None:
    await world.car_stands()
    await world.alarm()
    case = await world.alarm(over=True, words_zh="好了", words_en="all right")
    await world.alarm("sensor")
    staff = await site.staff()
    for kind, count in (("meter", 1), ("sensor", 1), ("gate", 0), ("parking", 1), ("zombie", 0)):
        told = (await staff.get("/api/cases", params={"kind": kind})).json()["cases"]
        assert [each["kind"] for each in told] == [kind] * count
    assert (await staff.get("/api/cases", params={"kind": "ghost"})).status_code == 422
    told = (await staff.get(f"/api/cases/{case.id}")).json()["case"]
    assert (told["found"], told["device"]) == (["leak"], {"id": "w-301", "name": "3号楼301水表", "watches": "water"})
    (alarm,) = told["alarms"]
    assert (alarm["kind"], alarm["times"], alarm["ended_zh"], alarm["ended_en"]) == ("leak", 1, "好了", "all right")
    parked = (await staff.get("/api/cases", params={"kind": "parking"})).json()["cases"][0]
    assert (parked["device"], parked["alarms"]) == (None, [])


async def test_who_watches_the_list_is_told_of_an_alarm_and_of_its_end(site: Site, world: World) -> None:
    with site.services.live.watch() as watcher:
        case = await world.alarm()
        while await watcher.next() != case.id:
            pass
        await world.alarm(over=True)
        assert await watcher.next() == case.id
