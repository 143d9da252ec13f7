"""Notices, for leads and above: where they go, whether they arrive, by which rules, and who is on duty."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import StringConstraints, ValidationError

from cloud.accounts import Session
from cloud.cases.vocabulary import CaseKind, Found, Priority
from cloud.console.guard import session_of
from cloud.console.notice_views import DAYS, duty_lines, line, place, rule_line, stuck_word
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services
from cloud.console.words import Word
from cloud.notify.channels import MAX_ADDRESS
from cloud.notify.domain import MAX_NAME, OCCASION_NAMES, Conditions, Destination, Duty, Occasion, Rule, Tongue
from cloud.notify.hours import Hours
from cloud.notify.names import FOUND, KINDS, ZONES
from cloud.notify.service import NoticeRefused, Viewer
from contract.identifiers import UUID7
from contract.parking import ZoneKind

OFFERED: Final = {each: name for each, name in OCCASION_NAMES.items() if each not in {Occasion.UNTAKEN, Occasion.STUCK}}
NO_TIME: Final = NoticeRefused("时间要两个都填，或都不填", "give both times or neither")

Id = Annotated[str, Form(pattern=UUID7)]
MaybeId = Annotated[str, Form(pattern=rf"^({UUID7.strip('^$')})?$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True), Form(max_length=MAX_NAME)]
Clock = Annotated[str, Form(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
LocalTime = Annotated[str, Form(pattern=r"^(20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d)?$")]


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says of what was done."""

    text: Word
    why: Word | None = None

    @property
    def is_fault(self) -> bool:
        """Whether it was not done."""
        return self.why is not None


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
        router.add_api_route("/notices/rules", self.rules, methods=["GET"])
        router.add_api_route("/notices/rules", self.put_rule, methods=["POST"])
        router.add_api_route("/notices/rules/switch", self.switch_rule, methods=["POST"])
        router.add_api_route("/notices/rules/remove", self.remove_rule, methods=["POST"])
        router.add_api_route("/notices/roster", self.roster, methods=["GET"])
        router.add_api_route("/notices/roster", self.add_duty, methods=["POST"])
        router.add_api_route("/notices/roster/remove", self.remove_duty, methods=["POST"])
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
        try:
            given = Destination(
                id=destination,
                organisation="",
                name=name,
                channel="",
                language=language,
                quiet=_hours(quiet_from, quiet_until),
                window_s=window_s,
                enabled=enabled,
                away_from=_local(away_from, zone),
                away_until=_local(away_until, zone),
            )
            await self._notices.put_destination(_viewer(request), given, address)
        except NoticeRefused as error:
            return await self._state(request, _refused(error))
        return await self._state(request, Said(NOTICES["stored"]))

    async def remove_destination(self, request: Request, *, destination: Id) -> Response:
        """Take a destination away."""
        try:
            await self._notices.remove_destination(_viewer(request), destination)
        except NoticeRefused as error:
            return await self._state(request, _refused(error))
        return await self._state(request, Said(NOTICES["removed"]))

    async def test(self, request: Request, *, destination: Id) -> Response:
        """Send a test."""
        try:
            await self._notices.test(_viewer(request), destination)
        except NoticeRefused as error:
            return await self._state(request, _refused(error))
        return await self._state(request, Said(NOTICES["tested"]))

    async def rules(self, request: Request) -> Response:
        """Who is told of what."""
        return await self._rules(request)

    async def put_rule(
        self,
        request: Request,
        *,
        name: Text,
        destination: Id,
        occasions: Annotated[list[Occasion], Form(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
        kinds: Annotated[list[CaseKind], Form(max_length=20)] = [],  # noqa: B006
        found: Annotated[list[Found], Form(max_length=40)] = [],  # noqa: B006
        zone_kinds: Annotated[list[ZoneKind], Form(max_length=20)] = [],  # noqa: B006
        communities: Annotated[list[str], Form(max_length=500)] = [],  # noqa: B006
        place_part: Text = "",
        hours_from: Clock = "",
        hours_until: Clock = "",
        priority: Annotated[int, Form(ge=1, le=4)] = 4,
        untaken_min: Annotated[str, Form(pattern=r"^\d{0,5}$")] = "",
        by_duty: Annotated[bool, Form()] = False,
        urgent: Annotated[bool, Form()] = False,
    ) -> Response:
        """Add a rule."""
        try:
            hours = _hours(hours_from, hours_until)
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
            )
            given = Rule("", "", name, when, destination, by_duty=by_duty, urgent=urgent)
            await self._notices.put_rule(_viewer(request), given)
        except ValidationError:
            wrong = NoticeRefused("分钟数或小区不对", "the minutes or a community are out of range")
            return await self._rules(request, _refused(wrong))
        except NoticeRefused as error:
            return await self._rules(request, _refused(error))
        return await self._rules(request, Said(NOTICES["stored"]))

    async def switch_rule(self, request: Request, *, rule: Id, enabled: Annotated[bool, Form()]) -> Response:
        """Switch a rule on or off."""
        try:
            await self._notices.switch_rule(_viewer(request), rule, enabled=enabled)
        except NoticeRefused as error:
            return await self._rules(request, _refused(error))
        return await self._rules(request, Said(NOTICES["stored"]))

    async def remove_rule(self, request: Request, *, rule: Id) -> Response:
        """Take a rule away."""
        try:
            await self._notices.remove_rule(_viewer(request), rule)
        except NoticeRefused as error:
            return await self._rules(request, _refused(error))
        return await self._rules(request, Said(NOTICES["removed"]))

    async def roster(self, request: Request) -> Response:
        """Who is on duty when."""
        return await self._roster(request)

    async def add_duty(
        self,
        request: Request,
        *,
        weekday: Annotated[int, Form(ge=0, le=6)],
        start: Clock,
        until: Clock,
        destination: Id,
        substitute: MaybeId = "",
    ) -> Response:
        """Add a shift."""
        try:
            hours = _hours(start, until)
            if hours is None:
                raise NO_TIME
            duty = Duty("", "", weekday, hours, destination, substitute or None)
            await self._notices.add_duty(_viewer(request), duty)
        except NoticeRefused as error:
            return await self._roster(request, _refused(error))
        return await self._roster(request, Said(NOTICES["stored"]))

    async def remove_duty(self, request: Request, *, duty: Id) -> Response:
        """Take a shift away."""
        try:
            await self._notices.remove_duty(_viewer(request), duty)
        except NoticeRefused as error:
            return await self._roster(request, _refused(error))
        return await self._roster(request, Said(NOTICES["removed"]))

    async def _state(self, request: Request, said: Said | None = None) -> Response:
        found, eye = await self._notices.settings(_viewer(request)), self._services.eye()
        names = {each.id: each.name for each in found.destinations}
        return self._page(
            request,
            "notices.html",
            said,
            stuck=stuck_word(found.destinations, eye),
            places=[place(each, eye) for each in found.destinations],
            messages=[line(each, names, eye) for each in found.messages],
            tongues=tuple(Tongue),
        )

    async def _rules(self, request: Request, said: Said | None = None) -> Response:
        found = await self._notices.settings(_viewer(request))
        names = {each.id: each.name for each in found.destinations}
        return self._page(
            request,
            "notice_rules.html",
            said,
            rules=[rule_line(each, names) for each in found.rules],
            destinations=found.destinations,
            occasions=OFFERED,
            kinds=KINDS,
            found=FOUND,
            zones=ZONES,
            communities=await self._communities(session_of(request)),
        )

    async def _roster(self, request: Request, said: Said | None = None) -> Response:
        found, eye = await self._notices.settings(_viewer(request)), self._services.eye()
        return self._page(
            request,
            "notice_roster.html",
            said,
            duties=duty_lines(found.roster, found.destinations, eye),
            destinations=found.destinations,
            days=DAYS,
        )

    async def _communities(self, session: Session) -> list[str]:
        return sorted({gateway.community for gateway in await self._services.devices.list(session.scope)})

    def _page(self, request: Request, template: str, said: Said | None, **values: object) -> Response:
        session = session_of(request)
        status = 422 if said is not None and said.is_fault else 200
        return self._services.pages.page(
            request, template, status=status, session=session, said=said, w=NOTICES, max_name=MAX_NAME, **values
        )


def _viewer(request: Request) -> Viewer:
    session = session_of(request)
    return Viewer(session.user, session.organisation, session.scope)


def _refused(error: NoticeRefused) -> Said:
    return Said(NOTICES["not_stored"], Word(error.zh, error.en))


def _hours(start: str, end: str) -> Hours | None:
    if bool(start) != bool(end):
        raise NO_TIME
    return Hours(time.fromisoformat(start), time.fromisoformat(end)) if start else None


def _local(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError:
        raise NoticeRefused("没有这个日期", "there is no such date") from None
