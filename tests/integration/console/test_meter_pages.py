"""Meters as pages and as JSON: what they show, which are silent, how much was used, and where nobody knows."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest

from cloud.console import meter_filter, meter_pages
from cloud.console.meter_api import MAX_STRETCHES
from tests.integration.console.meter_scene import QUARTER, ZONE, live_in, reading, tell
from tests.integration.console.site import COMMUNITY, GATEWAY, Site, World

NOW = datetime.now(UTC)
YESTERDAY = NOW.astimezone(ZONE).date() - timedelta(days=1)
MIDNIGHT = datetime.combine(YESTERDAY, time(), ZONE)
METER = f"/meters/{COMMUNITY}/{GATEWAY}/w-301"
DAY = f"{METER}?day={YESTERDAY}"


def rows(page: str) -> dict[str, tuple[str, str]]:
    """Use and register by the label of their slot, of those that have begun."""
    found = re.findall(r'<tr data-label="([^"]+)" data-use="([^"]*)" data-register="([^"]*)"( data-ahead)?', page)
    return {label: (use, register) for label, use, register, ahead in found if not ahead}


async def test_meters_are_listed_by_their_medium(site: Site, world: World) -> None:
    staff = await site.staff()
    assert "还没有表计" in (await staff.get("/meters")).text
    flags = ["battery_low", "cover"]
    await tell(
        world,
        {"meter": "w-301", "name": "3 号楼 301 水表", "readings": [reading(NOW, "231.640", flags=flags)]},
        {"meter": "e-301", "medium": "electricity", "unit": "kWh", "readings": [reading(NOW, "9018.50", flags=[])]},
        {"meter": "g-301", "medium": "gas", "failed": 3},
        simulated=True,
    )
    page = (await staff.get("/meters")).text
    shown = (
        "3 号楼 301 水表",
        "231.640",
        "m³",
        "9018.50",
        "kWh",
        "电池欠压",
        "表盖打开",
        "还没有读数",
        "模拟数据",
    )
    for text in (*shown, "水表", "电表", "燃气表", f"{COMMUNITY} / {GATEWAY} / w-301", f'href="{METER}"'):
        assert text in page
    assert '热量表</span> <span class="number"' not in page.replace("\n", "")
    part = (await staff.get("/meters", headers={"HX-Request": "true"})).text
    assert ("<html" in part, "231.640" in part) == (False, True)


AGES = [
    # minutes since it was read, the gateway's clock is far off, what is said
    (34, False, None),
    (36, False, "已 36 分钟没有读数"),
    (60 * 50, False, "已 2 天 2 小时没有读数"),
    (60 * 50, True, None),
]


async def test_an_old_reading_says_how_old(site: Site, world: World) -> None:
    now = datetime.now(UTC)
    for at, (minutes, odd_time, _) in enumerate(AGES):
        told = [reading(now - timedelta(minutes=minutes), "1.0")]
        await tell(world, {"meter": f"w-{at}", "readings": told}, odd_time=odd_time)
    staff = await site.staff()
    tiles = re.findall(r'(?s)class="meter".*?</a>', (await staff.get("/meters")).text)
    for at, (tile, (_, odd_time, said)) in enumerate(zip(tiles, AGES, strict=True)):
        page = (await staff.get(f"/meters/{COMMUNITY}/{GATEWAY}/w-{at}")).text
        assert ("没有读数" in tile, said is None or (said in tile and said in page)) == (said is not None, True)
        assert ("这是最后一次抄到的数" in page, "网关时钟未校准" in page) == (said is not None, odd_time)


FILTERS = [
    ("", ["e-301", "w-301", "w-302", "w-303"]),
    ("medium=water", ["w-301", "w-302", "w-303"]),
    ("only=silent", ["w-302", "w-303"]),
    ("only=alarm", ["w-302"]),
    ("medium=electricity&only=alarm", []),
    (f"community={COMMUNITY}", ["e-301", "w-301", "w-302", "w-303"]),
    ("community=elsewhere", []),
]


async def test_a_list_is_narrowed(site: Site, world: World) -> None:
    await tell(
        world,
        {"meter": "w-301", "readings": [reading(NOW, "1.0", flags=["tamper"])]},
        {"meter": "w-302", "readings": [reading(NOW - timedelta(hours=2), "1.0")]},
        {"meter": "w-303", "failed": 1},
        {"meter": "e-301", "medium": "electricity", "unit": "kWh", "readings": [reading(NOW, "1.0", flags=[])]},
    )
    await world.alarm(device="w-302")
    await world.alarm("gate", device="w-303")
    staff = await site.staff()
    for query, wanted in FILTERS:
        page = (await staff.get(f"/meters?{query}")).text
        assert sorted(re.findall(rf'href="/meters/{COMMUNITY}/{GATEWAY}/([^"]+)"', page)) == wanted, query
        assert ("没有符合条件的表" in page) == (not wanted)
        assert query == "" or f'hx-get="/meters?{query.replace("&", "&amp;")}"' in page, (
            "it stays so when it is read anew"
        )


async def test_a_meters_open_case_is_on_its_page_and_its_tile(site: Site, world: World) -> None:
    await tell(world, *({"meter": f"w-30{n}", "readings": [reading(NOW, "1.0")]} for n in (1, 2)))
    case = await world.alarm()
    staff = await site.staff()
    page, tiles = (await staff.get(METER)).text, (await staff.get("/meters")).text
    for text in (f'href="/cases/{case.id}"', "漏水", case.number, "任务派遣", "已持续"):
        assert text in page
    assert [("有案件" in tile) for tile in re.findall(r'(?s)class="meter".*?</a>', tiles)] == [True, False]
    assert "/cases/" not in (await staff.get(METER.replace("301", "302"))).text.partition("<main")[2]
    await world.alarm(over=True)
    for action in ("accept", "report"):
        (case,) = await world.listed(open_only=True)
        await staff.post(f"/cases/{case.id}/actions", data={"action": action, "version": str(case.version)})
    page, tiles = (await staff.get(METER)).text, (await staff.get("/meters")).text
    assert (case.number in page, "有案件" in tiles) == (False, False)


async def test_communities_are_a_choice_where_there_are_several(site: Site) -> None:
    staff = await site.staff()
    await site.services.devices.register(COMMUNITY, GATEWAY, "A" * 43 + "=")
    assert "community=" not in (await staff.get("/meters")).text
    await site.services.devices.register("qinghe", GATEWAY, "B" * 43 + "=")
    assert 'href="/meters?medium=gas&amp;community=qinghe"' in (await staff.get("/meters?medium=gas")).text


async def test_pages_of_the_list(site: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter_pages, "PAGE", 2)
    await tell(world, *({"meter": f"w-{n}", "readings": [reading(NOW, "1.0")]} for n in range(5)))
    for n in range(5):
        await world.alarm(device=f"w-{n}")
    staff, path, seen = await site.staff(), "/meters?only=alarm", []
    while path:
        page = (await staff.get(path)).text
        seen.append(re.findall(r'class="meter" href="[^"]+/([^"]+)"', page))
        turn = re.search(r'class="button" href="([^"]+after=[^"]+)"', page)
        path = turn[1].replace("&amp;", "&") if turn else ""
    assert seen == [["w-0", "w-1"], ["w-2", "w-3"], ["w-4"]]


async def test_a_page_looks_through_so_many_and_then_says_so(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter_filter, "MAX_LIST", 1)
    monkeypatch.setattr(meter_filter, "READS", 3)
    await tell(world, *({"meter": f"w-{n}", "readings": [reading(NOW, "1.0", flags=[])]} for n in range(3)))
    await tell(world, {"meter": "w-3", "readings": [reading(NOW, "1.0")]})
    await world.alarm(device="w-3")
    staff = await site.staff()
    page = (await staff.get("/meters?only=alarm")).text
    assert ("w-3" in page, "一次只查 3 块表" in page) == (False, True)
    turn = re.search(r'class="button" href="([^"]+after=[^"]+)"', page)
    assert turn is not None
    assert "w-3" in (await staff.get(turn[1].replace("&amp;", "&"))).text


async def test_a_day_is_shown_by_the_quarter_hour_with_its_gaps(site: Site, world: World) -> None:
    told = [(0, "10.000"), (1, "10.012"), (2, "10.012"), (8, "10.500"), (9, "10.500")]
    readings = [reading(MIDNIGHT + at * QUARTER, value) for at, value in told]
    await tell(world, {"meter": "w-301", "name": "3 号楼 301", "readings": readings})
    page = (await (await site.staff()).get(DAY)).text
    found = rows(page)
    assert len(found) == 96
    assert found["00:00"] == ("0.012", "10.000")
    assert found["00:15"] == ("0.000", "10.012"), "nothing was used, and that is known"
    assert found["00:30"] == ("", "10.012"), "the next reading is hours later: nobody knows how much, and it is not 0"
    assert {found[label] for label in ("00:45", "01:00", "01:45", "02:30", "23:45")} == {("", "")}
    assert found["02:00"] == ("0.000", "10.500")
    text = re.sub(r"<[^>]+>", "", page)
    for shown in (
        "合计 Total 0.012 m³",
        "表底数 Register 10.000 → 10.500",
        "有 91 段没有读数",
        "用量未知",
        "3 号楼 301",
    ):
        assert shown in re.sub(r"\s+", " ", text)


async def test_longer_periods_are_shown_by_the_day_and_by_the_month(site: Site, world: World) -> None:
    first = MIDNIGHT.replace(day=1)
    await live_in(world, {"meter": "w-301"}, since=first, until=NOW)
    staff = await site.staff()
    shown = {span: rows((await staff.get(f"{DAY}&span={span}")).text) for span in ("day", "week", "month", "year")}
    assert list(shown["day"])[:2] == ["00:00", "00:15"]
    assert (f"{YESTERDAY:%m-%d}" in shown["week"], shown["week"].keys() <= {*shown["month"], *shown["week"]}) == (
        True,
    ) * 2
    assert list(shown["month"])[: YESTERDAY.day] == [f"{YESTERDAY:%m}-{day:02}" for day in range(1, YESTERDAY.day + 1)]
    assert f"{YESTERDAY:%Y-%m}" in shown["year"]
    day = sum(float(use) for use, _ in shown["day"].values())
    assert float(shown["month"][f"{YESTERDAY:%m-%d}"][0]) == pytest.approx(day)
    month = sum(float(use or 0) for use, _ in shown["month"].values())
    assert float(shown["year"][f"{YESTERDAY:%Y-%m}"][0]) == pytest.approx(month)


async def test_one_turns_to_periods_beside_and_to_no_future(site: Site, world: World) -> None:
    await tell(world, {"meter": "w-301", "readings": [reading(NOW, "1.0")]})
    staff = await site.staff()
    today = (await staff.get(METER)).text
    assert f'href="{METER}?span=day&amp;day={YESTERDAY}#plot" rel="prev"' in today
    assert 'rel="next"' not in today
    assert f'{METER}?span=day&amp;day={YESTERDAY + timedelta(days=1)}#plot" rel="next"' in (await staff.get(DAY)).text
    month = (await staff.get(f"{METER}?span=month&day=2026-03-31")).text
    for day in ("2026-02-01", "2026-04-01"):
        assert f"span=month&amp;day={day}#plot" in month
    assert f'href="{METER}?span=week&amp;day=2026-03-31#plot"' in month, "the day that was asked for is kept"
    today = f"{METER}?span=day&amp;day={YESTERDAY + timedelta(days=1)}"
    assert f'<a href="{today}#plot"><time' in (await staff.get(f"{METER}?span=month")).text, "a day is looked into"
    assert 'rel="prev"' not in (await staff.get(f"{METER}?span=year&day=2000-01-01")).text


async def test_what_a_meter_says_of_itself(site: Site, world: World) -> None:
    more = {"voltage_v": "231.4", "current_a": "4.2", "power_kw": "0.971", "flags": ["reverse"]}
    told = {
        "meter": "e-1",
        "medium": "electricity",
        "unit": "kWh",
        "readings": [reading(NOW, "9018.50", **more)],
        "failed": 2,
    }
    await tell(world, told, {"meter": "g-1", "medium": "gas", "readings": [reading(NOW, "1.0", flags=[])]})
    await tell(world, {"meter": "h-1", "medium": "heat", "unit": "GJ", "readings": [reading(NOW, "0.00000")]})
    staff = await site.staff()
    page = (await staff.get(f"/meters/{COMMUNITY}/{GATEWAY}/e-1")).text
    for text in ("231.4 V", "4.2 A", "0.971 kW", "表计反向", "有 2 次没抄到", "9018.50", "个人信息"):
        assert text in page
    assert "模拟数据" not in page
    assert "没有异常" in (await staff.get(f"/meters/{COMMUNITY}/{GATEWAY}/g-1")).text
    page = (await staff.get(f"/meters/{COMMUNITY}/{GATEWAY}/h-1")).text
    assert ("没有报来" in page, ">0.00000 <" in page) == (True, True)


async def test_what_installers_write_is_text_and_scripts_are_files(site: Site, world: World) -> None:
    evil = "<b>x</b>{{7*7}}<script>alert(1)</script>"
    await tell(world, {"meter": "w-301", "name": evil, "readings": [reading(NOW, "1.0")]})
    staff = await site.staff()
    for path in ("/meters", METER):
        answer = await staff.get(path)
        assert ("<b>x" in answer.text, "{{7*7}}&lt;script&gt;alert" in answer.text) == (False, True)
        assert re.findall(r"<script(?! src=\"/static/[\w./]+\" defer></script>)", answer.text) == []
        assert "script-src 'self';" in answer.headers["content-security-policy"]


WRONG = [
    (f"/meters/{COMMUNITY}/{GATEWAY}/nothing", 404),
    (f"/meters/{COMMUNITY}/{GATEWAY}/A%00", 400),
    (f"{METER}?day=1999-12-31", 400),
    (f"{METER}?day=2200-01-01", 400),
    (f"{METER}?day=9999-12-31", 400),
    (f"{METER}?span=decade", 400),
    ("/meters?medium=oil", 400),
    ("/meters?after=a/b", 400),
    (f"/api/meters/{COMMUNITY}/{GATEWAY}/nothing", 404),
    (f"/api/meters/{COMMUNITY}/{GATEWAY}/nothing/series?since={NOW:%FT%TZ}&until={NOW:%FT%TZ}&step=day", 422),
    (
        f"/api/meters/{COMMUNITY}/{GATEWAY}/nothing/series?since={MIDNIGHT:%F}T00:00Z&until={NOW:%FT%TZ}&step=day",
        404,
    ),
    (f"/api/meters/{COMMUNITY}/{GATEWAY}/A%00", 422),
    (f"/api{METER}/series?since=9999-12-30T00:00Z&until=9999-12-31T00:00Z&step=day", 422),
    (f"/api{METER}/series?since=0001-01-01T00:00Z&until=0001-01-02T00:00Z&step=day", 422),
    ("/api/meters?limit=1001", 422),
    ("/api/meters?after=a/b", 422),
    ("/api/meters?community=A", 422),
]


async def test_what_is_not_there_or_cannot_be_asked(site: Site) -> None:
    staff = await site.staff()
    for path, status in WRONG:
        assert (await staff.get(path)).status_code == status, path


async def test_who_is_not_logged_in_sees_no_meter(site: Site, world: World) -> None:
    await tell(world, {"meter": "w-301", "readings": [reading(NOW, "1.0")]})
    for path in ("/meters", METER):
        page, api = await site.visitor().get(path), await site.visitor().get(f"/api{path}")
        assert (page.status_code, page.headers["location"].startswith("/login"), api.status_code) == (303, True, 401)


async def test_meters_are_given_to_programs(site: Site, world: World) -> None:
    flags = ["battery_low"]
    await tell(
        world,
        {"meter": "w-301", "name": "301", "readings": [reading(NOW, "231.640", flags=flags)], "failed": 1},
        {"meter": "w-302"},
        simulated=True,
    )
    staff = await site.staff()
    page = (await staff.get(f"/api/meters?community={COMMUNITY}&limit=1")).json()
    assert (page["after"], page["stale_after_s"], len(page["meters"])) == (f"{COMMUNITY}/{GATEWAY}/w-301", 2100, 1)
    one = (await staff.get("/api" + METER)).json()
    assert one == page["meters"][0]
    same = {name: one[name] for name in ("value", "unit", "medium", "flags", "failed", "stale", "simulated", "clock")}
    assert same == {
        "value": "231.640",
        "unit": "m³",
        "medium": "water",
        "flags": flags,
        "failed": 1,
        "stale": False,
        "simulated": True,
        "clock": "synced",
    }
    rest = (await staff.get(f"/api/meters?after={page['after']}")).json()
    assert [(each["meter"], each["value"], each["stale"]) for each in rest["meters"]] == [("w-302", None, True)]
    assert rest["after"] is None


async def test_a_series_is_given_to_programs(site: Site, world: World) -> None:
    readings = [reading(MIDNIGHT + at * QUARTER, value) for at, value in [(0, "10.0"), (1, "10.5"), (4, "11.0")]]
    await tell(world, {"meter": "w-301", "readings": readings})
    staff, path = await site.staff(), f"/api{METER}/series"
    asked = {"since": MIDNIGHT.isoformat(), "until": (MIDNIGHT + timedelta(hours=2)).isoformat(), "step": "quarter"}
    told = (await staff.get(path, params=asked)).json()
    assert (told["unit"], told["step"], told["simulated"]) == ("m³", "quarter", False)
    assert [(each["first"], each["use"], each["count"]) for each in told["series"]] == [
        ("10.0", "0.5", 1),
        ("10.5", None, 1),
        ("11.0", None, 1),
    ]
    assert datetime.fromisoformat(told["series"][1]["at"]) == MIDNIGHT + QUARTER
    first = (await staff.get(path, params=asked | {"until": (MIDNIGHT + QUARTER).isoformat()})).json()
    assert [each["use"] for each in first["series"]] == ["0.5"], (
        "the reading after the end tells what was used until then"
    )
    assert (await staff.get(path, params=asked | {"step": "day"})).json()["series"][0]["use"] == "1.0"
    for stretches, status in ((MAX_STRETCHES, 200), (MAX_STRETCHES + 1, 422)):
        until = (MIDNIGHT + stretches * QUARTER).isoformat()
        assert (await staff.get(path, params=asked | {"until": until})).status_code == status
    assert (await staff.get(path, params=asked | {"since": "2026-11-22T00:00:00"})).status_code == 422, "no zone"


async def test_a_day_without_a_reading_leads_to_the_last_one_with(site: Site, world: World) -> None:
    await tell(world, {"meter": "w-301", "readings": [reading(MIDNIGHT, "1.0")]}, {"meter": "w-302", "failed": 1})
    staff = await site.staff()
    page = (await staff.get(f"{METER}?day={YESTERDAY - timedelta(days=3)}")).text
    assert ("没有任何读数" in page, "<table" in page, "echarts" in page) == (True, False, False)
    assert f'href="{DAY.replace("?", "?span=day&amp;")}#plot">' in page
    for days, old in ((400, False), (401, True)):
        page = (await staff.get(f"{METER}?day={YESTERDAY - timedelta(days=days - 1)}")).text
        assert ("没有任何读数" in page, "每刻钟的数只保留一段时间" in page) == (True, old)
    page = (await staff.get(METER.replace("301", "302"))).text
    assert ("没有任何读数" in page, "看最近有读数" in page) == (True, False)
