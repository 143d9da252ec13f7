"""Which gateways there are and how they do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cloud.console.facts import Eye, Moment, known, moment
from cloud.console.guard import session_of
from cloud.console.services import Services
from cloud.console.words import WORDS, Word
from cloud.devices.service import Gateway, Presence
from contract.device import CameraState

QUIET: Final = timedelta(minutes=5)  # five heartbeats missed: not heard is not online, whatever was said last


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera of a gateway, as last reported."""

    name: str
    state: Word
    tone: str
    detail: str


@dataclass(frozen=True, slots=True)
class Device:
    """One gateway."""

    name: str
    state: Word
    tone: str
    seen: Moment | None
    software: str
    cameras: tuple[Camera, ...]


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
        eye = self._services.eye()
        return self._services.pages.page(
            request,
            "devices.html",
            session=session_of(request),
            devices=tuple(device(gateway, eye) for gateway in await self._services.devices.list()),
            quarantined=None if self._quarantined is None else await self._quarantined(),
        )


def device(gateway: Gateway, eye: Eye) -> Device:
    """A gateway as it is shown."""
    state, tone = _state(gateway, eye)
    reported = gateway.health.cameras if gateway.health else ()
    return Device(
        name=f"{gateway.community} / {gateway.gateway}",
        state=state,
        tone=tone,
        seen=None if gateway.last_seen is None else moment(gateway.last_seen, eye),
        software=gateway.software,
        cameras=tuple(
            Camera(
                name=each.camera,
                state=known("camera", each.state),
                tone="done" if each.state is CameraState.LIVE else "alert",
                detail=each.detail,
            )
            for each in reported
        ),
    )


def _state(gateway: Gateway, eye: Eye) -> tuple[Word, str]:
    if gateway.revoked_at is not None:
        return WORDS["devices.revoked"], ""
    if gateway.last_seen is None:
        return WORDS["devices.never"], "todo"
    # Heard since, it is there: two workers may take a death and the birth that follows it in either order.
    gone = gateway.presence_at is None or gateway.last_seen <= gateway.presence_at
    if gateway.presence is Presence.STOPPED and gone:
        return WORDS["devices.stopped"], "todo"
    if (gateway.presence is Presence.LOST and gone) or eye.now - gateway.last_seen > QUIET:
        return WORDS["devices.offline"], "alert"
    return WORDS["devices.online"], "done"
