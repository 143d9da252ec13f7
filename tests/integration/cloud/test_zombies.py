"""Zombie vehicles from suspicion to closing, as gateways tell of them, on a real database."""

import asyncio
import itertools
from typing import Any

import pytest

from cloud.cases.domain import Case
from cloud.cases.flow import allowed
from cloud.cases.vocabulary import Action, Found, Note, Stage, Verification
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import DAY_S, PLACE, Sender, Sent
from tests.people import person

STAFF = "wang.fang"
SIGN = "40 次查看都没有车牌"


async def act(ground: Ground, case: Case, action: Action, **more: Any) -> Case:
    return await ground.cases.act(case.id, action, by=person(STAFF), version=case.version, **more)


async def report(ground: Ground) -> str:
    """Somebody reports the only case handled; the command that asks the camera."""
    case = await ground.case()
    if case.stage is Stage.DISPATCHED:
        case = await act(ground, case, Action.ACCEPT)
    case = await act(ground, case, Action.REPORT)
    assert case.look is not None
    return case.look


async def told(ground: Ground) -> list[str]:
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    return [entry.what.value for entry in view.history]


async def test_a_suspicion_is_listed_and_opens_nothing(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.suspected())
    assert await ground.listed(open_only=None) == []
    (suspect,) = await ground.cases.suspects()
    assert (suspect.slot, suspect.stay, suspect.standing_s) == (PLACE["slot"], PLACE["stay"], 7 * DAY_S)
    assert [sign.words_zh for sign in suspect.signs] == [SIGN]
    assert suspect.plate is not None
    assert suspect.plate.state == "missing"


async def test_a_confirmed_one_opens_a_case_with_its_signs(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.suspected(), sender.confirmed())
    case = await ground.case()
    assert (case.stage, case.found, case.is_zombie_alone) == (Stage.DISPATCHED, (Found.ZOMBIE,), True)
    assert (case.dwell_s, case.limit_s, case.standing_s) == (30 * DAY_S, 30 * DAY_S, 30 * DAY_S)
    assert [sign.words_zh for sign in case.signs] == [SIGN]
    assert await ground.cases.suspects() == []
    assert await told(ground) == ["collected", "file", "dispatch", "suspected"]


async def test_the_camera_verifies_that_a_zombie_vehicle_is_gone(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.confirmed())
    look = await report(ground)
    assert await ground.rows("select body from outgoing") == [(PLACE,)]
    await ground.tell(sender.zombie_ends(moved=True), sender.verification(look, "gone"))
    case = await ground.case()
    assert (case.stage, case.closed_by, case.vehicle_present) == (Stage.CLOSED, "camera", False)
    assert str(case.last_seen_at) == "2026-11-21 02:06:00+00:00"
    assert case.missed_at is not None


async def test_one_that_still_stands_sends_its_case_back(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.confirmed())
    await ground.tell(sender.verification(await report(ground), "still_there"))
    case = await ground.case()
    assert (case.stage, case.rework) == (Stage.HANDLING, 1)


async def test_a_car_that_stood_too_long_and_is_a_zombie_later_has_one_case(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened(plate={"state": "unknown", "looks": 1}), sender.suspected())
    assert await ground.cases.suspects() == [], "staff has its case already"
    assert (await ground.case()).signs != ()
    await ground.tell(sender.confirmed())
    case = await ground.case()
    assert case.found == (Found.DWELL, Found.ZOMBIE)
    assert (case.dwell_s, case.limit_s, case.standing_s, case.standing_limit_s) == (300, 300, 30 * DAY_S, 30 * DAY_S)
    assert (case.sightings, case.plate and case.plate.state) == (2, "missing")
    assert await told(ground) == ["collected", "file", "dispatch", "suspected", "confirmed"]
    assert await ground.cases.suspects() == []


async def test_another_vehicle_at_the_place_inherits_nothing(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.confirmed(), sender.zombie_ends(moved=True), sender.opened(stay="cam1.s1.2"))
    case = await ground.case()
    assert (case.stay, case.found, case.signs, case.standing_s) == ("cam1.s1.2", (Found.DWELL,), (), None)
    assert (case.plate, case.missed_at, case.vehicle_present) == (None, None, True)


async def test_a_milestone_is_told_and_a_stay_that_ends_twice_is_told_once(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened(), sender.confirmed(), sender.zombie_stands())
    await ground.tell(sender.cleared(), sender.zombie_ends(moved=True))
    case = await ground.case()
    assert (case.standing_s, case.dwell_s, case.vehicle_present) == (40 * DAY_S, 400, False)
    assert (await told(ground))[-2:] == [Note.STILL_STANDING, Note.LEFT]


STORY = ("opened", "suspected", "confirmed", "stands", "left")


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7], ids=str)
async def test_in_whatever_order_the_story_comes_the_case_is_the_same(
    ground: Ground, sender: Sender, order: tuple[int, ...]
) -> None:
    story = [sender.opened(), sender.suspected(), sender.confirmed(), sender.zombie_stands()]
    story.append(sender.zombie_ends(moved=True))
    await ground.tell(*(story[at] for at in order))
    case = await ground.case()
    assert (set(case.found), case.vehicle_present) == ({Found.DWELL, Found.ZOMBIE}, False), order
    assert (case.dwell_s, case.limit_s, case.standing_s) == (300, 300, 40 * DAY_S)
    assert (case.sightings, case.signs_gone, len(case.signs)) == (2, False, 1)
    assert await ground.one("select count(*) from case_events where case_id is null") == 0
    assert sorted(await told(ground)) == sorted(
        ["collected", "file", "dispatch", "suspected", _second(case), "still_standing", "left"]
    )
    assert await ground.cases.suspects() == []


def _second(case: Case) -> str:
    return "confirmed" if case.found[0] is Found.DWELL else "seen_again"


async def test_the_story_told_twice_is_the_story_told_once(ground: Ground, sender: Sender) -> None:
    story = [sender.suspected(), sender.confirmed(), sender.zombie_stands(), sender.zombie_ends(moved=False)]
    await ground.tell(*story)
    case, lines = await ground.case(), await told(ground)
    await ground.tell(*story)
    assert (await ground.case(), await told(ground)) == (case, lines)


async def test_lanes_that_come_at_the_same_time_make_one_case(ground: Ground, sender: Sender) -> None:
    for n in range(8):
        stay: dict[str, Any] = {"slot": f"cam1.s{n}", "stay": f"cam1.s{n}.1"}
        story: list[Sent] = [sender.opened(**stay), sender.confirmed(**stay), sender.zombie_ends(moved=True, **stay)]
        await asyncio.gather(*(ground.tell(sent) for sent in story))
    cases = await ground.listed(open_only=None)
    assert [(set(case.found), case.vehicle_present) for case in cases] == [({Found.DWELL, Found.ZOMBIE}, False)] * 8


async def test_signs_that_go_ask_a_person_and_move_nothing(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.confirmed(), sender.zombie_ends(moved=False))
    case = await ground.case()
    assert (case.stage, case.signs_gone, case.vehicle_present) == (Stage.DISPATCHED, True, True)
    assert (await told(ground))[-1] == Note.SIGNS_GONE
    await ground.tell(sender.verification(await report(ground), "still_there"))
    case = await ground.case()
    assert (case.stage, case.verification, case.rework) == (Stage.REPORTED, Verification.IN_USE, 0)
    assert allowed(case) == (Action.VERIFY_PASS, Action.VERIFY_FAIL)
    case = await act(ground, case, Action.VERIFY_PASS, note="车主刚开过")
    assert (case.stage, case.closed_by) == (Stage.CLOSED, STAFF)


async def test_a_car_that_stands_where_it_may_not_goes_back_though_its_signs_are_gone(
    ground: Ground, sender: Sender
) -> None:
    await ground.tell(sender.opened(), sender.confirmed(), sender.zombie_ends(moved=False))
    await ground.tell(sender.verification(await report(ground), "still_there"))
    case = await ground.case()
    assert (case.stage, case.verification) == (Stage.HANDLING, Verification.STILL_THERE)


SIGNS = [
    # name,                     order of: confirmed at 30 d, signs gone at 40 d, confirmed again at 50 d;  gone then?
    ("confirmed, gone", "01", True),
    ("gone, confirmed", "10", True),
    ("confirmed again", "012", False),
    ("again before gone is told", "021", False),
    ("last first", "210", False),
    ("gone first, then again", "120", False),
]


@pytest.mark.parametrize(("order", "gone"), [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
async def test_what_was_said_when_it_had_stood_longest_holds(
    ground: Ground, sender: Sender, order: str, gone: bool
) -> None:
    again = {"standing_s": 50 * DAY_S}
    story = [sender.confirmed(), sender.zombie_ends(moved=False), sender.confirmed(**again)]
    await ground.tell(*(story[int(at)] for at in order))
    assert (await ground.case()).signs_gone is gone


@pytest.mark.parametrize(("order", "gone"), [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
async def test_so_it_does_in_a_case_that_was_opened_for_standing_too_long(
    ground: Ground, sender: Sender, order: str, gone: bool
) -> None:
    again = {"standing_s": 50 * DAY_S}
    story = [sender.confirmed(), sender.zombie_ends(moved=False), sender.confirmed(**again)]
    await ground.tell(sender.opened(), *(story[int(at)] for at in order))
    case = await ground.case()
    assert (case.signs_gone, len(case.signs), set(case.found)) == (gone, 1, {Found.DWELL, Found.ZOMBIE})


async def test_a_suspicion_that_ends_is_not_listed_any_more_and_not_if_its_end_came_first(
    ground: Ground, sender: Sender
) -> None:
    first, end = sender.suspected(), sender.zombie_ends(moved=False, days=10)
    await ground.tell(end, first)
    assert await ground.cases.suspects() == []
    await ground.tell(sender.suspected(standing_s=15 * DAY_S))
    assert [suspect.standing_s for suspect in await ground.cases.suspects()] == [15 * DAY_S]
    assert await ground.listed(open_only=None) == []


async def test_a_suspicion_of_a_stay_whose_case_is_closed_is_listed(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    await ground.tell(sender.verification(await report(ground), "gone"), sender.suspected())
    assert len(await ground.cases.suspects()) == 1
    await ground.tell(sender.confirmed())
    (case,) = await ground.listed(open_only=True)
    assert (case.found, case.number[-1]) == ((Found.ZOMBIE,), "2")
    view = await ground.cases.get(case.id)
    assert view is not None
    assert view.history[-1].what is Note.SUSPECTED, "the new case tells how it came to be"


@pytest.mark.parametrize("rule", ["no_permit", "double_parked"])
async def test_a_case_says_by_which_rule(ground: Ground, sender: Sender, rule: str) -> None:
    permit = {"state": "expired", "kind": "visitor"}
    plate = {"state": "read", "text": "?A12345", "kind": "ordinary", "looks": 9}
    await ground.tell(sender.opened(rule=rule, behind="cam1.s7.3", permit=permit, plate=plate))
    case = await ground.case()
    assert (case.found, case.behind) == ((Found(rule),), "cam1.s7.3")
    assert (case.plate and case.plate.text, case.permit and case.permit.kind) == ("?A12345", "visitor")
    view = await ground.cases.get(case.id)
    assert view is not None
    assert view.history[0].note == rule


async def test_a_vehicle_that_returns_leads_to_the_case_of_its_earlier_stay(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened())
    first = await ground.case()
    await ground.tell(sender.cleared(), sender.verification(await report(ground), "gone"))
    ground.clock.move(60)
    await ground.tell(sender.opened(stay="cam1.s1.2", returns="cam1.s1.1", behind="cam1.s9.9"))
    (second,) = await ground.listed(open_only=True)
    view = await ground.cases.get(second.id)
    assert view is not None
    assert view.returns is not None
    assert (view.returns.id, view.returns.number, view.behind) == (first.id, first.number, None)


async def test_a_sealed_original_is_named_beside_its_picture_and_shown_nowhere(ground: Ground, sender: Sender) -> None:
    picture = {"sha256": "a" * 64, "media_type": "image/jpeg", "size": 9, "kind": "due", "masked": True}
    sealed = {**picture, "sha256": "b" * 64, "media_type": "application/vnd.linli.sealed", "masked": False}
    at = {"taken_at": "2026-11-21T02:00:00Z"}
    await ground.tell(sender.opened(evidence=[picture | at, sealed | at | {"sealed": True, "original_of": "a" * 64}]))
    case = await ground.case()
    view = await ground.cases.get(case.id)
    assert view is not None
    assert [(photo.sha256[0], photo.original, photo.original_arrived) for photo in view.photos] == [
        ("a", "b" * 64, False)
    ]
    assert {photo.sha256[0] for photo in (await ground.page()).covers.values()} == {"a"}


async def test_a_new_matter_of_a_stay_whose_case_is_closed_can_be_closed_though_its_end_came_first(
    ground: Ground, sender: Sender
) -> None:
    await ground.tell(sender.opened())
    await ground.tell(sender.verification(await report(ground), "cannot_see"))
    await act(ground, await ground.case(), Action.VERIFY_PASS)
    await ground.tell(sender.suspected(), sender.zombie_ends(moved=False), sender.confirmed())
    (case,) = await ground.listed(open_only=True)
    assert (case.is_zombie_alone, case.signs_gone, case.standing_s) == (True, True, 40 * DAY_S)
    case = await act(ground, await act(ground, case, Action.ACCEPT), Action.REPORT)
    assert case.look is not None
    await ground.tell(sender.verification(case.look, "still_there"))
    (case,) = await ground.listed(open_only=True)
    assert allowed(case) == (Action.VERIFY_PASS, Action.VERIFY_FAIL)


async def test_a_suspected_one_that_a_person_has_looked_into_is_listed_again_only_when_it_is_told_again(
    ground: Ground, sender: Sender
) -> None:
    first = sender.suspected()
    other = {"slot": "cam1.s2", "stay": "cam1.s2.1"}
    await ground.tell(first, sender.suspected(**other))
    assert await ground.cases.dismiss_suspect(first.id, by=STAFF)
    assert [suspect.slot for suspect in await ground.cases.suspects()] == ["cam1.s2"]
    assert await ground.rows("select slot, dismissed_by from suspects where dismissed_at is not null") == [
        (PLACE["slot"], STAFF)
    ]
    assert not await ground.cases.dismiss_suspect(first.id, by="li.lei"), "once is enough"
    assert not await ground.cases.dismiss_suspect("nonsense", by=STAFF)
    await ground.tell(first)
    assert len(await ground.cases.suspects()) == 1, "the same message again is no news"
    await ground.tell(sender.suspected(standing_s=15 * DAY_S))
    assert len(await ground.cases.suspects()) == 2
    await ground.tell(sender.confirmed(**other))
    (case,) = await ground.listed(open_only=True)
    assert case.slot == "cam1.s2"


async def test_a_case_s_history_says_when_its_vehicle_was_suspected(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.suspected())
    ground.clock.move(23 * DAY_S)
    await ground.tell(sender.confirmed())
    case = await ground.case()
    view = await ground.cases.get(case.id)
    assert view is not None
    assert [(line.what.value, line.at == case.opened_at) for line in view.history] == [
        ("suspected", False),
        ("collected", True),
        ("file", True),
        ("dispatch", True),
    ]
    assert (case.opened_at - view.history[0].at).total_seconds() == 23 * DAY_S
    assert case.updated_at == case.opened_at
