"""The gateway's configuration file: one TOML document, closed; `linli-edge config example` explains every setting."""

import hashlib
import json
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.main import IncEx

from contract import settings
from contract.identifiers import Slug
from contract.parking import VehicleClass, ZoneKind
from contract.plates import PermitKind
from contract.sealing import public_bytes
from contract.settings import FilePath, Section, from_folder
from contract.vehicle import Sign
from edge.address import redact
from edge.errors import Misconfigured
from edge.polygon import crossing

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def seconds(value: object) -> object:
    """Read `90`, `"90s"`, `"5m"`, `"1h30m"` or `"7d"` as seconds; anything else is left for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd])", value)
    if not parts or "".join(number + unit for number, unit in parts) != value:
        raise ValueError(
            '时长写成 "30s"、"5m"、"1h30m" 或 "7d" a duration is written like "30s", "5m", "1h30m" or "7d"'
        )
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=400 * 86_400, allow_inf_nan=False)]
WRITTEN: Final = (
    "摄像机写成 rtsp://…、rtsps://…、一个文件，或 /dev/video0 这样的设备 "
    "a camera is rtsp://…, rtsps://…, a file or a device such as /dev/video0"
)
SLIPPED: Final = (
    "网络摄像机的地址写成 rtsp://用户名:密码@192.0.2.10:554/…，冒号和两条斜线都要有，用英文半角；"
    "若是录像文件，请在前面加 ./ "
    "a network camera is rtsp://user:password@192.0.2.10:554/… with its colon and both slashes; "
    "a file of such a name is written ./name"
)
_SLIP: Final = re.compile(r"//|(?:rtsp|http)s?(?!\w)|\d{1,3}(?:\.\d{1,3}){3}(?![\w.-])|\[", re.IGNORECASE)
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Point = tuple[Fraction, Fraction]


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Period(Section):
    """When standing is allowed in a zone. A period that ends before it starts runs over midnight."""

    days: tuple[Day, ...] = Field(default=DAYS, min_length=1)
    start: time
    end: time


NON_MOTOR: Final = (VehicleClass.MOTORCYCLE, VehicleClass.BICYCLE)
OF_KIND: Final[dict[str, dict[str, object]]] = {  # what is usual in a kind of zone, where the file says nothing
    ZoneKind.FIRE_LANE: {"dwell": 180.0},  # long enough to set somebody down, no longer
    ZoneKind.LIFT_LOBBY: {"vehicles": NON_MOTOR},
    ZoneKind.PATH: {"vehicles": NON_MOTOR},
}


class Zone(Section):
    """A part of the picture with a rule."""

    id: Slug
    name: str = Field(default="", max_length=80)
    kind: ZoneKind
    polygon: tuple[Point, ...] = Field(
        min_length=3, max_length=64, description="corners as fractions of width and height"
    )
    dwell: Seconds = 300.0
    dwell_by_class: dict[VehicleClass, Seconds] = Field(default_factory=dict)
    vehicles: tuple[VehicleClass, ...] = Field(
        default=(VehicleClass.CAR, VehicleClass.TRUCK, VehicleClass.BUS), min_length=1
    )
    milestones: tuple[Seconds, ...] = Field(default=(3600.0, 86_400.0), max_length=16)
    allowed: tuple[Period, ...] = Field(default=(), max_length=32, description="when standing is allowed")
    permits: tuple[PermitKind, ...] = Field(
        default=(),
        max_length=3,
        description="vehicles with a valid permit of these kinds may stand as long as they like",
    )
    permit_only: bool = Field(
        default=False, description="only a vehicle that is known to have no valid permit is told, and told as such"
    )
    in_front_of: tuple[Slug, ...] = Field(
        default=(), max_length=64, description="zones that a vehicle here shuts in: only then it is double-parked"
    )
    zombies: bool = Field(default=True, description="whether zombie vehicles are looked for here")
    enter_after: int = Field(default=2, ge=1, le=20, description="looks in a row inside before it counts as entered")
    leave_after: int = Field(
        default=3, ge=1, le=20, description="looks in a row outside or gone before it counts as left"
    )

    @model_validator(mode="before")
    @classmethod
    def _usual_of_its_kind(cls, given: object) -> object:
        if not isinstance(given, dict) or not isinstance(given.get("kind"), str):
            return given
        return {**OF_KIND.get(given["kind"], {}), **given}

    @field_validator("polygon")
    @classmethod
    def _has_area(cls, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
        if edges := crossing(polygon):
            (a, b), (c, d) = edges
            raise ValueError(
                f"第 {a} 到第 {b} 个角的边与第 {c} 到第 {d} 个角的边交叉（从 1 数起），请沿着边依次写各个角 "
                f"the edge from corner {a} to {b} crosses the one from {c} to {d} (counted from 1): write the corners "
                "in order along the border"
            )
        doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, (*polygon[1:], polygon[0]), strict=True))
        if abs(doubled) < 1e-6:
            raise ValueError("各个角在一条直线上 the corners lie on one line")
        return polygon

    @model_validator(mode="after")
    def _berth_says_how_long(self) -> "Zone":
        if self.kind is ZoneKind.BERTH and "dwell" not in self.model_fields_set:
            raise ValueError(
                '车位本来就是停车的，请写明允许停多久，例如 dwell = "7d" '
                'a berth is made to stand in: say how long one may, for example dwell = "7d"'
            )
        return self

    @model_validator(mode="after")
    def _limits_are_of_watched_vehicles(self) -> "Zone":
        idle = [vehicle.value for vehicle in self.dwell_by_class if vehicle not in self.vehicles]
        if idle:
            raise ValueError(f"dwell_by_class: {idle[0]} 不在本区域的 vehicles 里 is not among the zone's vehicles")
        return self

    @model_validator(mode="after")
    def _permits_are_of_some_kind(self) -> "Zone":
        if self.permit_only and not self.permits:
            raise ValueError(
                'permit_only: 请在 permits 里写明认哪几种许可，例如 permits = ["resident"] '
                'say in permits whose permits count, for example permits = ["resident"]'
            )
        return self

    @field_validator("milestones")
    @classmethod
    def _rising(cls, milestones: tuple[float, ...]) -> tuple[float, ...]:
        if list(milestones) != sorted(set(milestones)) or (milestones and milestones[0] <= 0):
            raise ValueError("各个时长要从小到大，都大于 0 milestones rise from one to the next and are above 0")
        return milestones


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


def _meant_as_address(url: str) -> bool:
    """Whether what has no scheme is an address with a slip and no file; a path from `/`, `./` or `~` is a file."""
    if url.startswith(("/", "./", "../", "~")) and not url.startswith("//"):
        return False
    return "@" in url or _SLIP.match(url) is not None


class Camera(Section):
    """One camera and its zones."""

    id: Slug
    url: str = Field(min_length=1, max_length=1000, description="rtsp://…, a file, or /dev/video0")
    name: str = Field(default="", max_length=80)
    look_every: Seconds = Field(
        default=2.0, description="at most one look in this time; key frames may come less often"
    )
    read_timeout: Seconds = 5.0
    stale_after: Seconds = Field(default=30.0, description="a camera that shows nothing new for so long is read anew")
    threshold: Fraction = Field(default=0.4, gt=0, description="the detector's least confidence")
    leave_looks: int = Field(
        default=3, ge=1, le=50, description="looks in a row that must miss a vehicle before it has left"
    )
    leave_time: Seconds = Field(default=6.0, description="… and they span at least this time")
    picture_every: Seconds = Field(
        default=10.0, ge=10.0, description="GA/T 832-2014: panoramas of a standing vehicle ≥ 10 s apart"
    )
    simulated: bool = Field(default=False, description="arranged footage: every event says so")
    zones: tuple[Zone, ...] = Field(default=(), max_length=64)

    @field_validator("url")
    @classmethod
    def _readable(cls, url: str, info: ValidationInfo) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:  # its own words would repeat a part of the password
            raise ValueError(
                "用户名或密码里有地址不能用的符号：[ 写成 %5B，# 写成 %23，不用全角符号 "
                "a name or password holds a sign that no address can: write [ as %5B, # as %23, and no full-width signs"
            ) from None
        scheme = parts.scheme
        if scheme not in {"", "rtsp", "rtsps", "file"}:
            raise ValueError(WRITTEN)
        slipped = not parts.netloc if scheme.startswith("rtsp") else not scheme and _meant_as_address(url)
        if slipped:
            raise ValueError(SLIPPED)
        return url if scheme else str(from_folder(Path(url), info))

    @model_validator(mode="after")
    def _unique_zones(self) -> "Camera":
        known = [zone.id for zone in self.zones]
        _no_doubles("zones", known)
        for zone in self.zones:
            unknown = [name for name in zone.in_front_of if name not in known or name == zone.id]
            if unknown:
                raise ValueError(
                    f"in_front_of: {unknown[0]!r} 不是本摄像机的另一个区域 is not another zone of this camera"
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
    store: Store = Store()
    models: Models = Models()
    health: Health = Health()
    cameras: tuple[Camera, ...] = Field(default=(), max_length=64)

    @model_validator(mode="after")
    def _unique_cameras(self) -> "Config":
        _no_doubles("cameras", [camera.id for camera in self.cameras])
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


_UNTOLD: Final[IncEx] = {
    "gateway": {"data", "key"},
    "uplink": {"password_file", "ca_file", "cert_file", "key_file"},
    "plates": {"lists"},
    "models": {"folder", "manifest"},
}


def _no_doubles(what: str, ids: list[str]) -> None:
    doubles = sorted({name for name in ids if ids.count(name) > 1})
    if doubles:
        raise ValueError(f"{what}: 代号 {doubles[0]!r} 重复了 the id {doubles[0]!r} stands there twice")


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
