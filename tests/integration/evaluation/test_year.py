"""A written-out year through the real case service; then each figure equals what the histories say, counted apart."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, time
from types import MappingProxyType

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.accounts import OrganisationService
from cloud.accounts.organisations import Kind, Organisation
from cloud.cases.calendar import SATURDAY, WorkCalendar
from cloud.cases.service import CaseService
from cloud.cases.terms import Terms
from cloud.console.evaluation_tree import tally_of
from cloud.db import create_engine
from cloud.evaluation.figures import Tally
from cloud.evaluation.measures import MEASURES, Form
from cloud.evaluation.periods import Period
from cloud.evaluation.service import EvaluationService
from cloud.scope import EVERYTHING
from deploy.story.year import FIRST, TREE, Clock, Year
from tests.integration.evaluation.recount import COUNTS, Recounted, recount

CASES = 220
DAYS = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CALENDAR = WorkCalendar(
    hours=((time(9), time(12)), (time(14), time(18))),
    days=MappingProxyType(DAYS),
    usual=lambda day: day.weekday() < SATURDAY,
)
PERIODS = [*(f"2026-{month:02d}" for month in range(1, 13)), "2026-H1", "2026-H2", "2026"]


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


def months_of(period: Period) -> range:
    return range(period.first.month, period.first.month + period.span)


def counted(
    told: Recounted, organisation: Organisation, tree: Sequence[Organisation], period: Period, name: str
) -> tuple[float, float]:
    """What the histories say of one organisation, period and measure."""
    below = {each.id for each in tree if each.path.startswith(organisation.path)}
    own = [
        amounts
        for (estate, company, month, measure), amounts in told.items()
        if measure == name and month in months_of(period) and (company if is_company(organisation) else estate) in below
    ]
    return sum(above for above, _ in own), sum(under for _, under in own)


def is_company(organisation: Organisation) -> bool:
    return organisation.kind is Kind.PROPERTY


async def test_a_year_is_evaluated_as_its_histories_say(engine: AsyncEngine) -> None:
    clock, organisations = Clock(FIRST), OrganisationService(engine)
    await organisations.put(TREE, by="story")
    cases = CaseService(engine, clock=clock, terms=Terms(CALENDAR))
    assert await Year(engine, cases, clock, FIRST, many=CASES).run() == CASES

    tree, told = await organisations.list(), await recount(engine, 2026, clock.at)
    evaluation = EvaluationService(engine, CALENDAR)
    wrong, seen = [], set()
    for name in PERIODS:
        period = Period.parse(name)
        found = await evaluation.evaluate(period, EVERYTHING, now=clock.at)
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


def shown(name: str, tally: Tally) -> tuple[float, float]:
    """Above and below the line; a count stands above itself."""
    value = next(measure for measure in MEASURES if measure.name == name).of(tally)
    return value.top, value.top if value.bottom is None else value.bottom


def test_every_measure_is_counted_apart() -> None:
    assert set(COUNTS) == {measure.name for measure in MEASURES}
