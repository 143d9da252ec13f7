"""Working time, by what must hold of it whatever the moment and however much: `after` and `between` undo each other."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cloud.cases.calendar import CHINA, HOURS, WorkCalendar

HOUR_S = 3600.0
NEARLY = 0.001  # seconds; moments are whole microseconds
NOON = time(12)
LATE = ((time(0), time(12)), (time(12), time(23, 59, 59, 999999)))  # as close to 24:00 as a time of day comes
NIGHTS = ((time(0), time(6)), (time(22), time(23, 30)))
BERLIN = ZoneInfo("Europe/Berlin")
CALENDARS = {
    "China's": WorkCalendar(),
    "to 24:00": WorkCalendar(hours=LATE),
    "nights": WorkCalendar(hours=NIGHTS),
    "Kathmandu's": WorkCalendar(zone=ZoneInfo("Asia/Kathmandu")),
    "one minute a day": WorkCalendar(hours=((time(23, 58), time(23, 59)),)),
    "a city's own days": WorkCalendar(
        days={date(2026, 10, 1): True, date(2026, 9, 29): False, date(2026, 12, 31): False}
    ),
    "a zone that changes its clock": WorkCalendar(zone=BERLIN, hours=((time(0), time(6)), *HOURS)),
}
NAMED = sorted(CALENDARS)

# Over the ends of years, holidays with their days that make up, and a year that no calendar knows.
FIRST, LAST = datetime(2025, 12, 1), datetime(2027, 3, 1)  # noqa: DTZ001 - hypothesis puts the zone there
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.sampled_from([CHINA, UTC, BERLIN]))
WORKED = st.floats(0.001, 400 * HOUR_S)
OFTEN = settings(deadline=None, derandomize=True, max_examples=50)


@pytest.mark.parametrize("name", NAMED)
@OFTEN
@given(moment=MOMENTS, worked_s=WORKED)
def test_so_much_later_is_so_much_worked(name: str, moment: datetime, worked_s: float) -> None:
    days = CALENDARS[name]
    end = days.after(moment, worked_s)
    assert end.astimezone(UTC) > moment.astimezone(UTC)
    assert days.between(moment, end) == pytest.approx(worked_s, abs=NEARLY)


@pytest.mark.parametrize("name", NAMED)
@OFTEN
@given(moment=MOMENTS, away=st.timedeltas(timedelta(), timedelta(days=40)))
def test_so_much_worked_is_over_by_then_and_not_before(name: str, moment: datetime, away: timedelta) -> None:
    days, end = CALENDARS[name], (moment.astimezone(UTC) + away)
    worked_s = days.between(moment, end)
    assume(worked_s > NEARLY)
    over = days.after(moment, worked_s).astimezone(UTC)
    assert over <= end + timedelta(seconds=NEARLY), "what was worked by then is over by then"
    assert days.between(over, end) <= NEARLY, "and between the two nobody worked"


@pytest.mark.parametrize("name", NAMED)
@OFTEN
@given(
    moment=MOMENTS,
    first=st.timedeltas(timedelta(), timedelta(days=20)),
    second=st.timedeltas(timedelta(), timedelta(days=20)),
)
def test_time_adds_up(name: str, moment: datetime, first: timedelta, second: timedelta) -> None:
    days, start = CALENDARS[name], moment.astimezone(UTC)
    middle, end = start + first, start + first + second
    whole = days.between(start, end)
    assert days.between(start, middle) + days.between(middle, end) == pytest.approx(whole, abs=NEARLY)
    assert 0 <= whole <= (end - start).total_seconds() + NEARLY, "nobody works more than the time that passes"
    assert days.between(end, start) == 0 or end == start


@pytest.mark.parametrize("name", NAMED)
@OFTEN
@given(moment=MOMENTS, first=WORKED, second=WORKED)
def test_more_takes_longer_and_two_parts_as_long_as_the_whole(
    name: str, moment: datetime, first: float, second: float
) -> None:
    days = CALENDARS[name]
    middle = days.after(moment, first)
    whole = days.after(moment, first + second)
    assert middle.astimezone(UTC) <= whole.astimezone(UTC)
    apart = days.between(days.after(middle, second), whole) + days.between(whole, days.after(middle, second))
    assert apart <= NEARLY


@pytest.mark.parametrize("name", NAMED)
@OFTEN
@given(moment=MOMENTS)
def test_what_is_over_is_over_within_the_hours_of_a_day_that_is_worked(name: str, moment: datetime) -> None:
    days = CALENDARS[name]
    over = days.after(moment, HOUR_S / 90).astimezone(days.zone)
    assert days.is_worked(over.date())
    opens = days.opening_after(moment).astimezone(days.zone)
    assert days.is_worked(opens.date())
    assert opens.date() > moment.astimezone(days.zone).date()
    assert opens.time() == days.hours[0][0] or opens.utcoffset() != moment.utcoffset(), "at that hour there was none"


WRITTEN = [
    # name, calendar, from, to, hours worked between
    ("over the end of the year", "China's", "2025-12-31T16:30", "2026-01-04T10:00", 2.0),
    ("a Sunday that makes up for New Year's bridge", "China's", "2026-01-04T09:00", "2026-01-04T12:00", 3.0),
    ("a bridge day is free", "China's", "2026-01-02T00:00", "2026-01-03T23:59", 0.0),
    ("the week of the Spring Festival", "China's", "2026-02-16T00:00", "2026-02-23T23:59", 0.0),
    ("the Saturday after it makes up", "China's", "2026-02-28T00:00", "2026-02-28T23:59", 7.0),
    ("to midnight and on", "to 24:00", "2026-11-23T23:00", "2026-11-24T01:00", 2.0),
    ("the city is free on the last day of the year", "a city's own days", "2026-12-31T00:00", "2027-01-01T00:00", 0.0),
    (
        "the night in which an hour is skipped",
        "a zone that changes its clock",
        "2026-03-30T00:00",
        "2026-03-30T06:00",
        6.0,
    ),
]


@pytest.mark.parametrize(
    ("name", "start", "end", "hours"), [row[1:] for row in WRITTEN], ids=[row[0] for row in WRITTEN]
)
def test_written_out(name: str, start: str, end: str, hours: float) -> None:
    days = CALENDARS[name]
    begin, until = (datetime.fromisoformat(each).replace(tzinfo=days.zone) for each in (start, end))
    assert days.between(begin, until) == pytest.approx(hours * HOUR_S, abs=NEARLY)


def test_a_term_that_ends_with_the_day_does_not_slip_into_the_next() -> None:
    """0.1 + 0.2 is more than 0.3 to a machine, and the next minute of work may be a week away."""
    days, start = WorkCalendar(), datetime(2026, 9, 30, 9, tzinfo=CHINA)
    parts = [0.1, 0.2, 7 * HOUR_S - 0.3]
    assert days.after(start, sum(parts) + 1e-9) == datetime(2026, 9, 30, 17, 30, tzinfo=CHINA)


def test_a_day_that_changes_its_clock_has_the_hours_that_it_has() -> None:
    """No city of China does; who sets such a zone still gets terms that end, and hours that passed."""
    days = WorkCalendar(zone=BERLIN, hours=((time(0), time(6)),), usual=lambda _: True)
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 5), (autumn, 7)):
        start = datetime.combine(day, time(0), BERLIN)
        assert days.between(start, datetime.combine(day, NOON, BERLIN)) == hours * HOUR_S
        over = days.after(start, hours * HOUR_S)
        assert over.astimezone(BERLIN).time() == time(6)
