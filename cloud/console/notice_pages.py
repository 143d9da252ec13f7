"""Notices, for leads and above: where they go, and whether they arrive."""

from datetime import datetime, tzinfo
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from cloud.console.notice_forms import (
    Clock,
    Id,
    LocalTime,
    MaybeId,
    Said,
    Text,
    Version,
    hours_of,
    page,
    refused,
    viewer_of,
)
from cloud.console.notice_roster_page import RosterPage
from cloud.console.notice_rules_page import RulesPage
from cloud.console.notice_views import line, place, stuck_word
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services
from cloud.notify.channels import MAX_ADDRESS
from cloud.notify.domain import Destination, Tongue
from cloud.notify.ownership import NoticeRefused, NoticeStale


class NoticePages:
    """`/notices` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._notices = services.notices

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/notices", self.state, methods=["GET"])
        router.add_api_route("/notices/destinations", self.put_destination, methods=["POST"])
        router.add_api_route("/notices/destinations/remove", self.remove_destination, methods=["POST"])
        router.add_api_route("/notices/destinations/test", self.test, methods=["POST"])
        router.include_router(RulesPage(self._services).routes())
        router.include_router(RosterPage(self._services).routes())
        return router

    async def state(self, request: Request) -> Response:
        """Where messages go and whether they arrive."""
        return await self._state(request)

    async def put_destination(
        self,
        request: Request,
        *,
        name: Text,
        destination: MaybeId = "",
        version: Version = 0,
        address: Annotated[str, Form(max_length=MAX_ADDRESS)] = "",
        language: Annotated[Tongue, Form()] = Tongue.ZH,
        quiet_from: Clock = "",
        quiet_until: Clock = "",
        window_s: Annotated[int, Form(ge=0, le=3600)] = 60,
        enabled: Annotated[bool, Form()] = False,
        away_from: LocalTime = "",
        away_until: LocalTime = "",
    ) -> Response:
        """Add a destination, or change one; its address is taken and never given back."""
        zone = self._services.zone
        given = None
        try:
            given = Destination(
                id=destination,
                organisation="",
                name=name,
                channel="",
                language=language,
                quiet=hours_of(quiet_from, quiet_until),
                window_s=window_s,
                enabled=enabled,
                away_from=_local(away_from, zone),
                away_until=_local(away_until, zone),
                version=version,
            )
            await self._notices.put_destination(viewer_of(request), given, address)
        except NoticeStale as error:
            return await self._state(request, refused(error))
        except NoticeRefused as error:
            return await self._state(request, refused(error), given)
        return await self._state(request, Said(NOTICES["stored"]))

    async def remove_destination(self, request: Request, *, destination: Id) -> Response:
        """Take a destination away."""
        try:
            await self._notices.remove_destination(viewer_of(request), destination)
        except NoticeRefused as error:
            return await self._state(request, refused(error))
        return await self._state(request, Said(NOTICES["removed"]))

    async def test(self, request: Request, *, destination: Id) -> Response:
        """Send a test."""
        try:
            await self._notices.test(viewer_of(request), destination)
        except NoticeRefused as error:
            return await self._state(request, refused(error))
        return await self._state(request, Said(NOTICES["tested"]))

    async def _state(self, request: Request, said: Said | None = None, given: Destination | None = None) -> Response:
        """The page; with what was given in its form, where it was refused."""
        found, eye = await self._notices.settings(viewer_of(request)), self._services.eye()
        names = {each.id: each.name for each in found.destinations}
        return page(
            self._services,
            request,
            "notices.html",
            said,
            stuck=stuck_word(found.destinations, eye),
            places=[place(each, eye) for each in found.destinations],
            messages=[line(each, names, eye) for each in found.messages],
            tongues=tuple(Tongue),
            draft=None if given is None else place(given, eye),
        )


def _local(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError:
        raise NoticeRefused("没有这个日期", "there is no such date") from None
