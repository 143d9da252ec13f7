"""Readings between the line and the next batch, and which days lack their beginning."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from contract.metering import Origin, ReadingFlag, Unit
from edge.app.instruments.waiting import MAX_DAYS, MAX_STATE_BYTES, MAX_WAITING, Waiting
from edge.devices.shown import MOST, Shown

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 2)


def shown(at: datetime, value: str = "1") -> Shown:
    return Shown(at, Decimal(value), Unit.KILOWATT_HOUR, Decimal("0.01"))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def taken(*times: datetime) -> Waiting:
    waiting = Waiting()
    for time in times:
        waiting = waiting.with_reading(shown(time), time, Origin.LIVE)
    return waiting


LACKING = [
    # name,                              readings,                           today's day, days lacking
    ("never read", [], 2, 0),
    ("read today for the first time", [at(2, 9)], 2, 0),
    ("read last evening", [at(2, 9), at(2, 23, 45)], 3, 1),
    ("read at midnight", [at(2, 9), at(3, 0, 1)], 3, 0),
    ("read just in time", [at(2, 9), at(3, 0, 29)], 3, 0),
    ("read too late", [at(2, 9), at(3, 0, 30)], 3, 1),
    ("away for days", [at(2, 9)], 9, 7),
    ("a clock that was set back", [at(9, 9)], 2, 0),
]


@pytest.mark.parametrize(("times", "today", "days"), [row[1:] for row in LACKING], ids=[row[0] for row in LACKING])
def test_days_lacking(times: list[datetime], today: int, days: int) -> None:
    assert taken(*times).days_lacking(DAY.replace(day=today)) == days


def test_no_more_days_than_a_meter_keeps() -> None:
    assert taken(at(2, 9)).days_lacking(date(2027, 3, 2)) == MAX_DAYS


def test_of_what_a_meter_kept_that_is_taken_which_lacks() -> None:
    days = tuple((DAY.replace(day=day), shown(at(day, 0), str(day))) for day in (9, 6, 5, 4, 3, 2, 1))
    waiting = taken(at(3, 9)).with_freezes(days, DAY.replace(day=6))
    assert [str(kept.shown.value) for kept in waiting.kept if kept.origin is Origin.FREEZE] == ["4", "5", "6"]
    assert waiting.days_lacking(DAY.replace(day=6)) == 0
    assert waiting.with_freezes((), DAY.replace(day=7)).days_lacking(DAY.replace(day=7)) == 1


def test_at_the_limit_the_oldest_give_way_and_the_state_is_read_again() -> None:
    waiting = Waiting(known_to=DAY)
    for minute in range(MAX_WAITING + 1):
        longest = Shown(
            at=datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC) + timedelta(minutes=minute),
            value=MOST - Decimal("0.000001"),
            unit=Unit.KILOWATT_HOUR,
            resolution=Decimal("0.000001"),
            flags=frozenset(ReadingFlag),
            clock_offset_s=-123456.789012345,
            voltage_v=MOST - Decimal("0.000001"),
            current_a=MOST - Decimal("0.000001"),
            power_kw=-MOST + Decimal("0.000001"),
        )
        waiting = waiting.with_reading(longest, at(2, 12), Origin.LIVE).with_failure()
    assert len(waiting.kept) == MAX_WAITING
    assert len(waiting.to_bytes()) < MAX_STATE_BYTES
    assert Waiting.from_bytes(waiting.to_bytes()) == waiting
    assert waiting.emptied() == Waiting(known_to=DAY)


@pytest.mark.parametrize("raw", [b"", b"{", b'{"version": 2}', b"x" * (MAX_STATE_BYTES + 1)])
def test_a_state_that_is_none_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="state of readings"):
        Waiting.from_bytes(raw)
