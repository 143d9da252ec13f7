"""`/meters`: what meters show, which are silent, and how much is used when."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import AfterValidator

from cloud.cases.service import Owned
from cloud.cases.vocabulary import CaseKind
from cloud.console.card_views import Card
from cloud.console.card_views import card as case_card
from cloud.console.facts import Eye
from cloud.console.guard import session_of
from cloud.console.meter_filter import After, Community, Filter, Name, Only, key_of, meters_page, text_of
from cloud.console.meter_periods import Period, Span, is_shown
from cloud.console.meter_plot import plot
from cloud.console.meter_series import STEPS, Series, series
from cloud.console.meter_views import card, groups, path_of
from cloud.console.meter_words import METER
from cloud.console.services import Services, wants_part
from cloud.console.who import communities_called
from cloud.console.words import Word
from cloud.scope import Scope
from cloud.telemetry.meters import Meter, MeterKey
from contract.metering import Medium

PAGE: Final = 120  # tiles on a page of the list


def _shown(day: date) -> date:
    if not is_shown(day):
        raise ValueError("no page shows this day")
    return day


Day = Annotated[date, AfterValidator(_shown)]


class MeterPages:
    """`/meters` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/meters", self.list, methods=["GET"])
        router.add_api_route("/meters/{community}/{gateway}/{meter}", self.show, methods=["GET"])
        return router

    async def list(
        self,
        request: Request,
        *,
        medium: Medium | None = None,
        community: Community = None,
        only: Only | None = None,
        after: After = None,
    ) -> Response:
        wanted, eye = Filter(medium, community, only), self._services.eye()
        scope = session_of(request).scope
        in_case = partial(self._in_case, scope)
        page = await meters_page(
            self._services.meters, wanted, eye, in_case=in_case, size=PAGE, after=key_of(after), scope=scope
        )
        return self._services.pages.page(
            request,
            "_meters.html" if wants_part(request) else "meters.html",
            session=session_of(request),
            words=METER,
            groups=groups(page.meters, eye, await in_case(page.meters)),
            choices=wanted.choices(await self._communities(session_of(request).scope)),
            here=wanted.path(after),
            first=wanted.path() if after else "",
            next="" if page.after is None else wanted.path(text_of(page.after)),
            sought=page.sought,
            is_narrowed=wanted != Filter(),
        )

    async def show(
        self,
        request: Request,
        community: Name,
        gateway: Name,
        meter: Name,
        *,
        span: Span = Span.DAY,
        day: Day | None = None,
    ) -> Response:
        key, eye = MeterKey(community, gateway, meter), self._services.eye()
        found = await self._services.meters.get(key, session_of(request).scope)
        if found is None:
            raise HTTPException(404)
        today = eye.now.astimezone(eye.zone).date()
        latest = None if found.latest_at is None else found.latest_at.astimezone(eye.zone).date()
        day = day or today
        told = await self._series(key, Period.of(span, day), eye)
        return self._services.pages.page(
            request,
            "meter.html",
            session=session_of(request),
            words=METER,
            card=card(found, eye),
            case=await self._case(key, eye),
            plot=plot(told, path=path_of(key), day=day, today=today, latest=latest),
        )

    async def _series(self, key: MeterKey, period: Period, eye: Eye) -> Series:
        edges, step = period.edges(eye.zone), STEPS[period.span]
        until = edges[-1] + step.reach  # with the one after
        rollups = await self._services.meters.series(key, since=edges[0], until=until, step=step)
        return series(period, rollups, eye)

    async def _case(self, key: MeterKey, eye: Eye) -> Card | None:
        """The open case of a meter."""
        found = await self._services.cases.open_case(Owned(key.community, key.gateway, CaseKind.METER, key.meter))
        return None if found is None else case_card(found, None, eye)

    async def _in_case(self, scope: Scope, meters: Sequence[Meter]) -> frozenset[MeterKey]:
        """Which of some meters an open case is about."""
        asked = [Owned(each.key.community, each.key.gateway, CaseKind.METER, each.key.meter) for each in meters]
        owned = await self._services.listing.in_open_case(asked, scope)
        return frozenset(MeterKey(each.community, each.gateway, each.device) for each in owned)

    async def _communities(self, scope: Scope) -> Mapping[str, Word]:
        there = {gateway.community for gateway in await self._services.devices.list(scope)}
        return await communities_called(self._services.organisations, sorted(there))
