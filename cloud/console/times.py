"""Times and spans as people read them."""

from datetime import datetime, tzinfo
from typing import Final

from cloud.console.words import WORDS, Word

MINUTE_S: Final = 60
HOUR_S: Final = 60 * MINUTE_S
DAY_S: Final = 24 * HOUR_S
JUST_NOW_S: Final = 10


def span(length_s: float) -> Word:
    """A length of time in one or two units, rounded down: 59 s, 12 min, 3 h 5 min, 2 d 1 h."""
    seconds = max(0, int(length_s))
    if seconds < MINUTE_S:
        return WORDS["time.seconds"].fill(n=seconds)
    if seconds < HOUR_S:
        return WORDS["time.minutes"].fill(n=seconds // MINUTE_S)
    if seconds < DAY_S:
        hours, rest = divmod(seconds, HOUR_S)
        return _pair("time.hours", "time.hours_minutes", h=hours, m=rest // MINUTE_S)
    days, rest = divmod(seconds, DAY_S)
    return _pair("time.days", "time.days_hours", d=days, h=rest // HOUR_S)


def _pair(one: str, both: str, **parts: int) -> Word:
    first, second = parts.values()
    return WORDS[both].fill(**parts) if second else WORDS[one].fill(n=first)


def ago(then: datetime, now: datetime) -> Word:
    """How long ago; a time in the future, by a clock that runs ahead, counts as now."""
    passed_s = (now - then).total_seconds()
    if passed_s < JUST_NOW_S:
        return WORDS["time.now"]
    length = span(passed_s)
    return Word(WORDS["time.ago"].zh.format(time=length.zh), WORDS["time.ago"].en.format(time=length.en))


def wall(then: datetime, now: datetime, zone: tzinfo) -> str:
    """Clock time in the community's zone, with the date when it is not today and the year when it is not this one."""
    local, today = then.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M:%S")
    if local.year == today.year:
        return local.strftime("%m-%d %H:%M")
    return local.strftime("%Y-%m-%d %H:%M")


def clock(then: datetime, now: datetime, zone: tzinfo) -> str:
    """As `wall`, to the second on any day: for times that are evidence."""
    local, today = then.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%m-%d %H:%M:%S" if local.year == today.year else "%Y-%m-%d %H:%M:%S")


def iso(then: datetime) -> str:
    """For a machine: ISO 8601 with its zone, to the second."""
    return then.isoformat(timespec="seconds")
