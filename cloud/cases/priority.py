"""How much a case presses, from what was found, where, when and how often: one pure function (docs/cases.md)."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Final

from cloud.cases.vocabulary import Found, Priority

AGAIN_WITHIN: Final = timedelta(days=30)
OFTEN: Final = 2  # cases of the same place, plate or device within `AGAIN_WITHIN`, before this one
NIGHT_FROM: Final = 22  # o'clock
NIGHT_UNTIL: Final = 6

_URGENT: Final = frozenset({Found.FIRE_LANE, Found.ALARM, Found.BURST, Found.WELFARE})
_HIGH: Final = frozenset({Found.THROWN, Found.FORCED, Found.STUCK_OPEN, Found.LEAK, Found.TAMPER, Found.OVER_LOAD})
_LOW: Final = frozenset({Found.BATTERY_LOW, Found.CLOCK_OFF})
_PLACES: Final = {"fire_lane": Priority.URGENT, "gate_mouth": Priority.HIGH}  # contract.parking.ZoneKind


def priority_of(found: Iterable[Found], zone_kind: str, at: datetime, zone: tzinfo, *, before: int = 0) -> Priority:
    """Weigh a finding.

    Args:
        found: what was found.
        zone_kind: of the place; empty where it has none.
        at: when it was found, and in `zone` by the clock on the wall: what is thrown at night is urgent.
        before: cases of the same place, plate or device within `AGAIN_WITHIN`: from `OFTEN` on one step more.
    """
    found = frozenset(found)
    priority = min((_of_finding(each, at.astimezone(zone).hour) for each in found), default=Priority.NORMAL)
    priority = min(priority, _PLACES.get(zone_kind, Priority.LOW) if found else priority)
    return Priority(max(priority - 1, Priority.URGENT)) if before >= OFTEN else priority


def reported_often(priority: Priority, before: int, now: int) -> Priority:
    """How much a report presses that has come in `now` times and had `before`: beyond `OFTEN` one step more, once."""
    return Priority(max(priority - 1, Priority.URGENT)) if before <= OFTEN < now else priority


def _of_finding(found: Found, hour: int) -> Priority:
    if found in _URGENT or (found is Found.THROWN and (hour >= NIGHT_FROM or hour < NIGHT_UNTIL)):
        return Priority.URGENT
    if found in _HIGH:
        return Priority.HIGH
    return Priority.LOW if found in _LOW else Priority.NORMAL
