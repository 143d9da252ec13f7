"""The list of cases as staff use it: tabs, search, filter, saved lists, 200 cards; and what its address may not say."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from sqlalchemy import text

from cloud.cases.saved import MAX_NAME, MAX_SAVED
from cloud.db import transaction
from contract.parking import ZoneKind
from contract.plates import Plate, PlateState
from tests.integration.console.site import LEAD, USER, Site, World

OWN = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
MAX_BYTES = 250_000


def shown(page: httpx.Response) -> list[str]:
    assert page.status_code == 200, page.text
    return re.findall(r'class="number">([^<]+)<', page.text)


async def change(site: Site, number: str, changes: str) -> None:
    async with transaction(site.world.engine) as connection:
        statement = text(f"update cases set {changes} where number = :number")  # noqa: S608 - a test's own words
        await connection.execute(statement, {"number": number})


async def test_the_address_holds_the_whole_filter(site: Site, world: World) -> None:
    plate = Plate(state=PlateState.READ, text="沪A12345", looks=3)
    road = await world.car_stands("cam1.1", zone_kind=ZoneKind.ROAD, zone_name="5号楼南侧", plate=plate)
    lane = await world.car_stands("cam1.2", zone_name="3号楼北侧")
    water = await world.alarm()
    staff = await site.staff()
    for query, expected in (
        ("", [water, lane, road]),
        ("q=3号楼", [water, lane]),  # the meter is of building 3, too
        ("q=北侧", [lane]),
        ("q=沪A12", [road]),
        ("plate=2345", [road]),
        (f"q={lane.number}", [lane]),
        ("kind=meter", [water]),
        ("kind=meter&kind=parking&zone_kind=road", [road]),
        ("show=closed", []),
        ("q=没有的", []),
        ("kind=&zone_kind=&timing=&opened_from=&opened_until=&q=&plate=&community=", [water, lane, road]),
        ("order=due", None),
        ("order=priority&show=all&size=200", None),
    ):
        page = await staff.get(f"/cases?{query}")
        found = shown(page)
        if expected is None:
            assert len(found) == 3, query
        else:
            assert found == [case.number for case in expected], query
        listed = (await staff.get(f"/api/cases?{query}")).json()["cases"]
        assert [case["number"] for case in listed] == found, query


async def test_what_narrows_a_list_is_shown_and_can_be_dropped(site: Site, world: World) -> None:
    await world.car_stands()
    staff = await site.staff()
    page = (await staff.get("/cases?kind=parking&kind=gate&q=北侧&order=due")).text
    ways = [unescape(way) for way in re.findall(r'<li><a class="chip" href="([^"]+)"', page)]
    assert len(ways) == 3
    assert ways[0] == "/cases?kind=gate&q=%E5%8C%97%E4%BE%A7&order=due"
    for way in ways:
        assert (await staff.get(way)).status_code == 200
    assert '<input id="q" name="q" type="search" value="北侧"' in page
    assert re.search(r'name="kind" value="gate" checked', page)


async def test_tabs_say_how_many_wait(site: Site, world: World) -> None:
    first, second = await world.car_stands("cam1.1"), await world.car_stands("cam1.2")
    await change(site, first.number, 'due_at = now() - interval \'1 hour\', term = \'{"amount": 4, "unit": "hours"}\'')
    await change(site, second.number, f"handler = '{USER}'")
    staff = await site.staff()
    page = (await staff.get("/cases")).text
    counts = re.findall(r'<a href="([^"]+)"[^>]*>(?:(?!</a>).)*<span class="count">([^<]+)</span></a>', page)
    assert [count for _, count in counts] == ["2", "1", "0", "1"]
    assert shown(await staff.get(unescape(counts[1][0]))) == [first.number]
    assert 'class="card overdue"' in (await staff.get(unescape(counts[1][0]))).text
    assert shown(await staff.get(unescape(counts[3][0]))) == [second.number]
    assert shown(await (await site.staff(LEAD)).get(unescape(counts[3][0]))) == []  # "mine" is the reader's


REFUSED = ["after=x", "size=31", "show=x", "priority=9", "kind=x", f"q={'x' * 101}", "opened_from=x", "community=A_"]


@pytest.mark.parametrize("query", REFUSED)
async def test_an_address_that_cannot_be_is_refused(site: Site, query: str) -> None:
    staff = await site.staff()
    assert (await staff.get(f"/cases?{query}")).status_code == 400
    if not query.startswith("size"):
        assert (await staff.get(f"/api/cases?{query}")).status_code == 422


async def test_a_cursor_of_another_order_is_refused(site: Site, world: World) -> None:
    for number in range(3):
        await world.car_stands(f"cam1.{number}")
    staff = await site.staff()
    after = (await staff.get("/api/cases?limit=1")).json()["after"]
    assert len((await staff.get(f"/api/cases?after={after}")).json()["cases"]) == 2
    assert (await staff.get(f"/api/cases?order=due&after={after}")).status_code == 422


async def test_lists_are_kept_by_name(site: Site, world: World) -> None:
    await world.car_stands()
    staff, other = await site.staff(), await site.staff(LEAD)
    for name, query in ((" 我的  消防通道 ", "zone_kind=fire_lane&mine=true"), ("路灯", "q=路灯")):
        answer = await staff.post("/cases/saved", data={"name": name, "query": query})
        assert answer.status_code == 303
    page = (await staff.get("/cases")).text
    ways = [unescape(way) for way in re.findall(r'<a class="chip" href="([^"]+)">', page)]
    assert ways == ["/cases?zone_kind=fire_lane&mine=true", "/cases?q=%E8%B7%AF%E7%81%AF"]
    assert "我的 消防通道" in page
    assert 'class="saved"' not in (await other.get("/cases")).text
    ids = re.findall(r"/cases/saved/(\d+)/remove", page)
    await other.post(f"/cases/saved/{ids[0]}/remove", data={})
    assert len(re.findall(r"/cases/saved/(\d+)/remove", (await staff.get("/cases")).text)) == 2
    await staff.post("/cases/saved", data={"name": "路灯", "query": "q=大门"})  # the same name: in its place
    await staff.post(f"/cases/saved/{ids[0]}/remove", data={"query": "q=大门"})
    page = (await staff.get("/cases?q=大门")).text
    assert re.findall(r'<a class="chip" href="([^"]+)" aria-current', page) == ["/cases?q=%E5%A4%A7%E9%97%A8"]


async def test_saved_lists_are_bounded(site: Site) -> None:
    staff = await site.staff()
    for number in range(MAX_SAVED):
        assert (await staff.post("/cases/saved", data={"name": f"{number}"})).status_code == 303
    assert (await staff.post("/cases/saved", data={"name": "one more"})).status_code == 409
    assert (await staff.post("/cases/saved", data={"name": "3", "query": "mine=true"})).status_code == 303
    await staff.post("/cases/saved/1/remove", data={})
    assert (await staff.post("/cases/saved", data={"name": "字" * MAX_NAME})).status_code == 303
    for name, query, status in (
        ("字" * (MAX_NAME + 1), "", 409),
        ("  ", "", 409),
        ("a\x00b", "", 409),
        ("a", "show=x", 400),
        ("a", "&".join(f"community=c{number:060d}" for number in range(50)), 409),
        ("a", "&".join(["kind=gate"] * 500), 400),
        ("a", f"q={'x' * 9_000}", 400),
    ):
        assert (await staff.post("/cases/saved", data={"name": name, "query": query})).status_code == status, name


async def test_saving_wants_the_token_of_the_form(site: Site) -> None:
    staff = await site.staff()
    del staff.headers["X-CSRF-Token"]
    assert (await staff.post("/cases/saved", data={"name": "a"})).status_code == 403


@pytest.fixture
async def many(site: Site, world: World) -> None:
    """201 cases, made of one."""
    case = await world.car_stands(zone_name="3号楼北侧消防通道门口（东）", pictures=())
    due = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    await change(site, case.number, f'priority = 1, due_at = \'{due}\', term = \'{{"amount": 4, "unit": "hours"}}\'')
    async with transaction(world.engine) as connection:
        listed = (
            "select column_name from information_schema.columns where table_name = 'cases' and is_generated = 'NEVER'"
        )
        names = {name for (name,) in await connection.execute(text(listed))} - {"id", "number", "slot"}
        same = ", ".join(sorted(names))
        await connection.execute(
            text(
                f"insert into cases (id, number, slot, {same}) "  # noqa: S608 - columns of our own
                f"select overlay(id::text placing lpad(n::text, 12, '0') from 25)::uuid, 'LL-20261121-' || n, "
                f"'cam1.x' || n, {same} from cases, generate_series(1000, 1199) as n"
            )
        )


@pytest.mark.usefixtures("many")
async def test_200_cards_with_all_that_they_need_are_light(site: Site) -> None:
    staff = await site.staff()
    bytes_sent = 0
    async with staff.stream("GET", "/cases?size=200", headers=OWN) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        body = b"".join([part async for part in answer.aiter_raw()])
    page = gzip.decompress(body).decode()
    assert page.count("data-case=") == 200
    bytes_sent += len(body)
    for path in sorted(set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))):
        async with staff.stream("GET", path, headers=OWN) as answer:
            assert answer.status_code == 200, path
            bytes_sent += sum([len(part) async for part in answer.aiter_raw()])
    assert bytes_sent <= MAX_BYTES


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Accept-Encoding": "gzip"},
        {"Sec-Fetch-Site": "same-site", "Accept-Encoding": "gzip"},
        {"Sec-Fetch-Site": "none", "Accept-Encoding": "gzip"},
        {"Accept-Encoding": "gzip"},
        {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "identity"},
    ],
)
async def test_a_page_that_another_site_may_have_asked_for_is_not_compressed(
    site: Site, headers: dict[str, str]
) -> None:
    answer = await (await site.staff()).get("/cases?size=200", headers=headers)
    assert "content-encoding" not in answer.headers
    assert answer.text.count("data-case=") == 200
