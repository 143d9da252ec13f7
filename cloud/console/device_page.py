"""Which gateways there are and how they do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cloud.console.facts import Eye, Moment, known, moment
from cloud.console.guard import session_of
from cloud.console.seeing_views import TITLE, WHY, Seeing, seeing
from cloud.console.services import Services
from cloud.console.words import WORDS, Word
from cloud.devices.seeing import SHOWN, CameraKey
from cloud.devices.service import Gateway, Presence
from cloud.scope import Scope
from cloud.telemetry.meters import Backlog
from contract.device import CameraState, LineHealth, LineState

QUIET: Final = timedelta(minutes=5)  # five heartbeats missed: not heard is not online, whatever was said last
WAITING: Final = timedelta(minutes=5)  # a point store that is well takes what is read within seconds
TOLD_FOR: Final = timedelta(days=30)  # that points were lost

LINE: Final = Word("线路", "Line")
LINE_STATES: Final = {
    LineState.STARTING: Word("启动中", "Starting"),
    LineState.LIVE: Word("正常", "Working"),
    LineState.LOST: Word("断开", "Gone"),
}
ANSWERING: Final = Word("{devices} 个设备中 {answering} 个有应答", "{answering} of {devices} devices answer")
POINTS_WAIT: Final = Word(
    "读数存储从 {since} 起没有收到新读数；读数在数据库里排队，汇总照常",
    "the point store has taken no readings since {since}; they wait in the database, rollups go on",
)
POINTS_LOST: Final = Word(
    "有 {n} 条单次读数没能存入读数存储，最近一次在 {day}；汇总不受影响",
    "{n} single readings were never stored in the point store, the last on {day}; rollups have them",
)


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera of a gateway, as last reported."""

    name: str
    state: Word
    tone: str
    detail: str
    seeing: Seeing | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of meters or one board's, as last reported."""

    label: Word
    name: str
    state: Word
    tone: str
    answering: Word
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
    lines: tuple[Line, ...]


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
        seen = await self._seeing(gateways, session.scope, eye)
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

    async def _seeing(self, gateways: Sequence[Gateway], scope: Scope, eye: Eye) -> Mapping[CameraKey, Seeing]:
        """What each camera could see in the days before today."""
        today = eye.now.astimezone(eye.zone).date()
        days = await self._services.devices.days(scope, since=today - timedelta(days=SHOWN))
        looks = await self._services.cases.looks(scope, since=eye.now - timedelta(days=SHOWN))
        told: dict[CameraKey, Seeing] = {}
        for gateway in gateways:
            for camera in gateway.cameras:
                key = CameraKey(gateway.community, gateway.gateway, camera)
                answered = looks.get((key.community, key.gateway, key.camera))
                share = None if answered is None else (answered.answered, answered.saw)
                told[key] = seeing(days.get(key, ()), share, today=today)
        return told


def device(gateway: Gateway, eye: Eye, seen: Mapping[CameraKey, Seeing] = MappingProxyType({})) -> Device:
    """A gateway as it is shown.

    Args:
        seen: what cameras could see lately.
    """
    state, tone = _state(gateway, eye)
    reported = gateway.health.cameras if gateway.health else ()
    lines = gateway.health.lines if gateway.health else ()
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
                seeing=seen.get(CameraKey(gateway.community, gateway.gateway, each.camera)),
            )
            for each in reported
        ),
        lines=tuple(_line(each) for each in lines),
    )


def _line(told: LineHealth) -> Line:
    is_well = told.state is LineState.LIVE and told.answering >= told.devices
    return Line(
        label=LINE,
        name=told.line,
        state=LINE_STATES[told.state],
        tone="done" if is_well else "alert" if told.state is LineState.LOST else "todo",
        answering=ANSWERING.fill(devices=told.devices, answering=told.answering),
        detail=told.detail,
    )


def points_notices(backlog: Backlog, eye: Eye) -> tuple[Word, ...]:
    """What is to be said of the points on their way to the point store; nothing while all is well."""
    said = []
    if backlog.since is not None and eye.now - backlog.since > WAITING:
        said.append(POINTS_WAIT.fill(since=moment(backlog.since, eye).text))
    if backlog.lost_on is not None and eye.now.date() - backlog.lost_on <= TOLD_FOR:
        said.append(POINTS_LOST.fill(n=backlog.lost, day=backlog.lost_on.isoformat()))
    return tuple(said)


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
