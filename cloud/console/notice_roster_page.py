"""The roster of notices: who is on duty when."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import Field

from cloud.console.notice_forms import NO_TIME, Clock, Id, MaybeId, Said, hours_of, page, refused, viewer_of
from cloud.console.notice_views import DAYS, duty_lines
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services
from cloud.notify.domain import Duty
from cloud.notify.ownership import NoticeRefused


class RosterPage:
    """`/notices/roster` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._notices = services.notices

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/notices/roster", self.roster, methods=["GET"])
        router.add_api_route("/notices/roster", self.add_duty, methods=["POST"])
        router.add_api_route("/notices/roster/remove", self.remove_duty, methods=["POST"])
        return router

    async def roster(self, request: Request) -> Response:
        """Who is on duty when."""
        return await self._roster(request)

    async def add_duty(
        self,
        request: Request,
        *,
        start: Clock,
        until: Clock,
        destination: Id,
        substitute: MaybeId = "",
        weekday: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Form(max_length=7)] = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        """Add a shift on one day of the week or several."""
        try:
            hours = hours_of(start, until)
            if hours is None:
                raise NO_TIME
            if not weekday:
                raise NoticeRefused("请选星期", "choose a day of the week")
            for day in sorted(set(weekday)):
                duty = Duty("", "", day, hours, destination, substitute or None)
                await self._notices.rota.add(viewer_of(request), duty)
        except NoticeRefused as error:
            return await self._roster(request, refused(error))
        return await self._roster(request, Said(NOTICES["stored"]))

    async def remove_duty(self, request: Request, *, duty: Id) -> Response:
        """Take a shift away."""
        try:
            await self._notices.rota.remove(viewer_of(request), duty)
        except NoticeRefused as error:
            return await self._roster(request, refused(error))
        return await self._roster(request, Said(NOTICES["removed"]))

    async def _roster(self, request: Request, said: Said | None = None) -> Response:
        found, eye = await self._notices.settings(viewer_of(request)), self._services.eye()
        return page(
            self._services,
            request,
            "notice_roster.html",
            said,
            duties=duty_lines(found.roster, found.destinations, eye),
            destinations=found.destinations,
            days=DAYS,
        )
