"""The list of cases and a case's own page."""

import logging
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BeforeValidator

from cloud.cases.domain import Action, Case, Refused, Stale
from cloud.cases.service import MAX_LIST
from cloud.cases.steps import MAX_NOTE
from cloud.console.guard import session_of
from cloud.console.services import Services, wants_part
from cloud.console.suspect_cards import suspect_card
from cloud.console.views import Card, card, case_page
from cloud.console.words import WORDS, Word

_log = logging.getLogger(__name__)

PAGE: Final = 30  # cards on a page of the list

Show = Literal["open", "closed"]
Before = Annotated[str | None, Query(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]


def _as_counted(note: object) -> object:
    """A note with its line ends as the browser counts them; it sends two characters for each."""
    return note.replace("\r\n", "\n") if isinstance(note, str) else note


class CasePages:
    """`/cases` and below, and `/suspects`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases", self.list, methods=["GET"])
        router.add_api_route("/suspects", self.suspects, methods=["GET"])
        router.add_api_route("/suspects/{event_id}/dismiss", self.dismiss, methods=["POST"])
        router.add_api_route("/cases/{case_id}", self.show, methods=["GET"])
        router.add_api_route("/cases/{case_id}/actions", self.act, methods=["POST"])
        return router

    async def list(self, request: Request, show: Show = "open", before: Before = None) -> Response:
        cases = await self._services.cases.list(open_only=show == "open", limit=PAGE + 1, before=before)
        cards = await self._cards(cases[:PAGE])
        return self._services.pages.page(
            request,
            "_cards.html" if wants_part(request) else "cases.html",
            session=session_of(request),
            cards=cards,
            show=show,
            before=before,
            older=cards[-1].id if len(cases) > PAGE else None,
        )

    async def suspects(self, request: Request) -> Response:
        """Vehicles that may become zombie vehicles; nothing is to be done about them yet."""
        suspects, eye = await self._services.cases.suspects(), self._services.eye()
        return self._services.pages.page(
            request,
            "_suspects.html" if wants_part(request) else "suspects.html",
            session=session_of(request),
            suspects=tuple(suspect_card(each, eye) for each in suspects),
            shown=len(suspects) if len(suspects) == MAX_LIST else None,
            show="suspects",
        )

    async def dismiss(self, request: Request, event_id: str) -> Response:
        """Take one off the list; one that is off already is what was wanted."""
        user = session_of(request).user
        if await self._services.cases.dismiss_suspect(event_id, by=user):
            _log.info("%s takes the suspected vehicle of event %s off the list", user, event_id)
        return RedirectResponse("/suspects", status_code=303)

    async def show(self, request: Request, case_id: str) -> Response:
        return await self._page(request, case_id)

    async def act(
        self,
        request: Request,
        case_id: str,
        *,
        action: Annotated[Action, Form()],
        version: Annotated[int, Form(ge=0, le=2**31 - 1)],
        note: Annotated[str, BeforeValidator(_as_counted), Form(max_length=MAX_NOTE)] = "",
        rating: Annotated[int | None, Form(ge=1, le=5)] = None,
    ) -> Response:
        try:
            await self._services.cases.act(
                case_id, action, actor=session_of(request).user, version=version, note=note.strip(), rating=rating
            )
        except Stale:
            return await self._page(request, case_id, fault=WORDS["fault.stale"], why=WORDS["fault.stale_why"])
        except Refused as error:
            return await self._page(request, case_id, fault=WORDS["fault.refused"], why=Word(error.zh, error.en))
        if wants_part(request):
            return await self._page(request, case_id)
        return RedirectResponse(f"/cases/{case_id}", status_code=303)

    async def _page(
        self, request: Request, case_id: str, *, fault: Word | None = None, why: Word | None = None
    ) -> Response:
        view = await self._services.cases.get(case_id)
        if view is None:
            raise HTTPException(404)
        return self._services.pages.page(
            request,
            _template(request),
            status=200 if fault is None else 409,
            session=session_of(request),
            page=case_page(view, self._services.eye()),
            acted=request.method == "POST" and wants_part(request),
            fault=fault,
            why=why,
        )

    async def _cards(self, cases: Sequence[Case]) -> Sequence[Card]:
        covers, eye = await self._services.cases.covers(cases), self._services.eye()
        falls = await self._services.cases.latest_falls(cases)
        return [card(case, covers.get(case.id), eye, fall=falls.get(case.id)) for case in cases]


def _template(request: Request) -> str:
    """The whole page, or the part of it that a live update or the answer to an act replaces."""
    if not wants_part(request):
        return "case.html"
    return "_acted.html" if request.method == "POST" else "_case.html"
