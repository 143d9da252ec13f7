"""`/today`: where work begins."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cloud.accounts import Session
from cloud.cases import flow
from cloud.console import desk_words as words
from cloud.console.access import actor_of
from cloud.console.desk_words import ROLES, SECTIONS
from cloud.console.guard import session_of
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services, wants_part
from cloud.console.today import Notice, section
from cloud.console.who import workplace
from cloud.notify.ownership import Viewer


class TodayPage:
    """What needs its reader."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/today", self.show, methods=["GET"])
        return router

    async def show(self, request: Request) -> Response:
        session, eye, part = session_of(request), self._services.eye(), wants_part(request)
        by = actor_of(session)
        waiting = await self._services.cases.agenda(by)
        possible = {case.id: flow.possible(case, by) for each in waiting for case in each.cases}
        asked = len((await self._services.originals.listing(by)).to_decide)
        approvals = Notice(SECTIONS["approvals"], asked, "/originals")
        return self._services.pages.page(
            request,
            "_today.html" if part else "today.html",
            session=session,
            role=ROLES[session.role],
            organisation=None if part else await workplace(self._services.organisations, session.organisation),
            words=words,
            sections=tuple(section(each, eye, possible) for each in waiting),
            notices=tuple(each for each in (approvals, await self._stuck(session)) if each.count),
        )

    async def _stuck(self, session: Session) -> Notice:
        """That nobody is told of anything any more is for those to know who set whom to tell."""
        viewer = Viewer(session.user, session.organisation, session.scope)
        stuck = await self._services.notices.stuck(viewer) if session.is_lead else ()
        return Notice(NOTICES["today"], len(stuck), "/notices")
