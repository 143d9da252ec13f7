"""Hysteresis in time: something holds, or does not, only after it was seen so for a minimum time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds ≥ 0 for which something must be seen so before it holds (`rise_s`), and otherwise before it ends."""

    rise_s: float
    fall_s: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether something holds.

    Attributes:
        since: since when it was seen so; None while it does not hold.
        against: since when it has been seen otherwise than `on` says; None while what is seen agrees.
    """

    on: bool = False
    since: datetime | None = None
    against: datetime | None = None


NEVER = Hold()


def seen(hold: Hold, says: bool | None, at: datetime) -> Hold:
    """Take what is seen from `at` on.

    Args:
        says: None between two limits, where it is as it was: a doubt that was growing ends.
    """
    if says is None or says == hold.on:
        return hold if hold.against is None else Hold(hold.on, hold.since)
    return hold if hold.against else Hold(hold.on, hold.since, at)


def anew(hold: Hold, at: datetime) -> Hold:
    """The same by a clock that was set back to `at`: whatever runs begins then, and nothing began later."""
    since = None if hold.since is None else min(hold.since, at)
    return replace(hold, since=since, against=None if hold.against is None else at)


def settled(hold: Hold, to: datetime, times: Times) -> tuple[Hold, datetime | None]:
    """Turn over what was seen otherwise for long enough by `to`; the limit itself is long enough.

    Returns:
        the state, and the moment at which it turned, or None.
    """
    if hold.against is None:
        return hold, None
    turned = hold.against + timedelta(seconds=times.fall_s if hold.on else times.rise_s)
    if turned > to:
        return hold, None
    return (Hold() if hold.on else Hold(on=True, since=hold.against)), turned
