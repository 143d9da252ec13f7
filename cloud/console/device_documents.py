"""Gateways, their cameras and lines as documents."""

from datetime import datetime
from typing import Self

from pydantic import Field

from cloud.console.documents import Closed
from cloud.console.watching import Watch
from cloud.devices.service import Gateway
from cloud.devices.standing import Standing, holds, standing
from contract.device import CameraHealth, CameraState, HealthData, LineHealth, LineState


class GatewayHealthOut(Closed):
    """What a gateway's last heartbeat told of itself."""

    uptime_s: float
    outbox_records: int = Field(description="messages that wait to be sent")
    outbox_bytes: int
    evidence_bytes: int = Field(description="pictures and films that it keeps")
    disk_free_bytes: int
    memory_bytes: int
    cpu_fraction: float = Field(description="of one core, since the heartbeat before")

    @classmethod
    def of(cls, told: HealthData | None) -> Self | None:
        return None if told is None else cls(**{name: getattr(told, name) for name in cls.model_fields})


class CameraOut(Closed):
    """One camera. `state` is null where it is configured and was never told of.

    `told_s` and `seen_s` are the seconds of the `watched_days` whole days before today that something was told of it,
    and that it could be believed; `looks_answered` and `looks_saw` count second looks, and those that could see.
    """

    camera: str
    state: CameraState | None
    detail: str
    last_frame_age_s: float | None = Field(description="when it was reported")
    told_s: float
    seen_s: float
    looks_answered: int
    looks_saw: int

    @classmethod
    def of(cls, camera: str, told: CameraHealth | None, watch: Watch) -> Self:
        answered, saw = watch.share or (0, 0)
        return cls(
            camera=camera,
            state=None if told is None else told.state,
            detail="" if told is None else told.detail,
            last_frame_age_s=None if told is None else told.last_frame_age_s,
            told_s=sum(day.told_s for day in watch.days),
            seen_s=sum(day.seen_s for day in watch.days),
            looks_answered=answered,
            looks_saw=saw,
        )


class LineOut(Closed):
    """One line of meters, or one board's: of its `devices`, `answering` answered when they were asked last."""

    line: str
    state: LineState
    detail: str
    devices: int
    answering: int

    @classmethod
    def of(cls, told: LineHealth) -> Self:
        return cls(**{name: getattr(told, name) for name in cls.model_fields})


class GatewayOut(Closed):
    """One gateway. Where `current` is false, health, cameras and lines are as they were at `reported_at`."""

    community: str
    gateway: str
    state: Standing
    last_seen: datetime | None
    reported_at: datetime | None = Field(description="its last heartbeat")
    current: bool = Field(description="it is online and the heartbeat is fresh")
    software: str
    health: GatewayHealthOut | None
    cameras: tuple[CameraOut, ...]
    lines: tuple[LineOut, ...]

    @classmethod
    def of(cls, gateway: Gateway, watched: dict[str, Watch], now: datetime) -> Self:
        """`watched`: its cameras, in order."""
        told = {each.camera: each for each in gateway.health.cameras} if gateway.health else {}
        return cls(
            community=gateway.community,
            gateway=gateway.gateway,
            state=standing(gateway, now),
            last_seen=gateway.last_seen,
            reported_at=gateway.health_at,
            current=holds(gateway, now),
            software=gateway.software,
            health=GatewayHealthOut.of(gateway.health),
            cameras=tuple(CameraOut.of(name, told.get(name), watch) for name, watch in watched.items()),
            lines=tuple(LineOut.of(each) for each in gateway.health.lines) if gateway.health else (),
        )


class DevicesOut(Closed):
    """A page of gateways, by community and name; `after` asks for the next one."""

    gateways: tuple[GatewayOut, ...]
    watched_days: int
    after: str | None
