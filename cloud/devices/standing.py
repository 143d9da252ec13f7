"""Whether a gateway is there now, and whether what it said last still holds. Pure: the moment is handed in."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cloud.devices.service import Gateway, Presence

QUIET: Final = timedelta(minutes=5)  # five heartbeats missed: not heard is not online, whatever was said last


class Standing(StrEnum):
    """How a gateway is."""

    ONLINE = "online"
    OFFLINE = "offline"
    STOPPED = "stopped"  # it said so itself
    NEVER = "never"  # registered, and not heard yet
    REVOKED = "revoked"


def standing(gateway: Gateway, now: datetime) -> Standing:
    """How a gateway is, by what was heard of it."""
    if gateway.revoked_at is not None:
        return Standing.REVOKED
    if gateway.last_seen is None:
        return Standing.NEVER
    # Heard since, it is there: two workers may take a death and the birth that follows it in either order.
    gone = gateway.presence_at is None or gateway.last_seen <= gateway.presence_at
    if gateway.presence is Presence.STOPPED and gone:
        return Standing.STOPPED
    if (gateway.presence is Presence.LOST and gone) or now - gateway.last_seen > QUIET:
        return Standing.OFFLINE
    return Standing.ONLINE


def holds(gateway: Gateway, now: datetime) -> bool:
    """Whether what its last heartbeat told still holds: it is online, and the heartbeat is no older than `QUIET`."""
    is_fresh = gateway.health_at is not None and now - gateway.health_at <= QUIET
    return is_fresh and standing(gateway, now) is Standing.ONLINE


def known_cameras(gateway: Gateway) -> tuple[str, ...]:
    """The cameras that its last heartbeat tells of, then those that it is configured for and that it never told of."""
    told = [each.camera for each in gateway.health.cameras] if gateway.health else []
    return tuple(dict.fromkeys((*told, *gateway.cameras)))
