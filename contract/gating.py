"""Gates and alarm sensors: what a barrier or a door, a fence, a gas or smoke detector, a tank tells."""

from enum import StrEnum
from typing import Literal

from contract.alarms import AlarmData
from contract.envelope import Envelope, Lane


class GateAlarmKind(StrEnum):
    """What is wrong with a gate, or with who passes it."""

    STUCK_OPEN = "stuck_open"
    FORCED = "forced"
    TAILGATE = "tailgate"
    REFUSALS = "refusals"
    FIRE_LANE = "fire_lane"
    LINK_LOST = "link_lost"


class SensorKind(StrEnum):
    """What a sensor watches."""

    PERIMETER = "perimeter"
    GAS = "gas"
    SMOKE = "smoke"
    TANK_HIGH = "tank_high"
    TANK_LOW = "tank_low"


class SensorAlarmKind(StrEnum):
    """What a sensor says, or does not."""

    ALARM = "alarm"
    FAULT = "fault"
    SILENT = "silent"


class GateAlarmData(AlarmData):
    """An alarm of a gate."""

    kind: GateAlarmKind


class SensorAlarmData(AlarmData):
    """An alarm of a sensor."""

    sensor: SensorKind
    kind: SensorAlarmKind


class GateAlarmOpened(Envelope):
    """Something is wrong with a gate, or with who passes it."""

    type: Literal["gate.alarm.opened.v1"] = "gate.alarm.opened.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: GateAlarmData


class GateAlarmCleared(Envelope):
    """It is not any more."""

    type: Literal["gate.alarm.cleared.v1"] = "gate.alarm.cleared.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: GateAlarmData


class SensorAlarmOpened(Envelope):
    """A sensor is in alarm, is broken or says nothing."""

    type: Literal["sensor.alarm.opened.v1"] = "sensor.alarm.opened.v1"
    lane: Literal[Lane.ALARM] = Lane.ALARM
    data: SensorAlarmData


class SensorAlarmCleared(Envelope):
    """It is not any more."""

    type: Literal["sensor.alarm.cleared.v1"] = "sensor.alarm.cleared.v1"
    lane: Literal[Lane.EVENT] = Lane.EVENT
    data: SensorAlarmData
