"""Photos that staff hand in on a case's page, as a browser without JavaScript sends them."""

import re

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import text

from cloud.accounts import Role
from cloud.cases.domain import Case, Report
from cloud.cases.handed_in import MAX_PHOTOS, ON_SITE
from cloud.cases.vocabulary import Action, Source, Stage
from cloud.cases.wishes import MAX_PHOTOS as MAX_ALONG
from cloud.console.photo_desk import HAND_IN, MAX_FORM
from cloud.console.recoding import MAX_BYTES
from contract.sealing import SEALED, seal
from tests.browser.desk import actor, add_people, person
from tests.integration.console.site import COMMUNITY, USER, Site, World
from tests.integration.console.test_reports_api import photo

JPEG = "image/jpeg"


async def taken(world: World) -> Case:
    """A case that staff handle."""
    case = await world.car_stands()
    return await world.cases.act(case.id, Action.ACCEPT, by=actor(Role.STAFF), version=case.version)


async def reported(site: Site) -> Case:
    """A case that nobody but people can see to, handled by staff."""
    report = Report(text="路灯不亮", place="3 号楼", reporter="12345-1")
    case = await site.services.cases.report(
        report, community=COMMUNITY, source=Source.HOTLINE, by=actor(Role.INTEGRATOR)
    )
    for role, action in ((Role.LEAD, Action.FILE), (Role.LEAD, Action.DISPATCH), (Role.STAFF, Action.ACCEPT)):
        case = await site.services.cases.act(case.id, action, by=actor(role), version=case.version)
    return case


async def hand_in(staff: httpx.AsyncClient, case: str, *bodies: bytes, media_type: str = JPEG) -> httpx.Response:
    files = [("photo", ("IMG_0001.jpg", body, media_type)) for body in bodies]
    return await staff.post(HAND_IN, data={"case": case}, files=files)


def along(page: str) -> list[str]:
    """What goes along with the next step."""
    return re.findall(r'name="photos" value="([0-9a-f]{64})" checked', page)


async def test_a_photo_goes_along_with_the_report(site: Site, world: World) -> None:
    case, staff = await taken(world), await site.staff()
    answer = await hand_in(staff, case.id, photo(), b"")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.id}#do")
    page = (await staff.get(f"/cases/{case.id}")).text
    (sha256,) = along(page)
    assert "现场照片" in page
    assert (await staff.get(f"/cases/{case.id}/photos/{sha256}")).content.startswith(b"\xff\xd8\xff")
    told = {"action": "report", "version": case.version, "note": "已驶离", "photos": [sha256]}
    assert (await staff.post(f"/cases/{case.id}/actions", data=told)).status_code == 303
    view = await site.services.cases.get(case.id)
    assert view is not None
    assert view.case.stage is Stage.REPORTED
    assert [(each.kind, each.masked) for each in view.photos if each.sha256 == sha256] == [(ON_SITE, False)]
    done = [each.detail for each in await site.services.audit.list(actor=USER, what="case.acted")]
    assert {"action": "photo", "photo": sha256, "role": "staff"} in done


async def test_a_photo_is_proof_where_nothing_else_can_see_it(site: Site) -> None:
    await add_people(site)
    case, staff = await reported(site), await site.staff()
    bare = {"action": "report", "version": case.version}
    refused = await staff.post(f"/cases/{case.id}/actions", data=bare)
    assert (refused.status_code, "须附照片或文字说明" in refused.text) == (409, True)
    await hand_in(staff, case.id, photo())
    chosen = along((await staff.get(f"/cases/{case.id}")).text)
    answer = await staff.post(f"/cases/{case.id}/actions", data=bare | {"photos": chosen})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("no picture", b"GIF89a not a picture", "不是完整的 JPEG 或 PNG"),
        ("cut short", photo()[:400], "no sound JPEG or PNG"),
        ("longer than may be", photo() + b"x" * MAX_BYTES, "一张照片最多 8 MB"),
        ("none", b"", "还没有选照片"),
    ],
)
async def test_a_bad_file_loses_nothing(site: Site, world: World, name: str, body: bytes, said: str) -> None:
    case, staff = await taken(world), await site.staff()
    await hand_in(staff, case.id, photo(200))
    answer = await hand_in(staff, case.id, body)
    assert answer.status_code == 409, name
    assert said in answer.text
    assert len(along(answer.text)) == 1, "the one before it is still there"
    both = await hand_in(staff, case.id, photo(201), body or b"x")
    assert len(along(both.text)) == 2, "and so is the good one of two"


async def test_the_largest_file_is_taken(site: Site, world: World) -> None:
    case, staff = await taken(world), await site.staff()
    body = photo()
    assert (await hand_in(staff, case.id, body + b"\x00" * (MAX_BYTES - len(body)))).status_code == 303
    assert (await hand_in(staff, case.id, b"x" * MAX_FORM)).status_code == 413


SEALING = X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()


@pytest.mark.parametrize(
    ("media_type", "body"),
    [(SEALED, seal(photo(), SEALING, b"demo")), ("video/mp4", b"\0\0\0\x18ftypmp42")],
    ids=["a sealed original", "a film"],
)
async def test_what_is_no_photo_does_not_go_along_as_one(
    site: Site, world: World, media_type: str, body: bytes
) -> None:
    """A sealed original among a case's pictures would have everybody who opens its page noted for asking for it."""
    case, staff = await taken(world), await site.staff()
    other = await world.picture_arrives(body, media_type)
    told = {"action": "report", "version": case.version, "photos": [other]}
    refused = await staff.post(f"/cases/{case.id}/actions", data=told)
    assert (refused.status_code, "照片还没有上传" in refused.text) == (409, True)


async def test_a_stale_version_loses_nothing(site: Site, world: World) -> None:
    case, staff = await taken(world), await site.staff()
    await hand_in(staff, case.id, photo())
    told = {"action": "report", "version": case.version - 1, "note": "车主已挪车，<b>拍照</b>为证"}
    answer = await staff.post(f"/cases/{case.id}/actions", data=told)
    assert answer.status_code == 409
    assert answer.text.count("车主已挪车，&lt;b&gt;拍照&lt;/b&gt;为证") == 2, "told, and in its field again"
    assert len(along(answer.text)) == 1


async def test_a_reason_does_not_stray_into_the_report(site: Site, world: World) -> None:
    case, staff = await taken(world), await site.staff()
    told = {"action": "return", "version": case.version - 1, "note": "不归我们管"}
    answer = await staff.post(f"/cases/{case.id}/actions", data=told)
    assert (answer.status_code, answer.text.count("不归我们管")) == (409, 1)


async def test_a_case_takes_so_many_photos_and_a_step_fewer(site: Site, world: World) -> None:
    case, staff = await taken(world), await site.staff()
    for number in range(MAX_PHOTOS):
        assert (await hand_in(staff, case.id, photo(100 + number, 64))).status_code == 303
    more = await hand_in(staff, case.id, photo(400, 64))
    assert (more.status_code, "每个案件最多收 24 张照片" in more.text) == (409, True)
    assert len(along(more.text)) == MAX_ALONG
    shown = re.findall(rf"/cases/{case.id}/photos/([0-9a-f]{{64}})\"", more.text)
    told = {"action": "report", "version": case.version, "photos": sorted(set(shown))[: MAX_ALONG + 1]}
    refused = await staff.post(f"/cases/{case.id}/actions", data=told)
    assert (refused.status_code, "照片最多 10 张" in refused.text) == (409, True)


async def test_what_was_taken_before_does_not_go_along_again(site: Site, world: World) -> None:
    case, staff = await taken(world), await site.staff()
    await hand_in(staff, case.id, photo())
    told = {"action": "report", "version": case.version, "photos": along((await staff.get(f"/cases/{case.id}")).text)}
    await staff.post(f"/cases/{case.id}/actions", data=told)
    view = await site.services.cases.get(case.id)
    assert view is not None
    async with site.world.engine.begin() as connection:  # the camera cannot say: a person goes and looks
        await connection.execute(text("update cases set verification = 'cannot_see' where id = :id"), {"id": case.id})
    lead = await site.staff("li.lei")
    page = (await lead.get(f"/cases/{case.id}")).text
    assert "核实通过" in page
    assert along(page) == []
    await hand_in(lead, case.id, photo(321))
    assert len(along((await lead.get(f"/cases/{case.id}")).text)) == 1


async def test_only_those_who_work_on_it_hand_in_and_only_for_what_is_theirs(site: Site, world: World) -> None:
    await add_people(site)
    case = await taken(world)
    for role in (Role.CITY, Role.INSTALLER, Role.AUDITOR):
        client = await site.staff(person(role))
        assert (await hand_in(client, case.id, photo())).status_code == 403, role
    staff = await site.staff()
    assert (await hand_in(staff, "01936000-0000-7000-8000-000000000000", photo())).status_code == 404
    del staff.headers["X-CSRF-Token"]
    assert (await hand_in(staff, case.id, photo())).status_code == 403
    visitor = site.visitor()
    assert (await hand_in(visitor, case.id, photo())).status_code in {303, 401, 413}
    assert along((await staff.get(f"/cases/{case.id}")).text) == []


async def sent_back(site: Site, lead: httpx.AsyncClient, case: str, *photos: str) -> None:
    """返工, by a person: the camera cannot say."""
    async with site.world.engine.begin() as connection:
        await connection.execute(text("update cases set verification = 'cannot_see' where id = :id"), {"id": case})
    view = await site.services.cases.get(case)
    assert view is not None
    told = {"action": "verify_fail", "version": view.case.version, "photos": photos}
    assert (await lead.post(f"/cases/{case}/actions", data=told)).status_code == 303


async def test_what_shows_that_it_is_not_done_does_not_go_along_with_saying_that_it_is(
    site: Site, world: World
) -> None:
    case, staff, lead = await taken(world), await site.staff(), await site.staff("li.lei")
    assert (
        await staff.post(f"/cases/{case.id}/actions", data={"action": "report", "version": case.version})
    ).is_redirect
    await hand_in(lead, case.id, photo(321))
    await sent_back(site, lead, case.id, *along((await lead.get(f"/cases/{case.id}")).text))
    page = (await staff.get(f"/cases/{case.id}")).text
    assert "上报处理完毕" in page
    assert along(page) == []
    await hand_in(staff, case.id, photo(322))
    assert len(along((await staff.get(f"/cases/{case.id}")).text)) == 1


async def test_a_photo_that_no_step_took_along_may_be_sent_again(site: Site, world: World) -> None:
    case, staff, lead = await taken(world), await site.staff(), await site.staff("li.lei")
    await hand_in(staff, case.id, photo(200))
    await hand_in(staff, case.id, photo(201))
    first, second = along((await staff.get(f"/cases/{case.id}")).text)
    told = {"action": "report", "version": case.version, "photos": [second]}
    assert (await staff.post(f"/cases/{case.id}/actions", data=told)).is_redirect
    await sent_back(site, lead, case.id)
    assert along((await staff.get(f"/cases/{case.id}")).text) == []
    assert (await hand_in(staff, case.id, photo(200))).is_redirect
    assert along((await staff.get(f"/cases/{case.id}")).text) == [first]
    refused = await hand_in(staff, case.id, photo(201))
    assert (refused.status_code, "案件里已经有这张照片" in refused.text) == (409, True)
    assert along(refused.text) == [first]
