"""A written-out year through the real case service; then each figure equals what the histories say, counted apart."""

import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import OrganisationService
from cloud.app.web import create_app
from cloud.cases.vocabulary import Action, CaseKind, Found, Note, Source, Stage, Verification
from cloud.console.dossier import NAMES
from cloud.console.evaluation_tree import tally_of
from cloud.console.evaluation_views import LENGTHS, RATES
from cloud.db import create_engine, reading
from cloud.evaluation.domain import Complaints
from cloud.evaluation.measures import BY_NAME, MEASURES, SHOWN, Form
from cloud.evaluation.periods import Period
from cloud.evaluation.service import EvaluationService
from cloud.scope import EVERYTHING, Scope
from deploy.story.year.district import COMMUNITIES
from tests.integration.console.site import LEAD, PASSWORD, build
from tests.integration.evaluation.counting import counted, months_of, shown, written
from tests.integration.evaluation.lived import CALENDAR, Lived
from tests.integration.evaluation.recount import COUNTS, Told, collected, recount

PERIODS = [*(f"2026-{month:02d}" for month in range(1, 13)), "2026-H1", "2026-H2", "2026"]


@pytest.fixture
async def engine(lived: Lived) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(lived.dsn)
    yield engine
    await engine.dispose()


# what, by what all cases and histories of the year say, what there is of it beside what no year can bring about
THERE: list[tuple[str, str, Iterable[str], set[str]]] = [
    ("sources", "select distinct source from cases", Source, set()),
    ("kinds", "select distinct kind from cases", CaseKind, set()),
    ("findings", "select distinct jsonb_array_elements_text(found) from cases", Found, set()),
    ("stages", "select distinct stage from case_history", Stage, set()),
    ("actions", "select distinct what from case_history where moves", Action, set()),
    # a term that was never set is of cases before there were terms; who is told of cases is not part of the story, and
    # that a bad rating finds another case of its place open is left to chance
    ("notes", "select distinct what from case_history where not moves", Note, {"term_set", "told", "not_reopened"}),
    ("outcomes", "select distinct after ->> 'verification' from case_history", Verification, set()),
    ("bonds", "select distinct kind from case_links", ("linked", "merged", "split"), set()),
]


@pytest.mark.parametrize(("query", "known", "never"), [row[1:] for row in THERE], ids=[row[0] for row in THERE])
async def test_all_that_there_is_happens(
    engine: AsyncEngine, query: str, known: Iterable[str], never: set[str]
) -> None:
    async with reading(engine) as connection:
        found = set((await connection.execute(text(query))).scalars()) - {None}
    assert found - never == {str(each) for each in known} - never


async def test_each_figure_is_what_the_histories_say(engine: AsyncEngine, lived: Lived) -> None:
    tree, told = await OrganisationService(engine).list(), await recount(engine, 2026, lived.at)
    evaluation = EvaluationService(engine, CALENDAR)
    wrong, seen = [], set()
    for name in PERIODS:
        period = Period.parse(name)
        found = await evaluation.evaluate(period, EVERYTHING, now=lived.at)
        assert found.simulated
        for organisation in tree:
            tally = tally_of(organisation, tree, found.parts)
            for measure in MEASURES:
                said = shown(measure.name, tally)
                expected = counted(told, organisation, tree, period, measure.name)
                if said != pytest.approx(expected, abs=1e-3):
                    wrong.append((name, organisation.id, measure.name, said, expected))
                if expected[0] and expected[0] != expected[1]:
                    seen.add(measure.name)
    assert wrong == [], sorted({each[2] for each in wrong})
    plain = {measure.name for measure in MEASURES if measure.form is Form.COUNT}
    assert seen == set(COUNTS) - plain, "a measure that the year never moves shows nothing"


async def test_what_is_due_later_is_not_due(engine: AsyncEngine, lived: Lived) -> None:
    tree, earlier = await OrganisationService(engine).list(), lived.at - timedelta(days=20)
    told = await recount(engine, 2026, earlier)
    found = await EvaluationService(engine, CALENDAR).evaluate(Period.parse("2026-12"), EVERYTHING, now=earlier)
    for name in ("due", "handling", "rework"):
        expected = counted(told, tree[0], tree, Period.parse("2026-12"), name)
        assert shown(name, found.total) == expected
        assert 0 < expected[1] < counted(await recount(engine, 2026, lived.at), tree[0], tree, found.period, name)[1]


async def test_the_twelve_months_are_what_the_histories_say(engine: AsyncEngine, lived: Lived) -> None:
    tree, told = await OrganisationService(engine).list(), await recount(engine, 2026, lived.at)
    kinds = Counter((each.month, each.kind) for each in await collected(engine, 2026, lived.at))
    found = await EvaluationService(engine, CALENDAR).evaluate(Period.parse("2026"), EVERYTHING, now=lived.at)
    assert {(int(month.name[5:]), str(kind)): n for month in found.months for kind, n in month.kinds} == kinds
    for month in found.months:
        for name in RATES + LENGTHS:
            expected = counted(told, tree[0], tree, Period.parse(month.name), name)
            assert shown(name, month.tally) == pytest.approx(expected, abs=1e-3), (month.name, name)


@pytest.mark.parametrize("name", ["2026", "2026-H1", "2026-09"])
async def test_complaints_and_their_causes_are_what_the_histories_say(
    engine: AsyncEngine, lived: Lived, name: str
) -> None:
    period, service = Period.parse(name), EvaluationService(engine, CALENDAR)
    of_period = [each for each in await collected(engine, 2026, lived.at) if each.month in months_of(period)]
    found = await service.evaluate(period, EVERYTHING, now=lived.at)
    expected = {each.id: complained([told for told in of_period if told.estate == each.id]) for each in COMMUNITIES}
    assert {each.community: each for each in found.ranking.all} == {
        name: Complaints(name, *counts) for name, counts in expected.items()
    }
    for community in COMMUNITIES:
        dossier = await service.dossier(community.id, period, EVERYTHING, now=lived.at)
        assert dossier is not None
        own = [each for each in of_period if each.estate == community.id and each.counts]
        causes = dossier.causes
        assert dict(causes.kinds) == Counter(each.kind for each in own)
        assert dict(causes.sources) == Counter(each.told_by for each in own)
        assert dict(enumerate(causes.hours)) == {hour: sum(each.hour == hour for each in own) for hour in range(24)}
        places = Counter(each.place for each in own)
        assert dict(causes.places).items() <= places.items()
        assert sorted(n for _, n in causes.places) == sorted(places.values())[-len(causes.places) or len(places) :]


def complained(told: Sequence[Told]) -> tuple[int, int, int]:
    """Reported, upheld, and of both overdue."""
    reported = [each for each in told if each.told_by in {"resident", "hotline"}]
    upheld = [each for each in told if each.upheld]
    return len(reported), len(upheld), sum(each.overdue for each in (*reported, *upheld))


async def test_what_is_merged_counts_once_and_what_is_split_counts_apart(engine: AsyncEngine, lived: Lived) -> None:
    """As the other case's history tells it: who goes on with what, and what was split off what."""
    async with reading(engine) as connection:
        rows = await connection.execute(text(_TOGETHER))
        merged, late, split = rows.one()
    assert 0 < late < merged
    assert split > 0
    found = await EvaluationService(engine, CALENDAR).evaluate(Period.parse("2026"), EVERYTHING, now=lived.at)
    async with reading(engine) as connection:
        begun, owed = (await connection.execute(text(_BEGUN), {"now": lived.at})).one()
    assert shown("opened", found.total)[0] == begun + split
    assert shown("due", found.total)[0] == owed + late


# A merged case is named by its number in the line of the one that goes on; its deadline is in its own lines.
_TOGETHER = """
    with into_another as (select note as number, at from case_history where what = 'merged_in'),
    first as (select case_id, after ->> 'number' as number from case_history where after ? 'number'),
    owed as (select first.number, (
        select (after ->> 'due_at')::timestamptz from case_history as told
        where told.case_id = first.case_id and after ? 'due_at' order by id desc limit 1) as deadline from first)
    select (select count(*) from into_another),
        (select count(*) from into_another join owed using (number) where owed.deadline < into_another.at),
        (select count(*) from case_history where what = 'split_off')
"""
_BEGUN = """
    with last as (
        select distinct on (case_id) case_id, stage from case_history order by case_id, id desc
    ), owed as (
        select case_id, stage, (select (after ->> 'due_at')::timestamptz from case_history as told
            where told.case_id = last.case_id and after ? 'due_at' order by id desc limit 1) as deadline,
            (select max(at) from case_history as told
                where told.case_id = last.case_id and what in ('void', 'not_file')) as dropped
        from last
    )
    select (select count(*) from case_history where what = 'collected'),
        (select count(*) from owed where deadline <= :now
            and (stage not in ('voided', 'merged', 'not_filed') or stage <> 'merged' and dropped > deadline))
"""


async def test_a_street_is_told_of_its_own(engine: AsyncEngine, lived: Lived) -> None:
    own = {each.id for each in COMMUNITIES if each.street == "xijie"}
    told = [each for each in await collected(engine, 2026, lived.at) if each.estate in own]
    service = EvaluationService(engine, CALENDAR)
    found = await service.evaluate(Period.parse("2026"), Scope(frozenset(own)), now=lived.at)
    assert shown("opened", found.total)[0] == len(told)
    assert {each.community for each in found.ranking.all} == own


async def test_the_page_says_what_the_histories_say(engine: AsyncEngine, lived: Lived, tmp_path: Path) -> None:
    tree, told = await OrganisationService(engine).list(), await recount(engine, 2026, lived.at)
    cases = await collected(engine, 2026, lived.at)
    async with aclosing(looking(lived, tmp_path)) as browsers:
        browser = await anext(browsers)
        for period in map(Period.parse, ("2026", "2026-H2", "2026-04")):
            for organisation in tree:
                asked = {"period": period.text, "organisation": organisation.id}
                page = (await browser.get("/evaluation", params=asked)).text
                expected = [written(each, *counted(told, organisation, tree, period, each.name)) for each in SHOWN]
                assert _CELL.findall(page) == expected, (period.text, organisation.id)
                assert "模拟数据，不是真实案件" in page
        ranked = (await browser.get("/evaluation", params={"period": "2026"})).text
        dossier = (await browser.get("/evaluation/communities/tonghe", params={"period": "2026-H2"})).text
    assert ranking_of(ranked) == sorted((complaints(cases, each.id) for each in COMMUNITIES), key=by_most)
    assert "不评问题小区" in ranked, "there are six"
    [tonghe] = [each for each in tree if each.id == "tonghe"]
    halves = [Period.parse(half) for half in ("2026-H2", "2026-H1")]
    for name, found in zip(NAMES, _COMPARED.findall(dossier), strict=True):
        now, then = (written(BY_NAME[name], *counted(told, tonghe, tree, half, name)) for half in halves)
        assert found == (*now, *then), name


_CELL = re.compile(r'<dd><strong>([^<]*)</strong>(?: <span class="made">([^<]*)</span>)?</dd>')
_MADE = '(?: <span class="made">([^<]*)</span>)?</td>'
_COMPARED = re.compile(
    f'<th scope="row">.*?</th><td><strong>([^<]*)</strong>{_MADE}<td><span class="was">([^<]*)</span>{_MADE}'
)


async def looking(lived: Lived, folder: Path) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Somebody who looks at the evaluation when the year has just ended."""
    async with aclosing(build(lived.dsn, folder)) as sites:
        site = await anext(sites)
        evaluation = EvaluationService(site.world.engine, CALENDAR)
        services = replace(site.services, clock=lambda: lived.at, evaluation=evaluation)
        app = create_app(services, engine=site.world.engine, https=False)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://linli.test") as client:
            (await client.post("/api/login", json={"name": LEAD, "password": PASSWORD})).raise_for_status()
            yield client


def ranking_of(page: str) -> list[tuple[str, ...]]:
    """Communities of the page's table with their numbers."""
    rows = [row for row in page.split("<tr>") if "/evaluation/communities/" in row]
    return [(re.findall("communities/([a-z]+)", row)[0], *re.findall(r"<td>(\d+)</td>", row)) for row in rows]


def complaints(cases: Sequence[Told], estate: str) -> tuple[str, ...]:
    """All, reported, upheld and overdue, as they are written."""
    reported, upheld, overdue = complained([each for each in cases if each.estate == estate])
    return estate, str(reported + upheld), str(reported), str(upheld), str(overdue)


def by_most(row: tuple[str, ...]) -> tuple[int, str]:
    return -int(row[1]), row[0]


def test_every_measure_is_counted_apart() -> None:
    assert set(COUNTS) == {measure.name for measure in MEASURES}
