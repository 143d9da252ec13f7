"""Which gateways there are and how they do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cloud.console.device_views import device
from cloud.console.device_words import POINTS_LOST, POINTS_WAIT
from cloud.console.facts import Eye, moment
from cloud.console.guard import session_of
from cloud.console.seeing_views import TITLE, WHY, Seeing, seeing
from cloud.console.services import Services
from cloud.console.watching import watches
from cloud.console.words import Word
from cloud.devices.seeing import CameraKey
from cloud.devices.service import Gateway
from cloud.scope import Scope
from cloud.telemetry.meters import Backlog

WAITING: Final = timedelta(minutes=5)  # a point store that is well takes what is read within seconds
TOLD_FOR: Final = timedelta(days=30)  # that points were lost


class DevicePage:
    """`/devices`.

    Args:
        quarantined: how many messages wait to be looked at.
    """

    def __init__(self, services: Services, quarantined: Callable[[], Awaitable[int]] | None) -> None:
        self._services = services
        self._quarantined = quarantined

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/devices", self.show, methods=["GET"])
        return router

    async def show(self, request: Request) -> Response:
        session, eye = session_of(request), self._services.eye()
        gateways = await self._services.devices.list(session.scope)
        seen = await self._seeing(gateways, eye)
        return self._services.pages.page(
            request,
            "devices.html",
            session=session,
            devices=tuple(device(gateway, eye, seen) for gateway in gateways),
            seeing_why=WHY,
            seeing_title=TITLE,
            points=points_notices(await self._services.meters.backlog(), eye),
            quarantined=await self._waiting(session.scope),
        )

    async def _waiting(self, scope: Scope) -> int | None:
        """How many messages wait in quarantine; None: not for one who sees a part, for nobody knows whose they are."""
        return None if self._quarantined is None or scope.communities is not None else await self._quarantined()

    async def _seeing(self, gateways: Sequence[Gateway], eye: Eye) -> Mapping[CameraKey, Seeing]:
        """What each camera could see in the days before today."""
        today = eye.now.astimezone(eye.zone).date()
        watched = await watches(self._services, gateways, eye)
        return {key: seeing(watch.days, watch.share, today=today) for key, watch in watched.items()}


def points_notices(backlog: Backlog, eye: Eye) -> tuple[Word, ...]:
    """What is to be said of the points on their way to the point store; nothing while all is well."""
    said = []
    if backlog.since is not None and eye.now - backlog.since > WAITING:
        said.append(POINTS_WAIT.fill(since=moment(backlog.since, eye).text))
    if backlog.lost_on is not None and eye.now.date() - backlog.lost_on <= TOLD_FOR:
        said.append(POINTS_LOST.fill(n=backlog.lost, day=backlog.lost_on.isoformat()))
    return tuple(said)
