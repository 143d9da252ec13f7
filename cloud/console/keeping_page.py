"""What is kept of a case and what is gone, and the hold that stops its deletion."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cloud.console.access import actor_of
from cloud.console.facts import moment
from cloud.console.guard import session_of
from cloud.console.original_words import ORIGINALS
from cloud.console.services import Services
from cloud.privacy.domain import MAX_REASON, MIN_REASON, Unknown
from cloud.privacy.holds import may_hold


class KeepingPage:
    """`/cases/{id}/keeping`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/cases/{case_id}/keeping", self.show, methods=["GET"])
        router.add_api_route("/cases/{case_id}/keeping", self.change, methods=["POST"])
        return router

    async def show(self, request: Request, case_id: str) -> Response:
        session, eye = session_of(request), self._services.eye()
        view = await self._services.cases.get(case_id, session.scope)
        if view is None:
            raise HTTPException(404)
        hold = await self._services.holds.of_case(case_id)
        stands = None
        if hold is not None:
            stands = ORIGINALS["hold.stands"].fill(by=hold.placed_by, at=moment(hold.placed_at, eye).text)
        return self._services.pages.page(
            request,
            "keeping.html",
            session=session,
            w=ORIGINALS,
            number=view.case.number,
            case_path=f"/cases/{case_id}",
            stands=stands,
            reason="" if hold is None else hold.reason,
            gone=[moment(each.deleted_at, eye) for each in view.photos if each.deleted_at is not None],
            may_hold=may_hold(session.role),
            min_reason=MIN_REASON,
            max_reason=MAX_REASON,
        )

    async def change(
        self,
        request: Request,
        case_id: str,
        *,
        hold: Annotated[bool, Form()],
        reason: Annotated[str, Form(max_length=MAX_REASON * 2)] = "",
    ) -> Response:
        """Place the hold, or lift it."""
        by, said = actor_of(session_of(request)), reason.replace("\r\n", "\n")
        try:
            if hold:
                await self._services.holds.place(case_id, said, by=by)
            else:
                await self._services.holds.lift(case_id, said, by=by)
        except Unknown:
            raise HTTPException(404) from None
        return RedirectResponse(f"/cases/{case_id}/keeping", status_code=303)
