"""Periods of a chart of a meter, the slots they are cut into, and what is known of each."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from cloud.console.facts import Eye
from cloud.console.meter_periods import FIRST_DAY, LAST_DAY, Period, Span
from cloud.console.meter_plot import plot
from cloud.console.meter_series import series, uses
from cloud.console.meter_views import tile
from cloud.telemetry.meters import Meter, MeterKey, Rollup, Step
from contract.envelope import ClockTrust
from contract.metering import Medium, Unit

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10 in the morning, on a Sunday

PERIODS = [
    # span, a day in it, first day, the one before, the one after, slots in Shanghai
    (Span.DAY, date(2026, 3, 1), date(2026, 3, 1), date(2026, 2, 28), date(2026, 3, 2), 96),
    (Span.WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 9), date(2026, 11, 23), 7),
    (Span.WEEK, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 16), date(2026, 11, 30), 7),
    (Span.MONTH, date(2026, 1, 31), date(2026, 1, 1), date(2025, 12, 1), date(2026, 2, 1), 31),
    (Span.MONTH, date(2024, 2, 29), date(2024, 2, 1), date(2024, 1, 1), date(2024, 3, 1), 29),
    (Span.MONTH, date(2026, 12, 9), date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1), 31),
    (Span.YEAR, date(2024, 2, 29), date(2024, 1, 1), date(2023, 1, 1), date(2025, 1, 1), 12),
]


@pytest.mark.parametrize(("span", "day", "first", "before", "after", "slots"), PERIODS)
def test_a_period_has_its_neighbours_and_slots(
    span: Span, day: date, *, first: date, before: date, after: date, slots: int
) -> None:
    period = Period.of(span, day)
    edges = period.edges(SHANGHAI)
    assert (period.first, period.beside(-1).first, period.beside(1).first) == (first, before, after)
    assert len(edges) == slots + 1
    assert (edges[0], edges[-1]) == tuple(
        datetime(each.year, each.month, each.day, tzinfo=SHANGHAI) for each in (first, after)
    )


@pytest.mark.parametrize(("day", "slots"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100), (date(2026, 6, 1), 96)])
def test_a_day_on_which_clocks_are_changed_has_more_or_fewer_quarters(day: date, slots: int) -> None:
    edges = Period.of(Span.DAY, day).edges(BERLIN)
    assert len(edges) == slots + 1
    assert {later - earlier for earlier, later in pairwise(edges)} == {timedelta(minutes=15)}


@pytest.mark.parametrize("span", Span)
@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_the_first_and_the_last_day_that_are_shown_have_periods(span: Span, day: date) -> None:
    period = Period.of(span, day)
    edges = period.edges(SHANGHAI)
    assert edges[0] <= datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) < edges[-1]
    assert len(edges) <= 101
    assert period.beside(-1).first < period.first < period.beside(1).first


SILENT = [
    # hours since the reading by the gateway's clock and since it came, the clock, far off, what is said
    (2, 2, ClockTrust.SYNCED, False, "已 2 小时没有读数"),
    (26, 2, ClockTrust.SYNCED, False, "已 1 天 2 小时没有读数"),
    (26, 2, ClockTrust.UNSYNCED, False, "已 2 小时没有读数"),
    (9000, 2, ClockTrust.SYNCED, True, "已 2 小时没有读数"),
    (-9000, 2, ClockTrust.HOLDOVER, False, "已 2 小时没有读数"),
    (None, None, ClockTrust.SYNCED, False, "还没有读数"),
    (0, 0, ClockTrust.SYNCED, False, None),
]


@pytest.mark.parametrize(("read_h", "came_h", "clock", "odd_time", "said"), SILENT)
def test_how_long_a_meter_is_silent_is_told_by_the_clock_that_is_believed(
    read_h: int | None, came_h: int | None, *, clock: ClockTrust, odd_time: bool, said: str | None
) -> None:
    meter = Meter(
        key=MeterKey("lantian", "gw-east", "w-301"),
        name="",
        medium=Medium.WATER,
        unit=Unit.CUBIC_METRE,
        value=None if read_h is None else Decimal("1E+3"),
        latest_at=None if read_h is None else NOW - timedelta(hours=read_h),
        latest_received_at=None if came_h is None else NOW - timedelta(hours=came_h),
        flags=(),
        clock_offset_s=None,
        voltage_v=None,
        current_a=None,
        power_kw=None,
        failed=0,
        received_at=NOW,
        clock=clock,
        odd_time=odd_time,
        undated=0,
        simulated=False,
    )
    shown = tile(meter, Eye(NOW, SHANGHAI))
    assert [chip.text.zh for chip in shown.chips] == ([] if said is None else [said])
    assert (shown.name, shown.value, shown.is_silent) == ("w-301", "—" if read_h is None else "1000", said is not None)


def rollup(at: datetime, first: str, last: str, use: str, count: int = 1) -> Rollup:
    return Rollup(at, Decimal(first), Decimal(last), Decimal(first), Decimal(last), Decimal(use), count)


def test_of_a_single_reading_that_none_follows_no_use_is_known() -> None:
    quarters = [NOW + each * timedelta(minutes=15) for each in (0, 1, 3, 7)]
    told = [
        rollup(quarters[0], "1", "1", "0"),
        rollup(quarters[1], "1", "1", "0"),
        rollup(quarters[2], "2", "2.5", "0.5", count=3),
        rollup(quarters[3], "3", "3", "0"),
    ]
    assert [use for _, use in uses(told, Step.QUARTER)] == [Decimal(0), None, Decimal("0.5"), None]
    assert [use for _, use in uses(told, Step.DAY)] == [Decimal(0), Decimal(0), Decimal("0.5"), None]
    assert list(uses([], Step.DAY)) == []


def test_where_a_register_went_backwards_no_use_is_known() -> None:
    days = [NOW + each * timedelta(days=1) for each in range(5)]
    told = [
        rollup(days[0], "100", "0.1", "0", count=96),  # replaced, and read on the day after
        rollup(days[1], "0.2", "0.4", "0.2", count=96),
        rollup(days[2], "0.4", "0.4", "0"),
        rollup(days[4], "7", "1", "0", count=96),  # replaced, and not read since
    ]
    assert [use for _, use in uses(told, Step.DAY)] == [None, Decimal("0.2"), None, None]


def test_days_without_a_reading_are_gaps_and_days_to_come_are_none() -> None:
    days = [datetime(2026, 11, day, tzinfo=SHANGHAI).astimezone(UTC) for day in (16, 17, 20, 22)]
    told = [rollup(at, f"{n}", f"{n}.4", "0.5", count=96) for n, at in enumerate(days)]
    week = series(Period.of(Span.WEEK, date(2026, 11, 22)), told, Eye(NOW, SHANGHAI))
    assert [slot.use for slot in week.slots] == [Decimal("0.5")] * 2 + [None] * 2 + [
        Decimal("0.5"),
        None,
        Decimal("0.5"),
    ]
    assert (week.gaps, week.total, week.stretch) == (3, Decimal("2.0"), (Decimal(0), Decimal("3.4")))
    coming = series(Period.of(Span.WEEK, date(2026, 11, 23)), told, Eye(NOW, SHANGHAI))
    assert (coming.gaps, coming.total, coming.stretch) == (0, None, None)
    assert all(slot.is_ahead for slot in coming.slots)


def test_a_month_says_how_many_of_its_days_are_missing() -> None:
    days = [datetime(2026, 11, day, tzinfo=SHANGHAI).astimezone(UTC) for day in (1, 2, 22)]
    told = [rollup(at, "1", "2", "1.5", count=96) for at in days]
    year = series(Period.of(Span.YEAR, date(2026, 11, 22)), told, Eye(NOW, SHANGHAI)).slots
    assert [slot.missing for slot in year] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 19, 0]
    assert (year[10].use, year[10].readings, year[11].is_ahead) == (Decimal("4.5"), 288, True)
    assert [slot.is_gap for slot in year] == [True] * 10 + [False] * 2


@pytest.mark.parametrize(
    ("latest", "path"),
    [
        (None, ""),
        (date(1970, 1, 1), ""),  # by a clock that was never set; no page shows that day
        (date(2026, 11, 22), ""),
        (date(2026, 11, 20), "/m?span=day&day=2026-11-20"),
    ],
)
def test_where_it_was_read_last_is_led_to_where_that_is_elsewhere(latest: date | None, path: str) -> None:
    day = date(2026, 11, 22)
    told = series(Period.of(Span.DAY, day), [], Eye(NOW, SHANGHAI))
    assert plot(told, path="/m", day=day, today=day, latest=latest).latest == path
