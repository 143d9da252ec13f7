"""Periods by the calendar of a zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cloud.evaluation.periods import Period, Span

CHINA = ZoneInfo("Asia/Shanghai")

PERIODS = [
    # text,     span,       first day,         the one before, the one after
    ("2026-11", Span.MONTH, date(2026, 11, 1), "2026-10", "2026-12"),
    ("2026-01", Span.MONTH, date(2026, 1, 1), "2025-12", "2026-02"),
    ("2026-H1", Span.HALF, date(2026, 1, 1), "2025-H2", "2026-H2"),
    ("2026-H2", Span.HALF, date(2026, 7, 1), "2026-H1", "2027-H1"),
    ("2026", Span.YEAR, date(2026, 1, 1), "2025", "2027"),
]


@pytest.mark.parametrize(("text", "span", "first", "before", "after"), PERIODS, ids=[row[0] for row in PERIODS])
def test_a_period_is_read_and_written(text: str, span: Span, first: date, before: str, after: str) -> None:
    period = Period.parse(text)
    assert (period.span, period.first, period.text) == (span, first, text)
    assert (period.beside(-1).text, period.beside(1).text) == (before, after)
    assert Period.of(span, first.replace(day=28)) == period


def test_its_edges_are_midnights_of_the_zone() -> None:
    edges = Period.parse("2026-02").edges(CHINA)
    assert edges == (datetime(2026, 1, 31, 16, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "26", "2026-00", "2026-13", "2026-H0", "2026-H3", "1999-12", "2200", "2026-1"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a period is"):
        Period.parse(text)


def test_a_trend_is_the_twelve_months_up_to_the_end() -> None:
    names, edges = Period.parse("2026-H1").trend(CHINA)
    assert (names[0], names[-1], len(names), len(edges)) == ("2025-07", "2026-06", 12, 13)
    assert edges[-1] == Period.parse("2026-H1").edges(CHINA)[1]
