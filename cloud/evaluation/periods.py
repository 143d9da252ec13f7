"""Periods that are evaluated: a month, a half-year, a year, by the calendar of the cloud's time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import IntEnum
from typing import Final, Self

PATTERN: Final = r"^(20|21)[0-9]{2}(-(0[1-9]|1[0-2])|-H[12])?$"
TREND: Final = 12  # months that a trend shows
_MONTHS: Final = 12


class Span(IntEnum):
    """How long a period is, in months."""

    MONTH = 1
    HALF = 6
    YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """One month, half-year or year; `first` is its first day."""

    span: Span
    first: date

    @classmethod
    def of(cls, span: Span, day: date) -> Self:
        """The one that a day lies in."""
        return cls(span, date(day.year, (day.month - 1) // span * span + 1, 1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-11`, `2026-H2` or `2026`.

        Raises:
            ValueError: it is none of these, or not of the years 2000 to 2199.
        """
        if re.fullmatch(PATTERN, text) is None:
            raise ValueError("a period is 2026-11, 2026-H2 or 2026")
        year, part = int(text[:4]), text[5:]
        if not part:
            return cls(Span.YEAR, date(year, 1, 1))
        if part.startswith("H"):
            return cls(Span.HALF, date(year, 1 if part == "H1" else 7, 1))
        return cls(Span.MONTH, date(year, int(part), 1))

    @property
    def text(self) -> str:
        """As `parse` reads it."""
        match self.span:
            case Span.MONTH:
                return f"{self.first:%Y-%m}"
            case Span.HALF:
                return f"{self.first:%Y}-H{1 if self.first.month == 1 else 2}"
            case Span.YEAR:
                return f"{self.first:%Y}"

    def beside(self, step: int) -> Self:
        """The one after, with `step` 1, or before, with -1."""
        return type(self)(self.span, _month(self.first, step * self.span))

    def edges(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """When it begins, and when it is over, in UTC."""
        return _midnight(self.first, zone), _midnight(self.beside(1).first, zone)

    def trend(self, zone: tzinfo) -> tuple[tuple[str, ...], tuple[datetime, ...]]:
        """The last `TREND` months up to its end: their names, and the 13 moments at which they begin and end."""
        last = _month(self.first, self.span)
        firsts = [_month(last, step) for step in range(-TREND, 1)]
        return tuple(f"{first:%Y-%m}" for first in firsts[:-1]), tuple(_midnight(first, zone) for first in firsts)


def _month(first: date, step: int) -> date:
    years, month = divmod(first.month - 1 + step, _MONTHS)
    return date(first.year + years, month + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
