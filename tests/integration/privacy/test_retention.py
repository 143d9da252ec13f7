"""What is due goes, file and row; what is needed or held stays; and dying between the two loses nothing."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import text

from cloud.accounts import Role
from cloud.cases.domain import Refused
from cloud.cases.vocabulary import Action, CaseKind
from cloud.db import transaction
from cloud.errors import StoreLost
from cloud.evidence import disposal as disposals
from cloud.privacy.domain import Move, Unknown
from cloud.privacy.keeper import Done
from cloud.privacy.locks import alone
from cloud.privacy.terms import Terms
from tests.integration.cloud.ground import until
from tests.integration.privacy.scene import DAY, ELSEWHERE, PLATE, TERMS, Scene, actor, plate

COMMUNITY = actor(Role.COMMUNITY)


async def test_an_ended_case_loses_first_its_originals_then_its_pictures_and_keeps_a_line_of_each(scene: Scene) -> None:
    case = await scene.parked(seeds=(1, 2))
    first, second = await scene.shown(case)
    await scene.ends(case, days_ago=29)
    assert (await scene.keep()).is_nothing
    scene.clock.move(2 * 86_400)
    assert await scene.keep() == Done(pictures=2, files=2)
    assert scene.stored() == {first, second}
    scene.clock.move(60 * 86_400)
    assert await scene.keep() == Done(pictures=2, files=2)
    assert scene.stored() == set()
    assert await scene.rows("select * from evidence") == []
    lines = await scene.rows("select sha256, kind, sealed, why, taken_at, deleted_at from case_tombstones order by id")
    assert [line[2:4] for line in lines] == [(True, "expired")] * 2 + [(False, "expired")] * 2
    assert {line[0] for line in lines[2:]} == {first, second}
    view = await scene.site.world.cases.get(case.id)
    assert view is not None
    assert [(photo.sha256, photo.arrived, photo.deleted_at) for photo in view.photos] == [
        (first, False, scene.clock()),
        (second, False, scene.clock()),
    ]
    assert {e.about for e in await scene.audit("evidence.deleted")} == {f"case/{case.id}"}
    assert (await scene.keep()).is_nothing


KINDS = [
    # name,                           by kind,                        days, gone
    ("by default", {}, 89, False),
    ("by default, over", {}, 91, True),
    ("this kind is kept longer", {CaseKind.PARKING: 180 * DAY}, 179, False),
    ("this kind is kept shorter", {CaseKind.PARKING: 7 * DAY}, 8, True),
    ("another kind is kept shorter", {CaseKind.THROWN: 7 * DAY}, 89, False),
]


@pytest.mark.parametrize(("by_kind", "days", "gone"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
async def test_each_kind_of_case_has_its_time(
    scene: Scene, by_kind: dict[CaseKind, timedelta], days: int, gone: bool
) -> None:
    terms = Terms(90 * DAY, 90 * DAY, 30 * DAY, 30 * DAY, 365 * DAY, 1096 * DAY, MappingProxyType(by_kind))
    case = await scene.parked()
    await scene.ends(case, days_ago=days)
    await scene.keep(scene.keeper_of(terms))
    assert (await scene.shown(case) == []) is gone


async def test_an_open_case_and_one_that_was_opened_again_keep_everything(scene: Scene) -> None:
    case = await scene.parked()
    scene.clock.move(1000 * 86_400)
    assert (await scene.keep()).is_nothing
    await scene.ends(case, days_ago=400)
    await scene.write("update cases set stage = 'dispatched', closed_at = null")
    assert (await scene.keep()).is_nothing
    assert len(scene.stored()) == 2


async def test_a_merged_case_keeps_its_pictures_as_long_as_the_one_that_goes_on(scene: Scene) -> None:
    merged, goes_on = await scene.parked(seeds=(1,)), await scene.parked("cam1.2", seeds=(2,))
    later = await scene.parked("cam1.3", seeds=(3,))
    await scene.ends(merged, days_ago=400)
    join = "update cases set stage = 'merged', merged_into = :into, closed_at = :at where id = :id"
    at = scene.clock() - 400 * DAY
    await scene.write(join, into=goes_on.id, at=at, id=merged.id)
    await scene.write(join, into=later.id, at=at, id=goes_on.id)
    await scene.write("update cases set updated_at = :at", at=at)
    assert (await scene.keep()).is_nothing
    await scene.ends(later, days_ago=91)
    assert (await scene.keep()).pictures == 6


async def test_a_file_that_two_cases_share_lives_as_long_as_one_needs_it(scene: Scene) -> None:
    first, second = await scene.parked(seeds=(1,)), await scene.parked("cam1.2", seeds=(1,))
    assert await scene.shown(first) == await scene.shown(second)
    await scene.ends(first, days_ago=100)
    assert await scene.keep() == Done(pictures=2, files=0)
    assert len(scene.stored()) == 2
    assert await scene.site.world.evidence.read((await scene.shown(second))[0]) is not None
    await scene.ends(second, days_ago=100)
    assert await scene.keep() == Done(pictures=2, files=2)
    assert scene.stored() == set()


async def test_a_hold_stops_all_deletion_until_it_is_lifted(scene: Scene) -> None:
    case = await scene.parked(plate=plate())
    await scene.ends(case, days_ago=5000)
    await scene.holds.place(case.id, "法院调取", by=COMMUNITY)
    assert (await scene.keep()).is_nothing
    assert len(scene.stored()) == 2
    assert (await scene.keeper.due()).pictures == 0
    await scene.holds.lift(case.id, "法院已结案", by=COMMUNITY)
    done = await scene.keep()
    assert (done.pictures, done.plates) == (2, 1)
    told = [(e.actor, e.detail["change"], e.detail["reason"]) for e in await scene.audit("hold.changed")]
    assert told == [(COMMUNITY.name, "lifted", "法院已结案"), (COMMUNITY.name, "placed", "法院调取")]


async def test_a_hold_goes_along_with_what_is_merged_and_what_is_split_off(scene: Scene) -> None:
    held, goes_on = await scene.parked(seeds=(1,)), await scene.parked("cam1.2", seeds=(2,))
    cases, lead = scene.site.world.cases, actor(Role.LEAD)
    found = await scene.rows("select event_id from case_events where case_id = :id", id=held.id)
    events = [str(row[0]) for row in found]
    await scene.holds.place(held.id, "法院调取", by=COMMUNITY)
    await cases.act(held.id, Action.MERGE, by=lead, version=held.version, other=goes_on.id)
    both = await cases.get(goes_on.id)
    assert both is not None
    await cases.act(goes_on.id, Action.SPLIT, by=lead, version=both.case.version, note="另有杂物", events=events)
    await signed(scene, events[0], 1, b"{}")
    await scene.write("update cases set stage = 'closed', closed_at = :at where stage <> 'merged'", at=scene.clock())
    scene.clock.at += TERMS.messages + DAY
    assert (await scene.keep()).is_nothing
    assert (len(scene.stored()), (await scene.keeper.due()).pictures) == (4, 0)
    await scene.holds.lift(held.id, "法院已结案", by=COMMUNITY)
    done = await scene.keep()
    assert (done.pictures, done.messages) == (4, 1)


async def test_a_hold_that_is_being_placed_holds_what_somebody_is_about_to_delete(scene: Scene) -> None:
    case = await scene.parked()
    await scene.ends(case, days_ago=100)
    async with transaction(scene.engine) as connection:
        await alone(connection)
        keeping = asyncio.create_task(scene.keep())
        waits = "select count(*) = 1 from pg_locks where locktype = 'advisory' and not granted"
        await until(lambda: scene.yes(waits))
        held = """insert into legal_holds (case_id, reason, placed_by, placed_at)
            values (:id, '法院调取', 'zhao', now())"""
        await connection.execute(text(held), {"id": case.id})
    assert (await keeping).is_nothing
    assert len(scene.stored()) == 2


async def test_holds_are_for_community_and_street_within_their_scope(scene: Scene) -> None:
    case = await scene.parked()
    for role in set(Role) - {Role.COMMUNITY, Role.STREET}:
        with pytest.raises(Refused):
            await scene.holds.place(case.id, "法院调取", by=actor(role))
    with pytest.raises(Unknown):
        await scene.holds.place(case.id, "法院调取", by=actor(Role.STREET, "away", ELSEWHERE))
    with pytest.raises(Refused):
        await scene.holds.place(case.id, "无", by=COMMUNITY)
    await scene.holds.place(case.id, "法院调取", by=actor(Role.STREET))
    with pytest.raises(Refused):
        await scene.holds.place(case.id, "法院调取", by=COMMUNITY)
    found = await scene.holds.of_case(case.id)
    assert found is not None
    assert (found.reason, found.placed_by) == ("法院调取", "some.street")


async def test_an_original_stays_while_somebody_may_look_at_it(scene: Scene) -> None:
    case = await scene.parked()
    await scene.ends(case, days_ago=31)
    request = await scene.originals.ask(case.id, None, "核对画面", by=actor(Role.STAFF))
    assert (await scene.keep()).is_nothing
    await scene.originals.decide(request.id, Move.GRANT, by=actor(Role.LEAD), hours=1)
    assert (await scene.keep()).is_nothing
    scene.clock.move(3600)
    assert (await scene.keep()).pictures == 1
    assert await scene.rows("select state from original_requests") == [("expired",)]


async def test_pictures_of_what_never_became_a_case_go_and_those_of_a_standing_suspicion_stay(scene: Scene) -> None:
    case = await scene.parked(seeds=(1, 2))
    await scene.write("update case_photos set case_id = null, taken_at = :at", at=scene.clock() - 31 * DAY)
    await scene.write(
        """insert into suspects select e.community, e.gateway, e.epoch, e.camera, e.slot, e.stay, 0, c.zone,
        c.zone_kind, c.zone_name, c.vehicle, c.entered_at, 0, 0, 0, '[]', null, null, 'synced', false, false, :now,
        e.event_id
        from case_events e, cases c""",
        now=scene.clock(),
    )
    assert (await scene.keep()).pictures == 0
    await scene.write("update suspects set said = 3")
    assert await scene.keep() == Done(pictures=4, files=4)
    assert await scene.shown(case) == []


async def test_a_file_that_nothing_refers_to_goes_after_a_time(scene: Scene) -> None:
    stray = await scene.site.world.picture_arrives(b"\xff\xd8\xff of nothing")
    scene.clock.move(29 * 86_400)
    await scene.keep()
    assert scene.stored() == {stray}
    scene.clock.move(2 * 86_400)
    await scene.keep()
    assert scene.stored() == set()


async def test_batches_are_bounded_and_all_of_them_are_done(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloud.privacy.keeper.BATCH", 3)
    monkeypatch.setattr("cloud.privacy.keeper.FILES", 2)
    case = await scene.parked(seeds=(1, 2, 3, 4))
    await scene.ends(case, days_ago=100)
    steps = [done async for done in scene.keeper.steps()]
    assert [done.pictures for done in steps if done.pictures] == [3, 3, 2]
    assert [done.files for done in steps if done.files] == [2, 2, 2, 2]
    assert scene.stored() == set()


async def test_two_at_once_delete_each_picture_once(scene: Scene) -> None:
    for number in range(4):
        await scene.ends(await scene.parked(f"cam1.{number}", seeds=(number,)), days_ago=100)
    done = sum(await asyncio.gather(*(scene.keep() for _ in range(3))), Done())
    assert done.pictures == 8
    assert await scene.rows("select count(*) from case_tombstones") == [(8,)]
    assert scene.stored() == set()


async def test_a_store_that_is_away_loses_nothing_and_forgets_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await scene.parked()
    await scene.ends(case, days_ago=100)

    async def away(paths: object) -> None:
        raise StoreLost("away")

    with monkeypatch.context() as patch:
        patch.setattr(scene.files, "delete", away)
        with pytest.raises(StoreLost):
            await scene.keep()
    assert len(scene.stored()) == 2
    assert await scene.shown(case) == []
    assert (await scene.keep()).files == 2
    assert scene.stored() == set()


async def test_a_file_that_comes_in_anew_before_its_bytes_went_stays(scene: Scene) -> None:
    case = await scene.parked()
    (name,) = await scene.shown(case)
    body = await scene.site.world.evidence.read(name)
    assert body is not None
    await scene.write("insert into evidence_doomed select sha256, now() from evidence")
    await scene.write("delete from evidence where sha256 <> :name", name=name)
    assert await scene.disposal.clear(limit=10) == 2
    assert scene.stored() == {name}


ROOT = Path(__file__).resolve().parents[3]
KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from cloud.db import create_engine
from cloud.evidence.disposal import Disposal
from cloud.evidence.files import Files
from cloud.ingest.erasing import Messages
from cloud.privacy.keeper import Keeper
from tests.integration.privacy.scene import TERMS

class Dies(Files):
    async def delete(self, paths):
        if sys.argv[3] == "after":
            await super().delete(paths)
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    engine = create_engine(sys.argv[1])
    keeper = Keeper(engine, Disposal(engine, Dies(sys.argv[2])), Messages(), TERMS)
    async for _ in keeper.steps():
        pass

asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_between_row_and_file_the_next_run_ends_it(scene: Scene, when: str) -> None:
    case = await scene.parked()
    await scene.ends(case, days_ago=100)
    dsn = scene.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, dsn, f"file://{scene.folder}", when]
    killed = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert await scene.shown(case) == []
    assert len(scene.stored()) == (2 if when == "before" else 1)
    assert (await scene.keep()).files == 2
    assert scene.stored() == set()
    assert await scene.rows("select * from evidence_doomed") == []


async def swept(scene: Scene) -> disposals.Looked:
    return [looked async for looked in scene.disposal.sweep()][-1]


async def test_a_sweep_finds_files_without_a_row_and_leaves_what_is_young_or_known(scene: Scene) -> None:
    case = await scene.parked()
    await scene.files.put(f"sha256/ab/{'ab' * 32}", b"orphan")
    await scene.files.put(f"partial/lantian/gw-east/{'cd' * 32}/0000", b"orphan")
    await scene.write(
        "insert into uploads values ('lantian', 'gw-east', :name, 100, 10, 1, :at)",
        name="ef" * 32,
        at=scene.clock() + 9 * DAY,
    )
    await scene.files.put(f"partial/lantian/gw-east/{'ef' * 32}/0000", b"begun")
    assert await swept(scene) == disposals.Looked(files=5, strays=0, stray_bytes=0)
    scene.clock.move(8 * 86_400)
    assert await swept(scene) == disposals.Looked(files=5, strays=2, stray_bytes=12)
    assert scene.stored() == {name for (name,) in await scene.rows("select sha256 from evidence")}
    assert [path.name for path in (scene.folder / "partial").rglob("*") if path.is_file()] == ["0000"]
    assert len(await scene.shown(case)) == 1


async def test_rows_without_a_file_are_told_and_kept(scene: Scene) -> None:
    case = await scene.parked(seeds=(1, 2))
    (first, _) = await scene.shown(case)
    next(scene.folder.glob(f"sha256/*/{first}")).unlink()
    assert [name async for names in scene.disposal.missing() for name in names] == [first]
    assert len(await scene.rows("select * from evidence")) == 4


async def test_uploads_that_nobody_went_on_with_go(scene: Scene) -> None:
    put = "insert into uploads values ('lantian', 'gw-east', :name, 100, 10, 1, :at)"
    for number in range(40):
        name = f"{number:064x}"
        await scene.write(put, name=name, at=scene.clock() - DAY)
        await scene.files.put(f"partial/lantian/gw-east/{name}/0000", b"begun")
    assert (await scene.keep()).uploads == 40
    assert [path for path in (scene.folder / "partial").rglob("*") if path.is_file()] == []


# --- plates and messages ---


async def noted(scene: Scene, case_id: str, note: str) -> None:
    await scene.write(
        """insert into case_history (case_id, at, what, moves, stage, actor, note, before, after)
        values (:id, :at, 'remark', true, 'handling', 'wang.fang', :note, '{}', cast(:after as jsonb))""",
        id=case_id,
        at=scene.clock(),
        note=note,
        after=f'{{"plate": {{"text": "{PLATE}"}}}}',
    )


async def signed(scene: Scene, event_id: str, seq: int, body: bytes) -> None:
    await scene.write(
        """insert into inbox (id, community, gateway, epoch, lane, seq, type, observed_at, clock, odd_time, received_at,
        digest, prevhash, chain, applied, body) values (:id, 'lantian', 'gw-east', 'e', 'alarm', :seq,
        'parking.opened.v1', :at, 'synced', false, :at, 'd', 'p', 'ok', true, :body)""",
        id=event_id,
        seq=seq,
        at=scene.clock(),
        body=body,
    )


async def test_the_plate_of_an_old_case_goes_from_everywhere_it_stood(scene: Scene) -> None:
    case, other = await scene.parked(plate=plate()), await scene.parked("cam1.2", seeds=(2,), plate=plate("苏B99999"))
    await noted(scene, case.id, "车主 苏A·12345 说马上挪，也写成 苏a12345；苏A12346 是别人的")
    ((event,),) = await scene.rows("select event_id from case_events where case_id = :id", id=case.id)
    ((kept,),) = await scene.rows("select event_id from case_events where case_id = :id", id=other.id)
    await signed(scene, str(event), 1, f'{{"plate":"{PLATE}"}}'.encode())
    await signed(scene, str(kept), 2, b"{}")
    assert "a12345" in str(await scene.rows("select words from case_words where case_id = :id", id=case.id))
    await scene.ends(case, days_ago=364)
    await scene.keep()
    assert await scene.rows("select plate ->> 'text' from cases where id = :id", id=case.id) == [(PLATE,)]
    scene.clock.move(2 * 86_400)
    done = await scene.keep()
    assert (done.plates, done.messages) == (1, 1)
    said = await scene.rows("select note, before::text, after::text from case_history")
    assert re.search(r"A.?12345", str(said), re.IGNORECASE) is None
    assert "苏A12346 是别人的" in str(said)
    assert await scene.rows("select plate from cases where id = :id", id=case.id) == [(None,)]
    assert await scene.rows("select what, why from case_tombstones where what = 'plate'") == [("plate", "expired")]
    assert await scene.rows("select seq, body is null, digest from inbox order by seq") == [
        (1, True, "d"),
        (2, False, "d"),
    ]
    found = str(await scene.rows("select words from case_words where case_id = :id", id=case.id))
    assert "a12345" not in found
    assert case.number.lower() in found
    view = await scene.site.world.cases.get(case.id)
    assert view is not None
    assert view.case.plate is None
    assert await scene.site.world.cases.get(other.id) is not None


async def test_history_is_guarded_against_every_other_change(scene: Scene) -> None:
    case = await scene.parked()
    await noted(scene, case.id, "原话")
    with pytest.raises(Exception, match="case_history"):
        await scene.write("update case_history set note = '改过'")


async def test_old_messages_are_emptied_and_those_of_open_and_held_cases_stay(scene: Scene) -> None:
    now = scene.clock()
    open_case, held = await scene.parked(seeds=(1,)), await scene.parked("cam1.2", seeds=(2,))
    await scene.ends(held, days_ago=0)
    await scene.holds.place(held.id, "法院调取", by=COMMUNITY)
    for seq, case in enumerate((open_case, held), start=1):
        ((event,),) = await scene.rows("select event_id from case_events where case_id = :id", id=case.id)
        await signed(scene, str(event), seq, b"{}")
    await signed(scene, "01900000-0000-7000-8000-000000000001", 3, b"{}")
    scene.clock.at = now + TERMS.messages
    assert (await scene.keep()).messages == 0
    scene.clock.move(1)
    assert (await scene.keep()).messages == 1
    assert await scene.rows("select seq, body is null from inbox order by seq") == [(1, False), (2, False), (3, True)]
    assert await scene.site.services.cases.get(open_case.id) is not None
