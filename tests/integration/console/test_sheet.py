"""A case's sheet as page and as PDF: over the real database, the real store and messages signed by a gateway's key."""

import io
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import PIL.Image
import pypdfium2  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text

from cloud.cases.domain import Case
from cloud.console import lettering
from cloud.evidence.repository import Owner
from cloud.evidence.service import Piece
from cloud.ingest.reception import Message, Reception
from contract.evidence import frame_note
from contract.sealing import SEALED
from contract.signatures import key_id
from tests.integration.cloud.sender import Sender
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, GATEWAY, USER, Site

ENTERED = datetime(2026, 11, 21, 1, 55, 0, 250_000, tzinfo=UTC)
HOSTILE = "<b onmouseover=alert(1)>&lt;/para><font size=99>%s{}\u202e\x07😀" + "号" * 25


def picture(brightness: float = 1.0, *, frame: tuple[int, int] | None = (1280, 720)) -> bytes:
    """A drawn street that says how large the camera's frame in it is, as a gateway's pictures do."""
    jpeg = street(brightness=brightness)
    if frame is None:
        return jpeg
    note = frame_note(*frame)
    return jpeg[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2) + note + jpeg[2:]


def evidence(body: bytes, kind: str, after_s: float, **changes: Any) -> dict[str, Any]:
    taken = ENTERED + timedelta(seconds=after_s)
    return {
        "sha256": sha256(body).hexdigest(),
        "media_type": "image/jpeg",
        "size": len(body),
        "kind": kind,
        "taken_at": taken.isoformat().replace("+00:00", "Z"),
        "masked": True,
        **changes,
    }


ENTER, BETWEEN, DUE = picture(0.9), picture(0.95), picture()
PICTURES = [evidence(ENTER, "enter", 0.0), evidence(BETWEEN, "interval", 150), evidence(DUE, "due", 300.04)]
PLATE = {"state": "read", "text": "?A12345", "kind": "ordinary", "confidences": [0.2] + [0.99] * 6, "looks": 41}


class Street:
    """A gateway whose messages come in by the cloud's own reception."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.sender = Sender(community=COMMUNITY, gateway=GATEWAY)
        self.reception = Reception(site.world.engine, site.world.cases)

    async def opened(self, *, clock: str = "synced", **data: Any) -> Case:
        await self.site.services.devices.register(COMMUNITY, GATEWAY, self.sender.public)
        said = {
            "zone_name": "3号楼消防通道",
            "entered_at": "2026-11-21T01:55:00.250Z",
            "entered_within_s": 2.0,
            "dwell_s": 300.04,
            "evidence": PICTURES,
            "models": ["ssdlite-mobilenetv2-coco", "clp-det"],
            **data,
        }
        message = self.sender.say(
            "parking.opened.v1",
            {"camera": "cam1", "zone": "fire-lane", "slot": "cam1.s1", "stay": "cam1.s1.1", **BASE, **said},
            time="2026-11-21T02:00:00.290Z",
            clock=clock,
        )
        taken = await self.reception.take(Message(message.topic, message.body, via=None))
        assert taken.fault is None, taken.fault
        return (await self.site.world.listed(open_only=True, limit=1))[0]

    async def arrive(self, *bodies: bytes) -> None:
        for body in bodies:
            await self.site.world.picture_arrives(body)

    async def page(self, case: Case) -> str:
        answer = await (await self.site.staff()).get(f"/cases/{case.id}/sheet")
        assert answer.status_code == 200
        return answer.text

    async def pdf(self, case: Case) -> tuple[int, str]:
        """How many pages the PDF has, and the words on them."""
        answer = await (await self.site.staff()).get(f"/cases/{case.id}/sheet.pdf")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == f'attachment; filename="{case.number}.pdf"'
        document = pypdfium2.PdfDocument(answer.content)
        try:
            words = "\n".join(page.get_textpage().get_text_range() for page in document)
            return len(document), words
        finally:
            document.close()


BASE = {
    "zone_kind": "fire_lane",
    "vehicle": "car",
    "score": 0.9,
    "box": [0.1, 0.2, 0.4, 0.6],
    "limit_s": 300.0,
}


@pytest.fixture
def lane(site: Site) -> Street:
    return Street(site)


def flat(words: str) -> str:
    """Without blanks and line ends, which a PDF puts where lines break."""
    return re.sub(r"\s", "", words)


async def test_a_person_can_read_what_was_found_and_how_surely(lane: Street) -> None:
    case = await lane.opened(plate=PLATE)
    await lane.arrive(ENTER, BETWEEN, DUE)
    page, (pages, printed) = await lane.page(case), await lane.pdf(case)
    assert pages == 1
    for shown in (
        case.number,
        "停放超时",
        "消防通道",
        "3号楼消防通道",
        "小汽车",
        "?A12345",
        "2026-11-21 09:54:58.2 +08:00",  # the look before
        "2026-11-21 09:55:00.2 +08:00",  # the look that saw it
        "2026-11-21 10:00:00.2 +08:00",  # established, and due
        "5 分钟（300 秒）",
        "gw-east",
        "cam1",
        "认定时已与时间源校准",
        "was synchronised",
        "ssdlite-mobilenetv2-coco",
        key_id(lane.sender.key.public_key()),
        "复核有效",
        "与前一条消息相接",
        "有 3 张",
        "首尾相隔 300.0 秒",
        "最小的一张 1280×720",
        "每像素 24 位",
        USER,
        *(item["sha256"] for item in PICTURES),
    ):
        assert flat(shown) in flat(re.sub(r"<[^>]+>", "", page)), shown
        assert flat(shown) in flat(printed), shown
    assert "模拟" not in page + printed
    for item in PICTURES:
        assert f'src="/cases/{case.id}/photos/{item["sha256"]}"' in page


async def test_the_case_s_page_leads_to_it(lane: Street) -> None:
    case = await lane.opened()
    page = (await (await lane.site.staff()).get(f"/cases/{case.id}")).text
    assert f'href="/cases/{case.id}/sheet"' in page
    assert f'href="/cases/{case.id}/sheet.pdf"' in await lane.page(case)


VERDICTS = [
    # name, what is said, pictures that are here, item, verdict, why
    ("one picture", {"evidence": PICTURES[:1]}, (ENTER,), "不少于 2 张", "no", "有 1 张"),
    ("one not here", {"evidence": PICTURES[1:]}, (DUE,), "不少于 2 张", "no", "还有 1 张没有上传"),
    (
        "too close",
        {"evidence": [evidence(ENTER, "enter", 0), evidence(DUE, "due", 9.99)]},
        (ENTER, DUE),
        "不小于 10 秒",
        "no",
        "首尾相隔 9.9 秒",
    ),
    ("far enough", {"evidence": [*PICTURES[:1], PICTURES[2]]}, (ENTER, DUE), "不小于 10 秒", "yes", "300.0 秒"),
    ("clock set", {}, (), "误差不超过 1.0 秒", "yes", "已与时间源校准"),
    ("clock runs free", {"clock": "holdover"}, (), "误差不超过 1.0 秒", "no", "误差未知"),
    ("clock not set", {"clock": "unsynced"}, (), "误差不超过 1.0 秒", "no", "未校准"),
    (
        "small camera",
        {"evidence": [evidence(picture(frame=(640, 480)), "due", 300)]},
        (picture(frame=(640, 480)),),
        "不小于 1280×720",
        "no",
        "摄像机只给出 640×480",
    ),
    (
        "a frame that the picture cannot hold",
        {"evidence": [evidence(picture(frame=(720, 1280)), "due", 300)]},
        (picture(frame=(720, 1280)),),
        "不小于 1280×720",
        "open",
        "没有说明",
    ),
    (
        "no word of the frame",
        {"evidence": [evidence(picture(frame=None), "due", 300)]},
        (picture(frame=None),),
        "不小于 1280×720",
        "open",
        "没有说明",
    ),
    ("nobody read the plate", {}, (), "能辨认号牌", "open", "没有识别车牌"),
    ("not all of it", {"plate": PLATE}, (), "能辨认号牌", "open", "机读 ?A12345"),
    ("all of it", {"plate": {**PLATE, "text": "苏A12345"}}, (), "能辨认号牌", "yes", "依据 41 次查看"),
    ("none there", {"plate": {"state": "missing", "looks": 0}}, (), "能辨认号牌", "open", "没看到车牌"),
    ("unreadable", {"plate": {"state": "unreadable", "looks": 0}}, (), "能辨认号牌", "open", "认不出"),
]


@pytest.mark.parametrize(
    ("said", "here", "item", "verdict", "why"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
async def test_it_claims_of_the_standard_only_what_holds(
    lane: Street, *, said: dict[str, Any], here: tuple[bytes, ...], item: str, verdict: str, why: str
) -> None:
    case = await lane.opened(**said)
    await lane.arrive(*here)
    page = await lane.page(case)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td class="(\w+)">.*?</td><td>(.*?)</td></tr>', page, re.DOTALL)
    ((found, because),) = [row[1:] for row in rows if item in row[0]]
    assert (found, why in because) == (verdict, True), because


async def test_a_picture_that_has_not_come_is_said_to_be_missing(lane: Street) -> None:
    case = await lane.opened()
    await lane.arrive(DUE)
    page, (_, printed) = await lane.page(case), await lane.pdf(case)
    assert page.count("照片还没上传到云端") == 2
    assert (page.count("未能核对"), page.count("核对一致")) == (2, 1)
    assert page.count('<img src="/cases/') == 1
    assert flat(printed).count("照片还没上传到云端") == 2


async def test_a_file_that_was_changed_in_the_store_is_not_shown(lane: Street, tmp_path: Any) -> None:
    case = await lane.opened()
    await lane.arrive(ENTER, BETWEEN, DUE)
    (file,) = (tmp_path / "evidence").rglob(sha256(DUE).hexdigest())
    file.write_bytes(BETWEEN)
    page, (_, printed) = await lane.page(case), await lane.pdf(case)
    assert page.count("照片与其 SHA-256 不符") == 1
    assert flat("照片与其 SHA-256 不符") in flat(printed)


NO_PICTURES = [b"no picture at all", b"\xff\xd8\xff\xe0 cut short", DUE[:5000], b"\x89PNG\r\n\x1a\n damaged"]


@pytest.mark.parametrize("body", NO_PICTURES, ids=["text", "start", "half", "png"])
async def test_what_is_no_picture_does_not_break_the_sheet(lane: Street, body: bytes) -> None:
    case = await lane.opened(evidence=[evidence(body, "due", 300)])
    await lane.arrive(body)
    page, (_, printed) = await lane.page(case), await lane.pdf(case)
    assert "照片无法打开" in page
    assert "照片无法打开" in printed


async def test_names_are_text_and_no_markup_however_long(lane: Street) -> None:
    assert len(HOSTILE) == 80
    case = await lane.opened(zone_name=HOSTILE)
    await lane.arrive(ENTER, BETWEEN, DUE)
    page, (pages, printed) = await lane.page(case), await lane.pdf(case)
    assert "<b onmouseover" not in page
    assert "&lt;b onmouseover" in page
    assert "<bonmouseover=alert(1)>&lt;/para><fontsize=99>%s{}" in flat(printed)
    assert pages <= 2


async def test_simulated_footage_is_said_on_the_page_and_on_each_sheet_of_paper(lane: Street) -> None:
    case = await lane.opened(simulated=True)
    page, (pages, printed) = await lane.page(case), await lane.pdf(case)
    assert "模拟画面" in page
    assert printed.count("模拟画面") == pages + 1


async def test_a_zombie_vehicle_s_signs_are_told(lane: Street) -> None:
    await lane.site.services.devices.register(COMMUNITY, GATEWAY, lane.sender.public)
    signs = [{"sign": "plate_missing", "words_zh": "看了 812 次都没有车牌", "words_en": "no plate in 812 looks"}]
    data = {
        **BASE,
        "camera": "cam1",
        "zone": "berths",
        "slot": "cam1.s1",
        "stay": "cam1.s1.1",
        "zone_kind": "berth",
        "entered_at": "2026-10-21T01:55:00Z",
        "entered_within_s": 2.0,
        "standing_s": 2_678_400.0,
        "limit_s": 2_592_000.0,
        "signs": signs,
        "evidence": PICTURES,
    }
    message = lane.sender.say("vehicle.zombie.confirmed.v1", data, lane="alarm", time="2026-11-21T01:55:00Z")
    taken = await lane.reception.take(Message(message.topic, message.body, via=None))
    assert taken.fault is None
    (case,) = await lane.site.world.listed(open_only=True)
    page, (_, printed) = await lane.page(case), await lane.pdf(case)
    for shown in ("僵尸车", "看了 812 次都没有车牌", "no plate in 812 looks", "31 天"):
        assert flat(shown) in flat(re.sub(r"<[^>]+>", "", page))
        assert flat(shown) in flat(printed)


async def test_where_the_message_is_gone_the_sheet_says_what_it_rests_on(lane: Street) -> None:
    case = await lane.opened()
    async with lane.site.world.engine.begin() as connection:
        await connection.execute(text("delete from inbox"))
    page, (_, printed) = await lane.page(case), await lane.pdf(case)
    assert "没有这条消息的原文" in page
    assert flat("没有这条消息的原文") in flat(printed)
    assert page.count("照片还没上传到云端") == 3, "the case's own record still names its pictures"


SIGNATURES = [
    ("another key now", "register", "此后换了密钥"),
    ("revoked", "revoke", "网关现已停用"),
]


@pytest.mark.parametrize(("deed", "shown"), [row[1:] for row in SIGNATURES], ids=[row[0] for row in SIGNATURES])
async def test_a_signature_is_checked_again_by_the_key_of_today(lane: Street, deed: str, shown: str) -> None:
    case = await lane.opened()
    devices = lane.site.services.devices
    if deed == "register":
        await devices.register(COMMUNITY, GATEWAY, Sender().public)
    else:
        await devices.revoke(COMMUNITY, GATEWAY)
    assert shown in await lane.page(case)


async def test_a_message_that_was_changed_in_the_database_is_found_out(lane: Street) -> None:
    case = await lane.opened()
    async with lane.site.world.engine.begin() as connection:
        await connection.execute(
            text("update inbox set body = convert_to(replace(convert_from(body, 'UTF8'), '300.04', '900.04'), 'UTF8')")
        )
    assert "复核无效" in await lane.page(case)


async def test_it_is_for_those_logged_in(lane: Street) -> None:
    case = await lane.opened()
    for path in (f"/cases/{case.id}/sheet", f"/cases/{case.id}/sheet.pdf"):
        answer = await lane.site.visitor().get(path)
        assert (answer.status_code, answer.headers["location"].startswith("/login?")) == (303, True)


@pytest.mark.parametrize("case_id", ["nothing", "00000000-0000-7000-8000-000000000000"])
async def test_of_no_case_there_is_no_sheet(lane: Street, case_id: str) -> None:
    staff = await lane.site.staff()
    for path in (f"/cases/{case_id}/sheet", f"/cases/{case_id}/sheet.pdf"):
        assert (await staff.get(path)).status_code == 404


async def test_a_sealed_original_is_named_on_the_sheet_and_opens_for_nobody(lane: Street) -> None:
    sealed = b"LNLS\x01" + bytes(100)
    name = sha256(sealed).hexdigest()
    original = evidence(sealed, "due", 300.04, media_type=SEALED, masked=False, sealed=True)
    original["original_of"] = PICTURES[2]["sha256"]
    case = await lane.opened(evidence=[*PICTURES, original])
    await lane.arrive(ENTER, BETWEEN, DUE)
    piece = Piece(Owner(COMMUNITY, GATEWAY), name, 0, len(sealed), SEALED, sealed)
    assert (await lane.site.world.evidence.receive(piece)).complete
    page = await lane.page(case)
    assert page.count("原图已加密封存") == 1
    assert name not in page
    assert "有 3 张" in page, "the original is no panorama of its own"
    staff = await lane.site.staff()
    for path in (f"/cases/{case.id}/photos/{name}", f"/cases/{case.id}/photos/{name}/figure"):
        answer = await staff.get(path)
        assert answer.status_code == 403
        assert "须经分级审批" in answer.text
        assert "graded approval" in answer.text
        assert b"LNLS" not in answer.content
    refused = await lane.site.services.audit.list(what="original.refused")
    assert [(each.actor, each.detail["sha256"]) for each in refused] == [(USER, name)] * 2


async def test_a_sealed_file_under_a_picture_s_name_opens_for_nobody(lane: Street) -> None:
    """Whatever the event calls it, and whatever it was uploaded as before this was checked."""
    sealed = b"LNLS\x01" + bytes(100)
    name = sha256(sealed).hexdigest()
    case = await lane.opened(evidence=[evidence(sealed, "due", 300)])
    piece = Piece(Owner(COMMUNITY, GATEWAY), name, 0, len(sealed), SEALED, sealed)
    assert (await lane.site.world.evidence.receive(piece)).complete
    answer = await (await lane.site.staff()).get(f"/cases/{case.id}/photos/{name}")
    assert (answer.status_code, b"LNLS" in answer.content) == (403, False)
    assert "照片无法打开" in await lane.page(case)


async def test_no_more_than_a_page_s_pictures_and_the_last_is_among_them(lane: Street) -> None:
    bodies = [picture(0.80 + at / 50) for at in range(7)]
    many = [evidence(body, "enter" if at == 0 else "interval", at * 60) for at, body in enumerate(bodies)]
    case = await lane.opened(evidence=many)
    await lane.arrive(*bodies)
    page = await lane.page(case)
    assert page.count("<figure>") == 4
    assert "另有 3 张照片" in page
    assert many[0]["sha256"] in page
    assert many[-1]["sha256"] in page
    assert "首尾相隔 360.0 秒" in page


async def test_without_a_font_of_the_machine_s_it_is_drawn_by_the_reader_s(
    lane: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "FONTS", ())
    lettering.font.cache_clear()
    try:
        case = await lane.opened(zone_name=HOSTILE)
        pages, printed = await lane.pdf(case)
        assert lettering.font() == "STSong-Light"
    finally:
        lettering.font.cache_clear()
    assert pages == 1
    for shown in ("停车取证单", "停放超时", case.number, "<bonmouseover=alert(1)>"):
        assert flat(shown) in flat(printed)


async def test_upright_pictures_stand_side_by_side_and_all_fits_one_page(lane: Street) -> None:
    bodies = []
    for shade in range(4):
        jpeg = io.BytesIO()
        PIL.Image.new("RGB", (576, 1090), (60 * shade, 90, 90)).save(jpeg, "JPEG")
        bodies.append(jpeg.getvalue())
    kinds = ("enter", "interval", "interval", "due")
    pictures = [evidence(body, kind, at * 100) for at, (body, kind) in enumerate(zip(bodies, kinds, strict=True))]
    case = await lane.opened(evidence=pictures, plate=PLATE, simulated=True)
    await lane.arrive(*bodies)
    pages, printed = await lane.pdf(case)
    assert pages == 1
    assert all(item["sha256"] in flat(printed) for item in pictures)


async def test_a_large_picture_goes_onto_paper_smaller(lane: Street) -> None:
    noise = io.BytesIO()
    PIL.Image.effect_noise((2560, 1440), 90).convert("RGB").save(noise, "JPEG", quality=95)
    assert len(noise.getvalue()) > 1024 * 1024
    case = await lane.opened(evidence=[evidence(noise.getvalue(), "due", 300)])
    await lane.arrive(noise.getvalue())
    answer = await (await lane.site.staff()).get(f"/cases/{case.id}/sheet.pdf")
    assert len(answer.content) < len(noise.getvalue())
