"""Meters: what they show, a batch a quarter hour, and what is wrong with them or with what flows through them."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from contract.alarms import AlarmData
from contract.envelope import Closed, Data, Envelope, Lane
from contract.identifiers import Slug

MAX_METERS: Final = 512  # of one gateway, so in one batch
MAX_READINGS: Final = 1024  # in one batch; what is more travels in a further one

# A decimal as text: a register of money's worth is not rounded by whoever reads it as a binary fraction.
Amount = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$")]


class Medium(StrEnum):
    """What a meter counts."""

    WATER = "water"
    ELECTRICITY = "electricity"
    GAS = "gas"
    HEAT = "heat"


class Unit(StrEnum):
    """Of a register."""

    CUBIC_METRE = "m³"
    KILOWATT_HOUR = "kWh"
    MEGAWATT_HOUR = "MWh"
    MEGAJOULE = "MJ"
    GIGAJOULE = "GJ"


class ReadingFlag(StrEnum):
    """What a meter's status says beside its register."""

    REVERSE = "reverse"
    TAMPER = "tamper"
    COVER = "cover"
    BATTERY_LOW = "battery_low"


class Origin(StrEnum):
    """How a reading was got."""

    LIVE = "live"
    FREEZE = "freeze"  # kept in the meter, and read after an outage
    IMPORT = "import"  # read by another system, and brought along in a file


class Reading(Closed):
    """A register at one moment."""

    at: AwareDatetime = Field(description="by the gateway's clock; of a `freeze` by the meter's")
    value: Amount = Field(description="the forward register")
    origin: Origin = Origin.LIVE
    flags: tuple[ReadingFlag, ...] | None = Field(
        default=None, max_length=8, description="those that are set; null: the meter tells of none"
    )
    clock_offset_s: float | None = Field(default=None, description="the meter's clock less the gateway's")
    voltage_v: Amount | None = None
    current_a: Amount | None = None
    power_kw: Amount | None = None


class MeterSeries(Closed):
    """One meter's readings since the batch before."""

    meter: Slug
    name: str = Field(default="", max_length=80)
    medium: Medium
    unit: Unit
    readings: tuple[Reading, ...] = Field(default=(), max_length=MAX_READINGS, description="in order of `at`")
    failed: int = Field(default=0, ge=0, description="turns in which the meter could not be read")


class ReadingsData(Data):
    """All that a gateway's meters showed in a quarter hour; a long list travels in several events."""

    since: AwareDatetime
    until: AwareDatetime
    meters: tuple[MeterSeries, ...] = Field(min_length=1, max_length=MAX_METERS)

    @model_validator(mode="after")
    def _bounded(self) -> "ReadingsData":
        names = [series.meter for series in self.meters]
        if len(set(names)) != len(names):
            raise ValueError("meters: each stands once")
        if sum(len(series.readings) for series in self.meters) > MAX_READINGS:
            raise ValueError(f"meters: at most {MAX_READINGS} readings in all")
        return self


class MeterAlarmKind(StrEnum):
    """What is wrong."""

    LEAK = "leak"
    BURST = "burst"
    WELFARE = "welfare"  # somebody who lives alone uses nothing
    REVERSE = "reverse"
    JUMP = "jump"
    STANDSTILL = "standstill"
    TAMPER = "tamper"
    COVER = "cover"
    BATTERY_LOW = "battery_low"
    CLOCK_OFF = "clock_off"
    OFFLINE = "offline"
    OVER_LOAD = "over_load"
    VOLTAGE = "voltage"


class Witness(StrEnum):
    """What a welfare alarm can be corroborated by, beside water."""

    DOOR = "door"
    ELECTRICITY = "electricity"


class MeterAlarmData(AlarmData):
    """An alarm of a meter, or with `welfare` of a household."""

    kind: MeterAlarmKind
    medium: Medium | None = Field(default=None, description="null: of a household")
    corroborated: tuple[Witness, ...] = Field(default=(), max_length=4, description="`welfare`: what bears it out")
    missing: tuple[Witness, ...] = Field(default=(), max_length=4, description="`welfare`: what could not be asked")


class MeterReadings(Envelope):
    """What a gateway's meters showed."""

    type: Literal["meter.readings.v1"] = "meter.readings.v1"
    lane: Literal[Lane.TELEMETRY] = Lane.TELEMETRY
    data: ReadingsData


class MeterAlarmOpened(Envelope):
    """Something is wrong with a meter, or with what flows through it."""

    type: Literal["meter.alarm.opened.v1"] = "meter.alarm.opened.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: MeterAlarmData


class MeterAlarmCleared(Envelope):
    """It is not any more."""

    type: Literal["meter.alarm.cleared.v1"] = "meter.alarm.cleared.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: MeterAlarmData
