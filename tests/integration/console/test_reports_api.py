"""Reports from outside, as the city's hotline and a resident's app hand them in and ask for them again."""

import io
import json
from datetime import UTC, datetime

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from cloud.accounts import Role
from cloud.accounts.token_service import TokenService
from cloud.cases.handed_in import MAX_PHOTOS
from cloud.console.recoding import MAX_EDGE, recoded
from tests.integration.console.site import PASSWORD, Site

GIVEN = {
    "source": "hotline",
    "reference": "12345-2026-000017",
    "community": "lantian",
    "text": "三号楼门前堆了建筑垃圾",
    "place": "三号楼门前",
}


async def program(site: Site, name: str = "hotline") -> httpx.AsyncClient:
    """A program of the city's hotline."""
    token = await TokenService(site.world.engine).add(name, by="cli:test")
    visitor = site.visitor()
    visitor.headers["Authorization"] = f"Bearer {token}"
    return visitor


async def lead(site: Site, name: str = "street.wang", role: Role = Role.STREET) -> httpx.AsyncClient:
    await site.services.accounts.add(name, PASSWORD, role)
    return await site.staff(name)


def photo(width: int = 320, height: int = 200, exif: bool = True, fmt: str = "JPEG") -> bytes:
    picture, kept = Image.new("RGB", (width, height), (90, 120, 60)), io.BytesIO()
    said = Image.Exif()
    if exif:
        said[0x010F], said[0x0112] = "MakerOfTelephones", 6  # maker, and lying on its side
        said.get_ifd(0x8825)[1] = "N"  # GPS
    picture.save(kept, fmt, exif=said)
    return kept.getvalue()


async def act(client: httpx.AsyncClient, case: str, action: str, **others: object) -> dict[str, object]:
    view = (await client.get(f"/api/cases/{case}")).json()
    body = {"action": action, "version": view["case"]["version"], **others}
    answer = await client.post(f"/api/cases/{case}/actions", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


async def test_a_report_opens_one_case_however_often_it_is_sent(site: Site) -> None:
    hotline = await program(site)
    first = await hotline.post("/api/reports", json=GIVEN)
    assert first.status_code == 201, first.text
    assert (first.json()["stage"], first.json()["reference"]) == ("collected", GIVEN["reference"])
    for _ in range(3):
        again = await hotline.post("/api/reports", json=GIVEN)
        assert (again.status_code, again.json()) == (200, first.json())
    other = await hotline.post("/api/reports", json=GIVEN | {"reference": "12345-2026-000018"})
    assert (other.status_code, other.json()["case"] != first.json()["case"]) == (201, True)
    resident = await hotline.post("/api/reports", json=GIVEN | {"source": "resident"})
    assert resident.status_code == 201, "another system's reference is another report"


async def test_further_words_belong_to_the_same_case(site: Site) -> None:
    hotline = await program(site)
    first = (await hotline.post("/api/reports", json=GIVEN)).json()
    more = await hotline.post("/api/reports", json=GIVEN | {"text": "又多了两袋"})
    assert (more.status_code, more.json()["case"]) == (200, first["case"])
    view = (await hotline.get(f"/api/cases/{first['case']['id']}")).json()
    assert view["case"]["report"]["text"] == GIVEN["text"]
    assert "又多了两袋" in [line["note"] for line in view["history"]]


async def test_further_words_after_the_end_open_another_case_and_a_photo_follows_a_merged_one(site: Site) -> None:
    hotline, street = await program(site), await lead(site)
    first = (await hotline.post("/api/reports", json=GIVEN)).json()
    await act(street, first["case"]["id"], "not_file", note="不归我们管")
    same = await hotline.post("/api/reports", json=GIVEN)
    assert (same.status_code, same.json()["case"]) == (200, first["case"])
    more = await hotline.post("/api/reports", json=GIVEN | {"text": "就在小区里"})
    assert (more.status_code, more.json()["stage"]) == (201, "collected")
    assert more.json()["case"] != first["case"]
    where = f"/api/reports/hotline/{GIVEN['reference']}"
    assert (await hotline.get(where)).json()["case"] == more.json()["case"]
    other = (await hotline.post("/api/reports", json=GIVEN | {"reference": "12345-2026-000018"})).json()
    await act(street, more.json()["case"]["id"], "merge", other=other["case"]["number"])
    kept = await hotline.post(f"{where}/photos", content=photo(), headers={"Content-Type": "image/jpeg"})
    assert kept.status_code == 201, kept.text
    assert kept.json()["path"].startswith(f"/api/cases/{other['case']['id']}/")
    assert (await street.get(kept.json()["path"])).status_code == 200


async def test_closing_and_reopening_travel_to_whoever_reported_it(site: Site) -> None:
    hotline, street = await program(site), await lead(site)
    case = (await hotline.post("/api/reports", json=GIVEN)).json()["case"]["id"]
    worker = await lead(site, "wu.gong", Role.LEAD)
    for who, action, others in (
        (worker, "file", {}),
        (worker, "dispatch", {}),
        (worker, "accept", {}),
        (worker, "report", {"note": "已清运"}),
        (street, "verify_pass", {}),
    ):
        await act(who, case, action, **others)
    where = f"/api/reports/hotline/{GIVEN['reference']}"
    told = (await hotline.get(where)).json()
    assert (told["stage"], told["stage_zh"], told["open"]) == ("closed", "核实结案", False)
    assert [step["what"] for step in told["steps"]] == ["file", "dispatch", "accept", "report", "verify_pass"]
    assert "wu.gong" not in str(told["steps"])
    body = {"version": told["version"], "rating": 1, "note": "没有清", "fault": True}
    rated = await hotline.post(f"/api/cases/{case}/rating", json=body)
    assert rated.status_code == 200, rated.text
    told = (await hotline.get(where)).json()
    assert (told["stage"], told["open"], told["reopened"]) == ("dispatched", True, 1)
    assert {"rate", "reopen"} <= {step["what"] for step in told["steps"]}
    assert (await hotline.post(f"/api/cases/{case}/rating", json=body)).json()["type"] == "/problems/stale"


async def test_a_photo_is_kept_without_what_its_file_says(site: Site) -> None:
    hotline = await program(site)
    case = (await hotline.post("/api/reports", json=GIVEN)).json()["case"]["id"]
    where, jpeg = f"/api/reports/hotline/{GIVEN['reference']}/photos", {"Content-Type": "image/jpeg"}
    first, again = [await hotline.post(where, content=photo(), headers=jpeg) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    kept = first.json()
    assert (kept["width"], kept["height"]) == (200, 320), "upright"
    body = (await (await lead(site)).get(kept["path"])).content
    assert b"MakerOfTelephones" not in body
    assert len(Image.open(io.BytesIO(body)).getexif()) == 0
    (shown,) = (await hotline.get(f"/api/cases/{case}")).json()["photos"]
    assert (shown["sha256"], shown["masked"], shown["arrived"]) == (kept["sha256"], False, True)
    assert (await hotline.get(f"/api/reports/hotline/{GIVEN['reference']}")).json()["photos"] == 1


@pytest.mark.parametrize(
    ("name", "body", "media_type", "problem"),
    [
        ("no picture", b"GIF89a not a picture", "image/jpeg", "invalid"),
        ("cut short", photo()[:400], "image/jpeg", "invalid"),
        ("empty", b"", "image/png", "invalid"),
        ("another type", photo(), "image/gif", "media-type"),
        ("of no type", photo(), "", "media-type"),
        ("longer than may be", b"x" * (8 * 1024 * 1024 + 1), "image/jpeg", "too-large"),
    ],
)
async def test_another_photo_is_refused(site: Site, name: str, body: bytes, media_type: str, problem: str) -> None:
    hotline = await program(site)
    await hotline.post("/api/reports", json=GIVEN)
    headers = {"Content-Type": media_type}
    answer = await hotline.post(f"/api/reports/hotline/{GIVEN['reference']}/photos", content=body, headers=headers)
    assert answer.json()["type"] == f"/problems/{problem}", name


async def test_a_case_takes_so_many_photos_and_no_more(site: Site) -> None:
    hotline = await program(site)
    await hotline.post("/api/reports", json=GIVEN)
    where, jpeg = f"/api/reports/hotline/{GIVEN['reference']}/photos", {"Content-Type": "image/jpeg"}
    for number in range(MAX_PHOTOS):
        assert (await hotline.post(where, content=photo(100 + number, 64), headers=jpeg)).status_code == 201
    assert (await hotline.post(where, content=photo(400, 64), headers=jpeg)).status_code == 409


def test_a_large_picture_is_made_smaller() -> None:
    made = recoded(photo(4000, 1000, exif=False, fmt="PNG"))
    assert (made.width, made.height) == (MAX_EDGE, MAX_EDGE // 4)


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("a name for a reference", {"reference": "王芳 138"}, "/reference"),
        ("a camera's source", {"source": "camera"}, "/source"),
        ("no text", {"text": "  "}, "/text"),
        ("a text too long", {"text": "字" * 2001}, "/text"),
        ("a character that no database takes", {"text": "a\x00b"}, "/text"),
        ("half a character", {"place": "\ud800"}, "/place"),
        ("no place", {"place": ""}, "/place"),
        ("a community that is none", {"community": "../x"}, "/community"),
        ("an unknown field", {"telephone": "13800000000"}, "/telephone"),
    ],
)
async def test_what_is_wrong_with_a_report_is_said(site: Site, name: str, change: dict[str, str], where: str) -> None:
    hotline = await program(site)
    written = json.dumps(GIVEN | change)  # by hand: half a character is nothing that a client would write
    answer = await hotline.post("/api/reports", content=written, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, name
    assert where in [each["at"] for each in answer.json()["errors"]]
    assert "138" not in answer.text


async def test_the_longest_report_is_taken(site: Site) -> None:
    hotline = await program(site)
    longest = {"text": "字" * 2000, "place": "所" * 200, "reference": "r" * 64}
    assert (await hotline.post("/api/reports", json=GIVEN | longest)).status_code == 201


async def test_what_is_elsewhere_is_not_there(site: Site) -> None:
    engine = site.world.engine
    async with engine.begin() as connection:
        for ident, community in (("lantian-o", "lantian"), ("beishan-o", "beishan")):
            await connection.execute(
                text(
                    "insert into organisations (id, kind, path, name_zh, name_en, community, created_at)"
                    " values (:id, 'community', :path, :id, :id, :community, :now)"
                ),
                {"id": ident, "path": f"/{ident}/", "community": community, "now": datetime.now(UTC)},
            )
    tokens = TokenService(engine)
    ours, theirs = site.visitor(), site.visitor()
    ours.headers["Authorization"] = f"Bearer {await tokens.add('ours', by='t', organisation='lantian-o')}"
    theirs.headers["Authorization"] = f"Bearer {await tokens.add('theirs', by='t', organisation='beishan-o')}"
    opened = await ours.post("/api/reports", json=GIVEN)
    assert opened.status_code == 201, opened.text
    case = opened.json()["case"]["id"]
    where = f"/api/reports/hotline/{GIVEN['reference']}"
    assert (await ours.get(where)).status_code == 200
    for path in (where, f"/api/cases/{case}"):
        assert (await theirs.get(path)).json()["type"] == "/problems/not-found"
    jpeg = {"Content-Type": "image/jpeg"}
    for path in (where, f"/api/cases/{case}"):
        assert (await theirs.post(f"{path}/photos", content=photo(), headers=jpeg)).status_code == 404
    rating = {"version": 1, "rating": 5}
    assert (await theirs.post(f"/api/cases/{case}/rating", json=rating)).status_code == 404
    refused = await theirs.post("/api/reports", json=GIVEN)
    assert (refused.status_code, refused.json()["errors"][0]["at"]) == (422, "/community")
    assert (await theirs.get("/api/cases")).json()["cases"] == []
