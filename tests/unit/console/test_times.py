"""Times as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloud.console.times import ago, span, wall

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)  # noon in Shanghai


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (-5, "0 秒", "0 s"),
        (59.9, "59 秒", "59 s"),
        (60, "1 分钟", "1 min"),
        (3599, "59 分钟", "59 min"),
        (3600, "1 小时", "1 h"),
        (3660, "1 小时 1 分", "1 h 1 min"),
        (86_399, "23 小时 59 分", "23 h 59 min"),
        (86_400, "1 天", "1 d"),
        (90_000, "1 天 1 小时", "1 d 1 h"),
    ],
)
def test_a_span_has_one_or_two_units(seconds: float, zh: str, en: str) -> None:
    assert (span(seconds).zh, span(seconds).en) == (zh, en)


@pytest.mark.parametrize(
    ("passed", "zh", "en"),
    [
        (timedelta(seconds=-90), "刚刚", "just now"),
        (timedelta(seconds=9), "刚刚", "just now"),
        (timedelta(seconds=10), "10 秒前", "10 s ago"),
        (timedelta(minutes=5), "5 分钟前", "5 min ago"),
    ],
)
def test_how_long_ago(passed: timedelta, zh: str, en: str) -> None:
    word = ago(NOW - passed, NOW)
    assert (word.zh, word.en) == (zh, en)


@pytest.mark.parametrize(
    ("name", "then", "text"),
    [
        ("today", NOW - timedelta(hours=1), "11:00:00"),
        ("today there, yesterday in UTC", datetime(2026, 2, 28, 16, 30, tzinfo=UTC), "00:30:00"),
        ("yesterday", NOW - timedelta(hours=13), "02-28 23:00"),
        ("last year", datetime(2025, 12, 31, 4, 0, tzinfo=UTC), "2025-12-31 12:00"),
    ],
)
def test_the_clock_on_the_wall_of_the_community(name: str, then: datetime, text: str) -> None:
    assert wall(then, NOW, SHANGHAI) == text, name
