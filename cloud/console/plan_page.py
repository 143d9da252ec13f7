"""`/map`: a community's plan with its open cases, live; leads upload it and place cameras, zones and devices."""

import logging
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, HTTPException, Path, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from cloud.accounts import Session
from cloud.cases.domain import Case
from cloud.cases.service import MAX_LIST
from cloud.console.access import may
from cloud.console.guard import session_of
from cloud.console.plan_views import MARKS, STANDING, by_key, fixed, keys, mark, things
from cloud.console.plan_words import PLAN
from cloud.console.services import Services, wants_part
from cloud.console.who import communities_called
from cloud.console.words import Word
from cloud.plans.domain import MAX_NAME, NoPlan, Place, PlaceKind, TooMany
from cloud.plans.pictures import MAX_FILE
from contract.identifiers import SLUG

UPLOAD: Final = "/map/plan"
MAX_UPLOAD: Final = MAX_FILE + 16 * 1024  # the form around it
KEEP: Final = "private, max-age=31536000, immutable"  # its address names its content
PER_CENT: Final = 100.0

_log = logging.getLogger(__name__)

Community = Annotated[str, Form(max_length=63, pattern=SLUG)]
PerCent = Annotated[float, Form(ge=0, le=PER_CENT, allow_inf_nan=False)]


class PlanPage:
    """`/map` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/map", self.show, methods=["GET"])
        router.add_api_route(UPLOAD, self.upload, methods=["POST"])
        router.add_api_route("/map/places", self.place, methods=["POST"])
        router.add_api_route("/map/{community}/{sha256}", self.picture, methods=["GET"])
        return router

    async def show(
        self, request: Request, community: Annotated[str, Query(max_length=63)] = "", said: str = ""
    ) -> Response:
        told = PLAN[said] if said in {"uploaded", "placed", "removed"} else None
        return await self._page(request, community, told=told)

    async def picture(
        self,
        request: Request,
        community: Annotated[str, Path(max_length=63, pattern=SLUG)],
        sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    ) -> Response:
        _check(session_of(request), community)
        plan = await self._services.plans.get(community)
        body = await self._services.plans.picture(community) if plan is not None and plan.sha256 == sha256 else None
        if plan is None or body is None:
            raise HTTPException(404)
        return Response(body, media_type=plan.media_type, headers={"Cache-Control": KEEP})

    async def upload(self, request: Request, *, community: Community, file: Annotated[UploadFile, File()]) -> Response:
        """Take in a picture of a community."""
        session = session_of(request)
        _check(session, community)
        try:
            await self._services.plans.keep(community, await file.read(MAX_FILE + 1), by=session.user)
        except NoPlan as error:
            return await self._page(request, community, told=PLAN["refused"], why=Word(error.zh, error.en))
        _log.info("%s uploads a plan of %s", session.user, community)
        return RedirectResponse(f"/map?community={community}&said=uploaded", status_code=303)

    async def place(
        self,
        request: Request,
        *,
        community: Community,
        thing: Annotated[str, Form(max_length=MAX_NAME + 20, pattern=r"^(camera|zone|device):.+$")],
        x: PerCent = 0.0,
        y: PerCent = 0.0,
        remove: Annotated[str, Form(max_length=3)] = "",
    ) -> Response:
        """Say where something stands, or take it off."""
        session = session_of(request)
        _check(session, community)
        kind, _, name = thing.partition(":")
        if len(name) > MAX_NAME or not name.isprintable():
            raise HTTPException(422)
        if remove:
            await self._services.plans.remove(community, PlaceKind(kind), name, by=session.user)
            return RedirectResponse(f"/map?community={community}&said=removed", status_code=303)
        place = Place(PlaceKind(kind), name, x / PER_CENT, y / PER_CENT)
        try:
            await self._services.plans.place(community, place, by=session.user)
        except TooMany:
            return await self._page(request, community, told=PLAN["refused"], why=PLAN["too_many"])
        return RedirectResponse(f"/map?community={community}&said=placed", status_code=303)

    async def _page(
        self, request: Request, community: str, *, told: Word | None = None, why: Word | None = None
    ) -> Response:
        session, eye = session_of(request), self._services.eye()
        communities = await self._communities(session)
        if not community:
            community = communities[0] if communities else ""
        elif community not in communities:
            raise HTTPException(404)
        cases = await self._services.cases.open_in(community) if community else ()
        plan = await self._services.plans.get(community)
        places = by_key(await self._services.plans.places(community))
        may_place = may(session.role, "POST", UPLOAD)
        return self._services.pages.page(
            request,
            "_map.html" if wants_part(request) else "map.html",
            status=200 if why is None else 422,
            session=session,
            words=PLAN,
            community=community,
            communities=await communities_called(self._services.organisations, communities),
            plan=plan,
            marks=tuple(mark(case, places, eye) for case in cases),
            is_cut=len(cases) == MAX_LIST,
            fixed=tuple(fixed(place) for place in places.values()),
            key=(MARKS, STANDING),
            things=things(await self._keys(community, cases), places) if may_place else (),
            may_place=may_place,
            told=told,
            why=why,
        )

    async def _communities(self, session: Session) -> Sequence[str]:
        """Those in which something is, and that the reader may see."""
        named = {gateway.community for gateway in await self._services.devices.list(session.scope)}
        return sorted(named | set(await self._services.plans.communities(session.scope)))

    async def _keys(self, community: str, cases: Sequence[Case]) -> Sequence[tuple[PlaceKind, str]]:
        gateways = [each for each in await self._services.devices.list() if each.community == community]
        cameras = [(PlaceKind.CAMERA, f"{each.gateway}/{camera}") for each in gateways for camera in each.cameras]
        return [*cameras, *(key for case in cases for key in keys(case))]


def _check(session: Session, community: str) -> None:
    """A community that the reader may not see is none."""
    if not session.scope.covers(community):
        raise HTTPException(404)
