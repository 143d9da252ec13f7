"""Meters as JSON: what they show now, and their use by the quarter hour or the day."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, Self

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import AwareDatetime

from cloud.console.documents import Closed
from cloud.console.guard import session_of
from cloud.console.meter_filter import After, Community, Name, key_of, text_of
from cloud.console.meter_periods import is_shown
from cloud.console.meter_series import uses
from cloud.console.meter_views import amount
from cloud.console.services import Services
from cloud.telemetry.meters import MAX_LIST, STALE, Meter, MeterKey, Rollup, Step
from contract.envelope import ClockTrust
from contract.metering import Medium, ReadingFlag, Unit

MAX_STRETCHES: Final = 31 * 96  # a month of quarter hours or eight years of days; below what the service gives at once
LENGTHS: Final = {Step.QUARTER: timedelta(minutes=15), Step.DAY: timedelta(days=1)}


class MeterOut(Closed):
    """One meter. Amounts are decimals as text, `value` and a series' figures in `unit`."""

    community: str
    gateway: str
    meter: str
    name: str
    medium: Medium
    unit: Unit
    value: str | None
    latest_at: datetime | None
    flags: tuple[ReadingFlag, ...] | None
    voltage_v: str | None
    current_a: str | None
    power_kw: str | None
    failed: int
    received_at: datetime
    clock: ClockTrust
    odd_time: bool
    undated: int
    stale: bool
    simulated: bool

    @classmethod
    def of(cls, meter: Meter, now: datetime) -> Self:
        return cls(
            community=meter.key.community,
            gateway=meter.key.gateway,
            meter=meter.key.meter,
            name=meter.name,
            medium=meter.medium,
            unit=meter.unit,
            value=_text(meter.value),
            latest_at=meter.latest_at,
            flags=meter.flags,
            voltage_v=_text(meter.voltage_v),
            current_a=_text(meter.current_a),
            power_kw=_text(meter.power_kw),
            failed=meter.failed,
            received_at=meter.received_at,
            clock=meter.clock,
            odd_time=meter.odd_time,
            undated=meter.undated,
            stale=meter.is_stale(now),
            simulated=meter.simulated,
        )


class MetersOut(Closed):
    """A page of meters, by community, gateway and meter; `after` asks for the next one."""

    meters: tuple[MeterOut, ...]
    stale_after_s: float
    after: str | None


class StretchOut(Closed):
    """What a meter showed in a quarter hour or a day that begins `at`. `use` is null where it is not known."""

    at: datetime
    first: str
    last: str
    least: str
    most: str
    use: str | None
    count: int

    @classmethod
    def of(cls, rollup: Rollup, use: Decimal | None) -> Self:
        return cls(
            at=rollup.at,
            first=amount(rollup.first),
            last=amount(rollup.last),
            least=amount(rollup.least),
            most=amount(rollup.most),
            use=_text(use),
            count=rollup.count,
        )


class SeriesOut(Closed):
    """Stretches in which something was read, in order; between them nothing was."""

    unit: Unit
    step: Step
    simulated: bool
    series: tuple[StretchOut, ...]


class MeterApi:
    """`/api/meters` and below."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api/meters", tags=["meters"])
        router.add_api_route("", self.list, methods=["GET"], summary="表计 Meters")
        router.add_api_route("/{community}/{gateway}/{meter}", self.get, methods=["GET"], summary="一块表 One meter")
        router.add_api_route(
            "/{community}/{gateway}/{meter}/series", self.series, methods=["GET"], summary="用量 What was used"
        )
        return router

    async def list(
        self,
        request: Request,
        community: Community = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIST)] = MAX_LIST,
        after: After = None,
    ) -> MetersOut:
        """What meters show."""
        found = await self._services.meters.list(
            community=community, limit=limit + 1, after=key_of(after), scope=session_of(request).scope
        )
        page, now = found[:limit], self._services.clock()
        return MetersOut(
            meters=tuple(MeterOut.of(meter, now) for meter in page),
            stale_after_s=STALE.total_seconds(),
            after=text_of(page[-1].key) if len(found) > limit else None,
        )

    async def get(self, request: Request, community: Name, gateway: Name, meter: Name) -> MeterOut:
        """One meter. 404: nothing was ever told of it."""
        return MeterOut.of(await self._meter(request, MeterKey(community, gateway, meter)), self._services.clock())

    async def series(
        self,
        request: Request,
        community: Name,
        gateway: Name,
        meter: Name,
        *,
        since: AwareDatetime,
        until: AwareDatetime,
        step: Step,
    ) -> SeriesOut:
        """Its use. 422: `until` not after `since`, or more than `MAX_STRETCHES` stretches; a day that no page shows."""
        shown = is_shown(since.date()) and is_shown(until.date())
        if not (shown and timedelta(0) < until - since <= MAX_STRETCHES * LENGTHS[step]):
            raise HTTPException(422)
        key = MeterKey(community, gateway, meter)
        found = await self._meter(request, key)
        told = await self._services.meters.series(
            key, since=since, until=until + step.reach, step=step, scope=session_of(request).scope
        )
        return SeriesOut(
            unit=found.unit,
            step=step,
            simulated=found.simulated,
            series=tuple(StretchOut.of(rollup, use) for rollup, use in uses(told, step) if rollup.at < until),
        )

    async def _meter(self, request: Request, key: MeterKey) -> Meter:
        found = await self._services.meters.get(key, session_of(request).scope)
        if found is None:
            raise HTTPException(404)
        return found


def _text(value: Decimal | None) -> str | None:
    return None if value is None else amount(value)
