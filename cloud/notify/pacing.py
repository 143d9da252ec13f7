"""How often a message is tried, and from when on a destination counts as stuck."""

from datetime import datetime, timedelta
from typing import Final

from cloud.notify.domain import Reason

FIRST_S: Final = 10.0
LONGEST_S: Final = 900.0
GIVE_UP_AFTER: Final = timedelta(hours=24)
REFUSED_TIMES: Final = 8  # about twenty minutes
STUCK_AFTER: Final = timedelta(minutes=10)
ALARM_EVERY: Final = timedelta(hours=1)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failures, 1 or more: 10 s, doubling, a quarter of an hour at most."""
    return timedelta(seconds=min(LONGEST_S, FIRST_S * 2.0 ** min(attempts - 1, 16)))


def gives_up(formed_at: datetime, next_at: datetime, attempts: int, reason: Reason) -> bool:
    """Whether a message is not tried again: it would come too late, or it is the message that is not accepted."""
    return next_at - formed_at > GIVE_UP_AFTER or (reason is Reason.NOT_ACCEPTED and attempts >= REFUSED_TIMES)


def is_stuck(failing_since: datetime | None, now: datetime) -> bool:
    """Whether a destination has taken nothing for so long that somebody must look at it."""
    return failing_since is not None and now - failing_since >= STUCK_AFTER
