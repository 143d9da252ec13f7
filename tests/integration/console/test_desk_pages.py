"""The desk over a real database: what needs whom, what else may be done to a case, the map, and what cameras saw."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import text

from cloud.accounts import Role
from cloud.accounts.organisations import Given, Kind
from cloud.cases import agenda
from cloud.cases.agenda import Part
from cloud.cases.domain import Actor, Case
from cloud.cases.vocabulary import Action
from cloud.db import reading, transaction
from cloud.devices import seeing
from cloud.devices.seeing import CameraDay
from cloud.plans.domain import MAX_PLACES, Place, PlaceKind, TooMany
from cloud.plans.pictures import MAX_FILE
from cloud.scope import EVERYTHING, Scope
from contract.berth import BerthState
from contract.device import CameraState
from contract.parking import Outcome
from tests.browser.desk import PEOPLE, actor, add_people, gateway, heartbeat
from tests.integration.console.site import COMMUNITY, GATEWAY, LEAD, PASSWORD, USER, Site, World

ELSEWHERE = Scope(frozenset({"another"}))


async def parts(site: Site, by: Actor) -> dict[Part, int]:
    return {each.part: each.count for each in await site.services.cases.agenda(by)}


async def change(world: World, case: Case, columns: str) -> None:
    async with transaction(world.engine) as connection:
        await connection.execute(text(f"update cases set {columns} where id = :id"), {"id": case.id})  # noqa: S608


# --- today ---


async def test_a_case_stands_in_the_first_part_that_it_belongs_to(site: Site, world: World) -> None:
    late, soon, plain = [await world.car_stands(f"cam1.{at}") for at in range(3)]
    await change(world, late, "due_at = now() - interval '1 hour', runs_from = now() - interval '5 hours'")
    await change(world, soon, "due_at = now() + interval '1 hour'")
    await change(world, plain, "due_at = now() + interval '9 days'")
    assert await parts(site, actor(Role.STAFF)) == {Part.OVERDUE: 1, Part.SOON: 1, Part.TAKE: 1}
    page = (await (await site.staff()).get("/today")).text
    assert page.index("已超期") < page.index("快到期") < page.index("等人接单")
    assert "已超期 1 小时" in page


async def test_organisations_are_called_by_their_names(site: Site, world: World) -> None:
    above = Given(COMMUNITY, Kind.COMMUNITY, None, "晴园小区", "Sunny garden", community=COMMUNITY)
    keepers = Given("keepers", Kind.PROPERTY, COMMUNITY, "晴园物业", "Sunny property")
    await site.services.organisations.put((above, keepers), by="cli:test")
    await site.services.accounts.add("lead.sun", PASSWORD, Role.LEAD, organisation="keepers")
    case = await world.car_stands()
    lead = await site.staff("lead.sun")
    for page in ("/today", "/account", f"/cases/{case.id}"):
        shown = (await lead.get(page)).text
        assert "晴园物业" in shown
        assert "Sunny property" in shown
        assert ">keepers<" not in shown


async def test_lists_call_communities_by_their_names(site: Site) -> None:
    above = Given("garden", Kind.COMMUNITY, None, "晴园小区", "Sunny garden", community=COMMUNITY)
    await site.services.organisations.put((above,), by="cli:test")
    await site.services.devices.register(COMMUNITY, GATEWAY, "A" * 43 + "=")
    await site.services.devices.register("in-no-tree", "gw-other", "B" * 43 + "=")
    lead = await site.staff(LEAD)
    await lead.post("/notices/destinations", data={"name": "群", "address": "json://127.0.0.1:1/t", "enabled": "true"})
    await site.world.berths({"zone": "b1", "name": "1", "state": BerthState.FREE})
    assert "晴园小区 / cam1" in (await lead.get("/berths")).text
    for path in ("/cases", f"/cases?community={COMMUNITY}", "/map", "/meters", "/permits", "/notices/rules"):
        shown = (await lead.get(path)).text
        assert "晴园小区" in shown, path
        assert "Sunny garden" in shown, path
        assert not re.search(rf">\s*{COMMUNITY}\s*<", shown), path
        assert "in-no-tree" in shown, "it has no other name"


async def test_what_is_suspended_is_not_overdue(site: Site, world: World) -> None:
    case = await world.car_stands()
    await change(world, case, "suspended_at = now(), due_at = null, runs_from = null")
    assert await parts(site, actor(Role.STAFF)) == {Part.TAKE: 1}


async def test_each_sees_what_is_theirs_to_do(site: Site, world: World) -> None:
    case = await world.car_stands()
    await change(world, case, "due_at = now() + interval '9 days'")
    case = (await world.listed(open_only=True))[0]
    case = await world.cases.act(case.id, Action.ACCEPT, by=actor(Role.STAFF), version=case.version)
    assert await parts(site, actor(Role.STAFF)) == {Part.MINE: 1}
    assert await parts(site, Actor("han.mei", Role.STAFF)) == {}
    until = datetime.now(UTC) + timedelta(days=12)
    case = await world.cases.act(
        case.id, Action.ASK_EXTENSION, by=actor(Role.STAFF), version=case.version, note="等拖车", until=until
    )
    assert await parts(site, actor(Role.LEAD)) == {Part.EXTENSIONS: 1}
    assert await parts(site, actor(Role.STAFF)) == {Part.MINE: 1}
    await change(world, case, "extension = null")
    case = (await world.listed(open_only=True))[0]
    case = await world.cases.act(case.id, Action.REPORT, by=actor(Role.STAFF), version=case.version)
    assert await parts(site, actor(Role.LEAD)) == {}
    await world.camera_answers(case, Outcome.CANNOT_SEE)
    assert await parts(site, actor(Role.LEAD)) == {Part.VERIFY: 1}
    assert await parts(site, actor(Role.STAFF)) == {}


async def test_nobody_sees_what_is_not_of_their_communities(site: Site, world: World) -> None:
    await world.car_stands()
    assert await parts(site, Actor(LEAD, Role.LEAD, ELSEWHERE)) == {}


async def test_parts_are_bounded_and_say_how_many_more(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(agenda.SHOWN + 1):
        await world.car_stands(f"cam1.{at}")
    (take,) = await site.services.cases.agenda(actor(Role.STAFF))
    assert (len(take.cases), take.count) == (agenda.SHOWN, agenda.SHOWN + 1)
    assert "还有 1 件" in (await (await site.staff()).get("/today")).text
    monkeypatch.setattr(agenda, "COUNTED", agenda.SHOWN)
    monkeypatch.setattr("cloud.console.today.COUNTED", agenda.SHOWN)
    assert f"{agenda.SHOWN}+" in (await (await site.staff()).get("/today")).text


async def test_one_tap_takes_a_case_from_today(site: Site, world: World) -> None:
    case = await world.car_stands()
    staff = await site.staff()
    assert f'action="/cases/{case.id}/actions"' in (await staff.get("/today")).text
    done = await staff.post(f"/cases/{case.id}/actions", data={"action": "accept", "version": case.version})
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{case.id}")


async def test_nothing_to_do_is_said_kindly(site: Site) -> None:
    assert "都办好了，辛苦了" in (await (await site.staff()).get("/today")).text


# --- a case ---


async def test_a_form_without_script_does_what_it_asks_for(site: Site, world: World) -> None:
    await add_people(site)
    case, other = await world.car_stands("cam1.1"), await world.car_stands("cam1.2")
    lead = await site.staff(LEAD)
    path = f"/cases/{case.id}"

    async def act(**fields: str) -> str:
        version = (await site.services.cases.get(case.id)).case.version  # type: ignore[union-attr]
        done = await lead.post(f"{path}/actions", data={"version": str(version), **fields})
        assert done.status_code == 303, done.text
        return (await lead.get(path)).text

    assert "特急" in await act(action="prioritise", priority="2", note="不挡门")
    page = await act(action="link", other=other.number)
    assert f'href="/cases/{other.id}"' in page
    page = await act(action="escalate", note="物业处理不了")
    assert "物业处理不了" in page
    assert "<del>" in page
    page = await act(action="assist", organisation="绿化队")
    assert "绿化队" in page
    page = await act(action="accept")
    assert "处理" in page
    page = await act(action="suspend", note="等拖车")
    assert "已挂起，不计时" in page
    assert 'value="resume"' in page
    assert "还剩" in await act(action="resume")


async def test_who_can_assist_is_chosen_by_name(site: Site, world: World) -> None:
    tree = (
        Given("river", Kind.STREET, None, "江滨街道", "River street"),
        Given("garden", Kind.COMMUNITY, "river", "晴园小区", "Sunny garden", community=COMMUNITY),
        Given("keepers", Kind.PROPERTY, "garden", "晴园物业", "Sunny property"),
        Given("gardeners", Kind.PROPERTY, "garden", "绿化公司", "Gardeners"),
        Given("far", Kind.COMMUNITY, "river", "白云小区", "Far away", community="far"),
    )
    await site.services.organisations.put(tree, by="cli:test")
    case = await world.car_stands()
    assert case.responsible == "gardeners"
    lead = await site.staff(LEAD)

    async def offered() -> list[str]:
        page = (await lead.get(f"/cases/{case.id}")).text
        form = page[page.index('<select name="organisation"') :]
        return re.findall(r'<option value="([^"]*)">', form[: form.index("</select>")])

    assert await offered() == ["", "river", "garden", "keepers"]
    asked = {"action": "assist", "version": str(case.version)}
    refused = await lead.post(f"/cases/{case.id}/actions", data={**asked, "organisation": "江滨"})
    assert refused.status_code == 409
    assert "没有这个单位" in refused.text
    await lead.post(f"/cases/{case.id}/actions", data={**asked, "organisation": "river"})
    assert await offered() == ["", "garden", "keepers"]
    assert "江滨街道" in (await lead.get(f"/cases/{case.id}")).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "suspend", "note": ""}, 409),
        ({"action": "link", "other": "LL-20000101-0001"}, 409),
        ({"action": "link", "other": "x" * 41}, 422),
        ({"action": "assist", "organisation": "x" * 65}, 422),
        ({"action": "prioritise", "priority": "9", "note": "x"}, 422),
        ({"action": "ask_extension", "until": "soon", "note": "x"}, 422),
        ({"action": "explode"}, 422),
    ],
)
async def test_what_a_form_cannot_say_is_refused(site: Site, world: World, fields: dict[str, str], status: int) -> None:
    case = await world.car_stands()
    case = await world.cases.act(case.id, Action.ACCEPT, by=actor(Role.LEAD), version=case.version)
    lead = await site.staff(LEAD)
    done = await lead.post(f"/cases/{case.id}/actions", data={"version": str(case.version), **fields})
    assert done.status_code == status


async def test_a_case_of_elsewhere_is_none(site: Site, world: World) -> None:
    case = await world.car_stands()
    assert await site.services.cases.get(case.id, ELSEWHERE) is None


# --- the map ---


def png(size: tuple[int, int] = (600, 400), kind: str = "PNG") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", size, "#ddeedd").save(body, kind)
    return body.getvalue()


async def upload(site: Site, body: bytes, user: str = LEAD) -> int:
    lead = await site.staff(user)
    files = {"file": ("plan.png", body, "image/png")}
    return (await lead.post("/map/plan", data={"community": COMMUNITY}, files=files)).status_code


async def test_without_a_plan_the_cases_are_listed_and_it_says_how_to_add_one(site: Site, world: World) -> None:
    case = await world.car_stands()
    await site.services.devices.register(COMMUNITY, GATEWAY, "A" * 43 + "=")
    page = (await (await site.staff(LEAD)).get("/map")).text
    assert "在下面上传一张小区平面图" in page
    assert f'href="/cases/{case.id}"' in page
    page = (await (await site.staff()).get("/map")).text
    assert "请物业负责人上传" in page
    assert 'action="/map/plan"' not in page


async def test_a_plan_is_drawn_anew_and_a_case_shows_where_it_is(site: Site, world: World) -> None:
    case = await world.car_stands()
    assert await upload(site, png()) == 303
    plan = await site.services.plans.get(COMMUNITY)
    assert plan is not None
    assert (plan.width, plan.height, plan.media_type, plan.kept_by) == (600, 400, "image/png", LEAD)
    lead = await site.staff(LEAD)
    placed = {"community": COMMUNITY, "thing": f"camera:{GATEWAY}/cam1", "x": "25", "y": "50"}
    assert (await lead.post("/map/places", data=placed)).status_code == 303
    assert 'data-x="25.0" data-y="50.0"' in (await lead.get("/map")).text
    assert 'cx="150.0" cy="200.0"' in (await lead.get(f"/cases/{case.id}")).text
    picture = await lead.get(f"/map/{COMMUNITY}/{plan.sha256}")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert (await lead.post("/map/places", data={**placed, "remove": "yes"})).status_code == 303
    assert await site.services.plans.places(COMMUNITY) == []


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("the largest file", png() + b"\0" * (MAX_FILE - len(png())), 303),
        ("larger", png() + b"\0" * (MAX_FILE - len(png()) + 1), 422),
        ("no picture", b"<svg onload=alert(1)>", 422),
        ("nothing", b"", 422),
        ("cut off", png((2000, 2000))[:200], 422),
        ("too small", png((199, 400)), 422),
        ("a photograph", png(kind="JPEG"), 303),
        ("more pixels than fit", png((8001, 5000)), 422),
    ],
)
async def test_what_is_taken_as_a_plan(site: Site, world: World, name: str, body: bytes, status: int) -> None:
    await world.car_stands()
    await site.services.devices.register(COMMUNITY, GATEWAY, "A" * 43 + "=")
    assert await upload(site, body) == status, name


async def test_staff_upload_and_place_nothing(site: Site) -> None:
    assert await upload(site, png(), USER) == 403
    staff = await site.staff()
    data = {"community": COMMUNITY, "thing": "camera:a/b", "x": "1", "y": "1"}
    assert (await staff.post("/map/places", data=data)).status_code == 403


@pytest.mark.parametrize(("x", "y"), [("-1", "5"), ("5", "101"), ("nan", "5"), ("", "x")])
async def test_nothing_is_placed_beside_the_plan(site: Site, x: str, y: str) -> None:
    lead = await site.staff(LEAD)
    data = {"community": COMMUNITY, "thing": "camera:a/b", "x": x, "y": y}
    assert (await lead.post("/map/places", data=data)).status_code == 422


async def test_a_community_has_room_for_so_many_places(site: Site, world: World) -> None:
    rows = "select :c, 'camera', 'g/' || n, 0, 0, now(), 'x' from generate_series(1, :most) as n"
    async with transaction(world.engine) as connection:
        await connection.execute(text(f"insert into places {rows}"), {"c": COMMUNITY, "most": MAX_PLACES - 1})
    place = Place(PlaceKind.CAMERA, "g/last", 0.5, 0.5)
    await site.services.plans.place(COMMUNITY, place, by=LEAD)
    await site.services.plans.place(COMMUNITY, place, by=LEAD)
    with pytest.raises(TooMany):
        await site.services.plans.place(COMMUNITY, Place(PlaceKind.CAMERA, "g/more", 0, 0), by=LEAD)
    assert len(await site.services.plans.places(COMMUNITY)) == MAX_PLACES


# --- what cameras saw ---

CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)


async def told(world: World, beats: Sequence[tuple[float, CameraState]]) -> list[CameraDay]:
    """Days of a camera after heartbeats at so many seconds from noon."""
    for at, state in beats:
        async with transaction(world.engine) as connection:
            await seeing.note(
                connection,
                COMMUNITY,
                GATEWAY,
                heartbeat(state),
                told_at=NOON + timedelta(seconds=at),
                now=NOON,
                zone=CHINA,
            )
    async with reading(world.engine) as connection:
        of_cameras = await seeing.days(connection, EVERYTHING, since=date(2024, 1, 1))
    return [day for days in of_cameras.values() for day in days]


LIVE, LOST, DARK, MOVED = CameraState.LIVE, CameraState.LOST, CameraState.DARK, CameraState.MOVED


@pytest.mark.parametrize(
    ("name", "beats", "days"),
    [
        ("one tells of no stretch", [(0, LIVE)], [(0, 0)]),
        ("it sees", [(0, LIVE), (60, LIVE), (120, LIVE)], [(120, 120)]),
        ("it does not", [(0, LIVE), (60, LOST), (120, DARK), (180, MOVED)], [(180, 0)]),
        ("each stretch as its end tells it", [(0, LOST), (60, LIVE)], [(60, 60)]),
        ("a long silence is unknown", [(0, LIVE), (600, LIVE)], [(180, 180)]),
        ("once more changes nothing", [(0, LIVE), (60, LIVE), (60, LIVE), (0, LIVE)], [(60, 60)]),
        ("a day ends at midnight", [(-43_230, LIVE), (-43_170, LIVE), (-43_110, LIVE)], [(0, 0), (60, 60)]),
        ("a clock far ahead is not believed", [(7200, LIVE)], []),
    ],
)
async def test_what_heartbeats_add_up_to(
    world: World, name: str, beats: list[tuple[float, CameraState]], days: list[tuple[float, float]]
) -> None:
    found = await told(world, beats)
    assert [(each.told_s, each.seen_s) for each in found] == days, name


async def test_days_that_nobody_asks_for_are_forgotten(world: World) -> None:
    row = "insert into camera_days values (:c, :g, 'cam1', '2024-01-01', 1, 1, now())"
    async with transaction(world.engine) as connection:
        await connection.execute(text(row), {"c": COMMUNITY, "g": GATEWAY})
    assert [each.day for each in await told(world, [(0, LIVE)])] == [NOON.date()]


async def test_the_page_of_devices_says_how_much_was_truly_watched(site: Site, world: World) -> None:
    await add_people(site)
    await gateway(site)
    page = (await (await site.staff(PEOPLE[Role.INSTALLER])).get("/devices")).text
    assert "没有复查过" in page
    assert "实际看得到" not in page
    for at, outcome in enumerate((Outcome.GONE, Outcome.CANNOT_SEE)):
        case = await world.car_stands(f"cam1.{at}")
        for action in (Action.ACCEPT, Action.REPORT):
            case = await world.cases.act(case.id, action, by=actor(Role.STAFF), version=case.version)
        await world.camera_answers(case, outcome)
    page = (await (await site.staff(PEOPLE[Role.INSTALLER])).get("/devices")).text
    assert "实际看得到 34%" in page
    assert "复查 2 次，1 次看得清" in page
