"""The console's doings as JSON, for programs: log in, list, read, act.

`POST /api/login` sets the session's cookie and answers with `csrf`; send that as `X-CSRF-Token` with each POST.
"""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from cloud.accounts import LoginRefused, TooManyAttempts
from cloud.cases.domain import CaseKind
from cloud.console.documents import (
    ActionIn,
    CaseOut,
    CasesOut,
    CaseViewOut,
    LoginIn,
    SessionOut,
    SuspectOut,
    SuspectsOut,
)
from cloud.console.guard import address_of, session_of
from cloud.console.services import Services

MAX_LIST = 100


class Api:
    """`/api`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def open_routes(self) -> APIRouter:
        router = APIRouter(prefix="/api")
        router.add_api_route("/login", self.login, methods=["POST"])
        return router

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api")
        router.add_api_route("/session", self.session, methods=["GET"])
        router.add_api_route("/logout", self.logout, methods=["POST"], status_code=204)
        router.add_api_route("/cases", self.list, methods=["GET"])
        router.add_api_route("/suspects", self.suspects, methods=["GET"])
        router.add_api_route("/cases/{case_id}", self.get, methods=["GET"])
        router.add_api_route("/cases/{case_id}/actions", self.act, methods=["POST"])
        return router

    async def login(self, request: Request, response: Response, given: LoginIn) -> SessionOut:
        """Open a session: its cookie is set, and the answer holds the token for POSTs."""
        try:
            token, session = await self._services.accounts.login(
                given.name, given.password, address=address_of(request)
            )
        except LoginRefused:
            raise HTTPException(401) from None
        except TooManyAttempts as error:
            raise HTTPException(429, headers={"Retry-After": f"{error.wait_s:.0f}"}) from None
        self._services.guard.keep(response, token, session)
        return SessionOut.of(session)

    async def session(self, request: Request) -> SessionOut:
        """Who is logged in."""
        return SessionOut.of(session_of(request))

    async def logout(self, request: Request, response: Response) -> None:
        """End the session."""
        await self._services.accounts.logout(self._services.guard.token(request))
        self._services.guard.forget(response)

    async def list(
        self,
        open: bool | None = None,  # noqa: A002 - the query's name
        kind: CaseKind | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIST)] = 50,
        before: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
    ) -> CasesOut:
        """Cases, newest first: `open=true` those to work on, `open=false` the others; `kind`: those of it alone."""
        cases = await self._services.cases.list(open_only=open, kind=kind, limit=limit + 1, before=before)
        page = tuple(CaseOut.of(case) for case in cases[:limit])
        return CasesOut(cases=page, before=page[-1].id if len(cases) > limit else None)

    async def suspects(self) -> SuspectsOut:
        """Vehicles that may become zombie vehicles."""
        return SuspectsOut(suspects=tuple(SuspectOut.of(each) for each in await self._services.cases.suspects()))

    async def get(self, case_id: str) -> CaseViewOut:
        """A case with its history and photos."""
        view = await self._services.cases.get(case_id)
        if view is None:
            raise HTTPException(404)
        return CaseViewOut.of(view)

    async def act(self, request: Request, case_id: str, given: ActionIn) -> CaseOut:
        """Move a case. 409 when someone changed it first or it does not allow this now."""
        case = await self._services.cases.act(
            case_id,
            given.action,
            actor=session_of(request).user,
            version=given.version,
            note=given.note.strip(),
            rating=given.rating,
        )
        return CaseOut.of(case)
