"""The evaluation as JSON: each measure with its formula in words, its numerator and its denominator."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter, Request

from cloud.cases.vocabulary import CaseKind
from cloud.console.documents import Closed
from cloud.console.evaluation_page import EvaluationDesk, OrganisationId, PeriodText
from cloud.console.evaluation_views import Cell, Line, MonthLine, Problem
from cloud.console.problem_documents import problems
from cloud.console.services import Services
from cloud.evaluation.measures import Form


class MeasureOut(Closed):
    """One measure. `value` is a count, percent, hours or stars as decimal text; null where the denominator is 0.

    It is rounded against whoever is measured. Lengths above the line are seconds; of `discovery` both are hours of
    cameras. `confirmed`: the formula is common; otherwise each city confirms its own.
    """

    name: str
    called_zh: str
    called_en: str
    formula_zh: str
    formula_en: str
    form: Form
    value: str | None
    numerator: float
    denominator: float | None
    confirmed: bool

    @classmethod
    def of(cls, cell: Cell) -> Self:
        value = cell.value
        rounded = value.rounded
        return cls(
            name=cell.name,
            called_zh=cell.called.zh,
            called_en=cell.called.en,
            formula_zh=cell.formula.zh,
            formula_en=cell.formula.en,
            form=value.measure.form,
            value=None if rounded is None else str(rounded),
            numerator=value.top,
            denominator=value.bottom,
            confirmed=cell.sure,
        )


class OrganisationOut(Closed):
    """One organisation under the one that is evaluated, or a community that belongs to none."""

    id: str
    name_zh: str
    name_en: str
    measures: tuple[MeasureOut, ...]

    @classmethod
    def of(cls, line: Line) -> Self:
        measures = tuple(map(MeasureOut.of, line.cells))
        return cls(id=line.id, name_zh=line.name.zh, name_en=line.name.en, measures=measures)


class MonthOut(Closed):
    """One month of the twelve up to the period's end: cases collected by kind, rates and lengths."""

    month: str
    collected: dict[str, int]
    measures: tuple[MeasureOut, ...]

    @classmethod
    def of(cls, month: MonthLine) -> Self:
        collected = {kind.value: n for kind, n in zip(CaseKind, month.kinds, strict=True) if n}
        return cls(month=month.name, collected=collected, measures=tuple(map(MeasureOut.of, month.cells)))


class ProblemOut(Closed):
    """A community among the top 5 % by complaints."""

    community: str
    reported: int
    found: int
    overdue: int
    households: int | None

    @classmethod
    def of(cls, problem: Problem) -> Self:
        told = problem.complaints
        counts = {"reported": told.reported, "found": told.found, "overdue": told.overdue}
        return cls(community=told.community, households=told.households, **counts)


class EvaluationOut(Closed):
    """An evaluation of the cases as they are now. `simulated`: of simulated cases, as there is no real one.

    `simulated_left_out`: how many simulated cases of the period do not count, as there are real ones.
    """

    period: str
    since: datetime
    until: datetime
    organisation: str | None
    simulated: bool
    simulated_left_out: int
    measures: tuple[MeasureOut, ...]
    organisations: tuple[OrganisationOut, ...]
    months: tuple[MonthOut, ...]
    problems: tuple[ProblemOut, ...]
    problems_by_households: bool


class EvaluationApi:
    """`/api/evaluation`."""

    def __init__(self, services: Services, desk: EvaluationDesk) -> None:
        self._services = services
        self._desk = desk

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api/evaluation", tags=["evaluation"])
        router.add_api_route(
            "", self.get, methods=["GET"], summary="综合评价 The evaluation", openapi_extra=problems("not-found")
        )
        return router

    async def get(
        self, request: Request, period: PeriodText = None, organisation: OrganisationId = None
    ) -> EvaluationOut:
        """How well cases are handled in a period. 404: no such organisation within the reader's."""
        board = await self._desk.board(request, period, organisation)
        since, until = board.period.edges(self._services.zone)
        return EvaluationOut(
            period=board.title,
            since=since,
            until=until,
            organisation=board.chosen or None,
            simulated=board.simulated,
            simulated_left_out=board.counts_not.period,
            measures=tuple(map(MeasureOut.of, board.cells)),
            organisations=tuple(map(OrganisationOut.of, board.lines)),
            months=tuple(map(MonthOut.of, board.months)),
            problems=tuple(map(ProblemOut.of, board.problems)),
            problems_by_households=board.by_size,
        )
