"""`GET /api/devices`: gateways with their cameras and lines, as the page shows them."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from cloud.console.device_documents import DevicesOut, GatewayOut
from cloud.console.guard import session_of
from cloud.console.meter_filter import Community
from cloud.console.services import Services
from cloud.console.watching import Watch, watches
from cloud.devices.seeing import SHOWN
from cloud.devices.service import GatewayKey
from contract.identifiers import SLUG

MAX_LIST: Final = 100

_SLUG = SLUG.removeprefix("^").removesuffix("$")
After = Annotated[str | None, Query(max_length=127, pattern=rf"^{_SLUG}/{_SLUG}$")]


class DeviceApi:
    """`/api/devices`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api", tags=["devices"])
        router.add_api_route("/devices", self.list, methods=["GET"], summary="网关和摄像机 Gateways and cameras")
        return router

    async def list(
        self,
        request: Request,
        community: Community = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIST)] = MAX_LIST,
        after: After = None,
    ) -> DevicesOut:
        """Whether gateways are there, what they last said of themselves, and how much their cameras could see."""
        eye = self._services.eye()
        found = await self._services.devices.list(
            session_of(request).scope,
            community=community,
            limit=limit + 1,
            after=None if after is None else GatewayKey(*after.split("/")),
        )
        page = found[:limit]
        watched = await watches(self._services, page, eye)
        by_gateway: dict[GatewayKey, dict[str, Watch]] = {}
        for key, watch in watched.items():
            by_gateway.setdefault(GatewayKey(key.community, key.gateway), {})[key.camera] = watch
        return DevicesOut(
            gateways=tuple(GatewayOut.of(each, by_gateway.get(each.key, {}), eye.now) for each in page),
            watched_days=SHOWN,
            after=f"{page[-1].community}/{page[-1].gateway}" if len(found) > limit else None,
        )
