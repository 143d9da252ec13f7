"""Working time as arrays that a database can look up in, so that a year of cases is measured by one statement."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self

from cloud.cases.calendar import WorkCalendar

REACH: Final = timedelta(days=2 * 366)  # a case that was filed longer before counts from there on
MAX_STRETCHES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Working:
    """Stretches of work in order: when each begins and ends, and how many seconds were worked before it."""

    starts: list[datetime]
    ends: list[datetime]
    before_s: list[float]

    @classmethod
    def between(cls, first: date, until: date, calendar: WorkCalendar) -> Self:
        """Every stretch of the days from `first` on and before `until`; at most `MAX_STRETCHES`."""
        days = (first + timedelta(days=at) for at in range((until - first).days))
        stretches = [
            (_at(day, opens, calendar), _at(day, closes, calendar))
            for day in days
            if calendar.is_worked(day)
            for opens, closes in calendar.hours
        ][:MAX_STRETCHES]
        before, total = [], 0.0
        for begin, end in stretches:
            before.append(total)
            total += (end - begin).total_seconds()
        return cls([begin for begin, _ in stretches], [end for _, end in stretches], before)


def _at(day: date, hour: time, calendar: WorkCalendar) -> datetime:
    """In UTC, as a zone may change its clock in a stretch."""
    return datetime.combine(day, hour, calendar.zone).astimezone(UTC)
