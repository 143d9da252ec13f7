"""What flows through a simulated household, exactly: no random draws, so that a reading can be reckoned again."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

USED: Final = tuple((timedelta(hours=begin), timedelta(hours=end)) for begin, end in ((6.5, 8), (11.5, 12.5), (18, 22)))
"""Hours of each day at which somebody uses something, after midnight."""

_DAY: Final = timedelta(days=1)
_USED_A_DAY: Final = sum((end - begin for begin, end in USED), timedelta())


def consumed(since: datetime, at: datetime, *, always: Decimal, used: Decimal) -> Decimal:
    """Add up what flowed; nothing before `since`.

    Args:
        since, at: wall clocks without a zone.
        always: an hour, all the time.
        used: an hour, on top of that at the hours of `USED`.
    """
    if at <= since:
        return Decimal(0)
    in_use = _in_use(at, since) - _in_use(since, since)
    return always * _hours(at - since) + used * _hours(in_use)


def _in_use(at: datetime, since: datetime) -> timedelta:
    """Give how long somebody used something from the midnight before `since` to `at`."""
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    days, rest = divmod(at - midnight, _DAY)
    return days * _USED_A_DAY + sum(
        (min(max(rest - begin, timedelta()), end - begin) for begin, end in USED), timedelta()
    )


def _hours(time: timedelta) -> Decimal:
    return Decimal(int(time.total_seconds())) / 3600
