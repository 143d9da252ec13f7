"""Dates, weekdays and times of the day as people write them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from contract.permits import MAX_PERIODS, WEEKDAYS, PermitPeriod, Weekday

_INSTANT: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]*(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-~–—至到]\s*(\d{1,2}):(\d{2})")
_APART: Final = re.compile(r"[,，、;；/\s]+")
_THROUGH: Final = re.compile(r"\s*[-~–—至到]\s*")
_CHINESE: Final = dict(zip("一二三四五六日", range(7), strict=True)) | {"天": 6}
_GROUPS: Final[dict[str, range]] = {
    "每天": range(7),
    "daily": range(7),
    "工作日": range(5),
    "weekdays": range(5),
    "周末": range(5, 7),
    "weekend": range(5, 7),
}


def instant(text: str, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime:
    """Read `2026-05-01`, `2026/5/1 8:00` or `2026年5月1日`, in UTC.

    Args:
        end_of_day: a date without a time is its end, so that the last day counts.
    Raises:
        ValueError: it is not written so, or there is no such day.
    """
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a date")
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    if not 1970 <= year <= 2999:
        raise ValueError("not a year of this program's")
    whole_day = found[4] is None
    on = date(year, month, day) + timedelta(days=1 if whole_day and end_of_day else 0)
    return datetime.combine(on, time(hour, minute, second), zone).astimezone(UTC)


def periods(days: str, hours: str) -> tuple[PermitPeriod, ...]:
    """Read weekdays (`周一至周五`, `mon-fri, sun`, `周末`) and times of the day (`08:00-18:00; 20:00-22:00`).

    Returns:
        none where both are empty; whole days where only days are given.
    Raises:
        ValueError: its text is `days` or `hours`, whichever cannot be read.
    """
    if not (days or hours):
        return ()
    on = _weekdays(days) if days else WEEKDAYS
    spans = _spans(hours) if hours else [(time(), time())]
    return tuple(PermitPeriod(days=on, start=start, end=end) for start, end in spans)


def _weekdays(text: str) -> tuple[Weekday, ...]:
    chosen: set[int] = set()
    for word in filter(None, _APART.split(_THROUGH.sub("-", text.lower()))):
        if word in _GROUPS:
            chosen.update(_GROUPS[word])
            continue
        first, dash, last = word.partition("-")
        start = _weekday(first)
        chosen.update((start + step) % 7 for step in range((_weekday(last if dash else first) - start) % 7 + 1))
    if not chosen:
        raise ValueError("days")
    return tuple(WEEKDAYS[number] for number in sorted(chosen))


def _weekday(word: str) -> int:
    short = word.removeprefix("星期").removeprefix("礼拜").removeprefix("周")
    if short in _CHINESE:
        return _CHINESE[short]
    if word[:3] in WEEKDAYS and word.isascii():
        return WEEKDAYS.index(word[:3])
    raise ValueError("days")


def _spans(text: str) -> list[tuple[time, time]]:
    words = filter(None, _APART.split(_THROUGH.sub("-", text)))
    spans = [_span(word) for word in words]
    if not 1 <= len(spans) <= MAX_PERIODS:
        raise ValueError("hours")
    return spans


def _span(word: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(word)
    if found is None:
        raise ValueError("hours")
    numbers = [int(part) for part in found.groups()]
    if numbers[2:] == [24, 0]:
        numbers[2] = 0
    try:
        return time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        raise ValueError("hours") from None
