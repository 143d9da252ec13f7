"""Who is told of what, and when."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from cloud.cases.domain import Device
from cloud.cases.vocabulary import CaseKind, Found, Priority
from cloud.notify.domain import Conditions, Destination, Duty, News, Occasion, Rule
from cloud.notify.hours import Hours
from cloud.notify.rules import Plan, tellings, tellings_untaken, watches
from cloud.scope import Scope
from contract.parking import ZoneKind
from tests.unit.notify.a_case import NOW, a_case

ZONE = ZoneInfo("Asia/Shanghai")
GROUP = Destination(id="group", organisation="o", name="群", channel="wecombot", window_s=60)
QUIET = replace(GROUP, id="quiet", quiet=Hours(time(22), time(7)))
PHONE = replace(GROUP, id="phone")
OPENED = News(Occasion.OPENED, NOW)
GATE = Device(CaseKind.GATE, "g1", "东门", "")


def a_rule(destination: str = "group", *, by_duty: bool = False, urgent: bool = False, **when: Any) -> Rule:
    when = {"occasions": {Occasion.OPENED}, **when}
    return Rule("r1", "o", "规则", Conditions.model_validate(when), destination, by_duty=by_duty, urgent=urgent)


def a_plan(*rules: Rule, roster: tuple[Duty, ...] = ()) -> Plan:
    return Plan("o", Scope(frozenset({"lantian"})), rules, roster, {each.id: each for each in (GROUP, QUIET, PHONE)})


CONDITIONS = [
    # name, what the rule asks for, what the case is, whether it is told
    ("nothing asked for", {}, {}, True),
    ("another occasion", {"occasions": {Occasion.CLOSED}}, {}, False),
    ("its kind", {"kinds": {CaseKind.PARKING}}, {}, True),
    ("another kind", {"kinds": {CaseKind.THROWN}}, {}, False),
    ("one of what was found", {"found": {Found.ZOMBIE, Found.DWELL}}, {}, True),
    ("none of what was found", {"found": {Found.ZOMBIE}}, {}, False),
    ("its kind of zone", {"zone_kinds": {ZoneKind.FIRE_LANE}}, {}, True),
    ("another kind of zone", {"zone_kinds": {ZoneKind.GREEN}}, {}, False),
    ("a part of the place", {"place": "3 号楼"}, {}, True),
    ("another place", {"place": "5 号楼"}, {}, False),
    ("the place of a device", {"place": "东门"}, {"device": GATE}, True),
    ("its community", {"communities": {"lantian"}}, {}, True),
    ("another community", {"communities": {"huayuan"}}, {}, False),
    ("a community that is not theirs", {}, {"community": "huayuan"}, False),
    ("as pressing as asked for", {"priority": 2}, {"priority": Priority.HIGH}, True),
    ("less pressing", {"priority": 2}, {"priority": Priority.NORMAL}, False),
    ("within the hours", {"hours": ("10:00", "11:00")}, {}, True),
    ("outside the hours", {"hours": ("10:01", "11:00")}, {}, False),
    ("within hours over midnight", {"hours": ("20:00", "10:01")}, {}, True),
]


@pytest.mark.parametrize(("when", "case", "told"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS])
def test_a_rule_tells_of_what_it_asks_for(when: dict[str, Any], case: dict[str, Any], told: bool) -> None:
    found = tellings(OPENED, a_case(**case), a_plan(a_rule(**when)), NOW, ZONE)
    assert bool(found) is told


def test_a_rule_that_is_switched_off_tells_nobody() -> None:
    assert tellings(OPENED, a_case(), a_plan(replace(a_rule(), enabled=False)), NOW, ZONE) == ()


def test_what_presses_goes_at_once_and_the_rest_waits_for_more_and_for_the_morning() -> None:
    night = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    plan = a_plan(a_rule(), a_rule("quiet"))
    waits = {each.destination: each for each in tellings(OPENED, a_case(), plan, night, ZONE)}
    assert waits["group"].release_at == night + timedelta(seconds=60)
    assert waits["quiet"].release_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 07:00
    urgent = tellings(OPENED, a_case(priority=Priority.URGENT), plan, night, ZONE)
    assert {each.release_at for each in urgent} == {night}
    assert all(each.urgent for each in urgent)


def test_a_message_that_would_become_due_in_quiet_hours_waits_for_their_end() -> None:
    almost = datetime(2026, 11, 23, 13, 59, 30, tzinfo=UTC)  # 21:59:30
    (waits,) = tellings(OPENED, a_case(), a_plan(a_rule("quiet")), almost, ZONE)
    assert waits.release_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_two_rules_tell_one_destination_once_as_urgently_as_either_wants() -> None:
    (told,) = tellings(OPENED, a_case(), a_plan(a_rule(), a_rule(urgent=True)), NOW, ZONE)
    assert told.urgent


def test_who_is_on_duty_is_told_and_where_nobody_is_the_rule_s_own_destination() -> None:
    duty = Duty("d", "o", 0, Hours(time(9), time(18)), "phone")
    plan = a_plan(a_rule("group", by_duty=True), roster=(duty,))
    assert [each.destination for each in tellings(OPENED, a_case(), plan, NOW, ZONE)] == ["phone"]
    evening = NOW + timedelta(hours=9)
    assert [each.destination for each in tellings(OPENED, a_case(), plan, evening, ZONE)] == ["group"]


def test_whoever_is_not_told_at_once_is_when_nobody_takes_it() -> None:
    later = replace(a_rule("phone", occasions=set(), untaken_min=15, kinds={CaseKind.PARKING}), id="later")
    plan = a_plan(a_rule(), later)
    assert [each.destination for each in tellings(OPENED, a_case(), plan, NOW, ZONE)] == ["group"]
    (watch,) = watches(OPENED, a_case(), plan)
    assert (watch.rule, watch.due_at) == ("later", NOW + timedelta(minutes=15))
    assert [each.destination for each in tellings_untaken(later, a_case(), plan, NOW, ZONE)] == ["phone"]
    assert tellings_untaken(later, a_case(found=(Found.THROWN,)), plan, NOW, ZONE) == ()
    assert watches(News(Occasion.CLOSED, NOW), a_case(), plan) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"untaken_min": 0},
        {"untaken_min": 7 * 24 * 60 + 1},
        {"hours": ("24:00", "07:00")},
        {"hours": ("22:00", "07:00", "08:00")},
        {"place": "长" * 61},
        {"priority": 5},
        {"communities": {"c" * 64}},
        {"nonsense": 1},
    ],
    ids=str,
)
def test_conditions_are_bounded(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Conditions.model_validate(wrong)
