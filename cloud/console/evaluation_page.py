"""`/evaluation`: how well cases are handled, by organisation and period, as a page and as files."""

import asyncio
import logging
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response

from cloud.accounts import Session
from cloud.audit import Deed, Entry
from cloud.console import dossier_pdf, evaluation_files, evaluation_pdf
from cloud.console.dossier import Page, dossier_page
from cloud.console.evaluation_tree import Chosen, choose
from cloud.console.evaluation_views import Board, board
from cloud.console.evaluation_words import EVALUATION
from cloud.console.guard import session_of
from cloud.console.services import Services
from cloud.evaluation.periods import PATTERN, Period, Span
from cloud.evaluation.service import Evaluation
from contract.identifiers import SLUG

_SLUG = SLUG.removeprefix("^").removesuffix("$")
AT_ONCE: Final = 2  # evaluations in the making: each reads a year of cases
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PeriodText = Annotated[
    str | None,
    Query(pattern=PATTERN, description="2026-11, 2026-H2 or 2026; the month of today where it is left out"),
]
OrganisationId = Annotated[
    str | None,
    Query(pattern=f"^({_SLUG})?$", max_length=63, description="one of the reader's; the reader's own without it"),
]
CommunityId = Annotated[str, Path(pattern=f"^{_SLUG}$", max_length=63)]

_log = logging.getLogger(__name__)


class EvaluationDesk:
    """What pages, files and the JSON interface share: the evaluation of whatever the reader may see."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._room = asyncio.Semaphore(AT_ONCE)

    def period(self, text: str | None) -> Period:
        """The period that was asked for, else the month of today."""
        if text:
            return Period.parse(text)
        now = self._services.clock()
        return Period.of(Span.MONTH, now.astimezone(self._services.zone).date())

    async def chosen(self, session: Session, organisation: str | None) -> Chosen:
        """Whose cases are evaluated.

        Raises:
            HTTPException: 404, there is no such organisation within the reader's.
        """
        tree = await self._services.organisations.list(session.organisation)
        chosen = choose(organisation or None, tree, session.scope, session.organisation)
        if chosen is None:
            raise HTTPException(404)
        return chosen

    async def evaluation(self, chosen: Chosen, period: Period) -> Evaluation:
        async with self._room:
            return await self._services.evaluation.evaluate(
                period,
                chosen.scope,
                now=self._services.clock(),
                answering=chosen.answering,
                communities=chosen.communities,
            )

    async def board(self, request: Request, period: str | None, organisation: str | None) -> Board:
        """Everything the page says."""
        session = session_of(request)
        chosen = await self.chosen(session, organisation)
        evaluation = await self.evaluation(chosen, self.period(period))
        now, zone = self._services.clock(), self._services.zone
        return board(evaluation, chosen, now=now, zone=zone, who=session.user)

    async def dossier(self, request: Request, community: str, period: str | None) -> Page:
        """What is said of one community.

        Raises:
            HTTPException: 404, the reader sees no such community.
        """
        session = session_of(request)
        chosen = await self.chosen(session, None)
        now, services = self._services.clock(), self._services
        async with self._room:
            found = await services.evaluation.dossier(
                community, self.period(period), session.scope, now=now, communities=chosen.communities
            )
        if found is None:
            raise HTTPException(404)
        return dossier_page(found, chosen, now=now, zone=services.zone, who=session.user)


class EvaluationPage:
    """`/evaluation` and below."""

    def __init__(self, services: Services, desk: EvaluationDesk) -> None:
        self._services = services
        self._desk = desk

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/evaluation", self.page, methods=["GET"])
        router.add_api_route("/evaluation.csv", self.csv, methods=["GET"])
        router.add_api_route("/evaluation.xlsx", self.xlsx, methods=["GET"])
        router.add_api_route("/evaluation.pdf", self.pdf, methods=["GET"])
        router.add_api_route("/evaluation/communities/{community}", self.community, methods=["GET"])
        router.add_api_route("/evaluation/communities/{community}/sheet.pdf", self.community_pdf, methods=["GET"])
        return router

    async def page(self, request: Request, period: PeriodText = None, organisation: OrganisationId = None) -> Response:
        made = await self._desk.board(request, period, organisation)
        return self._services.pages.page(
            request, "evaluation.html", session=session_of(request), board=made, words=EVALUATION
        )

    async def csv(self, request: Request, period: PeriodText = None, organisation: OrganisationId = None) -> Response:
        made = await self._desk.board(request, period, organisation)
        body = evaluation_files.csv_of(made)
        return await self._file(request, body, "text/csv; charset=utf-8", f"{_name(made)}.csv", made.community)

    async def xlsx(self, request: Request, period: PeriodText = None, organisation: OrganisationId = None) -> Response:
        made = await self._desk.board(request, period, organisation)
        body = await asyncio.to_thread(evaluation_files.xlsx_of, made)
        return await self._file(request, body, SHEET, f"{_name(made)}.xlsx", made.community)

    async def pdf(self, request: Request, period: PeriodText = None, organisation: OrganisationId = None) -> Response:
        made = await self._desk.board(request, period, organisation)
        body = await asyncio.to_thread(evaluation_pdf.document, made)
        return await self._file(request, body, "application/pdf", f"{_name(made)}.pdf", made.community)

    async def community(self, request: Request, community: CommunityId, period: PeriodText = None) -> Response:
        made = await self._desk.dossier(request, community, period)
        return self._services.pages.page(
            request, "dossier.html", session=session_of(request), dossier=made, words=EVALUATION
        )

    async def community_pdf(self, request: Request, community: CommunityId, period: PeriodText = None) -> Response:
        made = await self._desk.dossier(request, community, period)
        body = await asyncio.to_thread(dossier_pdf.document, made)
        return await self._file(request, body, "application/pdf", f"{made.id}-{made.period}.pdf", made.id)

    async def _file(self, request: Request, body: bytes, media_type: str, name: str, community: str | None) -> Response:
        """A file that is taken along; `community`: whose matter it is, where it is a single one's."""
        session, now = session_of(request), self._services.clock()
        _log.info("%s takes %s", session.user, name)
        await self._services.audit.record(Entry(session.user, Deed.EXPORTED, f"evaluation/{name}", community, at=now))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type=media_type, headers=headers)


def _name(board: Board) -> str:
    """A file's name, in letters that every system takes."""
    return "-".join(part for part in ("evaluation", board.chosen, board.title) if part)
