"""Alarms of meters, gates and sensors become cases: one a device, closed by the device, in whatever order they come."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from cloud.cases.domain import Case, Device, Refused, Stale
from cloud.cases.flow import allowed
from cloud.cases.service import ON_THE_WAY, Owned
from cloud.cases.vocabulary import DEVICE, Action, CaseKind, Found, Stage, Verification
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender
from tests.people import person

STAFF = "wang.fang"
LEAK_S = 125 * 60  # as cloud.cases.endings has it
PICTURE = {
    "sha256": "a" * 64,
    "media_type": "image/jpeg",
    "kind": "look",
    "taken_at": "2026-11-21T02:00:00Z",
    "size": 9,
    "masked": True,
}


async def act(ground: Ground, case: Case, *actions: Action) -> Case:
    for action in actions:
        case = await ground.cases.act(case.id, action, by=person(STAFF), version=case.version)
    return case


async def history(ground: Ground, case: Case) -> list[str]:
    view = await ground.cases.get(case.id)
    assert view is not None
    return [line.what.value for line in view.history]


async def test_an_alarm_opens_a_case_that_says_what_was_seen(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm(simulated=True))
    case = await ground.case()
    assert (case.stage, case.kind, case.found, case.simulated) == ("dispatched", "meter", (Found.LEAK,), True)
    assert case.device == Device(CaseKind.METER, "w-301", "3号楼301水表", "water")
    (alarm,) = case.alarms
    assert (alarm.kind, alarm.alarm, alarm.epoch, alarm.times) == (Found.LEAK, "w-301.leak.1", sender.epoch, 1)
    assert (alarm.began_at, alarm.found_at) == (datetime(2026, 11, 20, 2, tzinfo=UTC), ground.clock())
    assert (alarm.words.zh, alarm.ended_at) == ("一天里每个半小时都在用水", None)
    assert (case.camera, case.vehicle, case.entered_at) == ("", "", alarm.began_at)
    assert await history(ground, case) == ["collected", "file", "dispatch"]


@pytest.mark.parametrize(
    ("device", "found", "watches"), [("meter", "leak", "water"), ("gate", "stuck_open", ""), ("sensor", "alarm", "gas")]
)
async def test_each_sort_of_device_opens_and_closes(
    ground: Ground, sender: Sender, device: str, found: str, watches: str
) -> None:
    await ground.tell(sender.alarm(device))
    case = await act(ground, await ground.case(), Action.ACCEPT)
    await ground.tell(sender.alarm(device, "cleared", words_zh="好了", words_en="all right"))
    case = await act(ground, await ground.case(), Action.REPORT)
    assert (case.kind, case.found, case.device and case.device.watches) == (device, (Found(found),), watches)
    assert (case.stage, case.verification, case.closed_by) == (Stage.CLOSED, Verification.ENDED, DEVICE)
    assert [alarm.ended and alarm.ended.zh for alarm in case.alarms] == ["好了"]
    assert await ground.rows("select 1 from looks union all select 1 from outgoing") == []
    case = await ground.cases.act(case.id, Action.EVALUATE, by=person(STAFF), version=case.version, rating=5)
    assert case.stage is Stage.EVALUATED


async def test_the_same_message_again_changes_nothing(ground: Ground, sender: Sender) -> None:
    opened, cleared = sender.alarm(), sender.alarm(phase="cleared")
    await ground.tell(opened, opened, cleared, cleared)
    case = await ground.case()
    assert (case.sightings, case.alarms[0].times) == (1, 1)
    assert await ground.one("select count(*) from case_alarms") == 2


AGAIN = [
    # name, what the second alarm is, cases, found
    ("another kind", {"kind": "tamper", "alarm": "w-301.tamper.1"}, 1, "leak tamper"),
    ("the same kind once more", {"alarm": "w-301.leak.2"}, 1, "leak"),
    ("another meter", {"device": "w-302", "alarm": "w-302.leak.1"}, 2, "leak"),
]


@pytest.mark.parametrize("row", AGAIN, ids=[row[0] for row in AGAIN])
async def test_one_open_case_a_device(
    ground: Ground, sender: Sender, row: tuple[str, dict[str, Any], int, str]
) -> None:
    _, second, cases, found = row
    await ground.tell(sender.alarm(), sender.alarm(**second))
    told = await ground.listed(open_only=True)
    assert [case.sightings for case in told] == ([2] if cases == 1 else [1, 1])
    assert [" ".join(case.found) for case in told] == [found] * cases


async def test_devices_of_one_name_and_of_two_gateways_are_apart(ground: Ground, sender: Sender) -> None:
    other = Sender(gateway="gw-2", key=sender.key)
    await ground.devices.register(other.community, other.gateway, other.public)
    alike = {"device": "one"}
    await ground.tell(*(sender.alarm(device, **alike) for device in ("meter", "gate", "sensor")), other.alarm(**alike))
    cases = await ground.listed(open_only=True)
    assert sorted((case.gateway, case.kind.value) for case in cases) == [
        ("gw-1", "gate"),
        ("gw-1", "meter"),
        ("gw-1", "sensor"),
        ("gw-2", "meter"),
    ]


KINDS = [(CaseKind.METER, 1), (CaseKind.GATE, 1), (CaseKind.SENSOR, 1), (CaseKind.PARKING, 2), (CaseKind.THROWN, 1)]


async def test_the_list_by_kind(ground: Ground, sender: Sender) -> None:
    parked = {"slot": "cam1.s2", "stay": "cam1.s2.1"}
    await ground.tell(
        *(sender.alarm(device) for device in ("meter", "gate", "sensor")),
        sender.thrown(),
        sender.opened(),
        sender.opened(**parked),
    )
    for kind, count in KINDS:
        cases = await ground.listed(open_only=None, kind=kind)
        assert ([case.kind for case in cases], len(cases)) == ([kind] * count, count)
    assert await ground.listed(open_only=None, kind=CaseKind.ZOMBIE) == []
    await ground.tell(sender.confirmed(**parked))
    (zombie,) = await ground.listed(open_only=True, kind=CaseKind.ZOMBIE)
    assert zombie.kind is CaseKind.ZOMBIE
    assert len(await ground.listed(open_only=True, kind=CaseKind.PARKING)) == 1
    assert await ground.listed(open_only=False, kind=CaseKind.METER) == []


async def test_whatever_order_the_lanes_come_in(ground: Ground, sender: Sender) -> None:
    """A leak opens and ends, opens again and ends again; lanes keep their order, and overtake each other."""
    number = 0
    for order in sorted(set(permutations("oocc"))):
        number += 1
        device = {"device": f"w-{number}"}
        sent = {phase: [sender.alarm(phase=phase, alarm=f"a.{n}", **device) for n in (1, 2)] for phase in PHASES}
        await ground.tell(*(sent["opened" if letter == "o" else "cleared"].pop(0) for letter in order))
        (case,) = (
            each for each in await ground.listed(open_only=True) if each.device and each.device.id == f"w-{number}"
        )
        assert (case.standing, case.alarms[0].alarm, case.alarms[0].times) == ((), "a.2", 2), order
        assert sorted(await history(ground, case)) == ["alarmed", "collected", "dispatch", "ended", "ended", "file"]
    assert number == 6
    assert await ground.rows("select 1 from case_alarms where case_id is null") == []
    assert await ground.rows("select 1 from quarantine") == []


PHASES = ("opened", "cleared")


async def test_the_end_of_an_alarm_that_nobody_told_of_opens_nothing(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm(phase="cleared", alarm="w-301.leak.9"), sender.alarm())
    case = await ground.case()
    assert [alarm.kind for alarm in case.standing] == [Found.LEAK]
    assert await ground.rows("select alarm from case_alarms where case_id is null") == [("w-301.leak.9",)]


async def test_a_case_reported_handled_waits_and_closes_with_the_last_alarm(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm(), sender.alarm(kind="tamper", alarm="w-301.tamper.1"))
    case = await act(ground, await ground.case(), Action.ACCEPT, Action.REPORT)
    assert (case.stage, case.verification, allowed(case)) == (Stage.REPORTED, Verification.WAITING, ())
    assert await ground.rows("select 1 from outgoing") == [], "no gateway is asked: the device tells by itself"
    await ground.tell(sender.alarm(phase="cleared"))
    assert (await ground.case()).stage is Stage.REPORTED
    await ground.tell(sender.alarm(phase="cleared", kind="tamper", alarm="w-301.tamper.1"))
    case = await ground.case()
    assert (case.stage, case.verification, case.closed_by) == (Stage.CLOSED, Verification.ENDED, DEVICE)
    assert await ground.rows("select outcome from looks where answered_at is not null") == [("ended",)]
    ground.clock.move(2 * LEAK_S)
    assert await ground.cases.expire() == 0


async def test_a_device_has_its_time_and_then_a_person_decides(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm())
    case = await act(ground, await ground.case(), Action.ACCEPT, Action.REPORT)
    ground.clock.move(LEAK_S)
    assert await ground.cases.expire() == 0
    with pytest.raises(Refused, match="the device has yet to say"):
        await act(ground, case, Action.VERIFY_PASS)
    ground.clock.move(ON_THE_WAY.total_seconds() + 1)
    assert (await ground.cases.expire(), await ground.cases.expire()) == (1, 0)
    case = await ground.case()
    assert (case.stage, case.verification) == (Stage.REPORTED, Verification.NOT_ENDED)
    case = await act(ground, case, Action.VERIFY_FAIL)
    assert (case.stage, case.rework) == (Stage.HANDLING, 1)
    case = await act(ground, case, Action.REPORT)
    await ground.tell(sender.alarm(phase="cleared"))
    assert ((await ground.case()).stage, (await ground.case()).closed_by) == (Stage.CLOSED, DEVICE)


async def test_it_ends_too_late_but_before_a_person_has_decided(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm())
    await act(ground, await ground.case(), Action.ACCEPT, Action.REPORT)
    ground.clock.move(LEAK_S + 60)
    assert await ground.cases.expire() == 1
    await ground.tell(sender.alarm(phase="cleared"))
    assert ((await ground.case()).stage, (await ground.case()).closed_by) == (Stage.CLOSED, DEVICE)


async def test_what_a_person_closed_stays_closed_and_notes_the_end(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm())
    case = await act(ground, await ground.case(), Action.ACCEPT, Action.REPORT)
    ground.clock.move(LEAK_S + 60)
    await ground.cases.expire()
    case = await act(ground, await ground.case(), Action.VERIFY_PASS)
    await ground.tell(sender.alarm(phase="cleared"))
    closed = await ground.case()
    assert (closed.closed_by, closed.standing, (await history(ground, case))[-1]) == (STAFF, (), "ended")


async def test_a_closed_case_takes_no_further_alarm(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm(), sender.alarm(phase="cleared"))
    closed = await act(ground, await ground.case(), Action.ACCEPT, Action.REPORT)
    await ground.tell(sender.alarm(alarm="w-301.leak.2"))
    (case,) = await ground.listed(open_only=True)
    assert (case.id != closed.id, case.alarms[0].alarm, case.sightings) == (True, "w-301.leak.2", 1)
    await ground.tell(sender.alarm(phase="cleared", alarm="w-301.leak.2"))
    (case,) = await ground.listed(open_only=True)
    assert case.standing == ()


async def test_a_gateway_with_a_new_store_goes_on_with_the_case_of_its_device(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm())
    anew = Sender(epoch="fedcba9876543210", key=sender.key)
    await ground.tell(anew.alarm())
    await act(ground, await ground.case(), Action.ACCEPT, Action.REPORT)
    await ground.tell(sender.alarm(phase="cleared"))
    assert (await ground.case()).stage is Stage.REPORTED, "of the same name, and of the store that was lost"
    await ground.tell(anew.alarm(phase="cleared"))
    assert (await ground.case()).stage is Stage.CLOSED


async def test_the_end_of_an_alarm_that_was_told_twice_is_of_its_latest_case(ground: Ground, sender: Sender) -> None:
    for _ in range(2):
        ground.clock.move(1)
        await ground.tell(sender.alarm())
        case = (await ground.listed(open_only=True))[0]
        await act(ground, case, Action.ACCEPT, Action.REPORT)
        await ground.tell(sender.alarm(phase="cleared"))
    assert [case.stage for case in await ground.listed(open_only=None)] == [Stage.CLOSED] * 2


async def test_the_open_case_of_a_device(ground: Ground, sender: Sender) -> None:
    other = Sender(gateway="gw-2")
    await ground.devices.register(other.community, other.gateway, other.public)
    await ground.tell(sender.alarm(), sender.alarm("gate"), other.alarm())
    meter = Owned("demo", "gw-1", CaseKind.METER, "w-301")
    found = await ground.cases.open_case(meter)
    assert found is not None
    assert (found.gateway, found.kind) == ("gw-1", CaseKind.METER)
    assert await ground.cases.open_case(replace(meter, device="w-302")) is None
    await ground.tell(sender.alarm(phase="cleared"))
    case = await ground.cases.open_case(meter)
    assert case is not None
    await act(ground, case, Action.ACCEPT, Action.REPORT)
    assert await ground.cases.open_case(meter) is None


async def test_many_workers_at_once_open_one_case(ground: Ground, sender: Sender) -> None:
    kinds = ("leak", "burst", "tamper", "cover", "jump", "offline")
    sent = [sender.alarm(phase=phase, kind=kind, alarm=f"a.{kind}") for kind in kinds for phase in PHASES]
    taken = await asyncio.gather(*(ground.take(each) for each in sent))
    assert all(each.fault is None for each in taken)
    case = await ground.case()
    assert (case.sightings, set(case.found), case.standing) == (6, {Found(kind) for kind in kinds}, ())


async def test_it_is_reported_and_over_and_opens_again_at_once(ground: Ground, sender: Sender) -> None:
    for n in range(6):
        await ground.tell(sender.alarm(alarm=f"a.{n}"))
        case = await act(ground, (await ground.listed(open_only=True))[0], Action.ACCEPT)
        sent = [sender.alarm(phase="cleared", alarm=f"a.{n}"), sender.alarm(alarm=f"b.{n}", kind="tamper")]
        *taken, reported = await asyncio.gather(
            *(ground.take(each) for each in sent), act(ground, case, Action.REPORT), return_exceptions=True
        )
        assert [getattr(each, "fault", each) for each in taken] == [None, None]
        assert isinstance(reported, Case | Stale)
        (open_case,) = await ground.listed(open_only=True)
        assert [alarm.alarm for alarm in open_case.standing] == [f"b.{n}"], "in the case, or in one of its own"
        await ground.tell(sender.alarm(phase="cleared", alarm=f"b.{n}", kind="tamper"))
        for open_case in await ground.listed(open_only=True):
            steps = {"dispatched": (Action.ACCEPT, Action.REPORT), "handling": (Action.REPORT,)}[open_case.stage]
            assert (await act(ground, open_case, *steps)).closed_by == DEVICE


async def test_a_flood_of_alarms_is_one_case_that_keeps_one_of_each_kind(ground: Ground, sender: Sender) -> None:
    await ground.tell(*(sender.alarm(kind="offline", alarm=f"a.{n}") for n in range(20)))
    case = await ground.case()
    assert [(alarm.alarm, alarm.times) for alarm in case.alarms] == [("a.19", 20)]


async def test_a_picture_of_an_alarm_is_its_cases(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.alarm(phase="cleared", evidence=[PICTURE]), sender.alarm())
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    assert [photo.sha256 for photo in view.photos] == ["a" * 64]


async def test_the_clock_of_the_alarm_told_last_is_shown(ground: Ground, sender: Sender) -> None:
    doubtful = sender.say("gate.alarm.opened.v1", {**gate(), "alarm": "a.1"}, clock="unsynced")
    await ground.tell(doubtful)
    assert (await ground.case()).clock == "unsynced"
    await ground.tell(sender.say("gate.alarm.opened.v1", {**gate(), "alarm": "a.2"}))
    assert (await ground.case()).clock == "synced"


def gate() -> dict[str, Any]:
    told = {"device": "north", "words_zh": "开着", "words_en": "open", "kind": "forced"}
    return told | {"began_at": "2026-11-21T02:00:00Z", "found_at": "2026-11-21T02:00:00Z"}
