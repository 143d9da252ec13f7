"""The audit log of one community: its auditor sees what is its matter, and a neighbour's auditor does not."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cloud.accounts import Kind, Role
from cloud.accounts.organisations import Given
from cloud.console.plate_searches import ONE_SEARCH
from cloud.errors import DatabaseLost
from contract.plates import Plate, PlateState
from contract.vehicle import ZombieSuspected
from tests.integration.console.site import COMMUNITY, PASSWORD, USER, Site, World
from tests.integration.console.test_notice_pages import ADDRESS

PEOPLE = [
    # name,        role,           organisation
    ("lead", Role.LEAD, "sunny"),
    ("street", Role.STREET, "river"),
    ("here", Role.AUDITOR, COMMUNITY),
    ("there", Role.AUDITOR, "hupan"),
]


async def tree(site: Site) -> None:
    given = [
        Given("river", Kind.STREET, None, "江滨街道"),
        Given(COMMUNITY, Kind.COMMUNITY, "river", "蓝天小区", community=COMMUNITY),
        Given("hupan", Kind.COMMUNITY, "river", "湖畔小区", community="hupan"),
        Given("sunny", Kind.PROPERTY, COMMUNITY, "阳光物业"),
    ]
    await site.services.organisations.put(given, by="test")
    for name, role, organisation in PEOPLE:
        await site.services.accounts.add(name, PASSWORD, role, organisation=organisation)


async def seen(site: Site, auditor: str, what: str) -> list[str]:
    """What entries of one deed are about, as an auditor's page shows them."""
    shown = (await (await site.staff(auditor)).get("/audit")).text
    assert "审计" in shown
    entries = await site.services.audit.list(what=what)
    return [each.about for each in entries if each.about in shown]


async def dismissed(site: Site, world: World) -> None:
    await world.zombie(ZombieSuspected)
    lead = await site.staff("lead")
    found = re.search(r'action="(/suspects/[^/"]+/dismiss)"', (await lead.get("/suspects")).text)
    assert found is not None
    assert (await lead.post(found[1])).status_code == 303


async def exported(site: Site, world: World) -> None:
    await world.car_stands()
    assert (await (await site.staff("lead")).get("/evaluation.csv")).status_code == 200


async def exported_from_above(site: Site, world: World) -> None:
    await world.car_stands()
    answer = await (await site.staff("street")).get(f"/evaluation.csv?organisation={COMMUNITY}")
    assert answer.status_code == 200


async def dossier_exported(site: Site, world: World) -> None:
    await world.car_stands()
    answer = await (await site.staff("street")).get(f"/evaluation/communities/{COMMUNITY}/sheet.pdf")
    assert answer.status_code == 200


async def notice_set(site: Site, world: World) -> None:
    lead = await site.staff("lead")
    answer = await lead.post("/notices/destinations", data={"name": "值班群", "address": ADDRESS, "enabled": "true"})
    assert answer.status_code == 200, answer.text


async def notice_set_from_above(site: Site, world: World) -> None:
    """The street's person changes what is the property company's."""
    await notice_set(site, world)
    street = await site.staff("street")
    page = (await street.get("/notices")).text
    found = re.findall(r'name="destination" value="([0-9a-f-]{36})"', page)
    assert (await street.post("/notices/destinations/remove", data={"destination": found[-1]})).status_code == 200


async def plate_sought(site: Site, world: World) -> None:
    assert (await (await site.staff("lead")).get("/cases?plate=2345")).status_code == 200


DEEDS = [
    (dismissed, "suspect.dismissed", 1),
    (exported, "exported", 1),
    (exported_from_above, "exported", 1),
    (dossier_exported, "exported", 1),
    (notice_set, "setting.changed", 1),
    (notice_set_from_above, "setting.changed", 2),
    (plate_sought, "plate.searched", 1),
]


@pytest.mark.parametrize(("does", "what", "entries"), DEEDS, ids=[row[0].__name__ for row in DEEDS])
async def test_a_communitys_auditor_sees_what_is_its_matter(
    site: Site, world: World, does: object, what: str, entries: int
) -> None:
    assert callable(does)
    await tree(site)
    await does(site, world)
    found = await site.services.audit.list(what=what)
    assert [each.community for each in found] == [COMMUNITY] * entries
    assert len(await seen(site, "here", what)) == entries
    assert await seen(site, "there", what) == []


async def test_what_is_several_communities_matter_is_nobodys_alone(site: Site, world: World) -> None:
    await tree(site)
    await world.car_stands()
    assert (await (await site.staff("street")).get("/evaluation.csv")).status_code == 200
    assert (await (await site.staff("street")).get("/cases?plate=2345")).status_code == 200
    for what in ("exported", "plate.searched"):
        (entry,) = await site.services.audit.list(what=what)
        assert entry.community is None


PLATE = "沪A12345"
SEARCHES = [
    # name,                   path,                                 how it was searched
    ("a plate", f"/cases?plate={PLATE}", "plate"),
    ("its end", "/cases?plate=345", "plate"),
    ("among words", f"/cases?q=消防 {PLATE}", "words"),
    ("its end as a word", "/cases?q=a12", "words"),
    ("its end, joined to another", "/cases?q=345-2345", "words"),
    ("by a program", f"/api/cases?plate={PLATE}", "plate"),
    ("by a program, as a word", f"/api/cases?q={PLATE}", "words"),
    ("no plate", "/cases?q=消防通道", None),
    ("a building", "/cases?q=3号楼", None),
    ("a case's number", "/cases?q=LL-20261121-0001", None),
    ("a household", "/cases?q=household-123456789", None),
    ("the whole list", "/cases?kind=parking", None),
]


@pytest.mark.parametrize(("path", "by"), [row[1:] for row in SEARCHES], ids=[row[0] for row in SEARCHES])
async def test_who_looks_for_a_plate_is_written_down_and_the_plate_is_not(
    site: Site, world: World, path: str, by: str | None
) -> None:
    await world.car_stands(plate=Plate(state=PlateState.READ, text=PLATE, looks=3))
    assert (await (await site.staff()).get(path)).status_code == 200
    found = await site.services.audit.list(what="plate.searched")
    assert [(each.actor, each.about, each.detail) for each in found] == (
        [(USER, "cases/plate", {"by": by})] if by else []
    )


async def test_a_search_that_could_not_be_written_down_shows_nothing_and_the_next_one_is(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> None:
        raise DatabaseLost("gone")

    staff = await site.staff()
    with monkeypatch.context() as away:
        away.setattr(site.services.audit, "record", lost)
        assert (await staff.get("/cases?plate=345")).status_code == 503
    assert await searches(site, staff, "/cases?plate=345") == 1


async def searches(site: Site, browser: httpx.AsyncClient, *paths: str) -> int:
    for path in paths:
        assert (await browser.get(path)).status_code == 200
    return len(await site.services.audit.list(what="plate.searched"))


async def test_a_list_that_is_drawn_anew_is_the_same_search(site: Site) -> None:
    now = datetime.now(UTC)
    ahead = timedelta()
    object.__setattr__(site.services, "clock", lambda: now + ahead)
    staff = await site.staff()
    assert await searches(site, staff, "/cases?plate=345", "/cases?plate=345&show=all", "/cases?plate=345") == 1
    assert await searches(site, staff, "/cases?plate=346") == 2
    assert await searches(site, await site.staff("li.lei"), "/cases?plate=345") == 3, "each person's is one"
    ahead = ONE_SEARCH
    assert await searches(site, staff, "/cases?plate=345") == 4
