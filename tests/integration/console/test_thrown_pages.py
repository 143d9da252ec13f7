"""What the pages say and show of thrown objects; films are bytes here, for no test looks into them."""

import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.sealing import SEALED, seal
from tests.integration.console.scene import street
from tests.integration.console.site import LEAD, Site, World

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4
EVIL = "<b>x</b>{{7*7}}<script>alert(1)</script>"
KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
FLOOR_ONE = {"low": 7, "likely": 7, "high": 7, "by": "physics"}


async def test_a_fall_is_in_the_list_with_floor_and_window(site: Site, world: World) -> None:
    await world.something_falls()
    page = (await (await site.staff()).get("/cases")).text
    for shown in (
        "高空抛物",
        "Thrown object",
        "3号楼西面",
        "约 12 层（11–13），左起第 4 列",
        "about floor 12 (11 to 13), column 4",
    ):
        assert shown in page
    assert "停了" not in page
    assert 'class="chip alert"' in page, "nobody has taken it up: that is urgent"


TOLD = [
    ("by the grid", {}, ["约 12 层（11–13）", "按安装时画的楼层网格", "左起第 4 列"], ["按坠落的物理规律"]),
    ("by physics", {"floor": FLOOR_ONE, "column": None}, ["约 7 层", "按坠落的物理规律估算"], ["网格", "左起第"]),
    ("nothing is known", {"floor": None, "column": None}, ["楼层无法判断"], ["网格", "物理规律"]),
]


@pytest.mark.parametrize(("data", "shown", "hidden"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
async def test_how_the_floor_was_told_is_said(
    site: Site, world: World, data: dict[str, Any], shown: list[str], hidden: list[str]
) -> None:
    case = await world.something_falls(words_zh="看到东西落下", words_en="something fell", **data)
    page = (await (await site.staff()).get(f"/cases/{case.id}")).text
    for text in (*shown, "看到东西落下", "33.5 米（31.0–36.0）", "7.1 米", "11.4 米/秒（41 公里/小时）", "97 %"):
        assert text in page
    assert not any(text in page for text in hidden)
    assert '<p class="note"><span lang="zh-CN">看到东西落下</span> <span class="en" lang="en">something fell' in page
    assert "取证单" not in page, "that sheet is of vehicles"


async def test_the_path_is_drawn_in_the_proportions_of_the_picture(site: Site, world: World) -> None:
    case = await world.something_falls(picture_size=(2000, 1000))
    page = (await (await site.staff()).get(f"/cases/{case.id}")).text
    assert 'viewBox="0 0 1000.0 500.0"' in page
    assert '<polyline points="401.0,155.0 405.0,195.0 409.0,311.0"/>' in page
    assert page.count("<circle") == 3


async def test_picture_and_film_are_shown_once_they_are_here(site: Site, world: World) -> None:
    composite = street(car=False)
    original = seal(FILM, KEY.public_key().public_bytes_raw(), b"x")
    case = await world.something_falls(picture=composite)
    await world.film_follows(FILM, original=original)
    staff = await site.staff()
    page = (await staff.get(f"/cases/{case.id}")).text
    assert ("照片在路上" in page, "视频在路上" in page, "<video" in page) == (True, True, False)
    await world.picture_arrives(composite)
    film = await world.picture_arrives(FILM, "video/mp4")
    sealed = await world.picture_arrives(original, SEALED)
    page = (await staff.get(f"/cases/{case.id}")).text
    for shown in ("坠落全程合成图", "坠落视频", "原视频已加密封存", "行人和起抛窗口以外的窗户已打码", "坠落视频已生成"):
        assert shown in page
    assert re.search(rf'<video id="film-{film}" controls [^>]*>\s*<source src="/cases/{case.id}/photos/{film}"', page)
    assert sealed not in page
    assert (await staff.get(f"/cases/{case.id}/photos/{sealed}")).status_code == 403
    assert (await site.visitor().get(f"/cases/{case.id}/photos/{film}")).status_code == 303


RANGES = [
    # name,                    what is asked for,      status, the part,     Content-Range
    ("nothing said", None, 200, slice(None), None),
    ("the first bytes", "bytes=0-1", 206, slice(0, 2), "bytes 0-1/{n}"),
    ("from a byte on", "bytes=1000-", 206, slice(1000, None), "bytes 1000-{last}/{n}"),
    ("more than there is", "bytes=1000-9999", 206, slice(1000, None), "bytes 1000-{last}/{n}"),
    ("the last bytes", "bytes=-10", 206, slice(-10, None), "bytes {tail}-{last}/{n}"),
    ("beyond the end", "bytes=5000-", 416, slice(0, 0), "bytes */{n}"),
    ("backwards", "bytes=9-3", 416, slice(0, 0), "bytes */{n}"),
    ("several", "bytes=0-1,4-5", 200, slice(None), None),
    ("another unit", "lines=1-2", 200, slice(None), None),
    ("no number", "bytes=-", 200, slice(None), None),
]


@pytest.mark.parametrize("row", RANGES, ids=[row[0] for row in RANGES])
async def test_a_film_is_given_in_parts(
    site: Site, world: World, row: tuple[str, str | None, int, slice, str | None]
) -> None:
    _, asked, status, part, said = row
    case = await world.something_falls()
    await world.film_follows(FILM)
    name = await world.picture_arrives(FILM, "video/mp4")
    headers = {} if asked is None else {"Range": asked}
    answer = await (await site.staff()).get(f"/cases/{case.id}/photos/{name}", headers=headers)
    size = len(FILM)
    wanted = None if said is None else said.format(n=size, last=size - 1, tail=size - 10)
    assert (answer.status_code, answer.content) == (status, FILM[part])
    assert answer.headers.get("Content-Range") == wanted
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    assert status == 416 or answer.headers["Content-Type"] == "video/mp4"


async def test_a_page_that_calls_itself_a_film_is_given_as_one(site: Site, world: World) -> None:
    page = b"<script>alert(1)</script>"
    case = await world.something_falls()
    await world.film_follows(page)
    name = await world.picture_arrives(page, "video/mp4")
    answer = await (await site.staff()).get(f"/cases/{case.id}/photos/{name}")
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("video/mp4", "nosniff")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_a_person_closes_it_and_no_camera_is_waited_for(site: Site, world: World) -> None:
    case = await world.something_falls()
    staff = await site.staff()
    for action in ("accept", "report"):
        (case,) = await world.listed(open_only=True)
        await staff.post(f"/cases/{case.id}/actions", data={"action": action, "version": str(case.version)})
    staff = await site.staff(LEAD)  # somebody else verifies
    page = (await staff.get(f"/cases/{case.id}")).text
    for shown in ("东西已经落下，摄像机无从复核，请人工核实", "核实通过", "返工"):
        assert shown in page
    assert "摄像机核查中" not in page
    (case,) = await world.listed(open_only=True)
    await staff.post(f"/cases/{case.id}/actions", data={"action": "verify_pass", "version": str(case.version)})
    assert "高空抛物" in (await staff.get("/cases?show=closed")).text


async def test_a_second_fall_from_the_window_is_on_the_same_page(site: Site, world: World) -> None:
    case = await world.something_falls()
    await world.something_falls(fall="f2", words_zh="又落下一件", words_en="and one more")
    staff = await site.staff()
    page = (await staff.get(f"/cases/{case.id}")).text
    assert (page.count('<svg viewBox="0 0 1000'), "又落下一件" in page, "同一位置再次发现" in page) == (2, True, True)
    (told,) = (await staff.get("/api/cases")).json()["cases"]
    assert (told["kind"], told["sightings"], told["zone_kind"]) == ("thrown", 2, "facade")
    falls = (await staff.get(f"/api/cases/{case.id}")).json()["falls"]
    assert [(fall["fall"], fall["column"], len(fall["path"])) for fall in falls] == [("f1", 4, 3), ("f2", 4, 3)]


async def test_there_is_no_sheet_of_a_vehicle_for_a_fall(site: Site, world: World) -> None:
    case = await world.something_falls()
    staff = await site.staff()
    for page in ("sheet", "sheet.pdf"):
        assert (await staff.get(f"/cases/{case.id}/{page}")).status_code == 404


async def test_what_a_gateway_writes_of_a_fall_is_text(site: Site, world: World) -> None:
    case = await world.something_falls(facade_name=EVIL, words_zh=EVIL, words_en=EVIL)
    staff = await site.staff()
    for path in ("/cases", f"/cases/{case.id}"):
        page = (await staff.get(path)).text
        assert ("<b>x" in page, "<script>alert" in page, "{{7*7}}&lt;script&gt;alert" in page) == (False, False, True)


async def test_who_watches_the_list_is_told_of_a_fall_and_of_its_film(site: Site, world: World) -> None:
    with site.services.live.watch() as watcher:
        case = await world.something_falls()
        while await watcher.next() != case.id:
            pass
        await world.film_follows(FILM)
        assert await watcher.next() == case.id
        await world.picture_arrives(FILM, "video/mp4")
        assert await watcher.next() == case.id
