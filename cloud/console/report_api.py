"""Reports from outside over HTTP: handed in by the city's hotline, a resident's app or staff, and asked for again."""

import time
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response

from cloud.accounts.throttle import Limit, Throttle
from cloud.cases.domain import Actor, CaseView, Report
from cloud.cases.vocabulary import Source
from cloud.console.access import actor_of
from cloud.console.guard import session_of
from cloud.console.problem_documents import problems
from cloud.console.report_documents import ReferencePath, ReportIn, ReportOut, SourcePath
from cloud.console.services import Services
from cloud.problems import Fault, Trouble
from cloud.scope import Scope

PER_SYSTEM: Final = Limit(attempts=600, window_s=300)  # a storm of a whole city, and no more
AGAIN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": ReportOut, "description": "已收过 It was handed in before"}
}


class ReportApi:
    """`/api/reports`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._throttle = Throttle(PER_SYSTEM, time.monotonic)

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api/reports", tags=["reports"])
        router.add_api_route(
            "",
            self.hand_in,
            methods=["POST"],
            status_code=201,
            summary="转入诉求 Hand in a report",
            responses=AGAIN,
            openapi_extra=problems("too-often"),
        )
        router.add_api_route("/{source}/{reference}", self.get, methods=["GET"], summary="诉求进度 How far a report is")
        return router

    async def hand_in(self, request: Request, response: Response, given: ReportIn) -> ReportOut:
        """Open a case for a report. The same `source` and `reference` once more is the same report, answered with 200.

        With other words it is told of the case, once, whose first words stand; after the case has ended they open
        another, linked to it and answered with 201. A person looks at it and files it, or does not; `GET` says how far
        the latest is.
        """
        by = actor_of(session_of(request))
        if not by.scope.covers(given.community):
            raise Trouble("invalid", faults=(Fault("body", "/community", "a community that is yours"),))
        self._take(by.name)
        view = await self._find(given.source, given.reference, by, given.community)
        if view is not None and _same(view, given):
            response.status_code = 200
            return ReportOut.of(view)
        report = Report(given.text, given.place, given.reference)
        case = await self._services.cases.report(report, community=given.community, source=given.source, by=by)
        if view is not None and case.id == view.case.id:
            response.status_code = 200
        return ReportOut.of(await self._view(case.id, by))

    async def get(self, request: Request, source: SourcePath, reference: ReferencePath) -> ReportOut:
        """How far a report is: ask again now and then, also after it was closed, for it may be reopened."""
        view = await self._find(source, reference, actor_of(session_of(request)))
        if view is None:
            raise HTTPException(404)
        return ReportOut.of(view)

    def _take(self, system: str) -> None:
        wait_s = self._throttle.wait_s(system)
        if wait_s > 0:
            raise Trouble("too-often", headers={"Retry-After": f"{wait_s:.0f}"})
        self._throttle.take(system)

    async def _find(self, source: Source, reference: str, by: Actor, community: str | None = None) -> CaseView | None:
        scope = by.scope if community is None else Scope(frozenset({community}))
        case_id = await self._services.handed_in.report(source, reference, scope)
        return None if case_id is None else await self._services.cases.get(case_id, by.scope)

    async def _view(self, case_id: str, by: Actor) -> CaseView:
        view = await self._services.cases.get(case_id, by.scope)
        if view is None:
            raise HTTPException(404)
        return view


def _same(view: CaseView, given: ReportIn) -> bool:
    """Whether a report is handed in once more as it was."""
    report = view.case.report
    return report is not None and (report.text, report.place) == (given.text, given.place)
