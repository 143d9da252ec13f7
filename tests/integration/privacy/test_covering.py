"""What a grant covers: just what it covered when it was granted, whatever becomes of the case."""

import pytest

from cloud.accounts import Role
from cloud.cases.domain import Case, Refused
from cloud.cases.vocabulary import Action
from cloud.privacy.domain import Move, Unknown
from contract.sealing import SEALED
from tests.integration.privacy.scene import Scene, actor, developed, told

STAFF, LEAD = actor(Role.STAFF), actor(Role.LEAD)
WHY = "行人纠纷，需要核对"


async def ask(scene: Scene, case: Case, picture: str | None = None, *, grant: bool = True) -> str:
    request = await scene.originals.ask(case.id, picture, WHY, by=STAFF)
    if grant:
        await scene.originals.decide(request.id, Move.GRANT, by=LEAD)
    return request.id


async def merge(scene: Scene, case: Case, into: Case) -> None:
    await scene.site.world.cases.act(case.id, Action.MERGE, by=LEAD, version=case.version, other=into.id)


async def covered(scene: Scene, request: str) -> set[str]:
    """What of a request can be opened, of every picture there is."""
    found = set()
    for (picture,) in await scene.rows("select distinct original_of from case_photos where sealed"):
        try:
            await scene.originals.open(request, picture, by=STAFF)
        except Unknown:
            continue
        found.add(picture)
    return found


async def test_merging_gives_a_grant_nothing_more_and_takes_nothing_away(scene: Scene) -> None:
    first, second = await scene.parked("cam1.1", seeds=(1, 2)), await scene.parked("cam1.2", seeds=(3,))
    of_first, of_second = set(await scene.shown(first)), set(await scene.shown(second))
    one = min(of_first)
    one_of_first, all_of_first, all_of_second = [
        await ask(scene, case, picture) for case, picture in ((first, one), (first, None), (second, None))
    ]
    await merge(scene, first, into=second)
    assert await covered(scene, all_of_second) == of_second
    assert await covered(scene, all_of_first) == of_first
    assert await covered(scene, one_of_first) == {one}
    _, held = await scene.originals.request(all_of_first, by=STAFF)
    assert {(each.picture, each.case_id) for each in held} == {(each, second.id) for each in of_first}
    number, asked = await scene.originals.of_picture(second.id, one, by=STAFF)
    assert (number, {each.id for each in asked}) == (second.number, {all_of_first, one_of_first})


async def test_what_was_asked_for_before_a_merge_is_granted_as_it_was_asked(scene: Scene) -> None:
    first, second = await scene.parked("cam1.1", seeds=(1,)), await scene.parked("cam1.2", seeds=(2,))
    of_first = set(await scene.shown(first))
    request = await ask(scene, first, grant=False)
    await merge(scene, first, into=second)
    await scene.originals.decide(request, Move.GRANT, by=LEAD)
    assert await covered(scene, request) == of_first


async def test_what_comes_before_the_grant_is_covered_and_what_comes_after_is_asked_for(scene: Scene) -> None:
    case = await scene.parked(seeds=(1,))
    request = await ask(scene, case, grant=False)
    await comes(scene, case, 2)
    with pytest.raises(Refused, match="already"):
        await ask(scene, case)
    await scene.originals.decide(request, Move.GRANT, by=LEAD)
    known = set(await scene.shown(case))
    assert len(known) == 2
    await comes(scene, case, 3)
    assert await covered(scene, request) == known
    with pytest.raises(Refused, match="already"):
        await ask(scene, case, min(known))
    (later,) = set(await scene.shown(case)) - known
    assert await covered(scene, await ask(scene, case, later)) == {later}
    assert await covered(scene, await ask(scene, case)) == known | {later}


async def test_an_original_stays_after_a_merge_while_somebody_may_look_at_it(scene: Scene) -> None:
    first, second = await scene.parked("cam1.1", seeds=(1,)), await scene.parked("cam1.2", seeds=(2,))
    (mine,) = await scene.shown(first)
    request = await ask(scene, first)
    await merge(scene, first, into=second)
    await scene.ends(second, days_ago=31)
    assert (await scene.keep()).pictures == 1, "that of the other case alone"
    assert await covered(scene, request) == {mine}


async def comes(scene: Scene, case: Case, seed: int) -> None:
    """A further picture of a case comes, with its original."""
    picture = developed(seed)
    await scene.site.world.car_stands(case.slot, evidence=told(picture))
    assert picture.sealed is not None
    await scene.site.world.picture_arrives(picture.jpeg)
    await scene.site.world.picture_arrives(picture.sealed, SEALED)
