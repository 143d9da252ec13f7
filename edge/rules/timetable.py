"""Timetables: for how long of a span of time standing was allowed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from edge.config import DAYS, Period
from edge.values import ClockTrust, Moment

MAX_SPAN_S: Final = 400 * 86_400.0  # the longest dwell a configuration can name


def allowed_s(periods: Sequence[Period], before: Moment, now: Moment, timezone: str) -> float:
    """Seconds between two looks that do not count against the vehicle, 0 to the time between them.

    The span ends at the wall clock of `now` and is as long as the monotonic clock says, so that a clock set in between
    changes nothing. With a timetable and a clock that was never set nobody can tell, and then all of it is allowed: a
    late finding is put right by the clock, a false one accuses somebody.

    Args:
        timezone: IANA name.
    """
    span_s = min(max(0.0, now.at_s - before.at_s), MAX_SPAN_S)
    if not periods:
        return 0.0
    if now.trust is ClockTrust.UNSYNCED:
        return span_s
    end = now.seen_at.astimezone(UTC)
    start = end - timedelta(seconds=span_s)
    spans = sorted(_overlaps(periods, start, end, ZoneInfo(timezone)))
    return min(span_s, _union_s(spans))


def _overlaps(
    periods: Sequence[Period], start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Every occurrence of every period, cut to the span; a period belongs to the day on which it starts."""
    day = start.astimezone(zone).date() - timedelta(days=1)  # yesterday's may run over midnight
    last = end.astimezone(zone).date()
    while day <= last:
        for period in periods:
            if DAYS[day.weekday()] in period.days:
                opens, closes = _occurrence(period, day, zone)
                if max(opens, start) < min(closes, end):
                    yield max(opens, start), min(closes, end)
        day += timedelta(days=1)


def _occurrence(period: Period, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A period on one day, in UTC: 22:00 to 06:00 ends on the next, 00:00 to 00:00 is the whole day."""
    ends = day if period.start < period.end else day + timedelta(days=1)
    opens = datetime.combine(day, period.start.replace(tzinfo=None), zone)
    closes = datetime.combine(ends, period.end.replace(tzinfo=None), zone)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def _union_s(spans: list[tuple[datetime, datetime]]) -> float:
    """Total length of sorted spans, what overlaps counted once."""
    total, reached = timedelta(0), datetime.min.replace(tzinfo=UTC)
    for start, end in spans:
        total += max(timedelta(0), end - max(start, reached))
        reached = max(reached, end)
    return total.total_seconds()
