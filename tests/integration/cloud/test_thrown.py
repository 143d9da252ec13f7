"""Thrown objects become cases: one a window and ten minutes, closed by a person, with the film before or after."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Case, Refused
from cloud.cases.falls import MAX_FALLS
from cloud.cases.flow import allowed
from cloud.cases.vocabulary import Action, Found, Stage, Verification
from cloud.db import transaction
from contract.events import parse_event
from contract.throwing import ObjectThrown
from tests.integration.cloud.ground import Ground, until
from tests.integration.cloud.sender import FALL, Sender, Sent
from tests.people import person

STAFF = "wang.fang"
BEGAN = datetime(2026, 11, 21, 1, 59, 57, tzinfo=UTC)
TAKEN = {"taken_at": "2026-11-21T02:00:00Z", "size": 9, "masked": True}
PICTURE = {"sha256": "a" * 64, "media_type": "image/jpeg", "kind": "fall", **TAKEN}
FILM = {"sha256": "b" * 64, "media_type": "video/mp4", "kind": "clip", **TAKEN}
ORIGINAL = {
    **FILM,
    "sha256": "c" * 64,
    "media_type": "application/vnd.linli.sealed",
    "masked": False,
    "sealed": True,
    "original_of": "b" * 64,
}


def at(fall: str, minutes: float = 0, **data: Any) -> dict[str, Any]:
    began = BEGAN + timedelta(minutes=minutes)
    return {"fall": fall, "began_at": began.isoformat(), "ended_at": (began + timedelta(seconds=1)).isoformat(), **data}


def floors(low: int, likely: int, high: int, by: str = "physics") -> dict[str, object]:
    return {"low": low, "likely": likely, "high": high, "by": by}


async def act(ground: Ground, case: Case, action: Action) -> Case:
    return await ground.cases.act(case.id, action, by=person(STAFF), version=case.version)


async def test_a_fall_opens_a_case_that_says_what_was_seen(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown(evidence=[PICTURE]))
    case = await ground.case()
    assert (case.stage, case.found, case.zone_kind) == (Stage.DISPATCHED, (Found.THROWN,), "facade")
    assert (case.camera, case.zone, case.zone_name, case.entered_at) == ("cam7", "wall", "3号楼西面", BEGAN)
    assert (case.vehicle, case.vehicle_present, case.sightings) == ("", False, 1)
    view = await ground.cases.get(case.id)
    assert view is not None
    (fall,) = view.falls
    assert (fall.said.column, fall.said.floor and fall.said.floor.likely, len(fall.said.path)) == (4, 12, 3)
    assert [(line.what.value, line.note) for line in view.history] == [
        ("collected", "约 12 层，第 4 列窗口，看到下落 7.1 米\nabout floor 12, column 4, seen to fall 7.1 m"),
        ("file", ""),
        ("dispatch", ""),
    ]
    assert [(photo.sha256[0], photo.kind) for photo in view.photos] == [("a", "fall")]
    assert (await ground.page()).falls[case.id].said.fall == "f1"


async def test_the_same_message_again_changes_nothing(ground: Ground, sender: Sender) -> None:
    first = sender.thrown()
    await ground.tell(first, first)
    assert (await ground.case()).sightings == 1
    assert await ground.one("select count(*) from case_falls") == 1


AGAIN = [
    # name,                                          what the second fall is,                                    cases
    ("the same window, soon", at("f2", 3), 1),
    ("the same window, just within ten minutes", at("f2", 10), 1),
    ("the same window, later", at("f2", 10.01), 2),
    ("told late, and fell before", at("f2", -10), 1),
    ("another column", at("f2", 1, column=5), 2),
    ("another floor", at("f2", 1, floor=floors(14, 15, 16)), 2),
    ("floors that touch", at("f2", 1, floor=floors(13, 14, 15)), 1),
    ("no column, floors that overlap", at("f2", 1, column=None, floor=floors(12, 14, 17)), 1),
    ("no column, other floors", at("f2", 1, column=None, floor=floors(2, 3, 4)), 2),
    ("nothing is known of its window", at("f2", 1, column=None, floor=None), 1),
    ("its column tells it apart though no floor is known", at("f2", 1, column=1, floor=None), 2),
    ("another façade", at("f2", 1, facade="east"), 2),
    ("another camera", at("f2", 1, camera="cam8"), 2),
]


@pytest.mark.parametrize(("second", "cases"), [row[1:] for row in AGAIN], ids=[row[0] for row in AGAIN])
async def test_one_open_case_a_window_and_ten_minutes(
    ground: Ground, sender: Sender, second: dict[str, Any], cases: int
) -> None:
    await ground.tell(sender.thrown(), sender.thrown(**second))
    found = await ground.listed(open_only=True)
    assert [case.sightings for case in found] == ([2] if cases == 1 else [1, 1])
    if cases == 1:
        view = await ground.cases.get(found[0].id)
        assert view is not None
        assert [line.what.value for line in view.history][-1] == "seen_again"
        assert len(view.falls) == 2
        assert found[0].stay == "f2"


async def test_one_after_the_other_stays_one_matter(ground: Ground, sender: Sender) -> None:
    await ground.tell(*(sender.thrown(**at(f"f{n}", 9 * n)) for n in range(3)))
    assert (await ground.case()).sightings == 3


async def test_the_nearest_of_two_open_cases_takes_the_fall(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown(**at("f1", 0)), sender.thrown(**at("f2", 12)), sender.thrown(**at("f3", 9)))
    earlier, later = sorted(await ground.listed(open_only=True), key=lambda case: case.entered_at)
    assert (earlier.sightings, later.sightings, later.stay) == (1, 2, "f3")


async def test_two_workers_at_once_open_one_case(ground: Ground, sender: Sender) -> None:
    sent = [sender.thrown(**at(f"f{n}", n / 100)) for n in range(6)]
    taken = await asyncio.gather(*(ground.take(each) for each in sent))
    assert all(each.fault is None for each in taken)
    assert (await ground.case()).sightings == 6


async def test_a_closed_case_takes_no_further_fall(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown())
    case = await ground.case()
    for action in (Action.ACCEPT, Action.REPORT, Action.VERIFY_PASS):
        case = await act(ground, case, action)
    await ground.tell(sender.thrown(**at("f2", 1)))
    assert [each.id != case.id for each in await ground.listed(open_only=True)] == [True]


async def test_an_open_case_takes_a_fall_though_a_closed_one_is_nearer(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown(**at("f1", 0)), sender.thrown(**at("f2", 12)))
    first, case = sorted(await ground.listed(open_only=True), key=lambda case: case.entered_at)
    for action in (Action.ACCEPT, Action.REPORT, Action.VERIFY_PASS):
        case = await act(ground, case, action)
    await ground.tell(sender.thrown(**at("f3", 9)))
    assert [(each.id, each.sightings) for each in await ground.listed(open_only=True)] == [(first.id, 2)]


async def test_no_camera_is_asked_and_a_person_closes(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown())
    case = await act(ground, await act(ground, await ground.case(), Action.ACCEPT), Action.REPORT)
    assert (case.stage, case.verification, case.look) == (Stage.REPORTED, Verification.NOTHING_LEFT, None)
    assert await ground.rows("select 1 from looks union all select 1 from outgoing") == []
    assert allowed(case) == (Action.VERIFY_PASS, Action.VERIFY_FAIL)
    case = await act(ground, case, Action.VERIFY_FAIL)
    with pytest.raises(Refused):
        await act(ground, case, Action.VERIFY_PASS)
    case = await act(ground, await act(ground, case, Action.REPORT), Action.VERIFY_PASS)
    assert (case.stage, case.closed_by, case.rework) == (Stage.CLOSED, STAFF, 1)
    assert await ground.cases.expire() == 0


@pytest.mark.parametrize("first", ["fall", "film"])
async def test_a_film_is_with_its_fall_whichever_comes_first(ground: Ground, sender: Sender, first: str) -> None:
    thrown, filmed = sender.thrown(evidence=[PICTURE]), sender.filmed(evidence=[FILM, ORIGINAL])
    await ground.tell(*((thrown, filmed) if first == "fall" else (filmed, thrown)))
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    assert [(photo.kind, photo.media_type, photo.original) for photo in view.photos] == [
        ("fall", "image/jpeg", None),
        ("clip", "video/mp4", "c" * 64),
    ]
    assert [line.what.value for line in view.history] == ["collected", "file", "dispatch", "filmed"]
    assert {photo.kind for photo in (await ground.page()).covers.values()} == {"fall"}


async def test_a_film_waits_for_its_fall_that_is_being_stored(ground: Ground, sender: Sender) -> None:
    async with transaction(ground.engine) as connection:
        await apply(ground, connection, sender.thrown())
        filming = asyncio.create_task(ground.take(sender.filmed(evidence=[FILM])))
        await until(lambda: waits(ground))
    assert (await filming).fault is None
    assert await ground.one("select count(*) from case_events where case_id is null") == 0


async def apply(ground: Ground, connection: AsyncConnection, sent: Sent) -> None:
    event = parse_event(sent.body)
    assert isinstance(event, ObjectThrown)
    await ground.cases.apply(connection, event, received_at=ground.clock(), odd_time=False)


async def waits(ground: Ground) -> bool:
    """Whether a transaction of this database waits for another's lock."""
    asked = """
        select 1 from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())
    """
    return bool(await ground.rows(asked))


async def test_a_film_comes_to_a_closed_case_and_opens_nothing(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown())
    case = await ground.case()
    for action in (Action.ACCEPT, Action.REPORT, Action.VERIFY_PASS):
        case = await act(ground, case, action)
    await ground.tell(sender.filmed(evidence=[FILM]))
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    assert (view.case.stage, [photo.kind for photo in view.photos]) == (Stage.CLOSED, ["clip"])


async def test_the_film_of_an_unknown_fall_is_kept_without_a_case(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.thrown(), sender.filmed(fall="f9", evidence=[FILM]), sender.filmed(facade="east"))
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    assert view.photos == ()
    assert await ground.rows("select slot, stay, case_id from case_events where case_id is null order by stay") == [
        ("east", FALL["fall"], None),
        ("wall", "f9", None),
    ]
    assert await ground.rows("select 1 from quarantine") == []


async def test_a_flood_of_falls_is_one_case_of_which_the_latest_are_shown(ground: Ground, sender: Sender) -> None:
    count = MAX_FALLS + 2
    await ground.tell(*(sender.thrown(**at(f"f{n:02d}", n / 10)) for n in range(count)))
    view = await ground.cases.get((await ground.case()).id)
    assert view is not None
    assert view.case.sightings == count
    assert [fall.said.fall for fall in view.falls] == [f"f{n:02d}" for n in range(2, count)]


async def test_a_vehicle_and_a_fall_are_two_cases(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.opened(camera="cam7", slot="wall"), sender.thrown())
    cases = await ground.listed(open_only=True)
    fallen = [case.id for case in cases if case.is_thrown]
    assert (len(cases), len(fallen)) == (2, 1)
    assert list((await ground.page()).falls) == fallen
