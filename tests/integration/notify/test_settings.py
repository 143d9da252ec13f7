"""What may be set, by whom, and how much of it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from cloud.accounts.organisation_service import OrganisationService
from cloud.accounts.organisations import Given, Kind
from cloud.notify import service
from cloud.notify.domain import Conditions, Destination, Duty, Occasion, Rule
from cloud.notify.hours import Hours
from cloud.notify.service import NoticeRefused, Viewer
from cloud.scope import Scope
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
        office.service.put_rule(other, Rule("", "", "规则", OPENED, theirs["keeper"])),
        office.service.add_duty(other, Duty("", "", 0, Hours(time(8), time(9)), theirs["keeper"])),
        office.service.put_rule(
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
        await office.service.put_rule(viewer, Rule("", "", "规则", OPENED, told[name]))
    await office.car()  # in the community `demo`
    await office.turn()
    assert {to for to, _ in office.post.letters} == {told[name] for name in ("street", "garden", "keeper")}


async def test_what_is_named_by_rules_or_duties_stays(office: Office) -> None:
    group = await office.destination()
    rule = await office.rule(group)
    with pytest.raises(NoticeRefused):
        await office.service.remove_destination(LEAD, group)
    await office.service.remove_rule(LEAD, rule)
    await office.service.add_duty(LEAD, Duty("", "", 0, Hours(time(8), time(9)), group))
    with pytest.raises(NoticeRefused):
        await office.service.remove_destination(LEAD, group)
    (duty,) = (await office.settings()).roster
    await office.service.remove_duty(LEAD, duty.id)
    await office.service.remove_destination(LEAD, group)
    assert (await office.settings()).destinations == []
    assert await office.ground.one("select sealed from notice_destinations") == "", "and its address is gone for good"


async def test_there_are_so_many_of_each_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_DESTINATIONS", 2)
    monkeypatch.setattr(service, "MAX_RULES", 1)
    monkeypatch.setattr(service, "MAX_DUTIES", 1)
    group = await office.destination("一")
    await office.destination("二")
    with pytest.raises(NoticeRefused):
        await office.destination("三")
    await office.change(group, name="还是一")
    await office.rule(group)
    with pytest.raises(NoticeRefused):
        await office.rule(group)
    duty = Duty("", "", 0, Hours(time(8), time(9)), group)
    await office.service.add_duty(LEAD, duty)
    with pytest.raises(NoticeRefused):
        await office.service.add_duty(LEAD, duty)


async def test_what_was_changed_is_in_the_audit_log(office: Office) -> None:
    await office.rule(await office.destination())
    done = [
        body
        for (body,) in await office.ground.rows("select body from audit_log union all select body from audit_pending")
    ]
    ours = [str(body) for body in done if "notice/" in str(body)]
    assert len(ours) == 2
    assert all(LEAD.user in body for body in ours)
