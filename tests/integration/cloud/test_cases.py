"""Cases as gateways and people move them: walks written out, on a real database."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from cloud.cases.domain import Case, Refused, Stale
from cloud.cases.flow import allowed
from cloud.cases.pictures import FIRST_PHOTOS, LATEST_PHOTOS
from cloud.cases.service import CHANNEL
from cloud.cases.vocabulary import Action, Note, Stage, Verification
from cloud.db import listen
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import PARKING, Sender
from tests.people import person

STAFF = "wang.fang"


async def act(ground: Ground, case: Case, action: Action, **more: Any) -> Case:
    return await ground.cases.act(case.id, action, by=person(STAFF), version=case.version, **more)


async def reported(ground: Ground, sender: Sender, **data: Any) -> tuple[Case, str]:
    """A case that is reported handled, and the command that asks the camera."""
    await ground.tell(sender.opened(**data))
    case = (await ground.listed(open_only=True, limit=1))[0]
    case = await act(ground, await act(ground, case, Action.ACCEPT), Action.REPORT)
    assert case.look is not None
    return case, case.look


async def told(ground: Ground, case: Case) -> list[tuple[str, str, str]]:
    view = await ground.cases.get(case.id)
    assert view is not None
    return [(entry.what.value, entry.stage.value, entry.actor) for entry in view.history]


async def test_the_whole_road_from_a_finding_to_its_evaluation(ground: Ground, sender: Sender) -> None:
    case, look = await reported(ground, sender)
    assert (case.stage, case.verification) == (Stage.REPORTED, Verification.WAITING)
    await ground.tell(sender.verification(look, "gone"))
    case = await ground.case()
    assert (case.stage, case.verification, case.closed_by) == (Stage.CLOSED, Verification.GONE, "camera")
    assert not case.vehicle_present
    case = await act(ground, case, Action.EVALUATE, rating=5, note="快")
    assert (case.stage, case.rating) == (Stage.EVALUATED, 5)
    assert await told(ground, case) == [
        ("collected", "collected", "camera"),
        ("file", "filed", "system"),
        ("dispatch", "dispatched", "system"),
        ("accept", "handling", STAFF),
        ("report", "reported", STAFF),
        ("look_asked", "reported", "system"),
        ("answered", "reported", "camera"),
        ("verify_pass", "closed", "camera"),
        ("evaluate", "evaluated", STAFF),
    ]


async def test_a_vehicle_that_still_stands_sends_the_case_back(ground: Ground, sender: Sender) -> None:
    case, first = await reported(ground, sender)
    await ground.tell(sender.verification(first, "still_there"))
    case = await ground.case()
    assert (case.stage, case.rework, case.verification) == (Stage.HANDLING, 1, Verification.STILL_THERE)
    case = await act(ground, case, Action.REPORT)
    assert case.look not in {None, first}
    await ground.tell(sender.verification(str(case.look), "gone"))
    assert (await ground.case()).stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("decision", "stage", "rework"), [(Action.VERIFY_PASS, "closed", 0), (Action.VERIFY_FAIL, "handling", 1)]
)
async def test_a_person_decides_where_the_camera_cannot_see(
    ground: Ground, sender: Sender, decision: Action, stage: str, rework: int
) -> None:
    case, look = await reported(ground, sender)
    assert allowed(case) == ()
    with pytest.raises(Refused, match="the camera has been asked"):
        await act(ground, case, decision)
    await ground.tell(sender.verification(look, "cannot_see", reason="too dark"))
    case = await ground.case()
    assert (case.stage, case.verification_reason) == (Stage.REPORTED, "too dark")
    assert allowed(case) == (Action.VERIFY_PASS, Action.VERIFY_FAIL)
    case = await act(ground, case, decision, note="去看过了")
    assert (case.stage, case.rework) == (stage, rework)
    assert case.closed_by == (STAFF if stage == "closed" else None)


async def test_nobody_answers_in_time_so_a_person_decides(ground: Ground, sender: Sender) -> None:
    await reported(ground, sender)
    ground.clock.move(69)
    assert await ground.cases.expire() == 0
    ground.clock.move(2)
    assert await ground.cases.expire() == 1
    assert await ground.cases.expire() == 0
    case = await ground.case()
    assert (case.stage, case.verification) == (Stage.REPORTED, Verification.NO_ANSWER)
    assert await ground.one("select done_at is not null from outgoing")
    assert (await act(ground, case, Action.VERIFY_PASS)).stage is Stage.CLOSED


async def test_a_late_answer_counts_as_long_as_nobody_has_decided(ground: Ground, sender: Sender) -> None:
    _, look = await reported(ground, sender)
    ground.clock.move(100)
    await ground.cases.expire()
    await ground.tell(sender.verification(look, "gone"))
    assert (await ground.case()).stage is Stage.CLOSED


async def test_a_late_answer_after_a_person_decided_is_told_and_moves_nothing(ground: Ground, sender: Sender) -> None:
    _, look = await reported(ground, sender)
    ground.clock.move(100)
    await ground.cases.expire()
    case = await act(ground, await ground.case(), Action.VERIFY_PASS)
    await ground.tell(sender.verification(look, "still_there"))
    after = await ground.case()
    assert (after.stage, after.rework, after.verification) == (Stage.CLOSED, 0, case.verification)
    assert (await told(ground, after))[-1] == ("answered", "closed", "camera")


async def test_a_second_answer_to_the_same_command_moves_nothing(ground: Ground, sender: Sender) -> None:
    _, look = await reported(ground, sender)
    await ground.tell(sender.verification(look, "cannot_see"), sender.verification(look, "gone"))
    case = await ground.case()
    assert (case.stage, case.verification) == (Stage.REPORTED, Verification.CANNOT_SEE)


async def test_an_answer_to_the_command_before_moves_nothing(ground: Ground, sender: Sender) -> None:
    case, first = await reported(ground, sender)
    ground.clock.move(100)
    await ground.cases.expire()
    case = await act(ground, await ground.case(), Action.VERIFY_FAIL)
    case = await act(ground, case, Action.REPORT)
    await ground.tell(sender.verification(first, "gone"))
    after = await ground.case()
    assert (after.stage, after.verification) == (Stage.REPORTED, Verification.WAITING)


async def test_an_answer_to_no_command_is_kept_and_moves_nothing(ground: Ground, sender: Sender) -> None:
    case, _ = await reported(ground, sender)
    await ground.tell(sender.verification("01930f6e-7a2b-7c3d-8e4f-0123456789ab", "gone"))
    assert await ground.case() == case
    assert await ground.one("select count(*) from case_events where case_id is null") == 1


async def test_a_gateway_does_not_answer_for_another(ground: Ground, sender: Sender) -> None:
    case, look = await reported(ground, sender)
    rival = Sender(gateway="gw-2")
    await ground.devices.register("demo", "gw-2", rival.public)
    await ground.tell(rival.verification(look, "gone"))
    assert await ground.case() == case


async def test_a_finding_at_the_place_of_an_open_case_belongs_to_it(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened(), sender.cleared(), sender.opened(stay="cam1.s1.2", vehicle="truck"))
    case = await ground.case()
    assert (case.sightings, case.stay, case.vehicle, case.vehicle_present) == (2, "cam1.s1.2", "truck", True)
    await ground.tell(sender.cleared(dwell_s=500.0))
    assert (await ground.case()).vehicle_present, "the first vehicle's leaving says nothing of the second"


async def test_a_case_tells_of_the_vehicle_that_was_found_last(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    zone = {"zone": "gate-1", "zone_kind": "gate_mouth", "zone_name": "东门"}
    second = {**PARKING, **zone, "stay": "cam1.s1.2", "entered_at": "2026-11-21T01:58:00Z"}
    await ground.tell(sender.say("parking.opened.v1", second, clock="unsynced", time="2019-06-01T00:00:00Z"))
    case = await ground.case()
    assert (case.zone, case.zone_kind, case.zone_name) == ("gate-1", "gate_mouth", "东门")
    assert case.entered_at.isoformat() == "2026-11-21T01:58:00+00:00"
    assert (case.clock, case.odd_time) == ("unsynced", True)


@pytest.mark.parametrize(
    ("left", "outcome", "ends"),
    [
        (False, "gone", (Stage.HANDLING, Verification.STILL_THERE)),
        (True, "gone", (Stage.CLOSED, Verification.GONE)),
        (False, "cannot_see", (Stage.REPORTED, Verification.CANNOT_SEE)),
    ],
    ids=["the second stands", "the second has left, too", "nothing can be seen"],
)
async def test_a_case_that_a_second_vehicle_belongs_to_is_not_closed_when_the_first_has_left(
    ground: Ground, sender: Sender, left: bool, outcome: str, ends: tuple[Stage, Verification]
) -> None:
    _, look = await reported(ground, sender)
    second = {"stay": "cam1.s1.2"}
    await ground.tell(sender.opened(**second))
    if left:
        await ground.tell(sender.cleared(**second))
    await ground.tell(sender.verification(look, outcome))
    case = await ground.case()
    assert (case.stage, case.verification) == ends
    if case.stage is Stage.HANDLING:
        assert (case.vehicle_present, case.rework) == (True, 1)
        assert (await told(ground, case))[-2:] == [
            ("answered", "reported", "camera"),
            ("verify_fail", "handling", "camera"),
        ]
        case = await act(ground, case, Action.REPORT)
        assert await ground.one("select body->>'stay' from outgoing where done_at is null") == "cam1.s1.2"


async def test_an_older_finding_that_comes_late_does_not_take_the_newer_ones_place(
    ground: Ground, sender: Sender
) -> None:
    old, new = sender.opened(), sender.opened(stay="cam1.s1.2")
    await ground.tell(new, old)
    case = await ground.case()
    assert (case.sightings, case.stay) == (2, "cam1.s1.2")


@pytest.mark.parametrize(
    "other",
    [{"slot": "cam1.s2"}, {"camera": "cam2"}],
)
async def test_another_place_is_another_case(ground: Ground, sender: Sender, other: dict[str, str]) -> None:
    await ground.tell(sender.opened())
    ground.clock.move(1)
    await ground.tell(sender.opened(**other))
    numbers = [case.number for case in await ground.listed(open_only=True)]
    assert numbers == ["LL-20261121-0002", "LL-20261121-0001"]


async def test_a_finding_after_the_case_was_closed_opens_another(ground: Ground, sender: Sender) -> None:
    _, look = await reported(ground, sender)
    await ground.tell(sender.verification(look, "gone"))
    ground.clock.move(1)
    await ground.tell(sender.opened(stay="cam1.s1.2"))
    assert [case.stage for case in await ground.listed(open_only=None)] == [Stage.DISPATCHED, Stage.CLOSED]
    assert len(await ground.listed(open_only=True)) == 1
    assert len(await ground.listed(open_only=False)) == 1


async def test_milestones_and_leaving_are_told(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened(), sender.milestone(), sender.cleared(dwell_s=4000.0))
    case = await ground.case()
    assert (case.dwell_s, case.vehicle_present, case.stage) == (4000.0, False, Stage.DISPATCHED)
    assert [what for what, _, _ in await told(ground, case)][-2:] == [Note.STILL_STANDING, Note.LEFT]


async def test_lanes_overtake_each_other_and_the_case_is_the_same(ground: Ground, sender: Sender) -> None:
    opened, milestone, cleared = sender.opened(), sender.milestone(), sender.cleared(dwell_s=4000.0)
    await ground.tell(cleared, milestone)
    assert await ground.listed(open_only=None) == []
    await ground.tell(opened)
    case = await ground.case()
    assert (case.dwell_s, case.vehicle_present) == (4000.0, False)
    assert await ground.one("select count(*) from case_events where case_id is null") == 0


async def test_lanes_that_come_at_the_same_time_miss_nothing_of_each_other(ground: Ground, sender: Sender) -> None:
    for n in range(12):
        stay = {"slot": f"cam1.s{n}", "stay": f"cam1.s{n}.1"}
        await asyncio.gather(ground.tell(sender.opened(**stay)), ground.tell(sender.cleared(**stay)))
    assert await ground.one("select count(*) from case_events where case_id is null") == 0
    assert [case.vehicle_present for case in await ground.listed(open_only=None)] == [False] * 12


async def test_leaving_is_told_in_a_closed_case_too(ground: Ground, sender: Sender) -> None:
    _, look = await reported(ground, sender)
    await ground.tell(sender.verification(look, "gone"), sender.cleared())
    case = await ground.case()
    assert (case.stage, (await told(ground, case))[-1][0]) == (Stage.CLOSED, "left")


async def test_photos_of_all_events_of_a_case_are_shown_once_each(ground: Ground, sender: Sender) -> None:
    def picture(name: str, at: str) -> dict[str, Any]:
        kind = {"sha256": name * 64, "media_type": "image/jpeg", "size": 9, "kind": "enter", "masked": True}
        return {**kind, "taken_at": at}

    a, b = picture("a", "2026-11-21T01:55:00Z"), picture("b", "2026-11-21T02:00:00Z")
    await ground.tell(sender.milestone(evidence=[a, b]), sender.opened(evidence=[b, a]), sender.cleared(evidence=[a]))
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    assert [(photo.sha256[0], photo.arrived, photo.masked) for photo in view.photos] == [
        ("a", False, True),
        ("b", False, True),
    ]


async def test_of_very_many_photos_the_first_and_the_latest_are_shown(ground: Ground, sender: Sender) -> None:
    def picture(n: int) -> dict[str, Any]:
        kind = {"sha256": f"{n:064x}", "media_type": "image/jpeg", "size": 9, "kind": "enter", "masked": True}
        return {**kind, "taken_at": f"2026-11-21T{n // 60:02d}:{n % 60:02d}:00Z"}

    shown = FIRST_PHOTOS + LATEST_PHOTOS
    await ground.tell(sender.opened(evidence=[picture(n) for n in range(4)]))
    for start in range(4, shown, 16):
        await ground.tell(sender.milestone(evidence=[picture(n) for n in range(start, min(start + 16, shown))]))
    case = await ground.case()
    for more, left_out in ((0, 0), (2, 2)):
        await ground.tell(sender.milestone(evidence=[picture(shown + n) for n in range(more)]))
        view = await ground.cases.get(case.id)
        assert view is not None
        numbers = [int(photo.sha256, 16) for photo in view.photos]
        assert numbers == [n for n in range(shown + more) if n < FIRST_PHOTOS or n >= FIRST_PHOTOS + left_out]


async def test_simulated_footage_is_told(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened(simulated=True))
    assert (await ground.case()).simulated


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("a stage ahead", {"action": Action.REPORT}, "is not possible"),
    ("a step of the system", {"action": Action.FILE}, "is not possible"),
    ("verifying what nobody reported", {"action": Action.VERIFY_PASS}, "is not possible"),
    ("a rating at the wrong time", {"action": Action.ACCEPT, "rating": 3}, "rating"),
    ("a long note", {"action": Action.ACCEPT, "note": "长" * 501}, "500"),
    ("a note with NUL", {"action": Action.ACCEPT, "note": "a\x00"}, "500"),
]


@pytest.mark.parametrize(("asked", "why"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
async def test_what_a_case_does_not_allow_is_refused_with_a_reason(
    ground: Ground, sender: Sender, asked: dict[str, Any], why: str
) -> None:
    await ground.tell(sender.opened())
    case = await ground.case()
    with pytest.raises(Refused, match=why) as refused:
        await act(ground, case, **asked)
    assert refused.value.zh
    assert await ground.case() == case


@pytest.mark.parametrize("rating", [None, 0, 6])
async def test_an_evaluation_has_one_to_five_stars(ground: Ground, sender: Sender, rating: int | None) -> None:
    _, look = await reported(ground, sender)
    await ground.tell(sender.verification(look, "gone"))
    with pytest.raises(Refused):
        await act(ground, await ground.case(), Action.EVALUATE, rating=rating)


@pytest.mark.parametrize("case_id", ["", "nonsense", "' or 1=1", "01930f6e-7a2b-7c3d-8e4f-0123456789ab"])
async def test_there_is_no_such_case(ground: Ground, case_id: str) -> None:
    assert await ground.cases.get(case_id) is None
    with pytest.raises(Refused):
        await ground.cases.act(case_id, Action.ACCEPT, by=person(STAFF), version=1)


async def test_of_two_people_who_act_at_once_one_is_told_to_look_again(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    case = await ground.case()
    outcomes = await asyncio.gather(*(act(ground, case, Action.ACCEPT) for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(Stale) == 4
    assert (await ground.case()).version == case.version + 1


async def test_numbers_begin_anew_each_day_of_the_city(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    ground.clock.move(14 * 3600 - 1)  # a second before midnight in Shanghai
    await ground.tell(sender.opened(slot="cam1.s2"))
    ground.clock.move(1)
    await ground.tell(sender.opened(slot="cam1.s3"))
    numbers = [case.number for case in await ground.listed(open_only=None)]
    assert numbers == ["LL-20261122-0001", "LL-20261121-0002", "LL-20261121-0001"]


async def test_whoever_listens_is_told_of_each_change(ground: Ground, sender: Sender) -> None:
    async with aclosing(listen(ground.dsn, CHANNEL)) as changes:
        assert await anext(changes) == ""
        await ground.tell(sender.opened())
        case = await ground.case()
        assert await asyncio.wait_for(anext(changes), 5) == case.id
        await act(ground, case, Action.ACCEPT)
        assert await asyncio.wait_for(anext(changes), 5) == case.id


async def test_the_command_goes_out_with_the_report_or_not_at_all(ground: Ground, sender: Sender) -> None:
    case, look = await reported(ground, sender)
    assert await ground.rows("select id::text, body->>'stay' from outgoing") == [(look, PARKING["stay"])]
    with pytest.raises(Refused):
        await act(ground, case, Action.REPORT)
    assert await ground.one("select count(*) from outgoing") == 1
