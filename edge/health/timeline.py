"""A camera's own time: it never goes back and counts on over restarts, so that a dwell survives both."""

from typing import Final

from edge.health.clock import Clock
from edge.values import ClockTrust, Moment

MAX_AWAY_S: Final = 400 * 86_400.0  # a longer absence is a clock that was set, not a time that passed


class Timeline:
    """The timeline of one camera.

    Args:
        clock: the gateway's clocks.
        last: the last moment that was saved before this start, or None. Where both wall clocks can be believed, the
            time between is counted; else the timeline goes on where it stood: a stay comes out too short rather than
            invented.
    """

    def __init__(self, clock: Clock, last: Moment | None = None) -> None:
        self._clock = clock
        now = clock.moment()
        reached = 0.0 if last is None else last.at_s + _away_s(last, now)
        self._start_s = reached - now.at_s

    def moment(self) -> Moment:
        """Now; `at_s` is at least that of every moment before. Any thread may call it."""
        return self._clock.moment_at(self._start_s)


def _away_s(last: Moment, now: Moment) -> float:
    if ClockTrust.UNSYNCED in (last.trust, now.trust):
        return 0.0
    away_s = (now.seen_at - last.seen_at).total_seconds()
    return away_s if 0 <= away_s <= MAX_AWAY_S else 0.0
