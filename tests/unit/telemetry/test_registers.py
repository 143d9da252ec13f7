"""What was used, from what a register showed; and where its stretches of time begin."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cloud.telemetry.registers import Bucket, Step, bucket, rollups

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def shown(number: int, *values: str) -> Bucket:
    """A quarter of an hour with readings a minute apart."""
    at = START + number * QUARTER
    return bucket(at, [(at + timedelta(minutes=n), Decimal(value)) for n, value in enumerate(values)])


USES = [
    # name,                           what each quarter showed,                                            use of each
    ("one reading each", [shown(0, "1"), shown(1, "1.5"), shown(2, "1.75")], ["0.5", "0.25", "0"]),
    ("many readings", [shown(0, "1", "2"), shown(1, "4", "8")], ["3", "4"]),
    ("a hole", [shown(0, "1", "1.5"), shown(3, "9", "9.5")], ["0.5", "0.5"]),
    ("replaced between two", [shown(0, "100", "101"), shown(1, "0", "2")], ["0", "2"]),
    ("replaced within one", [shown(0, "100", "101", "0", "0.5"), shown(1, "1")], ["0", "0"]),
    ("one wrong reading within", [shown(0, "100", "0", "101"), shown(1, "102")], ["2", "0"]),
    ("it leaps ahead", [shown(0, "1"), shown(1, "5000"), shown(2, "5001")], ["4999", "1", "0"]),
    ("nothing", [], []),
]


@pytest.mark.parametrize(("name", "held", "uses"), USES, ids=[name for name, *_ in USES])
def test_what_was_used(name: str, held: list[Bucket], uses: list[str]) -> None:
    assert [rollup.use for rollup in rollups(held, Step.QUARTER)] == [Decimal(use) for use in uses], name


def test_a_bucket_is_the_same_in_any_order() -> None:
    readings = [(START + timedelta(minutes=n % 5), Decimal(n * 7 % 11)) for n in range(10)]
    told = bucket(START, readings)
    assert told == bucket(START, readings[::-1]) == bucket(START, sorted(readings, key=lambda one: one[1]))
    assert (told.first, told.last) == (Decimal(0), Decimal(8)), "of two at once: the lower first, the higher last"
    assert (told.least, told.most, told.count) == (Decimal(0), Decimal(10), 10)


BEGINS = [
    # step,       zone,            at,                     begins
    (Step.QUARTER, "Asia/Shanghai", "2026-11-21T02:14:59.999999Z", "2026-11-21T02:00Z"),
    (Step.QUARTER, "Asia/Shanghai", "2026-11-21T02:15:00Z", "2026-11-21T02:15Z"),
    (Step.QUARTER, "Asia/Kathmandu", "2026-11-21T02:16:00+05:45", "2026-11-20T20:30Z"),
    (Step.QUARTER, "Asia/Shanghai", "1969-12-31T23:59:59Z", "1969-12-31T23:45Z"),
    (Step.DAY, "Asia/Shanghai", "2026-11-20T15:59:59Z", "2026-11-19T16:00Z"),
    (Step.DAY, "Asia/Shanghai", "2026-11-20T16:00:00Z", "2026-11-20T16:00Z"),
    (Step.DAY, "Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-24T22:00Z"),  # 25 hours long
    (Step.DAY, "Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-25T23:00Z"),
    (Step.DAY, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00Z"),  # 23 hours long
]


@pytest.mark.parametrize(("step", "zone", "at", "begins"), BEGINS)
def test_where_a_stretch_begins(step: Step, zone: str, at: str, begins: str) -> None:
    told = step.begins(datetime.fromisoformat(at), ZoneInfo(zone))
    assert (told, told.tzinfo) == (datetime.fromisoformat(begins), UTC)


def test_a_day_of_25_hours_reaches_the_next() -> None:
    first = bucket(datetime(2026, 10, 24, 22, tzinfo=UTC), [(datetime(2026, 10, 24, 23, tzinfo=UTC), Decimal(1))])
    after = bucket(datetime(2026, 10, 25, 23, tzinfo=UTC), [(datetime(2026, 10, 25, 23, tzinfo=UTC), Decimal(3))])
    assert [rollup.use for rollup in rollups([first, after], Step.DAY)] == [Decimal(2), Decimal(0)]
