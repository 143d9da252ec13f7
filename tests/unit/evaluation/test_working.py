"""Working time as arrays: together it is what the calendar counts."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cloud.cases.calendar import WorkCalendar
from cloud.evaluation.working import Working

BERLIN = ZoneInfo("Europe/Berlin")
CALENDARS = [
    ("China's", WorkCalendar()),
    ("a zone that changes its clock", WorkCalendar(zone=BERLIN, hours=((time(2), time(3)), (time(3), time(12))))),
]


@pytest.mark.parametrize("days", [row[1] for row in CALENDARS], ids=[row[0] for row in CALENDARS])
@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_of_stretches_is_as_long_as_the_calendar_says(days: WorkCalendar, year: int) -> None:
    days = WorkCalendar(days.zone, days.hours, usual=lambda _: True)
    working = Working.between(date(year, 1, 1), date(year + 1, 1, 1), days)
    edges = (datetime(year, 1, 1, tzinfo=days.zone), datetime(year + 1, 1, 1, tzinfo=days.zone))
    lengths = [
        end.astimezone(UTC) - begin.astimezone(UTC) for begin, end in zip(working.starts, working.ends, strict=True)
    ]
    assert working.before_s[-1] + lengths[-1].total_seconds() == days.between(*edges)
    assert working.before_s == [sum(each.total_seconds() for each in lengths[:at]) for at in range(len(lengths))]
