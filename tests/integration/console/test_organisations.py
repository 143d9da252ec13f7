"""The tree of organisations: who sees what, who answers, and what cannot stand where."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import AccountService, Kind, OrganisationService, Role
from cloud.accounts.organisation_file import MAX_BYTES, read_organisations
from cloud.accounts.organisations import MAX_NAME, Given, UnknownOrganisation, UnusableOrganisation
from cloud.audit.log import AuditLog
from cloud.db import create_engine
from cloud.scope import EVERYTHING, NOTHING, Scope
from tests.integration.console.site import PASSWORD, WEAK

TREE = """编号,类别,上级,名称,英文名,小区
lan-keepers,物业,lantian,蓝天物业,,
city,市,,某市,The city,
river,街道,east,江滨街道,,
east,区,city,东区,,
lantian,小区,river,蓝天小区,,lantian
baiyun,小区,river,白云小区,,baiyun
hill,街道,city,山前街道,,
qinglin,小区,hill,青林小区,,qinglin
empty,街道,city,新街道,,
"""


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def tree(engine: AsyncEngine) -> OrganisationService:
    tree = OrganisationService(engine)
    assert await tree.put(read_organisations(TREE.encode(), is_toml=False), by="test") == 9
    return tree


SCOPES = [
    (None, EVERYTHING),
    ("city", Scope(frozenset({"lantian", "baiyun", "qinglin"}))),
    ("east", Scope(frozenset({"lantian", "baiyun"}))),
    ("lantian", Scope(frozenset({"lantian"}))),
    ("lan-keepers", Scope(frozenset({"lantian"}))),
    ("empty", NOTHING),
]


@pytest.mark.parametrize(("organisation", "scope"), SCOPES, ids=[str(row[0]) for row in SCOPES])
async def test_one_sees_ones_part_of_the_tree(
    tree: OrganisationService, engine: AsyncEngine, organisation: str | None, scope: Scope
) -> None:
    accounts = AccountService(engine, clock=lambda: datetime.now(UTC), passwords=WEAK)
    await accounts.add("wang", PASSWORD, Role.LEAD, organisation=organisation)
    token, session = await accounts.login("wang", PASSWORD, address="test")
    assert (session.role, session.organisation, session.scope) == (Role.LEAD, organisation, scope)
    assert await accounts.session(token) == session


ANSWERING = [
    ("lantian", ["lan-keepers", "lantian", "river"]),
    ("baiyun", ["baiyun", "baiyun", "river"]),
    ("qinglin", ["qinglin", "qinglin", "hill"]),
    ("nowhere", [None, None, None]),
]


@pytest.mark.parametrize(("community", "wanted"), ANSWERING, ids=[row[0] for row in ANSWERING])
async def test_who_answers_at_each_level(tree: OrganisationService, community: str, wanted: list[str | None]) -> None:
    found = [await tree.answering(community, level) for level in (1, 2, 3)]
    assert [each and each.id for each in found] == wanted


async def test_without_a_street_the_nearest_above_answers(tree: OrganisationService) -> None:
    await tree.move("qinglin", "city", by="test")
    found = await tree.answering("qinglin", 3)
    assert found is not None
    assert found.id == "city"
    await tree.move("qinglin", None, by="test")
    assert await tree.answering("qinglin", 3) is None


async def test_a_move_takes_all_below_along_and_is_noted(tree: OrganisationService, engine: AsyncEngine) -> None:
    await tree.move("river", "city", by="chen")
    paths = {each.id: each.path for each in await tree.list()}
    assert paths["river"] == "/city/river/"
    assert paths["lan-keepers"] == "/city/river/lantian/lan-keepers/"
    assert [each.id for each in await tree.list("river")] == ["river", "baiyun", "lantian", "lan-keepers"]
    (noted,) = await AuditLog(engine).list(actor="chen")
    assert noted.detail == {"from": "/city/east/river/", "to": "/city/river/"}


REFUSED = [
    ("a kind under its own", Given("a", Kind.STREET, "river", "甲"), "does not stand under"),
    ("a kind under a lower one", Given("a", Kind.DISTRICT, "river", "甲"), "does not stand under"),
    ("an unknown parent", Given("a", Kind.STREET, "nobody", "甲"), "there is no organisation"),
    ("a community of two", Given("a", Kind.COMMUNITY, "river", "甲", community="lantian"), "is of the organisation"),
    ("another kind", Given("lantian", Kind.PROPERTY, "river", "甲"), "another kind"),
    ("elsewhere", Given("river", Kind.STREET, "city", "甲"), "another kind, place"),
    ("no slug", Given("A b", Kind.STREET, "city", "甲"), "a-z"),
    ("no name", Given("a", Kind.STREET, "city", " "), "name:"),
    ("a long name", Given("a", Kind.STREET, "city", "甲" * (MAX_NAME + 1)), "name:"),
    ("a community without its name", Given("a", Kind.COMMUNITY, "river", "甲"), "community:"),
    ("a street with one", Given("a", Kind.STREET, "city", "甲", community="x"), "community:"),
]


@pytest.mark.parametrize(("given", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_cannot_be_is_refused_and_nothing_of_it_stays(
    tree: OrganisationService, given: Given, why: str
) -> None:
    before = await tree.list()
    with pytest.raises((UnusableOrganisation, UnknownOrganisation), match=why):
        await tree.put([Given("first", Kind.STREET, "city", "甲"), given], by="test")
    assert await tree.list() == before


async def test_another_name_may_be_given(tree: OrganisationService) -> None:
    await tree.put([Given("river", Kind.STREET, "east", "甲" * MAX_NAME, "River")], by="test")
    found = await tree.get("river")
    assert found is not None
    assert (found.name_zh, found.name_en) == ("甲" * MAX_NAME, "River")


async def test_it_cannot_be_moved_under_itself(tree: OrganisationService) -> None:
    for parent in ("river", "lantian", "hill"):
        with pytest.raises(UnusableOrganisation):
            await tree.move("river", parent, by="test")
    with pytest.raises(UnknownOrganisation):
        await tree.move("nobody", "city", by="test")


def test_toml_says_the_same() -> None:
    told = '[[organisation]]\nid = "lantian"\nkind = "community"\nname = "蓝天小区"\ncommunity = "lantian"\n'
    (found,) = read_organisations(told.encode(), is_toml=True)
    assert found == Given("lantian", Kind.COMMUNITY, None, "蓝天小区", "蓝天小区", "lantian")


FAULTS = [
    ("line 2: kind", "id,kind,name\nx,planet,甲\n", False),
    ("line 3: name_zh", "id,kind,name\nx,city,甲\ny,city,\n", False),
    ("line 1:", "id,name\nx,甲\n", False),
    ("line 1:", "id,kind,name,colour\nx,city,甲,red\n", False),
    ("line 2: cells beyond", "id,kind,name\nx,city,甲,more\n", False),
    ("x: .*twice", "id,kind,name\nx,city,甲\nx,city,乙\n", False),
    ("and 1 more", "id,kind,name\n" + "x,planet,甲\n" * 6, False),
    ("not TOML", "[[organisation]\n", True),
    ("a table", 'organisation = "x"\n', True),
    (r"\[\[organisation\]\] 1: colour", '[[organisation]]\nid="x"\nkind="city"\nname="甲"\ncolour="red"\n', True),
]


@pytest.mark.parametrize(("why", "text", "is_toml"), FAULTS, ids=[row[1][:40] for row in FAULTS])
def test_a_list_says_which_line_is_wrong(why: str, text: str, is_toml: bool) -> None:
    with pytest.raises(UnusableOrganisation, match=why):
        read_organisations(text.encode(), is_toml=is_toml)


def test_a_list_is_bounded() -> None:
    with pytest.raises(UnusableOrganisation, match="bytes"):
        read_organisations(b"x" * (MAX_BYTES + 1), is_toml=False)
    with pytest.raises(UnusableOrganisation, match="UTF-8"):
        read_organisations(b"\xff\xfe", is_toml=False)
