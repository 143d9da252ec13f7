"""The envelope of every event: CloudEvents 1.0, structured JSON, signed and chained."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from contract.identifiers import EventId, Place, Sha256, Slug

MAX_EVENT_BYTES: Final = 256 * 1024  # a batch of readings fits; NATS accepts 1 MiB and mosquitto 256 MiB by default
MAX_EVIDENCE: Final = 16
MAX_SUBJECT: Final = 200  # characters
MAX_SEQUENCE: Final = 2**31 - 1  # CloudEvents integers are 32-bit: an event a second for 68 years

Epoch = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=128)]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.@-]{0,95}$")]


class Closed(BaseModel):
    """A model that refuses fields it does not know and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Lane(StrEnum):
    """How urgent a message is; each lane of each gateway has its own gap-free sequence. `state` has none."""

    ALARM = "alarm"
    EVENT = "event"
    TELEMETRY = "telemetry"
    STATE = "state"


class ClockTrust(StrEnum):
    """How far the gateway's wall clock can be believed."""

    SYNCED = "synced"
    HOLDOVER = "holdover"
    UNSYNCED = "unsynced"


class PictureKind(StrEnum):
    """Why a picture was taken, or a film."""

    ENTER = "enter"
    INTERVAL = "interval"
    DUE = "due"
    LEAVE = "leave"
    LOOK = "look"
    FALL = "fall"  # all of a fall in one picture
    CLIP = "clip"  # its film


class Evidence(Closed):
    """A file that belongs to an event, named by what it holds; it travels by HTTP, not in the event."""

    sha256: Sha256
    media_type: Literal["image/jpeg", "image/png", "video/mp4", "application/json", "application/vnd.linli.sealed"]
    size: int = Field(ge=1, le=64 * 1024 * 1024, description="bytes")
    kind: PictureKind
    taken_at: AwareDatetime
    masked: bool = Field(
        description="whether persons, every plate but the subject's, and with a fall every window but the one it began "
        "at, are made unreadable"
    )
    sealed: bool = Field(default=False, description="encrypted to the community's key: only graded approval opens it")
    original_of: Sha256 | None = Field(default=None, description="sealed only: the masked picture or film made from it")


class Data(Closed):
    """What every event's data holds beside its own fields."""

    evidence: tuple[Evidence, ...] = Field(default=(), max_length=MAX_EVIDENCE)
    models: tuple[ModelId, ...] = Field(default=(), max_length=8, description="ids of the models that took part")
    simulated: bool = Field(
        default=False, description="arranged or generated footage; shown wherever the event is shown"
    )


class Envelope(Closed):
    """CloudEvents 1.0 attributes and Linli's extensions. `data` is added by each type."""

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    source: str = Field(pattern=r"^/linli/[a-z0-9-]{1,63}/[a-z0-9-]{1,63}$", description="/linli/{community}/{gateway}")
    subject: str | None = Field(
        default=None, max_length=MAX_SUBJECT, description="what the event is about: camera/zone/slot"
    )
    time: AwareDatetime = Field(description="when it was observed, by the gateway's wall clock")
    datacontenttype: Literal["application/json"] = "application/json"
    community: Slug
    gateway: Slug
    epoch: Epoch = Field(description="one life of the gateway's outbox; drawn anew when its store is made anew")
    lane: Lane
    seq: int = Field(ge=0, le=MAX_SEQUENCE, description="1, 2, 3 … within gateway, epoch and lane; 0 in lane `state`")
    clock: ClockTrust
    configversion: str = Field(
        pattern=r"^[0-9a-f]{12}$", description="start of the SHA-256 of the gateway's configuration"
    )
    prevhash: Sha256 = Field(description="SHA-256 of the event before in this lane, as sent; 64 zeros for the first")
    keyid: KeyId = Field(description="start of the SHA-256 of the public key that signs")
    sig: Base64 = Field(description="Ed25519 over the RFC 8785 form of the event without `sig`")

    @property
    def observed_at(self) -> datetime:
        """The event's time under a name that says which time it is."""
        return self.time


__all__ = [
    "MAX_EVENT_BYTES",
    "MAX_EVIDENCE",
    "MAX_SEQUENCE",
    "MAX_SUBJECT",
    "Base64",
    "ClockTrust",
    "Closed",
    "Data",
    "Envelope",
    "Epoch",
    "Evidence",
    "KeyId",
    "Lane",
    "ModelId",
    "PictureKind",
    "Place",
]
