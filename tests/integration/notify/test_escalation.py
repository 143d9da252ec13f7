"""A case that nobody takes: the next is told, and the next, and again; whoever is on duty, away, asleep or nobody."""

from datetime import time, timedelta
from typing import Any

import pytest

from cloud.accounts import Role
from cloud.accounts.organisation_service import OrganisationService
from cloud.accounts.organisations import Given, Kind
from cloud.cases.domain import Actor
from cloud.cases.vocabulary import Action
from cloud.notify import desk
from cloud.notify.domain import Conditions, Destination, Duty, Reason, Rule, State
from cloud.notify.hours import Hours
from cloud.notify.ownership import Viewer
from tests.integration.notify.office import LEAD, PUBLIC, Office

WANG = Actor("wang.fang", Role.STAFF)
LI = Actor("li.lei", Role.LEAD)
SATURDAY = 5  # START is a Saturday, 10:00 in Shanghai
UNTAKEN: dict[str, Any] = {"occasions": set()}
TREE = [
    Given("street", Kind.STREET, None, "街道"),
    Given("garden", Kind.COMMUNITY, "street", "花园", community="demo"),
    Given("keeper", Kind.PROPERTY, "garden", "物业"),
]


async def _people(office: Office, *names: str, **more: Any) -> list[str]:
    return [await office.destination(name, window_s=0, **more) for name in names]


async def _on_duty(office: Office, who: str, start: time, end: time, substitute: str | None = None) -> None:
    await office.service.rota.add(LEAD, Duty("", "", SATURDAY, Hours(start, end), who, substitute))


def _told(office: Office) -> list[str]:
    return [to for to, _ in office.post.letters]


async def test_who_is_on_duty_then_the_lead_then_the_street_and_the_last_again_and_again(office: Office) -> None:
    wang, lead, street = await _people(office, "王芳", "主管", "街道")
    await _on_duty(office, wang, time(8), time(20))
    await office.rule(lead, by_duty=True)
    await office.rule(lead, **UNTAKEN, untaken_min=15)
    await office.rule(street, **UNTAKEN, untaken_min=60, repeat_min=30)
    case = await office.car()
    await office.pass_time(14 * 60)
    assert _told(office) == [wang]
    await office.pass_time(60)
    assert _told(office) == [wang, lead]
    await office.pass_time(45 * 60)
    assert _told(office) == [wang, lead, street]
    await office.pass_time(90 * 60)
    assert _told(office) == [wang, lead, *[street] * 4], "again each half hour, for nobody has taken it"
    await office.ground.cases.act(case.id, Action.ACCEPT, by=WANG, version=case.version)
    await office.pass_time(3 * 3600)
    assert _told(office) == [wang, lead, *[street] * 4]
    assert await office.ground.one("select count(*) from notice_watches") == 0


async def test_each_level_s_own_rule_tells_its_own_people(office: Office) -> None:
    await OrganisationService(office.ground.engine).put(TREE, by="cli:test")
    to: dict[str, str] = {}
    for name, minutes in (("keeper", 10), ("garden", 30), ("street", 60)):
        viewer = Viewer(name, name)
        given = Destination(id="", organisation="", name=name, channel="", window_s=0)
        to[name] = await office.service.put_destination(viewer, given, "json://127.0.0.1:1/x")
        when = Conditions(untaken_min=minutes)
        await office.service.rules.put(viewer, Rule("", "", "没人接单", when, to[name]))
    await office.car()
    await office.pass_time(2 * 3600)
    assert _told(office) == [to["keeper"], to["garden"], to["street"]]


async def test_the_duty_changes_while_nobody_has_taken_it_and_the_one_who_came_is_told(office: Office) -> None:
    wang, li, group = await _people(office, "王芳", "李雷", "群")
    await _on_duty(office, wang, time(8), time(11))
    await _on_duty(office, li, time(11), time(20))
    await office.rule(group, by_duty=True)
    await office.rule(group, by_duty=True, **UNTAKEN, untaken_min=30, repeat_min=60)
    await office.car()  # at 10:00
    await office.pass_time(2 * 3600)
    assert _told(office) == [wang, wang, li], "opened, 10:30, and 11:30 after the handover"


@pytest.mark.parametrize("roster", ["empty", "over"])
async def test_where_nobody_is_on_duty_the_rule_s_own_destination_is_told(office: Office, roster: str) -> None:
    wang, group = await _people(office, "王芳", "群")
    if roster == "over":
        await _on_duty(office, wang, time(6), time(8))
    await office.rule(group, by_duty=True, **UNTAKEN, untaken_min=5)
    await office.car()
    await office.pass_time(600)
    assert _told(office) == [group]


async def test_who_is_on_leave_is_stood_in_for_and_where_all_are_away_the_rule_s_own_is_told(office: Office) -> None:
    now = office.ground.clock()
    leave = {"away_from": now, "away_until": now + timedelta(days=7)}
    (wang,) = await _people(office, "王芳", **leave)
    li, group = await _people(office, "李雷", "群")
    await _on_duty(office, wang, time(8), time(20), li)
    await office.rule(group, by_duty=True, **UNTAKEN, untaken_min=5, repeat_min=60)
    await office.car()
    await office.pass_time(300)
    assert _told(office) == [li]
    await office.change(li, **leave)
    await office.pass_time(3600)
    assert _told(office) == [li, group]


async def test_in_quiet_hours_over_midnight_it_waits_for_the_morning_and_comes_once(office: Office) -> None:
    night = Hours(time(22), time(7))
    (wang,) = await _people(office, "王芳", quiet=night)
    await office.rule(wang, **UNTAKEN, untaken_min=10, repeat_min=10)
    office.ground.clock.at = office.ground.clock.at.replace(hour=13, minute=55)  # 21:55 in Shanghai
    await office.car()
    await office.pass_time(9 * 3600, every=300)  # until 06:55
    assert _told(office) == []
    assert await office.ground.one("select count(*) from notice_items where message is null") == 1, "not one a time"
    await office.pass_time(300)
    assert _told(office) == [wang]


async def test_one_that_is_suspended_is_not_told_of_and_counts_anew_when_it_goes_on(office: Office) -> None:
    (wang,) = await _people(office, "王芳")
    await office.rule(wang, **UNTAKEN, untaken_min=10, repeat_min=10)
    case = await office.car()
    case = await office.ground.cases.act(case.id, Action.SUSPEND, by=LI, version=case.version, note="等法院")
    await office.pass_time(3600)
    assert _told(office) == []
    await office.ground.cases.act(case.id, Action.RESUME, by=LI, version=case.version)
    await office.pass_time(9 * 60)
    assert _told(office) == []
    await office.pass_time(11 * 60)
    assert _told(office) == [wang, wang]


async def test_a_thousand_findings_in_a_minute_are_few_messages_and_all_are_counted(office: Office) -> None:
    (group,) = await _people(office, "群")
    await office.change(group, window_s=60)
    await office.rule(group)
    await _many(office, 1000)
    await office.pass_time(600)
    titles = [letter.title for _, letter in office.post.letters]
    assert [title.split()[0] for title in titles] == ["500", "500"]
    assert all(letter.body.count(f"{PUBLIC}/cases/") <= desk.TOLD_AT_ONCE for _, letter in office.post.letters)
    assert "还有" in office.post.letters[0][1].body
    assert await office.ground.one("select count(*) from notice_items where message is null") == 0


@pytest.mark.parametrize(("findings", "kept", "beyond"), [(20, 20, 0), (21, 20, 1), (50, 20, 30)])
async def test_so_much_waits_for_one_that_is_stuck_and_the_rest_is_a_number_in_its_message(
    office: Office, monkeypatch: pytest.MonkeyPatch, findings: int, kept: int, beyond: int
) -> None:
    monkeypatch.setattr(desk, "MAX_WAITING", 20)
    (group,) = await _people(office, "群")
    await office.rule(group)
    office.post.says[group] = Reason.UNREACHABLE
    await office.car("cam1.first")
    await office.turn()
    await _many(office, findings)
    await office.turn()
    assert await office.ground.one("select count(*) from notice_items where message is null") == kept
    assert await office.ground.one("select left_out from notice_destinations") == beyond
    office.post.says[group] = None
    await office.pass_time(3600)
    assert [letter.title.split()[0] for _, letter in office.post.letters[-1:]] == [str(kept + beyond)]
    assert f"还有 {kept + beyond - 10} 条" in office.post.letters[-1][1].body
    assert await office.ground.one("select left_out from notice_destinations") == 0
    assert {told.state for told in (await office.settings()).messages} == {State.SENT}


async def _many(office: Office, findings: int) -> None:
    """So many cases at once, each with its news: copies of one that opened by itself."""
    like = await office.car("cam1.like")
    await office.execute("delete from case_news")
    columns = await office.ground.rows(
        "select string_agg(quote_ident(column_name), ', ') from information_schema.columns where table_name = 'cases' "
        "and column_name not in ('id', 'number', 'slot', 'is_open') and is_generated = 'NEVER'"
    )
    named = columns[0][0]
    await office.execute(
        f"insert into cases (id, number, slot, {named}) select gen_random_uuid(), 'N' || n, 'many.' || n, {named} "  # noqa: S608
        "from cases, generate_series(1, :n) n where id = :id",
        n=findings,
        id=like.id,
    )
    await office.execute(
        "insert into case_news (case_id, what, at, actor) select id, 'collected', :at, 'system' from cases "
        "where number like 'N%'",
        at=office.ground.clock(),
    )
    while await office.ground.one("select count(*) from case_news"):
        await office.desk.take()
