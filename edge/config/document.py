"""The whole file, and its sections that belong to no camera."""

import hashlib
import json
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from pydantic.main import IncEx

from contract import settings
from contract.identifiers import Slug
from contract.metering import MAX_METERS
from contract.sealing import public_bytes
from contract.settings import FilePath, Section
from contract.vehicle import Sign
from edge.address import redact
from edge.config.boards import Board, Gate, Sensor
from edge.config.cameras import Camera
from edge.config.facades import Throws
from edge.config.households import Household
from edge.config.lines import Line
from edge.config.measures import Seconds, no_doubles
from edge.config.wiring import MAX_LINES, Wiring
from edge.errors import Misconfigured


class Masking(Section):
    """What is made unreadable in pictures before they leave the gateway."""

    enabled: bool = True
    subject_plate: bool = Field(default=False, description="mask the plate of the vehicle in question too")
    seal_to: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9+/]{43}=)?$",
        description="the community's public key: the unmasked frame goes along, encrypted to it; empty: it is not kept",
    )

    @field_validator("seal_to")
    @classmethod
    def _can_be_sealed_to(cls, key: str) -> str:
        try:
            if key:
                public_bytes(key)
        except ValueError as error:
            raise ValueError(f"不能用来加密 cannot be used: {error}") from None
        return key


class Plates(Section):
    """Reading number plates, and the lists of those that may stand."""

    read: bool = True
    lists: tuple[FilePath, ...] = Field(default=(), max_length=16, description="CSV files: plate, kind, from, until")
    from_cloud: bool = Field(default=False, description="ask the cloud for the community's lists too")


class Zombie(Section):
    """When a vehicle that stands is one that nobody uses."""

    suspected_after: Seconds = 7 * 86_400.0
    confirmed_after: Seconds = 30 * 86_400.0
    milestone_every: Seconds = Field(default=7 * 86_400.0, ge=86_400.0)
    signs: tuple[Sign, ...] = Field(default=tuple(Sign), min_length=1, max_length=4)

    @model_validator(mode="after")
    def _in_order(self) -> "Zombie":
        if not 0 < self.suspected_after <= self.confirmed_after:
            raise ValueError(
                "suspected_after 要大于 0，且不大于 confirmed_after "
                "suspected_after is above 0 and at most confirmed_after"
            )
        return self


class Gateway(Section):
    """Who this gateway is and where it keeps what it must not lose."""

    community: Slug
    id: Slug
    data: FilePath = Field(description="folder of the outbox and the evidence")
    key: FilePath | None = Field(
        default=None, description="Ed25519 key, PEM; default data/gateway.key, made at the first start"
    )
    timezone: str = Field(default="Asia/Shanghai", description="for timetables and pictures")
    clock_synced: Literal["auto", "yes", "no"] = "auto"

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                '时区写成 "Asia/Shanghai" 或 "UTC" a time zone is written like "Asia/Shanghai" or "UTC"'
            ) from None
        return timezone


class Uplink(Section):
    """Where events and evidence go. Without it a gateway keeps everything until it has one."""

    broker: str = Field(pattern=r"^mqtts?://[^/@]+$", description="mqtt://host:1883 or mqtts://host:8883")
    username: str = Field(default="", max_length=200)
    password_file: FilePath | None = None
    ca_file: FilePath | None = None
    cert_file: FilePath | None = None
    key_file: FilePath | None = None
    evidence_url: str = Field(pattern=r"^https?://[^@?#\s]+$", description="http://host:8080 or https://host")
    cloud_key: str = Field(
        min_length=44, max_length=44, description="the cloud's public key: receipts and commands are signed"
    )

    @field_validator("evidence_url")
    @classmethod
    def _has_a_host(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            usable = bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(
                "地址写成 https://主机 或 https://主机:443，云端在子路径下时再加路径 "
                "an address is https://host or https://host:443, and a path where the cloud lies below one"
            )
        return url


class Store(Section):
    """Limits of what is kept on disk. Only telemetry is dropped for a budget, oldest first; alarms and events never."""

    outbox_bytes: int = Field(default=256 * 1024 * 1024, ge=1024 * 1024)
    evidence_bytes: int = Field(default=2 * 1024**3, ge=16 * 1024 * 1024)
    reserve_bytes: int = Field(default=64 * 1024 * 1024, ge=0, description="disk space left to the rest of the machine")


class Models(Section):
    """Which models of the zoo are used."""

    vehicle: str = "ssdlite-mobilenetv2-coco"
    plate: str = "clp-det"
    plate_reader: str = "clp-rec"
    folder: FilePath | None = Field(default=None, description="default: where linli-models keeps them")
    manifest: FilePath | None = Field(default=None, description="a manifest of your own models")
    threads: int = Field(default=1, ge=1, le=64)


class Health(Section):
    """How often the gateway says how it is."""

    heartbeat: Seconds = Field(default=60.0, ge=1.0)


class Config(Section):
    """The whole file."""

    gateway: Gateway
    uplink: Uplink | None = None
    masking: Masking = Masking()
    plates: Plates = Plates()
    zombie: Zombie = Zombie()
    throws: Throws = Throws()
    store: Store = Store()
    models: Models = Models()
    health: Health = Health()
    cameras: tuple[Camera, ...] = Field(default=(), max_length=64)
    lines: tuple[Line, ...] = Field(default=(), max_length=MAX_LINES)
    boards: tuple[Board, ...] = Field(default=(), max_length=MAX_LINES)
    gates: tuple[Gate, ...] = Field(default=(), max_length=4 * MAX_LINES)
    sensors: tuple[Sensor, ...] = Field(default=(), max_length=4 * MAX_LINES)
    households: tuple[Household, ...] = Field(default=(), max_length=MAX_METERS)

    @property
    def wiring(self) -> Wiring:
        """What it says of meters, gates and sensors."""
        return Wiring(self.lines, self.boards, self.gates, self.sensors, self.households)

    @model_validator(mode="after")
    def _can_be_wired(self) -> "Config":
        self.wiring.check()
        return self

    @model_validator(mode="after")
    def _unique_cameras(self) -> "Config":
        no_doubles("cameras", [camera.id for camera in self.cameras])
        return self

    @model_validator(mode="after")
    def _permits_can_be_known(self) -> "Config":
        """Where nothing reads plates or gives lists, a rule about permits would wait for ever, or accuse everybody."""
        wants = [f"{camera.id} / {zone.id}" for camera in self.cameras for zone in camera.zones if zone.permits]
        if wants and not (self.plates.read and (self.plates.lists or self.plates.from_cloud)):
            raise ValueError(
                f"{wants[0]}: permits 要用名单，请在 [plates] 里写 read = true，并写 lists 或 from_cloud = true "
                "permits go by lists: in [plates] set read = true, and lists or from_cloud = true"
            )
        return self

    @property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 of what the file means.

        Comments, the folder it lies in and passwords do not change it, so it tells nothing about them either.
        """
        told = self.model_dump(mode="json", exclude=_UNTOLD)
        for camera in told["cameras"]:
            url = camera["url"]
            camera["url"] = redact(url) if "://" in url else Path(url).name
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


_REGISTERS: Final[IncEx] = {"__all__": {"meters": {"__all__": {"registers"}}}}
_UNTOLD: Final[IncEx] = {
    "gateway": {"data", "key"},
    "uplink": {"password_file", "ca_file", "cert_file", "key_file"},
    "plates": {"lists"},
    "models": {"folder", "manifest"},
    "lines": _REGISTERS,
}


def load(path: Path) -> Config:
    """Read and check a configuration file. Relative paths in it start at its folder.

    Raises:
        Misconfigured: the text names the file, the setting and what would be accepted.
    """
    try:
        return settings.load(Config, path)
    except settings.SettingsFault as fault:
        raise Misconfigured(str(fault)) from None


def parse(document: dict[str, object], name: str, *, folder: Path) -> Config:
    """Check a configuration that has been read.

    Args:
        name: what errors call it.
        folder: where its relative paths start.
    Raises:
        Misconfigured: as `load`.
    """
    try:
        return settings.parse(Config, document, name, folder=folder)
    except settings.SettingsFault as fault:
        raise Misconfigured(str(fault)) from None
