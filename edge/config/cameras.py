"""Cameras: where they are read, what is looked for in them, and how often."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from contract.identifiers import Slug
from contract.settings import Section, from_folder
from edge.config.facades import Facade
from edge.config.measures import Fraction, Seconds, no_doubles
from edge.config.zones import Zone

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


def _meant_as_address(url: str) -> bool:
    """Whether what has no scheme is an address with a slip and no file; a path from `/`, `./` or `~` is a file."""
    if url.startswith(("/", "./", "../", "~")) and not url.startswith("//"):
        return False
    return "@" in url or _SLIP.match(url) is not None


class Camera(Section):
    """One camera and its zones, or the façades that it watches for falls."""

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
    facades: tuple[Facade, ...] = Field(default=(), max_length=8)

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
        no_doubles("zones", known)
        for zone in self.zones:
            unknown = [name for name in zone.in_front_of if name not in known or name == zone.id]
            if unknown:
                raise ValueError(
                    f"in_front_of: {unknown[0]!r} 不是本摄像机的另一个区域 is not another zone of this camera"
                )
        return self

    @model_validator(mode="after")
    def _unique_facades(self) -> "Camera":
        no_doubles("facades", [facade.id for facade in self.facades])
        return self

    @model_validator(mode="after")
    def _one_task(self) -> "Camera":
        """Zones want a camera that looks down at the ground, façades one that looks up and gives every frame."""
        if self.zones and self.facades:
            raise ValueError(
                "zones, facades: 一台摄像机只能写其中一种：看车辆的写 zones，看高空抛物的写 facades "
                "a camera has one of them: zones where it watches vehicles, facades where it watches for falls"
            )
        return self
