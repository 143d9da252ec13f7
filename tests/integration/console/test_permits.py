"""The list of permits: for the lead alone, taken in whole or not at all, given to gateways that sign for it."""

import base64
import logging
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from cloud.accounts import Role
from cloud.console.headers import MAX_BODY_BYTES
from cloud.console.permit_page import IMPORT, MAX_IMPORT_BYTES
from cloud.db import reading
from cloud.permits import service
from contract.envelope import ClockTrust
from contract.evidence import GATEWAY_HEADER, SIGNATURE_HEADER, SIGNED_FOR_S, TIME_HEADER
from contract.permits import MAX_PERIODS, MAX_PERMITS, PATH, PermitList, parse_permits, signed_permits_request
from contract.plates import PermitKind
from contract.signatures import public_text, verify
from edge.config import Uplink
from edge.uplink.permits import PermitClient
from edge.values import Moment
from tests.integration.console.site import CLOUD_KEY, COMMUNITY, GATEWAY, LEAD, Site

SECOND = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
LIST = "车牌,种类,开始,结束,备注\n京A·12345,业主,,,3-201\n京AD12345,访客,2026-11-01,2099-12-31,\n沪B88888,作业,,,绿化\n"


def asked(*, community: str = COMMUNITY, key: Ed25519PrivateKey = KEY, at: float = 0.0) -> dict[str, str]:
    """Headers of a gateway that asks for its list."""
    time_s = int(time.time() + at)
    said = signed_permits_request(community=community, gateway=GATEWAY, time_s=time_s)
    signature = base64.b64encode(key.sign(said)).decode()
    return {GATEWAY_HEADER: f"{community}/{GATEWAY}", TIME_HEADER: str(time_s), SIGNATURE_HEADER: signature}


async def take_in(client: httpx.AsyncClient, listed: str | bytes, **fields: str) -> httpx.Response:
    file = {"file": ("名单.csv", listed.encode() if isinstance(listed, str) else listed, "text/csv")}
    return await client.post(IMPORT, data={"community": COMMUNITY, **fields}, files=file)


@pytest.fixture
async def lead(site: Site) -> httpx.AsyncClient:
    await site.services.devices.register(COMMUNITY, GATEWAY, public_text(KEY.public_key()))
    return await site.staff(LEAD)


async def test_a_list_is_taken_in_found_and_shown(site: Site, lead: httpx.AsyncClient) -> None:
    page = await take_in(lead, LIST)
    assert page.status_code == 200
    for shown in ("导入了 3 条", "京A12345", "沪B88888", "业主", "3-201", "共 3 条", LEAD):
        assert shown in page.text
    found = await lead.post("/permits/search", data={"community": COMMUNITY, "plate": "b 888"})
    assert "沪B88888" in found.text
    assert "京A12345" not in found.text
    assert "没有找到" in (await lead.post("/permits/search", data={"community": COMMUNITY, "plate": "%_"})).text
    for hostile in ("\x00", "b\x00888", "' or 1=1 --", "\ud7ff\u202e"):
        assert (await lead.post("/permits/search", data={"community": COMMUNITY, "plate": hostile})).status_code == 200


async def test_it_is_for_the_lead_alone(site: Site, lead: httpx.AsyncClient) -> None:
    await take_in(lead, LIST)
    staff = await site.staff()
    assert 'href="/permits"' not in (await staff.get("/cases")).text
    assert 'href="/permits"' in (await lead.get("/cases")).text
    for answer in (
        await staff.get("/permits"),
        await staff.post("/permits/search", data={"community": COMMUNITY, "plate": "京"}),
        await staff.post("/permits/remove", data={"community": COMMUNITY, "entry": "1"}),
        await take_in(staff, LIST),
    ):
        assert (answer.status_code, "物业负责人" in answer.text) == (403, True)
        assert "京A12345" not in answer.text
    assert (await site.visitor().get("/permits")).status_code == 303


async def test_a_role_holds_at_once_and_so_does_its_end(site: Site, lead: httpx.AsyncClient) -> None:
    staff = await site.staff()
    await site.services.accounts.set_role("wang.fang", Role.LEAD)
    assert (await staff.get("/permits")).status_code == 200
    await site.services.accounts.set_role(LEAD, Role.STAFF)
    assert (await lead.get("/permits")).status_code == 403


async def test_adding_keeps_what_was_there_and_a_whole_list_does_not(site: Site, lead: httpx.AsyncClient) -> None:
    await take_in(lead, LIST)
    more = await take_in(lead, "plate,kind,until\n京A12345,resident,2099-01-01\n粤Z1234港,visitor,\n")
    assert "名单现有 4 条" in more.text
    only = await take_in(lead, "plate,kind\n京A12345,resident\n", whole="yes")
    assert "名单现有 1 条" in only.text


BAD = [
    # name,                      the file,                                                  said
    ("not a plate", "车牌,种类\n京A12345,业主\n京A1,业主\n", "第 3 行"),
    ("not a kind", "车牌,种类\n京A12345,老板\n", "第 2 行"),
    ("no headings", "京A12345,业主\n", "第一行要有列名"),
    ("ends before it begins", "plate,kind,from,until\n京A12345,visitor,2026-05-02,2026-05-01\n", "line 2"),
    ("not text", b"\xff\xff\xff", "CSV UTF-8"),
    ("nothing", "", "第一行要有列名"),
]
LIST_OF_FAULTS = "车牌,种类\n京A12345,老板\n京A1,业主\n"


@pytest.mark.parametrize(("listed", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
async def test_a_list_with_a_fault_changes_nothing_and_repeats_no_plate(
    site: Site, lead: httpx.AsyncClient, listed: str | bytes, said: str
) -> None:
    await take_in(lead, "车牌,种类\n沪B88888,业主\n")
    page = await take_in(lead, listed, whole="yes")
    assert page.status_code == 422
    assert said in page.text
    alert = re.search(r'role="alert".*?</div>', page.text, re.DOTALL)
    assert alert is not None
    assert "京A12345" not in alert[0].replace("例如 京A12345", "").replace("such as 京A12345", "")
    assert (await site.services.permits.page(COMMUNITY)).total == 1


@pytest.mark.parametrize(
    ("language", "said", "not_said"),
    [("en", "line 2: kind: resident", "种类"), ("zh", "第 2 行：种类：业主", "line 2")],
    ids=["en", "zh"],
)
async def test_what_is_wrong_with_a_list_is_told_in_the_readers_language(
    lead: httpx.AsyncClient, language: str, said: str, not_said: str
) -> None:
    await lead.post("/language", data={"language": language})
    alert = re.search(r'role="alert".*?</div>', (await take_in(lead, LIST_OF_FAULTS)).text, re.DOTALL)
    assert alert is not None
    assert said in alert[0]
    assert not_said not in alert[0]


async def test_a_list_may_be_so_long_and_no_longer(
    site: Site, lead: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await take_in(lead, b"x" * MAX_IMPORT_BYTES)).status_code == 413
    assert (await take_in(lead, b" " * (MAX_IMPORT_BYTES - 1024))).status_code == 422
    for stranger in (await site.staff(), site.visitor()):
        assert (await take_in(stranger, b" " * (MAX_BODY_BYTES + 1))).status_code == 413, "it is not for them to send"
    monkeypatch.setattr(service, "MAX_PERMITS", 2)
    assert "最多" in (await take_in(lead, LIST)).text
    assert (await site.services.permits.page(COMMUNITY)).total == 0


async def test_no_list_is_taken_in_that_gateways_could_not_take(site: Site, lead: httpx.AsyncClient) -> None:
    hours = ";".join(f"{hour:02}:00-{hour:02}:30" for hour in range(MAX_PERIODS))
    plates = [f"京{city}{number:05}" for city in "ABC" for number in range(6_000)]
    busy = "车牌,种类,时段\n" + "".join(f"{plate},业主,{hours}\n" for plate in plates)
    answer = await take_in(lead, busy)
    assert (answer.status_code, "网关收不下" in answer.text) == (422, True)
    assert (await site.services.permits.page(COMMUNITY)).total == 0
    once = "车牌,种类,开始,结束,时段\n" + "".join(
        f"{plate},业主,2026-05-01,2099-05-01,08:00-18:00\n" for plate in (*plates, *plates[:2_000])
    )
    assert "导入了 20000 条" in (await take_in(lead, once)).text
    answer = await site.visitor().get(PATH, headers=asked())
    assert len(parse_permits(answer.content).entries) == MAX_PERMITS


async def test_one_is_taken_off(site: Site, lead: httpx.AsyncClient) -> None:
    await take_in(lead, LIST)
    (entry,) = (await site.services.permits.page(COMMUNITY, search="88888")).entries
    gone = {"community": COMMUNITY, "entry": str(entry.id)}
    assert "已移除" in (await lead.post("/permits/remove", data=gone)).text
    assert (await lead.post("/permits/remove", data=gone)).status_code == 422
    other = {"community": "other", "entry": str(entry.id - 1)}
    assert (await lead.post("/permits/remove", data=other)).status_code == 422
    assert (await site.services.permits.page(COMMUNITY)).total == 2


async def test_a_gateway_gets_its_list_signed_and_then_only_what_is_new(site: Site, lead: httpx.AsyncClient) -> None:
    gateway = site.visitor()
    assert (await gateway.get(PATH, headers=asked())).status_code == 404
    await take_in(lead, LIST)
    answer = await gateway.get(PATH, headers=asked())
    assert answer.status_code == 200
    verify(answer.content, CLOUD_KEY.public_key())
    listed = parse_permits(answer.content)
    assert (listed.community, len(listed.entries), answer.headers["etag"]) == (COMMUNITY, 3, f'"{listed.version}"')
    assert {(entry.plate, entry.kind) for entry in listed.entries} == {
        ("京A12345", PermitKind.RESIDENT),
        ("京AD12345", PermitKind.VISITOR),
        ("沪B88888", PermitKind.SERVICE),
    }
    known = {"If-None-Match": answer.headers["etag"]}
    assert (await gateway.get(PATH, headers=asked() | known)).status_code == 304
    await take_in(lead, "plate,kind\n", whole="yes")
    newer = await gateway.get(PATH, headers=asked() | known)
    assert (newer.status_code, parse_permits(newer.content).entries) == (200, ())
    assert parse_permits(newer.content).version > listed.version


OTHERS = [
    ("nothing said", {}),
    ("another key", asked(key=Ed25519PrivateKey.generate())),
    ("another community", asked() | {GATEWAY_HEADER: f"other/{GATEWAY}"}),
    ("an unknown gateway", asked(community="other")),
    ("no name", asked() | {GATEWAY_HEADER: "../x"}),
    ("long ago", asked(at=-SIGNED_FOR_S - 60)),
    ("another time than was signed", asked() | {TIME_HEADER: "1"}),
    ("no number", asked() | {TIME_HEADER: "９"}),
    ("no signature", asked() | {SIGNATURE_HEADER: "%%%"}),
]


@pytest.mark.parametrize("headers", [row[1] for row in OTHERS], ids=[row[0] for row in OTHERS])
async def test_who_does_not_sign_for_it_gets_none(site: Site, lead: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await take_in(lead, LIST)
    raw = {name.encode(): value.encode() for name, value in headers.items()}
    answer = await site.visitor().get(PATH, headers=raw)
    assert (answer.status_code, b"12345" in answer.content) == (401, False)


async def test_a_revoked_gateway_gets_none(site: Site, lead: httpx.AsyncClient) -> None:
    await take_in(lead, LIST)
    await site.services.devices.revoke(COMMUNITY, GATEWAY)
    assert (await site.visitor().get(PATH, headers=asked())).status_code == 401


async def test_no_plate_stands_in_a_log(site: Site, lead: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await take_in(lead, LIST)
    await lead.post("/permits/search", data={"community": COMMUNITY, "plate": "京A12345"})
    await site.visitor().get(PATH, headers=asked())
    ours = [record for record in caplog.records if not record.name.startswith("python_multipart")]
    assert not any("12345" in record.getMessage() for record in ours)


async def test_versions_rise_when_the_clock_does_not(site: Site, lead: httpx.AsyncClient) -> None:
    permits = service.PermitService(site.world.engine, ZoneInfo("Asia/Shanghai"), clock=lambda: SECOND)
    seen = []
    for _ in range(3):
        await permits.take_in(COMMUNITY, b"plate,kind\n", replace=True, by="x")
        seen.append(await permits.version(COMMUNITY))
    assert seen == [1_000, 1_001, 1_002]
    async with reading(site.world.engine) as connection:
        assert (await connection.execute(text("select count(*) from permit_lists"))).scalar_one() == 1


@dataclass
class Kept:
    """What a gateway keeps of the cloud's list."""

    lists: list[PermitList] = field(default_factory=list)

    def kept_version(self, signer: str) -> int:
        return max((each.version for each in self.lists if each.keyid == signer), default=0)

    def take(self, received: PermitList) -> None:
        self.lists.append(received)


async def test_a_real_gateway_s_client_gets_what_is_new_and_only_that(site: Site, lead: httpx.AsyncClient) -> None:
    await take_in(lead, LIST)
    kept, now = Kept(), Moment(0.0, datetime.now(UTC), ClockTrust.SYNCED)
    settings = Uplink.model_validate(
        {
            "broker": "mqtt://127.0.0.1:1883",
            "evidence_url": "http://linli.test",
            "cloud_key": public_text(CLOUD_KEY.public_key()),
        }
    )
    client = PermitClient(settings, community=COMMUNITY, gateway=GATEWAY, key=KEY, store=kept, clock=lambda: now)
    gateway = site.visitor()
    assert [await client.ask(gateway), await client.ask(gateway)] == [True, False]
    await take_in(lead, "plate,kind\n京A12345,resident\n", whole="yes")
    assert await client.ask(gateway)
    assert [len(each.entries) for each in kept.lists] == [3, 1]
