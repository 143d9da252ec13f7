"""Cases as JSON, for programs: list, read, act, rate. With it whatever else stands under `/api`.

A program that stands for a person logs in and sends `csrf` as `X-CSRF-Token` with each POST; one that stands for
another system sends its access token.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request

from cloud.cases.domain import Refused
from cloud.cases.flow import NO_CASE, possible
from cloud.cases.vocabulary import Action
from cloud.console.access import actor_of
from cloud.console.case_documents import ActionIn, CaseKey, CaseOut, CasesOut, CaseViewOut, RatingIn
from cloud.console.docs_api import DocsApi
from cloud.console.guard import session_of
from cloud.console.list_query import CasesQuery
from cloud.console.meta_api import MetaApi
from cloud.console.photo_api import PhotoApi
from cloud.console.plate_searches import PlateSearches
from cloud.console.problem_documents import problems
from cloud.console.problem_pages import ProblemPages
from cloud.console.report_api import ReportApi
from cloud.console.services import Services
from cloud.console.session_api import SessionApi
from cloud.console.suspect_documents import SuspectOut, SuspectsOut

CONFLICTS: Final = problems("stale", "refused")


class Api:
    """`/api`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._searches = PlateSearches(services)

    def open_routes(self) -> APIRouter:
        router = APIRouter()
        router.include_router(ProblemPages(self._services.pages).routes())
        router.include_router(SessionApi(self._services).open_routes())
        return router

    def routes(self) -> APIRouter:
        router = APIRouter()
        router.include_router(SessionApi(self._services).routes())
        router.include_router(DocsApi(self._services).routes())
        router.include_router(MetaApi().routes())
        router.include_router(self._cases())
        router.include_router(ReportApi(self._services).routes())
        router.include_router(PhotoApi(self._services).routes())
        return router

    def _cases(self) -> APIRouter:
        router = APIRouter(prefix="/api", tags=["cases"])
        router.add_api_route("/cases", self.list, methods=["GET"], summary="案件列表 Cases")
        router.add_api_route(
            "/suspects", self.suspects, methods=["GET"], summary="疑似僵尸车 Suspected zombie vehicles"
        )
        router.add_api_route("/cases/{case_id}", self.get, methods=["GET"], summary="案件 One case")
        router.add_api_route(
            "/cases/{case_id}/rating",
            self.rate,
            methods=["POST"],
            summary="群众评价 The reporter's rating",
            openapi_extra=CONFLICTS,
        )
        router.add_api_route(
            "/cases/{case_id}/actions",
            self.act,
            methods=["POST"],
            summary="办理 Act on a case",
            openapi_extra=CONFLICTS,
        )
        return router

    async def list(self, request: Request, query: Annotated[CasesQuery, Query()]) -> CasesOut:
        """A page of cases, of what who asks may see; `after` of the answer asks for the next one."""
        session = session_of(request)
        listed = self._services.listing.page(
            query.filter(session.user),
            session.scope,
            now=self._services.clock(),
            order=query.order,
            limit=query.limit,
            after=query.cursor,
        )
        page, _ = await asyncio.gather(listed, self._searches.note(session, query))
        cases = tuple(CaseOut.of(case) for case in page.cases)
        return CasesOut(cases=cases, after=None if page.after is None else page.after.text())

    async def suspects(self, request: Request) -> SuspectsOut:
        """Vehicles that may become zombie vehicles."""
        found = await self._services.cases.suspects(session_of(request).scope)
        return SuspectsOut(suspects=tuple(SuspectOut.of(each) for each in found))

    async def get(self, request: Request, case_id: CaseKey) -> CaseViewOut:
        """A case with its history and photos, and what the one who asks may do with it now."""
        by = actor_of(session_of(request))
        view = await self._services.cases.get(case_id, by.scope)
        if view is None:
            raise HTTPException(404)
        return CaseViewOut.of(view, possible(view.case, by))

    async def act(self, request: Request, case_id: CaseKey, given: ActionIn) -> CaseOut:
        """Do something to a case, as `possible` of it says. 409: someone changed it first, or it is not allowed now."""
        with _unknown_is_404():
            case = await self._services.cases.act(
                case_id,
                given.action,
                by=actor_of(session_of(request)),
                version=given.version,
                note=given.note,
                rating=given.rating,
                until=given.until,
                other=given.other,
                organisation=given.organisation,
                priority=given.priority,
                fault=given.fault,
                photos=given.photos,
                events=given.events,
            )
        return CaseOut.of(case)

    async def rate(self, request: Request, case_id: CaseKey, given: RatingIn) -> CaseOut:
        """Say for the reporter or a resident how a closed case was handled; 1 or 2 through `fault` reopens it.

        It stays closed where another case of its place, device or report is open: its history then names that one.
        """
        with _unknown_is_404():
            case = await self._services.cases.act(
                case_id,
                Action.RATE,
                by=actor_of(session_of(request)),
                version=given.version,
                note=given.note,
                rating=given.rating,
                fault=given.fault,
            )
        return CaseOut.of(case)


@contextmanager
def _unknown_is_404() -> Iterator[None]:
    """A case that is not there, or not theirs, is no conflict."""
    try:
        yield
    except Refused as error:
        if (error.zh, error.en) == NO_CASE:
            raise HTTPException(404) from None
        raise
