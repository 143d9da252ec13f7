"""What a gateway says of itself."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contract.envelope import MAX_SEQUENCE, Closed, Data, Envelope, Lane
from contract.identifiers import Slug

Reason = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+-]{1,40}$")]


class BirthData(Data):
    """The gateway is up; retained on its `state` topic."""

    software: Version
    cameras: tuple[Slug, ...] = Field(default=(), max_length=256)
    started_at: AwareDatetime


class DeathData(Data):
    """The gateway is gone: said by the broker as its last will, or by itself when it stops in good order."""

    reason: Literal["lost", "stopped"]


class CameraState(StrEnum):
    """Whether a camera can be believed now."""

    STARTING = "starting"
    LIVE = "live"
    LOST = "lost"
    FROZEN = "frozen"
    DARK = "dark"
    MOVED = "moved"  # it looks elsewhere than when its zones were drawn: nothing is judged until that is put right


class CameraHealth(Closed):
    """One camera since the last heartbeat."""

    camera: Slug
    state: CameraState
    detail: str = Field(default="", max_length=200, description="why it is not live; addresses without passwords")
    last_frame_age_s: float | None = Field(default=None, ge=0)
    looks: int = Field(ge=0, description="frames that reached the motion gate")
    inferences: int = Field(ge=0, description="looks that the gate let through to the detector")
    decode_ms: float = Field(ge=0, description="CPU time spent decoding")
    gate_ms: float = Field(ge=0)
    inference_ms: float = Field(ge=0)
    rejected: dict[Reason, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, max_length=16, description="what moved before its façades and was no fall, by the reason"
    )


class LineState(StrEnum):
    """Whether a serial line or its TCP gateway is there."""

    STARTING = "starting"
    LIVE = "live"
    LOST = "lost"


class LineHealth(Closed):
    """One line of meters, or one board's."""

    line: Slug
    state: LineState
    detail: str = Field(default="", max_length=200, description="why it is not live")
    devices: int = Field(ge=0, description="that the configuration names on it")
    answering: int = Field(ge=0, description="of these, that answered when they were asked last")


class HealthData(Data):
    """Heartbeat."""

    uptime_s: float = Field(ge=0)
    cameras: tuple[CameraHealth, ...] = Field(default=(), max_length=256)
    lines: tuple[LineHealth, ...] = Field(default=(), max_length=32)
    outbox_records: int = Field(ge=0)
    outbox_bytes: int = Field(ge=0)
    evidence_bytes: int = Field(ge=0)
    disk_free_bytes: int = Field(ge=0)
    cpu_fraction: float = Field(ge=0, description="of one core, this process, since the last heartbeat")
    memory_bytes: int = Field(ge=0)


class GapReason(StrEnum):
    """Why a stretch of a lane will never come."""

    BUDGET = "budget"  # telemetry dropped, oldest first, because the disk budget was full
    FORGOTTEN = "forgotten"  # asked for again after the cloud had already acknowledged it


class GapData(Data):
    """Sequence numbers `first` to `last` of `in_lane` are gone for good, and why. Never silent."""

    in_lane: Lane
    first: int = Field(ge=1, le=MAX_SEQUENCE)
    last: int = Field(ge=1, le=MAX_SEQUENCE)
    count: int = Field(ge=1)
    reason: GapReason


class ConfigData(Data):
    """The gateway runs on another configuration from here on."""

    version: str = Field(pattern=r"^[0-9a-f]{12}$")
    cameras: tuple[Slug, ...] = Field(default=(), max_length=256)


class DeviceBirth(Envelope):
    """The gateway is up."""

    type: Literal["device.birth.v1"] = "device.birth.v1"
    lane: Literal[Lane.STATE] = Lane.STATE
    data: BirthData


class DeviceDeath(Envelope):
    """The gateway is gone."""

    type: Literal["device.death.v1"] = "device.death.v1"
    lane: Literal[Lane.STATE] = Lane.STATE
    data: DeathData


class DeviceHealth(Envelope):
    """How the gateway and its cameras are."""

    type: Literal["device.health.v1"] = "device.health.v1"
    lane: Literal[Lane.TELEMETRY] = Lane.TELEMETRY
    data: HealthData


class DeviceGap(Envelope):
    """A stretch of a lane will never come."""

    type: Literal["device.gap.v1"] = "device.gap.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: GapData


class DeviceConfig(Envelope):
    """The gateway runs on another configuration from here on."""

    type: Literal["device.config.v1"] = "device.config.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: ConfigData
