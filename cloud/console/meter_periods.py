"""The time that a chart of a meter shows, by the community's calendar, and the slots it is cut into."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final, Self

QUARTER: Final = timedelta(minutes=15)
# Days that pages show; the periods beside them still have a name, and their ends a time in every zone.
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)


class Span(StrEnum):
    """How much a chart shows."""

    DAY = "day"  # by the quarter hour
    WEEK = "week"  # from Monday, by the day
    MONTH = "month"  # by the day
    YEAR = "year"  # by the month


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week, month or year; `first` is its first day."""

    span: Span
    first: date

    @classmethod
    def of(cls, span: Span, day: date) -> Self:
        """The one that a day lies in."""
        match span:
            case Span.DAY:
                return cls(span, day)
            case Span.WEEK:
                return cls(span, day - timedelta(days=day.weekday()))
            case Span.MONTH:
                return cls(span, day.replace(day=1))
            case Span.YEAR:
                return cls(span, day.replace(month=1, day=1))

    def beside(self, step: int) -> Self:
        """The one after, with `step` 1, or before, with -1."""
        match self.span:
            case Span.DAY:
                return type(self)(self.span, self.first + timedelta(days=step))
            case Span.WEEK:
                return type(self)(self.span, self.first + timedelta(weeks=step))
            case Span.MONTH:
                return type(self)(self.span, _month(self.first, step))
            case Span.YEAR:
                return type(self)(self.span, _month(self.first, 12 * step))

    def edges(self, zone: tzinfo) -> tuple[datetime, ...]:
        """Where its slots begin, and at last where it ends, in UTC: 97 for most days, 8, 29 to 32 and 13 for others."""
        since, until = _midnight(self.first, zone), _midnight(self.beside(1).first, zone)
        if self.span is Span.DAY:  # 92 or 100 slots where the clocks are put forward or back
            return tuple(since + at * QUARTER for at in range(round((until - since) / QUARTER) + 1))
        if self.span is Span.YEAR:
            return tuple(_midnight(_month(self.first, at), zone) for at in range(13))
        days = (self.beside(1).first - self.first).days
        return tuple(_midnight(self.first + timedelta(days=at), zone) for at in range(days + 1))


def _month(first: date, step: int) -> date:
    years, month = divmod(first.month - 1 + step, 12)
    return first.replace(year=first.year + years, month=month + 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def is_shown(day: date) -> bool:
    """Whether pages show a day at all."""
    return FIRST_DAY <= day <= LAST_DAY
