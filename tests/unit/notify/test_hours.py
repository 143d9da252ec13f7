"""Hours of the day: over midnight, in zones with and without summer time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cloud.notify.hours import Hours

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = Hours(time(22), time(7))
NOON = Hours(time(12), time(14))


def local(day: int, clock: str, zone: ZoneInfo = SHANGHAI, month: int = 11) -> datetime:
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), zone).astimezone(UTC)


HOLD = [
    # name, hours, at, whether they hold, when they are over
    ("before noon", NOON, local(23, "11:59"), False, None),
    ("the start belongs to them", NOON, local(23, "12:00"), True, local(23, "14:00")),
    ("the end does not", NOON, local(23, "14:00"), False, None),
    ("the evening, until next morning", NIGHT, local(23, "22:00"), True, local(24, "07:00")),
    ("after midnight, until this morning", NIGHT, local(24, "00:00"), True, local(24, "07:00")),
    ("a second before the end", NIGHT, local(24, "06:59:59"), True, local(24, "07:00")),
    ("the morning", NIGHT, local(24, "07:00"), False, None),
]


@pytest.mark.parametrize(("hours", "at", "holds", "over"), [row[1:] for row in HOLD], ids=[row[0] for row in HOLD])
def test_hours_hold_from_start_to_end(hours: Hours, at: datetime, holds: bool, over: datetime | None) -> None:
    assert hours.hold(at, SHANGHAI) is holds
    assert hours.over_at(at, SHANGHAI) == (over or at)


def test_where_the_clock_is_put_back_a_quiet_night_is_an_hour_longer() -> None:
    evening = local(24, "22:00", BERLIN, month=10)
    morning = NIGHT.over_at(evening, BERLIN)
    assert morning == local(25, "07:00", BERLIN, month=10)
    assert (morning - evening).total_seconds() == 10 * 3600


def test_in_shanghai_there_is_no_summer_time_and_a_night_has_nine_hours() -> None:
    for month in (4, 7, 10):
        evening = local(24, "22:00", month=month)
        assert (NIGHT.over_at(evening, SHANGHAI) - evening).total_seconds() == 9 * 3600
