"""A plate that somebody asks to have erased: what would go is what goes, and what is needed still stays."""

import pytest

from cloud.accounts import Role
from cloud.ingest.erasing import Messages
from cloud.privacy.erasure import Erased, Eraser
from tests.integration.privacy.scene import PLATE, Scene, actor, plate
from tests.integration.privacy.test_retention import noted, signed

LONE = "01900000-0000-7000-8000-00000000000{}"


async def erased(scene: Scene, eraser: Eraser) -> Erased:
    return [done async for done in eraser.erase(PLATE, "本人申请", by="cli:root")][-1]


async def test_what_would_go_goes_with_a_line_for_each_and_the_plate_in_no_log(scene: Scene) -> None:
    eraser = Eraser(scene.engine, Messages(), clock=scene.clock)
    ended, open_case, held, other = [
        await scene.parked(f"cam1.{number}", seeds=(number,), plate=plate(text))
        for number, text in enumerate((PLATE, PLATE, PLATE, "苏B99999"))
    ]
    for case in (ended, held, other):
        await scene.ends(case, days_ago=1)
    await scene.holds.place(held.id, "法院调取", by=actor(Role.STREET))
    await noted(scene, ended.id, f"车主承认 {PLATE}")
    await signed(scene, LONE.format(1), 1, f'{{"plate":{{"text":"{PLATE}"}}}}'.encode())
    await signed(scene, LONE.format(2), 2, '{"plate":{"text":"苏B99999"}}'.encode())
    await scene.write(
        """insert into quarantine (topic, digest, reason, detail, body, size, first_at, last_at, times)
        values ('t', 'd', 'fault', '', :body, 9, now(), now(), 1)""",
        body=PLATE.encode(),
    )
    plan = await eraser.plan(PLATE)
    assert [found.number for found in plan.ended] == [ended.number]
    assert [found.number for found in plan.held] == [held.number]
    assert (plan.open, plan.pictures, plan.refused, plan.permits) == (1, 2, 1, 0)
    assert len(scene.stored()) == 8, "a plan changes nothing"
    done = await erased(scene, eraser)
    assert (done.cases, done.pictures, done.messages) == (1, 2, 1)
    await scene.keep()
    assert len(scene.stored()) == 6
    assert await scene.rows("select number from cases where plate ->> 'text' = :p order by number", p=PLATE) == [
        (open_case.number,),
        (held.number,),
    ]
    assert await scene.rows("select count(*) from case_history where note like '%' || :p || '%'", p=PLATE) == [(0,)]
    assert await scene.rows("select seq, body is null from inbox order by seq") == [(1, True), (2, False)]
    assert await scene.rows("select count(*) from quarantine") == [(0,)]
    assert set(await scene.rows("select what, why, case_id::text from case_tombstones")) == {
        ("picture", "erased", ended.id),
        ("plate", "erased", ended.id),
    }
    (entry,) = await scene.audit("evidence.deleted")
    assert (entry.actor, entry.about, entry.detail["reason"]) == ("cli:root", f"case/{ended.id}", "本人申请")
    assert PLATE not in str(await scene.rows("select body from audit_log"))
    again = await eraser.plan(PLATE)
    assert again.is_nothing


async def test_suspicions_that_are_over_lose_it_and_those_that_stand_keep_it(scene: Scene) -> None:
    eraser = Eraser(scene.engine, Messages(), clock=scene.clock)
    case = await scene.parked(plate=plate("苏B99999"))
    for said in (0, 3):
        await scene.write(
            """insert into suspects (community, gateway, epoch, camera, slot, stay, said, zone, zone_kind, zone_name,
            vehicle, entered_at, entered_within_s, standing_s, limit_s, signs, plate, clock, odd_time, simulated,
            told_at)
            select community, gateway, epoch, camera, slot, :stay, :said, zone, zone_kind, zone_name, vehicle,
            entered_at, 0, 0, 0, '[]', cast(:plate as jsonb), clock, false, false, now() from cases where id = :id""",
            stay=f"s{said}",
            said=said,
            plate=f'{{"state": "read", "text": "{PLATE}", "looks": 1}}',
            id=case.id,
        )
    plan = await eraser.plan(PLATE)
    assert (plan.suspicions, plan.suspected, plan.is_nothing) == (1, 1, False)
    await erased(scene, eraser)
    assert await scene.rows("select said from suspects where plate is not null") == [(0,)]


@pytest.mark.parametrize("asked", ["苏A1234", "苏A12345X", "苏B12345"])
async def test_a_plate_like_it_is_another_plate(scene: Scene, asked: str) -> None:
    await scene.ends(await scene.parked(plate=plate()), days_ago=1)
    assert (await Eraser(scene.engine, Messages(), clock=scene.clock).plan(asked)).is_nothing
