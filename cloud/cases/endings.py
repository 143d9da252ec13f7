"""How long a device takes to say that its alarm is over, once it is: for so long a case waits for it.

An alarm ends by itself after a time that its rule wants to see first (docs/meters.md, as the settings stand that a
gateway comes with). Where a gateway is set to wait longer than this, a person decides.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from cloud.cases.domain import Alarm
from cloud.cases.vocabulary import CaseKind, Found

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
SECOND: Final = timedelta(seconds=1)

# What the rule wants to see before it says so.
HOLDS: Final[Mapping[Found, timedelta]] = {
    Found.LEAK: 1.5 * HOUR,  # two half hours without use; the first begins up to half an hour later
    Found.BURST: HOUR / 2,
    Found.WELFARE: HOUR / 2,  # a half hour in which water was used or the door opened
    Found.REVERSE: DAY,
    Found.JUMP: DAY,
    Found.STANDSTILL: HOUR,  # somebody has to use some first
    Found.TAMPER: HOUR,
    Found.COVER: HOUR,
    Found.BATTERY_LOW: DAY,
    Found.CLOCK_OFF: HOUR / 2,  # right in two readings
    Found.OFFLINE: HOUR / 4,
    Found.OVER_LOAD: 10 * MINUTE,
    Found.VOLTAGE: 10 * MINUTE,
    Found.STUCK_OPEN: 5 * SECOND,
    Found.FORCED: 10 * SECOND,
    Found.TAILGATE: HOUR / 4,
    Found.REFUSALS: HOUR / 4,
    Found.FIRE_LANE: 10 * SECOND,
    Found.LINK_LOST: 10 * SECOND,
    Found.ALARM: MINUTE,  # normal for so long after somebody has reset it
    Found.FAULT: MINUTE,
    Found.SILENT: MINUTE,
}

# And until the gateway sees it and the cloud hears of it. A meter is read each quarter hour, and one without a wire is
# up to a quarter hour late; a gate or a sensor tells at once.
TOLD_WITHIN: Final[Mapping[CaseKind, timedelta]] = {
    CaseKind.METER: 35 * MINUTE,
    CaseKind.GATE: 2 * MINUTE,
    CaseKind.SENSOR: 4 * MINUTE,
}


def wait(kind: CaseKind, alarms: Iterable[Alarm]) -> timedelta:
    """How long it may take until each of some alarms of a device is told to be over."""
    return max((HOLDS[alarm.kind] for alarm in alarms), default=timedelta()) + TOLD_WITHIN[kind]
