"""Working time 工作时 and working days 工作日: which days are worked, from when to when, and how much lies between.

Holidays and the weekends worked to make up for them come from `chinesecalendar`; what a city sets itself comes first.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday  # type: ignore[import-untyped]

SATURDAY: Final = 5
DAY: Final = timedelta(days=1)
MOMENT_S: Final = 1e-6  # what sums of seconds may be off by: nobody's term goes on to the next day for it
LONGEST_BREAK: Final = 400  # days; a calendar in which nothing is worked for longer is refused where it is read
CHINA: Final = ZoneInfo("Asia/Shanghai")
HOURS: Final = ((time(9), time(12)), (time(13, 30), time(17, 30)))  # to be set by each city

_log = logging.getLogger(__name__)


@cache
def is_worked_in_china(day: date) -> bool:
    """Whether a day is worked by the State Council's calendar; of a year it does not hold, Monday to Friday are."""
    try:
        return bool(is_workday(day))
    except NotImplementedError:
        _say_unknown(day.year)
        return day.weekday() < SATURDAY


@cache
def is_arranged(year: int) -> bool:
    """Whether the State Council's calendar of a year is known here."""
    try:
        is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def _say_unknown(year: int) -> None:
    _log.warning("calendar: no holidays are known for %d: its weekends alone are free; see [calendar] days", year)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When is worked. All moments are aware; days and hours are of `zone`.

    Args:
        hours: of a day that is worked, in order and apart from each other.
        days: what differs from `usual`: True, it is worked; False, it is free.
    """

    zone: tzinfo = CHINA
    hours: tuple[tuple[time, time], ...] = HOURS
    days: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))
    usual: Callable[[date], bool] = is_worked_in_china

    @property
    def day_s(self) -> float:
        """Seconds worked on a day that is worked."""
        noon = date(2000, 1, 3)
        return sum(
            (datetime.combine(noon, end) - datetime.combine(noon, start)).total_seconds() for start, end in self.hours
        )

    def is_worked(self, day: date) -> bool:
        """Whether a day is worked."""
        worked = self.days.get(day)
        return self.usual(day) if worked is None else worked

    def next_worked(self, day: date) -> date:
        """The first day after `day` that is worked."""
        for _ in range(LONGEST_BREAK):
            day += DAY
            if self.is_worked(day):
                return day
        return day

    def opening_after(self, moment: datetime) -> datetime:
        """When work begins on the first working day after the day of `moment`."""
        return self._at(self.next_worked(moment.astimezone(self.zone).date()), self.hours[0][0])

    def after(self, moment: datetime, worked_s: float) -> datetime:
        """When so much working time is over, counted from `moment`; nothing is over at once.

        Args:
            worked_s: 0 or more.
        """
        if worked_s <= 0:
            return moment
        left = worked_s
        for start, end in self._spells(moment):
            spell = (end - start).total_seconds()
            if left <= spell + MOMENT_S:
                return start + timedelta(seconds=min(left, spell))
            left -= spell
        raise AssertionError("spells do not end")

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds of working time from `start` to `end`; 0 where `end` is not later."""
        worked = 0.0
        if end <= start:
            return worked
        for opens, closes in self._spells(start):
            if opens >= end:
                break
            worked += (min(closes, end) - opens).total_seconds()
        return worked

    def _spells(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of working time from `moment` on, without end; in UTC, as a zone may change its clock in one."""
        moment = moment.astimezone(UTC)
        day = moment.astimezone(self.zone).date()
        if not self.is_worked(day):
            day = self.next_worked(day)
        while True:
            for opens, closes in self.hours:
                start, end = max(self._at(day, opens), moment), self._at(day, closes)
                if start < end:
                    yield start, end
            day = self.next_worked(day)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone).astimezone(UTC)
