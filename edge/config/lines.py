"""Lines of meters: where they are plugged in, which meters answer on them, and what an installer may set of each."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, field_validator, model_validator

from contract.identifiers import Slug
from contract.metering import Medium
from contract.settings import FilePath, Section
from edge.config.measures import Seconds, first_double
from firmware_bridge.codecs.cjt188 import PROFILES
from firmware_bridge.errors import Misconfigured
from firmware_bridge.transports import SerialFormat

PORT_WRITTEN: Final = (
    "端口写成 /dev/serial/by-id/… 这样的路径，或 主机:端口 "
    "a port is a path such as /dev/serial/by-id/…, or host:port of a TCP gateway"
)
DEVICE_WRITTEN: Final = (
    "设备写成 dlt645:000000000161、cjt188:10:00001122334455、modbus:1、modbus-tcp:1 或 mbus:5 "
    "a device is written like dlt645:000000000161, cjt188:10:00001122334455, modbus:1, modbus-tcp:1 or mbus:5"
)
HALF_HOUR_S: Final = 1800
STANDARD_PROFILE: Final = "cjt188-2004"
_DEVICE: Final = re.compile(r"(dlt645|cjt188|modbus|modbus-tcp|mbus):[0-9A-Fa-f]{1,16}(:[0-9A-Fa-f]{1,16})?")
_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")

Limit = Annotated[Decimal, Field(gt=0, le=100_000, allow_inf_nan=False)]

FITTING: Final = {
    "leak": {Medium.WATER},
    "burst": {Medium.WATER, Medium.GAS},
    "max_load_kw": {Medium.ELECTRICITY},
    "max_load_a": {Medium.ELECTRICITY},
    **dict.fromkeys(("resolution", "max_flow", "standstill", "offline"), set(Medium) - {Medium.HEAT}),
}
"""Which medium each limit is for; no rule judges heat."""


def plugged(port: str) -> str:
    """Check how a port is written.

    Raises:
        ValueError: it is neither an absolute path nor host:port.
    """
    host = _HOST.fullmatch(port)
    if not (Path(port).is_absolute() or (host and 0 < int(host[1]) < 1 << 16)):
        raise ValueError(PORT_WRITTEN)
    return port


def formatted(form: str) -> str:
    """Check how speed and parity are written, and give them in their one spelling.

    Raises:
        ValueError: there is no such format.
    """
    try:
        return str(SerialFormat.parse(form))
    except Misconfigured as error:
        raise ValueError(f"写成 2400-8E1、9600-8N1 这样 it is written like 2400-8E1 or 9600-8N1: {error}") from None


class Meter(Section):
    """One meter. A limit that is left out is the usual one of its medium, see `edge.rules.metering.settings`."""

    id: Slug
    name: str = Field(default="", max_length=80)
    device: str = Field(max_length=64, description="protocol and address")
    medium: Medium
    profile: str = Field(default=STANDARD_PROFILE, description="of a CJ/T 188 meter's model")
    registers: FilePath | None = Field(default=None, description="of a Modbus meter: its register map, TOML")
    resolution: Limit | None = Field(default=None, description="the register's last digit, m³ or kWh")
    max_flow: Limit | None = Field(default=None, description="more than this the meter cannot pass, m³/h or kW")
    burst: Limit | None = Field(default=None, description="m³/h")
    leak: bool = Field(default=True, description="whether use in each half hour of a day is a leak")
    standstill: Seconds | None = None
    max_load_kw: Limit | None = None
    max_load_a: Limit | None = None
    offline: Seconds | None = Field(default=None, ge=3600)

    @field_validator("device")
    @classmethod
    def _written(cls, device: str) -> str:
        if not _DEVICE.fullmatch(device):
            raise ValueError(DEVICE_WRITTEN)
        protocol, _, address = device.partition(":")
        return f"{protocol}:{address.upper()}"

    @field_validator("profile")
    @classmethod
    def _known(cls, profile: str) -> str:
        if profile not in PROFILES:
            raise ValueError(f"只能是 one of: {', '.join(PROFILES)}")
        return profile

    @model_validator(mode="after")
    def _of_its_protocol(self) -> "Meter":
        if self.device.startswith("modbus") != (self.registers is not None):
            raise ValueError(
                "registers: modbus 设备要写寄存器表文件，其他设备不写 "
                "a modbus device wants the file of its register map, and no other has one"
            )
        if "profile" in self.model_fields_set and not self.device.startswith("cjt188"):
            raise ValueError("profile: 只有 cjt188 设备才写 it is for cjt188 devices alone")
        return self

    @model_validator(mode="after")
    def _of_its_medium(self) -> "Meter":
        for name, media in FITTING.items():
            if name in self.model_fields_set and self.medium not in media:
                fitting = ", ".join(sorted(media))
                raise ValueError(f"{name}: 只能用于 it is for {fitting} alone, not for {self.medium}")
        return self


class Line(Section):
    """One serial line, or the TCP gateway that it hangs on."""

    id: Slug
    name: str = Field(default="", max_length=80)
    port: Annotated[str, Field(max_length=200)]
    format: str = Field(default="2400-8E1", max_length=20, description="speed, data bits, parity, stop bits")
    read_every: Seconds = Field(default=900.0, ge=60, description="between two readings of a meter")
    simulated: bool = Field(default=False, description="made-up meters: every event says so")
    meters: tuple[Meter, ...] = Field(min_length=1, max_length=256)

    _plugged = field_validator("port")(plugged)
    _formatted = field_validator("format")(formatted)

    @field_validator("read_every")
    @classmethod
    def _in_step_with_half_hours(cls, every_s: float) -> float:
        if every_s > HALF_HOUR_S or HALF_HOUR_S % every_s:
            raise ValueError(
                "要整除半小时，例如 1m、5m、15m、30m：漏水和关怀按半小时判断 "
                "it has to divide half an hour, such as 1m, 5m, 15m or 30m: leaks and welfare are judged by half hours"
            )
        return every_s

    @model_validator(mode="after")
    def _one_meter_an_address(self) -> "Line":
        if device := first_double([meter.device for meter in self.meters]):
            raise ValueError(f"meters: {device} 在这条线上写了两次 the device {device} stands on this line twice")
        return self
