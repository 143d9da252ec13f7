"""Rules of notices: who is told of what."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from cloud.accounts import Session
from cloud.cases.vocabulary import CaseKind, Found, Priority
from cloud.console.guard import session_of
from cloud.console.notice_forms import (
    Clock,
    Id,
    MaybeId,
    Minutes,
    Said,
    Text,
    Version,
    hours_of,
    page,
    refused,
    viewer_of,
)
from cloud.console.notice_views import rule_line
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services
from cloud.console.who import communities_called
from cloud.console.words import Word
from cloud.notify.domain import OCCASION_NAMES, Conditions, Occasion, Rule
from cloud.notify.names import FOUND, KINDS, ZONES
from cloud.notify.ownership import NoticeRefused, NoticeStale
from contract.identifiers import UUID7
from contract.parking import ZoneKind

OFFERED: Final = {each: name for each, name in OCCASION_NAMES.items() if each not in {Occasion.UNTAKEN, Occasion.STUCK}}


class RulesPage:
    """`/notices/rules` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._notices = services.notices

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/notices/rules", self.rules, methods=["GET"])
        router.add_api_route("/notices/rules", self.put_rule, methods=["POST"])
        router.add_api_route("/notices/rules/switch", self.switch_rule, methods=["POST"])
        router.add_api_route("/notices/rules/remove", self.remove_rule, methods=["POST"])
        return router

    async def rules(
        self, request: Request, edit: Annotated[str, Query(pattern=rf"^({UUID7.strip('^$')})?$")] = ""
    ) -> Response:
        """Who is told of what; with a rule to be changed in the form, if one is named."""
        return await self._rules(request, edit=edit)

    async def put_rule(
        self,
        request: Request,
        *,
        name: Text,
        destination: Id,
        rule: MaybeId = "",
        version: Version = 0,
        occasions: Annotated[list[Occasion], Form(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
        kinds: Annotated[list[CaseKind], Form(max_length=20)] = [],  # noqa: B006
        found: Annotated[list[Found], Form(max_length=40)] = [],  # noqa: B006
        zone_kinds: Annotated[list[ZoneKind], Form(max_length=20)] = [],  # noqa: B006
        communities: Annotated[list[str], Form(max_length=500)] = [],  # noqa: B006
        place_part: Text = "",
        hours_from: Clock = "",
        hours_until: Clock = "",
        priority: Annotated[int, Form(ge=1, le=4)] = 4,
        untaken_min: Minutes = "",
        repeat_min: Minutes = "",
        by_duty: Annotated[bool, Form()] = False,
        urgent: Annotated[bool, Form()] = False,
    ) -> Response:
        """Add a rule, or change one."""
        given = None
        try:
            hours = hours_of(hours_from, hours_until)
            when = Conditions(
                occasions=frozenset() if untaken_min else frozenset(occasions),
                kinds=frozenset(kinds),
                found=frozenset(found),
                zone_kinds=frozenset(zone_kinds),
                communities=frozenset(communities),
                place=place_part,
                hours=() if hours is None else (hours_from, hours_until),
                priority=Priority(priority),
                untaken_min=int(untaken_min) if untaken_min else None,
                repeat_min=int(repeat_min) if repeat_min else None,
            )
            given = Rule(rule, "", name, when, destination, by_duty=by_duty, urgent=urgent, version=version)
            await self._notices.rules.put(viewer_of(request), given)
        except ValidationError:
            wrong = NoticeRefused("分钟数或小区不对", "the minutes or a community are out of range")
            return await self._rules(request, refused(wrong), edit=rule)
        except NoticeStale as error:
            return await self._rules(request, refused(error), edit=rule)
        except NoticeRefused as error:
            return await self._rules(request, refused(error), given, edit=rule)
        return await self._rules(request, Said(NOTICES["stored"]))

    async def switch_rule(self, request: Request, *, rule: Id, enabled: Annotated[bool, Form()]) -> Response:
        """Switch a rule on or off."""
        try:
            await self._notices.rules.switch(viewer_of(request), rule, enabled=enabled)
        except NoticeRefused as error:
            return await self._rules(request, refused(error))
        return await self._rules(request, Said(NOTICES["stored"]))

    async def remove_rule(self, request: Request, *, rule: Id) -> Response:
        """Take a rule away."""
        try:
            await self._notices.rules.remove(viewer_of(request), rule)
        except NoticeRefused as error:
            return await self._rules(request, refused(error))
        return await self._rules(request, Said(NOTICES["removed"]))

    async def _rules(
        self, request: Request, said: Said | None = None, given: Rule | None = None, *, edit: str = ""
    ) -> Response:
        """The page; with what was given in its form, where it was refused, or the rule that is to be changed."""
        found = await self._notices.settings(viewer_of(request))
        destinations = {each.id: each for each in found.destinations}
        communities = await self._communities(session_of(request))
        stored = next((each for each in found.rules if each.id == edit), None)
        return page(
            self._services,
            request,
            "notice_rules.html",
            said,
            rules=[rule_line(each, destinations, communities) for each in found.rules],
            draft=given or stored,
            destinations=found.destinations,
            occasions=OFFERED,
            kinds=KINDS,
            found=FOUND,
            zones=ZONES,
            communities=communities,
        )

    async def _communities(self, session: Session) -> Mapping[str, Word]:
        there = {gateway.community for gateway in await self._services.devices.list(session.scope)}
        return await communities_called(self._services.organisations, sorted(there))
