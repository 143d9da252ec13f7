"""Requests for originals: who decides on whose, how long it opens, and what the asker gets."""

import asyncio
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from cloud.accounts import Role
from cloud.cases.domain import Refused
from cloud.privacy.domain import MAX_OPEN, Move, State, Unknown
from cloud.privacy.parcel import unpack
from contract.sealing import open_sealed
from tests.integration.privacy.scene import ELSEWHERE, KEY, Scene, actor

STAFF, LEAD, COMMUNITY, STREET = (actor(role) for role in (Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET))
WHY = "行人纠纷，需要核对"

# By whom (a row) whose request (a column) may be decided, written out: the table in the code is not its own proof.
ASKERS = (Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET)
DECIDES = {
    #                 staff  lead   commun street
    Role.STAFF:      (False, False, False, False),
    Role.LEAD:       (True,  False, False, False),
    Role.COMMUNITY:  (False, True,  False, False),
    Role.STREET:     (False, False, True,  True),
    Role.CITY:       (False, False, False, False),
    Role.INSTALLER:  (False, False, False, False),
    Role.AUDITOR:    (False, False, False, False),
    Role.INTEGRATOR: (False, False, False, False),
}  # fmt: skip


async def test_each_role_decides_on_the_level_below_and_on_no_other(scene: Scene) -> None:
    case = await scene.parked()
    for role in (Role.COMMUNITY, Role.STREET):  # a lead is at work already
        await scene.works(role)
    (picture,) = await scene.shown(case)
    assert set(DECIDES) == set(Role)
    for column, role in enumerate(ASKERS):
        for approver, row in DECIDES.items():
            request = await scene.originals.ask(case.id, picture, WHY, by=actor(role, "asker"))
            decider = actor(approver, "decider")
            if row[column]:
                granted = await scene.originals.decide(request.id, Move.GRANT, by=decider)
                assert (granted.state, granted.decided_by) == (State.GRANTED, "decider")
            else:
                with pytest.raises(Unknown):
                    await scene.originals.decide(request.id, Move.GRANT, by=decider)
                assert request.id not in {each.id for each in (await scene.originals.listing(decider)).to_decide}
            await scene.originals.decide(request.id, Move.WITHDRAW, by=actor(role, "asker"))


@pytest.mark.parametrize("role", sorted(set(Role) - set(ASKERS)))
async def test_who_works_no_case_asks_for_nothing(scene: Scene, role: Role) -> None:
    case = await scene.parked()
    with pytest.raises(Refused):
        await scene.originals.ask(case.id, None, WHY, by=actor(role))


async def test_nobody_decides_on_their_own_not_even_in_another_role(scene: Scene) -> None:
    case = await scene.parked()
    await scene.works(Role.STREET, "qian")
    request = await scene.originals.ask(case.id, None, WHY, by=actor(Role.STREET, "zhao"))
    for role in Role:
        with pytest.raises(Refused):
            await scene.originals.decide(request.id, Move.GRANT, by=actor(role, "zhao"))
    assert (await scene.originals.decide(request.id, Move.GRANT, by=actor(Role.STREET, "qian"))).state is State.GRANTED


async def test_outside_of_the_scope_there_is_nothing(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    away = actor(Role.STAFF, "away", ELSEWHERE)
    with pytest.raises(Unknown):
        await scene.originals.ask(case.id, picture, WHY, by=away)
    with pytest.raises(Unknown):
        await scene.originals.of_picture(case.id, picture, by=away)
    request = await scene.originals.ask(case.id, picture, WHY, by=STAFF)
    with pytest.raises(Unknown):
        await scene.originals.decide(request.id, Move.GRANT, by=actor(Role.LEAD, "away", ELSEWHERE))
    await scene.originals.decide(request.id, Move.GRANT, by=LEAD)
    with pytest.raises(Unknown):  # moved to another community since
        await scene.originals.open(request.id, picture, by=actor(Role.STAFF, STAFF.name, ELSEWHERE))


async def test_the_asker_alone_opens_it_while_it_is_granted(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await scene.originals.ask(case.id, picture, WHY, by=STAFF)
    with pytest.raises(Refused):
        await scene.originals.open(request.id, picture, by=STAFF)
    await scene.originals.decide(request.id, Move.GRANT, by=LEAD, hours=2)
    for other in (LEAD, STREET, actor(Role.STAFF, "other")):
        with pytest.raises(Unknown):
            await scene.originals.open(request.id, picture, by=other)
    scene.clock.move(2 * 3600 - 1)
    assert not (await scene.originals.open(request.id, picture, by=STAFF)).sealed
    scene.clock.move(1)
    with pytest.raises(Refused):
        await scene.originals.open(request.id, picture, by=STAFF)
    ((found, _),) = [await scene.originals.request(request.id, by=STAFF)]
    assert (found.state, found.opened) == (State.EXPIRED, 1)


async def test_what_is_revoked_opens_no_more_and_says_why(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await scene.originals.ask(case.id, None, WHY, by=STAFF)
    await scene.originals.decide(request.id, Move.GRANT, by=LEAD)
    await scene.originals.open(request.id, picture, by=STAFF)
    with pytest.raises(Refused):  # without a reason
        await scene.originals.decide(request.id, Move.REVOKE, by=LEAD, reason="no")
    await scene.originals.decide(request.id, Move.REVOKE, by=LEAD, reason="案件已调解")
    with pytest.raises(Refused):
        await scene.originals.open(request.id, picture, by=STAFF)
    found, _ = await scene.originals.request(request.id, by=STAFF)
    assert (found.state, found.answer, found.decided_by) == (State.REVOKED, "案件已调解", LEAD.name)


async def test_what_is_revoked_while_it_is_read_is_not_given_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await scene.originals.ask(case.id, picture, WHY, by=STAFF)
    await scene.originals.decide(request.id, Move.GRANT, by=LEAD)
    read = scene.site.world.evidence.read

    async def slowly(sha256: str) -> bytes | None:
        await scene.originals.decide(request.id, Move.REVOKE, by=LEAD, reason="不再需要")
        return await read(sha256)

    monkeypatch.setattr(scene.site.world.evidence, "read", slowly)
    with pytest.raises(Refused):
        await scene.originals.open(request.id, picture, by=STAFF)
    assert await scene.audit("original.viewed") == []


async def test_what_nobody_decides_lapses(scene: Scene) -> None:
    case = await scene.parked()
    request = await scene.originals.ask(case.id, None, WHY, by=STAFF)
    scene.clock.move(14 * 86_400)
    with pytest.raises(Refused):
        await scene.originals.decide(request.id, Move.GRANT, by=LEAD)
    await scene.originals.ask(case.id, None, WHY, by=STAFF)  # and may be asked anew


LIMITS = [
    # name,                      reason,     hours, taken
    ("three characters", "纠纷吗", 24, False),
    ("four behind blanks", "  核对画面 ", 24, True),
    ("blanks", "        ", 24, False),
    ("as long as may be", "长" * 500, 24, True),
    ("too long", "长" * 501, 24, False),
    ("no hour", WHY, 0, False),
    ("one hour", WHY, 1, True),
    ("seven days", WHY, 168, True),
    ("more than seven days", WHY, 169, False),
]


@pytest.mark.parametrize(("reason", "hours", "taken"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
async def test_reasons_and_times_have_limits(scene: Scene, reason: str, hours: int, taken: bool) -> None:
    case = await scene.parked()

    async def run() -> None:
        request = await scene.originals.ask(case.id, None, reason, by=STAFF)
        granted = await scene.originals.decide(request.id, Move.GRANT, by=LEAD, hours=hours)
        assert granted.ends_at - scene.clock() == timedelta(hours=hours)

    if taken:
        await run()
    else:
        with pytest.raises(Refused):
            await run()


async def test_one_asks_once_and_for_so_many_at_a_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await scene.parked(seeds=(1, 2))
    first, second = await scene.shown(case)
    await scene.originals.ask(case.id, first, WHY, by=STAFF)
    with pytest.raises(Refused, match="already"):
        await scene.originals.ask(case.id, first, WHY, by=STAFF)
    await scene.originals.ask(case.id, second, WHY, by=STAFF)
    await scene.originals.ask(case.id, None, WHY, by=LEAD)
    with pytest.raises(Refused, match="already"):
        await scene.originals.ask(case.id, second, WHY, by=LEAD)
    assert MAX_OPEN == 50
    monkeypatch.setattr("cloud.privacy.domain.MAX_OPEN", 2)
    with pytest.raises(Refused, match="at most"):
        await scene.originals.ask((await scene.parked("cam1.2", seeds=(3,))).id, None, WHY, by=STAFF)


async def test_two_who_decide_at_once_decide_once(scene: Scene) -> None:
    case = await scene.parked()
    request = await scene.originals.ask(case.id, None, WHY, by=STAFF)
    decisions = await asyncio.gather(
        *(scene.originals.decide(request.id, Move.GRANT, by=actor(Role.LEAD, f"lead{n}")) for n in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Refused) for each in decisions) == 3
    assert len(await scene.audit("original.decided")) == 1


async def test_every_step_is_in_the_audit_log(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await scene.originals.ask(case.id, picture, WHY, by=STAFF)
    await scene.originals.decide(request.id, Move.GRANT, by=LEAD)
    for _ in range(2):
        await scene.originals.open(request.id, picture, by=STAFF)
    assert [(e.actor, e.about, e.detail["reason"]) for e in await scene.audit("original.asked")] == [
        (STAFF.name, f"case/{case.id}", WHY)
    ]
    assert [(e.actor, e.detail["move"]) for e in await scene.audit("original.decided")] == [(LEAD.name, "grant")]
    viewed = await scene.audit("original.viewed")
    assert [(e.actor, e.detail["request"], e.detail["as"]) for e in viewed] == [(STAFF.name, request.id, "opened")] * 2


async def granted(scene: Scene, case_id: str, name: str) -> str:
    request = await scene.originals.ask(case_id, None, WHY, by=actor(Role.STAFF, name))
    return (await scene.originals.decide(request.id, Move.GRANT, by=LEAD)).id


async def test_the_watermark_is_all_over_the_picture_and_tells_who_looked(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    bodies = {}
    for name in ("wang.fang", "han.mei"):
        request = await granted(scene, case.id, name)
        bodies[name] = (await scene.originals.open(request, picture, by=actor(Role.STAFF, name))).body
    (sealed,) = await scene.rows("select p.sha256, p.taken_at from case_photos p where p.sealed")
    raw = await scene.site.world.evidence.read(sealed[0])
    assert raw is not None
    slip, _ = unpack(
        (await scene.keyless.open(await granted(scene, case.id, "x.y"), picture, by=actor(Role.STAFF, "x.y"))).body
    )
    plain = Image.open(BytesIO(open_sealed(raw, KEY, slip.context))).convert("RGB")
    shown = {name: Image.open(BytesIO(body)) for name, body in bodies.items()}
    assert all(image.size == plain.size and image.format == "JPEG" for image in shown.values())
    for first, second in (
        (plain, shown["wang.fang"]),
        (plain, shown["han.mei"]),
        (shown["wang.fang"], shown["han.mei"]),
    ):
        assert all(strongest > 60 for strongest in differences(first, second)), "in every part of it"


def differences(first: Image.Image, second: Image.Image, parts: int = 5) -> list[int]:
    """How much two pictures differ at most, in each of so many times so many parts."""
    differ = ImageChops.difference(first.convert("RGB"), second.convert("RGB")).convert("L")
    width, height = differ.width // parts, differ.height // parts
    boxes = [(x * width, y * height, (x + 1) * width, (y + 1) * height) for x in range(parts) for y in range(parts)]
    return [int(differ.crop(box).getextrema()[1]) for box in boxes]  # type: ignore[arg-type]


async def test_without_the_key_the_sealed_file_is_given_out_and_only_its_owner_opens_it(scene: Scene) -> None:
    case = await scene.parked()
    (picture,) = await scene.shown(case)
    request = await granted(scene, case.id, "wang.fang")
    given = await scene.keyless.open(request, picture, by=actor(Role.STAFF, "wang.fang"))
    slip, sealed = unpack(given.body)
    assert given.sealed
    assert (slip.asker, slip.number) == ("wang.fang", case.number)
    assert b"\xff\xd8\xff" not in given.body[:2000]
    assert open_sealed(sealed, KEY, slip.context).startswith(b"\xff\xd8\xff")
    assert [e.detail["as"] for e in await scene.audit("original.viewed")] == ["sealed"]


async def test_an_original_on_its_way_and_a_damaged_one_say_so(scene: Scene) -> None:
    case = await scene.parked(arrives=False)
    (picture,) = await scene.shown(case)
    request = await granted(scene, case.id, "wang.fang")
    with pytest.raises(Refused, match="arrived"):
        await scene.originals.open(request, picture, by=actor(Role.STAFF, "wang.fang"))
    case = await scene.parked("cam1.2", seeds=(2,))
    (picture,) = await scene.shown(case)
    request = await granted(scene, case.id, "wang.fang")
    ((name,),) = await scene.rows("select sha256 from case_photos where sealed and case_id = :id", id=case.id)
    file = next(scene.folder.glob(f"sha256/*/{name}"))
    body = bytearray(file.read_bytes())
    body[-1] ^= 1
    file.write_bytes(bytes(body))
    with pytest.raises(Refused, match="cannot be opened"):
        await scene.originals.open(request, picture, by=actor(Role.STAFF, "wang.fang"))
    assert await scene.audit("original.viewed") == []
