"""What may be set, by whom, and how much of it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from cloud.accounts.organisation_service import OrganisationService
from cloud.accounts.organisations import Given, Kind
from cloud.notify import rota, rulebook, service
from cloud.notify.domain import Conditions, Destination, Duty, Occasion, Rule
from cloud.notify.hours import Hours
from cloud.notify.ownership import NoticeRefused, NoticeStale, Viewer
from cloud.scope import Scope
from contract.parking import ZoneKind
from tests.integration.notify.office import LEAD, Office

DRAFT = Destination(id="", organisation="", name="群", channel="")
ADDRESS = "json://127.0.0.1:1/x"
OPENED = Conditions.model_validate({"occasions": {Occasion.OPENED}})
TREE = [
    Given("street", Kind.STREET, None, "街道"),
    Given("garden", Kind.COMMUNITY, "street", "花园", community="demo"),
    Given("keeper", Kind.PROPERTY, "garden", "物业"),
    Given("other", Kind.COMMUNITY, "street", "别的", community="other"),
]
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "长" * 61},
        {"name": "两\n行"},
        {"window_s": -1},
        {"window_s": 3601},
        {"quiet": Hours(time(8), time(8))},
        {"away_from": NOW},
        {"away_from": NOW, "away_until": NOW},
        {"away_from": NOW, "away_until": NOW + timedelta(days=367)},
    ],
    ids=str,
)
async def test_a_destination_is_checked(office: Office, wrong: dict[str, object]) -> None:
    with pytest.raises(NoticeRefused):
        await office.service.put_destination(LEAD, replace(DRAFT, **wrong), ADDRESS)  # type: ignore[arg-type]


async def test_each_sees_and_changes_what_is_theirs_and_below(office: Office) -> None:
    await OrganisationService(office.ground.engine).put(TREE, by="cli:test")
    street, garden, keeper, other = [
        Viewer(name, name, Scope(frozenset({"demo"}))) for name in ("street", "garden", "keeper", "other")
    ]
    theirs = {
        each.user: await office.service.put_destination(each, DRAFT, ADDRESS)
        for each in (street, garden, keeper, other)
    }
    seen = {
        each.user: {one.organisation for one in (await office.service.settings(each)).destinations}
        for each in (street, garden, keeper, other, LEAD)
    }
    assert seen == {
        "street": {"street", "garden", "keeper", "other"},
        "garden": {"garden", "keeper"},
        "keeper": {"keeper"},
        "other": {"other"},
        LEAD.user: {"street", "garden", "keeper", "other"},
    }
    for refused in (
        office.service.test(other, theirs["garden"]),
        office.service.remove_destination(garden, theirs["street"]),
        office.service.rules.put(other, Rule("", "", "规则", OPENED, theirs["keeper"])),
        office.service.rota.add(other, Duty("", "", 0, Hours(time(8), time(9)), theirs["keeper"])),
        office.service.rules.put(
            garden,
            Rule("", "", "规则", OPENED.model_copy(update={"communities": frozenset({"other"})}), theirs["garden"]),
        ),
    ):
        with pytest.raises(NoticeRefused):
            await refused


async def test_a_case_is_told_to_those_over_its_community_and_under_it_and_to_no_neighbour(office: Office) -> None:
    await OrganisationService(office.ground.engine).put(TREE, by="cli:test")
    told = {}
    for name in ("street", "garden", "keeper", "other"):
        viewer = Viewer(name, name)
        told[name] = await office.service.put_destination(viewer, replace(DRAFT, window_s=0), ADDRESS)
        await office.service.rules.put(viewer, Rule("", "", "规则", OPENED, told[name]))
    await office.car()  # in the community `demo`
    await office.turn()
    assert {to for to, _ in office.post.letters} == {told[name] for name in ("street", "garden", "keeper")}


async def test_what_is_named_by_rules_or_duties_stays(office: Office) -> None:
    group = await office.destination()
    rule = await office.rule(group)
    with pytest.raises(NoticeRefused):
        await office.service.remove_destination(LEAD, group)
    await office.service.rules.remove(LEAD, rule)
    await office.service.rota.add(LEAD, Duty("", "", 0, Hours(time(8), time(9)), group))
    with pytest.raises(NoticeRefused):
        await office.service.remove_destination(LEAD, group)
    (duty,) = (await office.settings()).roster
    await office.service.rota.remove(LEAD, duty.id)
    await office.service.remove_destination(LEAD, group)
    assert (await office.settings()).destinations == []
    assert await office.ground.one("select sealed from notice_destinations") == "", "and its address is gone for good"


async def test_there_are_so_many_of_each_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_DESTINATIONS", 2)
    monkeypatch.setattr(rulebook, "MAX_RULES", 1)
    monkeypatch.setattr(rota, "MAX_DUTIES", 1)
    group = await office.destination("一")
    await office.destination("二")
    with pytest.raises(NoticeRefused):
        await office.destination("三")
    await office.change(group, name="还是一")
    await office.rule(group)
    with pytest.raises(NoticeRefused):
        await office.rule(group)
    duty = Duty("", "", 0, Hours(time(8), time(9)), group)
    await office.service.rota.add(LEAD, duty)
    with pytest.raises(NoticeRefused):
        await office.service.rota.add(LEAD, duty)


async def test_what_was_changed_is_in_the_audit_log(office: Office) -> None:
    await office.rule(await office.destination())
    done = [
        body
        for (body,) in await office.ground.rows("select body from audit_log union all select body from audit_pending")
    ]
    ours = [str(body) for body in done if "notice/" in str(body)]
    assert len(ours) == 2
    assert all(LEAD.user in body for body in ours)


async def test_a_rule_is_changed_in_place_and_the_log_says_what_it_was_and_became(office: Office) -> None:
    group, other = await office.destination("群"), await office.destination("另一个")
    rule = await office.rule(group)
    (stored,) = (await office.settings()).rules
    when = Conditions(untaken_min=15, repeat_min=30, zone_kinds=frozenset({ZoneKind.FIRE_LANE}))
    changed = replace(stored, name="新名字", when=when, destination=other, urgent=True)
    assert await office.service.rules.put(LEAD, changed) == rule
    (now,) = (await office.settings()).rules
    assert (now.name, now.when, now.destination, now.urgent, now.enabled) == ("新名字", when, other, True, True)
    detail = (await _audit(office))[-1]["detail"]
    assert detail == {
        "done": "rule changed",
        "name": "规则 → 新名字",
        "destination": f"{group} → {other}",
        "urgent": "no → yes",
        "occasions": "opened → ",
        "zone_kinds": " → fire_lane",
        "untaken_min": " → 15",
        "repeat_min": " → 30",
    }


async def test_who_changes_what_somebody_else_has_changed_meanwhile_is_told(office: Office) -> None:
    group = await office.destination("群")
    rule = await office.rule(group)
    (shown,) = (await office.settings()).rules
    await office.service.rules.put(LEAD, replace(shown, name="先来的"))
    with pytest.raises(NoticeStale):
        await office.service.rules.put(LEAD, replace(shown, name="后来的"))
    await office.service.rules.switch(LEAD, rule, enabled=False)
    (now,) = (await office.settings()).rules
    assert (now.name, now.enabled, now.version) == ("先来的", False, shown.version + 2)
    (there,) = (await office.settings()).destinations
    await office.change(group, name="先来的")
    with pytest.raises(NoticeStale):
        await office.service.put_destination(LEAD, replace(there, name="后来的"), "")
    assert (await office.settings()).destinations[0].name == "先来的"


async def test_of_two_who_change_a_rule_at_once_one_is_told(office: Office) -> None:
    await office.rule(await office.destination("群"))
    (shown,) = (await office.settings()).rules
    both = [office.service.rules.put(LEAD, replace(shown, name=name)) for name in ("一", "二")]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["NoticeStale", "str"]


@pytest.mark.parametrize(
    "wrong", [{"repeat_min": 4}, {"repeat_min": 1441}, {"untaken_min": 0}, {"untaken_min": 10_081}], ids=str
)
def test_minutes_of_a_rule_are_bounded(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Conditions.model_validate({"untaken_min": 15} | wrong)


async def test_only_what_nobody_has_taken_is_told_again(office: Office) -> None:
    group = await office.destination("群")
    with pytest.raises(NoticeRefused):
        await office.rule(group, repeat_min=30)


async def _audit(office: Office) -> list[dict[str, Any]]:
    query = "select body from audit_log union all select body from audit_pending"
    entries = [json.loads(body) for (body,) in await office.ground.rows(query)]
    return sorted((each for each in entries if each["about"].startswith("notice/")), key=lambda each: str(each["at"]))
