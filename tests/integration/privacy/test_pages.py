"""Asking, deciding and opening in the browser; and that each look at a picture is written down."""

from io import BytesIO

import httpx
import pytest
from PIL import Image

from cloud.accounts import Role
from cloud.accounts.organisations import Given, Kind
from tests.integration.console.site import COMMUNITY, LEAD, PASSWORD, USER
from tests.integration.privacy.scene import Scene, actor

WHY = "行人纠纷，需要核对"


async def logged_in(scene: Scene, role: Role, name: str) -> httpx.AsyncClient:
    await scene.site.services.accounts.add(name, PASSWORD, role)
    return await scene.site.staff(name)


async def test_from_the_picture_to_the_watermarked_original(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    staff, lead = await scene.site.staff(), await scene.site.staff(LEAD)
    page = await staff.get(f"/cases/{case.id}")
    link = f"/cases/{case.id}/photos/{picture}/original"
    assert f'href="{link}"' in page.text
    form = await staff.get(link)
    assert form.status_code == 200
    assert "申请查看原图" in form.text
    assert "Ask for the original" in form.text
    asked = await staff.post(f"/cases/{case.id}/originals", data={"picture": picture, "reason": WHY})
    assert asked.status_code == 303
    path = asked.headers["location"]
    assert "待审批" in (await staff.get(path)).text
    waiting = (await lead.get("/originals")).text
    assert f'href="{path}"' in waiting
    assert WHY in waiting
    assert (await lead.post(path, data={"move": "grant", "hours": 2})).status_code == 303
    shown = (await staff.get(path)).text
    assert f"{path}/pictures/{picture}" in shown
    assert f"{path}/pictures/{picture}" not in (await lead.get(path)).text
    got = await staff.get(f"{path}/pictures/{picture}")
    assert (got.status_code, got.headers["content-type"], got.headers["cache-control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    assert Image.open(BytesIO(got.content)).format == "JPEG"
    assert (await lead.get(f"{path}/pictures/{picture}")).status_code == 404
    assert (await lead.post(path, data={"move": "revoke", "reason": "不再需要"})).status_code == 303
    gone = await staff.get(f"{path}/pictures/{picture}")
    assert gone.status_code == 409
    assert "期限已过" in gone.text


async def test_what_is_refused_says_why_on_the_page(scene: Scene) -> None:
    case = await scene.parked()
    staff, lead = await scene.site.staff(), await scene.site.staff(LEAD)
    short = await staff.post(f"/cases/{case.id}/originals", data={"reason": "看"})
    assert short.status_code == 409
    assert "请写明理由" in short.text
    path = (await staff.post(f"/cases/{case.id}/originals", data={"reason": WHY})).headers["location"]
    assert (await lead.post(path, data={"move": "grant", "hours": 169})).status_code == 409
    assert (await lead.post(path, data={"move": "expire"})).status_code == 409
    assert (await staff.post(path, data={"move": "grant"})).status_code == 409
    assert (await lead.post(path, data={"move": "refuse", "reason": "与案件无关"})).status_code == 303
    assert "与案件无关" in (await staff.get(path)).text


async def test_outside_of_the_scope_everything_is_not_found(scene: Scene) -> None:
    await scene.site.services.organisations.put(
        [
            Given("river", Kind.STREET, None, "河西街道", ""),
            Given("yuhua", Kind.COMMUNITY, "river", "雨花社区", "", "yuhua"),
        ],
        by="test",
    )
    await scene.site.services.accounts.add("away", PASSWORD, Role.LEAD, organisation="yuhua")
    away = await scene.site.staff("away")
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await scene.originals.ask(case.id, picture, WHY, by=actor(Role.STAFF, USER))
    for path in (
        f"/cases/{case.id}/photos/{picture}",
        f"/cases/{case.id}/photos/{picture}/figure",
        f"/cases/{case.id}/photos/{picture}/original",
        f"/cases/{case.id}/keeping",
        f"/originals/{request.id}",
        f"/originals/{request.id}/pictures/{picture}",
        "/originals/no-id",
    ):
        assert (await away.get(path)).status_code == 404, path
    assert (await away.post(f"/cases/{case.id}/originals", data={"reason": WHY})).status_code == 404
    assert (await away.post(f"/originals/{request.id}", data={"move": "grant"})).status_code == 404
    assert case.number not in (await away.get("/originals")).text
    assert await scene.audit("photo.viewed") == []


async def test_each_look_at_a_picture_is_written_down(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    staff = await scene.site.staff()
    got = await staff.get(f"/cases/{case.id}/photos/{picture}")
    again = await staff.get(f"/cases/{case.id}/photos/{picture}", headers={"If-None-Match": got.headers["etag"]})
    assert (got.status_code, again.status_code) == (200, 304)
    viewed = await scene.audit("photo.viewed")
    about = (USER, f"case/{case.id}", COMMUNITY, {"sha256": picture})
    assert [(e.actor, e.about, e.community, e.detail) for e in viewed] == [about] * 2
    ((sealed,),) = await scene.rows("select sha256 from case_photos where sealed")
    assert (await staff.get(f"/cases/{case.id}/photos/{sealed}")).status_code == 403
    assert [e.detail for e in await scene.audit("original.refused")] == [{"sha256": sealed}]


async def test_a_deleted_picture_says_so_and_is_gone(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    await scene.ends(case, days_ago=91)
    await scene.keep()
    staff = await scene.site.staff()
    page = (await staff.get(f"/cases/{case.id}")).text
    assert "已按期限删除" in page
    assert "Deleted in due time" in page
    assert "照片在路上" not in page
    assert (await staff.get(f"/cases/{case.id}/photos/{picture}")).status_code == 404
    assert "照片已按期限删除" in (await staff.get(f"/cases/{case.id}/sheet")).text
    assert f'href="/cases/{case.id}/keeping"' in page
    assert "已删除 1 张" in (await staff.get(f"/cases/{case.id}/keeping")).text


async def test_a_hold_is_placed_and_lifted_on_its_page(scene: Scene) -> None:
    case = await scene.parked()
    street, staff = await logged_in(scene, Role.STREET, "zhao"), await scene.site.staff()
    path = f"/cases/{case.id}/keeping"
    assert (await staff.post(path, data={"hold": "true", "reason": "法院调取"})).status_code == 403
    assert 'name="hold"' not in (await staff.get(path)).text
    assert (await street.post(path, data={"hold": "true", "reason": "法院调取"})).status_code == 303
    shown = (await street.get(path)).text
    assert "法院调取" in shown
    assert 'value="false"' in shown
    assert (await street.post(path, data={"hold": "false", "reason": "法院已结案"})).status_code == 303
    assert await scene.holds.of_case(case.id) is None


@pytest.mark.parametrize("role", [Role.CITY, Role.INSTALLER, Role.AUDITOR, Role.INTEGRATOR])
async def test_the_pages_are_for_those_who_work_cases(scene: Scene, role: Role) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    visitor = await logged_in(scene, role, "somebody")
    for path in ("/originals", f"/cases/{case.id}/photos/{picture}/original"):
        assert (await visitor.get(path)).status_code == 403
