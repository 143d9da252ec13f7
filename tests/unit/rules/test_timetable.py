"""Timetables: how much of a stay was allowed. 2025-03-01 is a Saturday; times are Shanghai's unless said."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from edge.config import DAYS, Day, Period
from edge.rules.timetable import allowed_s
from edge.values import ClockTrust, Moment

SHANGHAI = "Asia/Shanghai"
WEEKDAYS: tuple[Day, ...] = DAYS[:5]


def at(text: str, timezone: str = SHANGHAI, trust: ClockTrust = ClockTrust.SYNCED) -> Moment:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))
    return Moment((local - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds(), local, trust)


def period(start: str, end: str, days: tuple[Day, ...] = DAYS) -> Period:
    return Period(days=days, start=time.fromisoformat(start), end=time.fromisoformat(end))


NIGHT = (period("22:00", "06:00"),)
H = 3600.0
SPANS = [
    ("no timetable", (), "2025-03-01T10:00", "2025-03-01T12:00", 0.0),
    ("wholly outside", NIGHT, "2025-03-01T10:00", "2025-03-01T12:00", 0.0),
    ("wholly inside", NIGHT, "2025-03-01T23:00", "2025-03-02T01:00", 2 * H),
    ("after midnight", NIGHT, "2025-03-01T03:00", "2025-03-01T05:00", 2 * H),
    ("comes before it opens", NIGHT, "2025-03-01T21:00", "2025-03-01T23:00", H),
    ("stays after it closes", NIGHT, "2025-03-01T05:30", "2025-03-01T07:00", H / 2),
    ("ends as it opens", NIGHT, "2025-03-01T20:00", "2025-03-01T22:00", 0.0),
    ("two nights", NIGHT, "2025-03-01T12:00", "2025-03-03T12:00", 16 * H),
    ("all day", (period("00:00", "00:00"),), "2025-03-01T10:00", "2025-03-02T10:00", 24 * H),
    ("weekdays only, on Saturday", (period("08:00", "18:00", WEEKDAYS),), "2025-03-01T10:00", "2025-03-01T12:00", 0.0),
    ("weekdays only, on Monday", (period("08:00", "18:00", WEEKDAYS),), "2025-03-03T10:00", "2025-03-03T12:00", 2 * H),
    (
        "Friday's night runs into Saturday",
        (period("22:00", "06:00", ("fri",)),),
        "2025-03-01T05:00",
        "2025-03-01T07:00",
        H,
    ),
    (
        "Saturday's night does not reach back",
        (period("22:00", "06:00", ("sat",)),),
        "2025-03-01T05:00",
        "2025-03-01T07:00",
        0.0,
    ),
    (
        "overlapping periods count once",
        (period("10:00", "12:00"), period("11:00", "13:00")),
        "2025-03-01T09:00",
        "2025-03-01T14:00",
        3 * H,
    ),
]


@pytest.mark.parametrize(
    ("periods", "start", "end", "expected"), [row[1:] for row in SPANS], ids=[row[0] for row in SPANS]
)
def test_allowed(periods: tuple[Period, ...], start: str, end: str, expected: float) -> None:
    assert allowed_s(periods, at(start), at(end), SHANGHAI) == expected


def test_other_time_zone() -> None:
    start, end = at("2025-03-01T23:00"), at("2025-03-02T01:00")
    assert allowed_s(NIGHT, start, end, "Europe/Berlin") == 0.0


def test_the_night_the_clocks_change_is_an_hour_shorter() -> None:
    start, end = at("2025-03-29T22:00", "Europe/Berlin"), at("2025-03-30T06:00", "Europe/Berlin")
    assert allowed_s(NIGHT, start, end, "Europe/Berlin") == 7 * H


def test_a_clock_set_in_between_changes_nothing() -> None:
    """The span is as long as the monotonic clock says and ends at the present wall clock."""
    end = at("2025-03-01T23:00")
    before = Moment(end.at_s - 2 * H, datetime(1970, 1, 1, tzinfo=UTC), ClockTrust.UNSYNCED)
    assert allowed_s(NIGHT, before, end, SHANGHAI) == H


def test_a_clock_never_set_accuses_nobody() -> None:
    start, end = (at(text, trust=ClockTrust.UNSYNCED) for text in ("2025-03-01T10:00", "2025-03-01T12:00"))
    assert allowed_s(NIGHT, start, end, SHANGHAI) == 2 * H
    assert allowed_s((), start, end, SHANGHAI) == 0.0


def test_holdover_is_good_enough() -> None:
    start, end = (at(text, trust=ClockTrust.HOLDOVER) for text in ("2025-03-01T10:00", "2025-03-01T12:00"))
    assert allowed_s(NIGHT, start, end, SHANGHAI) == 0.0


def test_time_never_runs_back() -> None:
    start, end = at("2025-03-01T23:00"), at("2025-03-01T22:30")
    assert allowed_s(NIGHT, start, end, SHANGHAI) == 0.0
