"""Whose request is decided by whom, by who is at work: the next level up at which there is anybody."""

import pytest

from cloud.accounts import Role
from cloud.accounts.organisations import Given, Kind
from cloud.privacy.domain import Move, State, Unknown
from tests.integration.console.site import COMMUNITY
from tests.integration.privacy.scene import Scene, actor

WHY = "行人纠纷，需要核对"
STAFF, LEAD, THREE, STREET = Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET
ASKERS = (STAFF, LEAD, THREE, STREET)
NOBODY = None

LADDERS = [
    # who is at work, beside the asker   a request of staff, a lead, the community, the street is decided by
    ("all levels", (LEAD, THREE, STREET), (LEAD, THREE, STREET, STREET)),
    ("no lead", (THREE, STREET), (THREE, THREE, STREET, STREET)),
    ("no community", (LEAD, STREET), (LEAD, STREET, STREET, STREET)),
    ("the street alone", (STREET,), (STREET, STREET, STREET, STREET)),
    ("no street", (LEAD, THREE), (LEAD, THREE, NOBODY, NOBODY)),
    ("leads alone", (LEAD,), (LEAD, NOBODY, NOBODY, NOBODY)),
    ("who only looks", (Role.CITY, Role.AUDITOR, Role.INSTALLER, Role.INTEGRATOR), (NOBODY,) * 4),
    ("nobody", (), (NOBODY,) * 4),
]


@pytest.mark.parametrize(("at_work", "decided_by"), [row[1:] for row in LADDERS], ids=[row[0] for row in LADDERS])
async def test_the_next_level_up_that_there_is_decides(
    scene: Scene, at_work: tuple[Role, ...], decided_by: tuple[Role | None, ...]
) -> None:
    case = await scene.parked()
    await scene.write("update users set revoked_at = now()")
    people = {role: await scene.works(role, f"the.{role.value}") for role in at_work}
    for asker, decider in zip(ASKERS, decided_by, strict=True):
        request = await scene.originals.ask(case.id, None, WHY, by=actor(asker, "asker"))
        for role in Role:
            by = people.get(role, actor(role, f"the.{role.value}"))
            listed = request.id in {each.id for each in (await scene.originals.listing(by)).to_decide}
            assert listed == (role is decider), f"{role} on a request of {asker}"
            if role is not decider:
                with pytest.raises(Unknown):
                    await scene.originals.decide(request.id, Move.GRANT, by=by)
        if decider is not None:
            granted = await scene.originals.decide(request.id, Move.GRANT, by=people[decider])
            assert (granted.state, granted.decided_by) == (State.GRANTED, f"the.{decider.value}")
        await scene.originals.decide(request.id, Move.WITHDRAW, by=actor(asker, "asker"))


async def test_who_works_elsewhere_or_asks_themselves_is_no_level(scene: Scene) -> None:
    await scene.site.services.organisations.put(
        [
            Given("river", Kind.STREET, None, "河西街道", ""),
            Given("here", Kind.COMMUNITY, "river", "蓝天社区", "", COMMUNITY),
            Given("firm", Kind.PROPERTY, "here", "蓝天物业", ""),
            Given("yuhua", Kind.COMMUNITY, "river", "雨花社区", "", "yuhua"),
            Given("other", Kind.PROPERTY, "yuhua", "雨花物业", ""),
        ],
        by="test",
    )
    case = await scene.parked()
    await scene.write("update users set revoked_at = now()")
    await scene.works(LEAD, "elsewhere", "other")
    await scene.works(THREE, "away", "yuhua")
    street = await scene.works(STREET, "zhao", "river")
    request = await scene.originals.ask(case.id, None, WHY, by=actor(STAFF, "asker"))
    assert [each.id for each in (await scene.originals.listing(street)).to_decide] == [request.id]
    await scene.works(LEAD, "asker", "firm")  # since then a lead, but of another's requests
    assert [each.id for each in (await scene.originals.listing(street)).to_decide] == [request.id]
    lead = await scene.works(LEAD, "wu", "firm")
    assert (await scene.originals.listing(street)).to_decide == ()
    await scene.originals.decide(request.id, Move.GRANT, by=lead)


async def test_who_granted_it_takes_it_back_though_the_level_between_is_there_again(scene: Scene) -> None:
    case = await scene.parked()
    await scene.write("update users set revoked_at = now()")
    street = await scene.works(STREET)
    request = await scene.originals.ask(case.id, None, WHY, by=actor(STAFF, "asker"))
    await scene.originals.decide(request.id, Move.GRANT, by=street)
    lead = await scene.works(LEAD)
    for by in (street, lead):
        assert [each.id for each in (await scene.originals.listing(by)).granted] == [request.id]
    revoked = await scene.originals.decide(request.id, Move.REVOKE, by=street, reason="不再需要")
    assert revoked.state is State.REVOKED
