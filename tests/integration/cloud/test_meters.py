"""Readings of meters: whatever order they come in, the same stands in the database."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event as listening

from cloud.db import transaction
from cloud.ingest.reception import Reception
from cloud.telemetry import intake, upkeep
from cloud.telemetry.intake import Intake
from cloud.telemetry.meters import STALE, Meter, MeterKey, MeterService, Rollup, Step
from cloud.telemetry.standing import MAX_FAILED
from cloud.telemetry.upkeep import Upkeep
from contract.metering import MAX_METERS, Medium, ReadingFlag, Unit
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import START, Sender, Sent

KEY = MeterKey("demo", "gw-1", "w-1")
TODAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # midnight in Shanghai, ten hours before START
QUARTER = timedelta(minutes=15)


def reading(minute: float, value: str, **more: Any) -> dict[str, Any]:
    """One of a register, so many minutes after START."""
    return {"at": (START + timedelta(minutes=minute)).isoformat(), "value": value, **more}


def water(*readings: dict[str, Any], meter: str = "w-1", **more: Any) -> dict[str, Any]:
    return {"meter": meter, "readings": list(readings), **more}


async def meter(ground: Ground, key: MeterKey = KEY) -> Meter:
    found = await MeterService(ground.engine).get(key)
    assert found is not None
    return found


async def series(ground: Ground, step: Step, key: MeterKey = KEY) -> Sequence[Rollup]:
    since, until = START - timedelta(days=500), START + timedelta(days=3)
    return await MeterService(ground.engine).series(key, since=since, until=until, step=step)


async def test_the_latest_reading_of_a_meter_and_what_was_used(ground: Ground, sender: Sender) -> None:
    latest = reading(-0.5, "10.6", flags=["battery_low"], clock_offset_s=2.5, voltage_v="3.6")
    await ground.tell(sender.readings(water(reading(-29.9, "10.1"), reading(-14.9, "10.4"), latest, name="厨房")))
    told = await meter(ground)
    assert (told.name, told.medium, told.unit, told.value) == ("厨房", Medium.WATER, Unit.CUBIC_METRE, Decimal("10.6"))
    assert (told.flags, told.clock_offset_s, told.voltage_v) == ((ReadingFlag.BATTERY_LOW,), 2.5, Decimal("3.6"))
    assert (told.latest_at, told.received_at, told.clock) == (START - timedelta(seconds=30), START, "synced")
    assert (told.failed, told.undated, told.odd_time, told.simulated) == (0, 0, False, False)
    quarters = await series(ground, Step.QUARTER)
    assert [(each.at, each.use, each.count) for each in quarters] == [
        (START - 2 * QUARTER, Decimal("0.3"), 1),
        (START - QUARTER, Decimal("0.2"), 2),
    ]
    (day,) = await series(ground, Step.DAY)
    assert (day.at, day.first, day.last, day.use) == (TODAY, Decimal("10.1"), Decimal("10.6"), Decimal("0.5"))
    assert (day.least, day.most, day.count) == (Decimal("10.1"), Decimal("10.6"), 3)


async def test_a_meter_that_cannot_be_read_is_told_of_and_keeps_its_latest_reading(
    ground: Ground, sender: Sender
) -> None:
    await ground.tell(sender.readings(water(failed=3)))
    never = await meter(ground)
    assert (never.failed, never.value, never.latest_at, never.is_stale(START)) == (3, None, None, True)
    await ground.tell(sender.readings(water(reading(-1, "7"))))
    assert ((await meter(ground)).failed, (await meter(ground)).is_stale(START)) == (0, False)
    ground.clock.move(STALE.total_seconds())
    await ground.tell(sender.readings(water(failed=1), time="2026-11-21T02:35:00Z"))
    lost = await meter(ground)
    assert (lost.failed, lost.value, lost.received_at) == (1, Decimal(7), ground.clock())
    assert lost.is_stale(ground.clock())
    assert await series(ground, Step.QUARTER) != []


def day_of_two_lives(sender: Sender) -> list[Sent]:
    """Six events: holes, a freeze, the register replaced, a new life of the gateway's store."""
    old = Sender(key=sender.key)
    new = Sender(key=sender.key, epoch="fedcba9876543210")
    return [
        old.readings(water(reading(-600, "100"), reading(-585, "100.2")), time="2026-11-20T16:16:00Z"),
        old.readings(water(reading(-570.1, "100.3"), failed=1), time="2026-11-20T17:00:00Z"),
        old.readings(water(reading(-480, "100.9"), reading(-479, "100.9")), time="2026-11-20T18:02:00Z"),
        new.readings(water(reading(-595, "100.1", origin="freeze")), time="2026-11-20T19:00:00Z"),
        new.readings(water(reading(-200, "0.1"), reading(-199, "0.05"), name="new"), time="2026-11-20T23:00:00Z"),
        new.readings(water(reading(-100, "0.4", flags=["cover"])), time="2026-11-21T00:20:00Z"),
    ]


async def test_late_doubled_and_out_of_order_gives_the_same(ground: Ground, sender: Sender) -> None:
    told: list[tuple[Meter, Sequence[Rollup], Sequence[Rollup]]] = []
    for order in itertools.islice(itertools.permutations(range(6)), 0, 720, 37):
        events = day_of_two_lives(sender)
        for number in order:
            await ground.tell(events[number], events[order[0]])
        kept = replace(await meter(ground), received_at=START, latest_received_at=START)
        told.append((kept, await series(ground, Step.QUARTER), await series(ground, Step.DAY)))
        async with transaction(ground.engine) as connection:
            await connection.exec_driver_sql("truncate meter_quarters, meter_days, meters, inbox, lanes")
    assert all(each == told[0] for each in told)
    kept, quarters, (day,) = told[0]
    assert (kept.value, kept.name, kept.flags, kept.failed) == (Decimal("0.4"), "", (ReadingFlag.COVER,), 0)
    assert (day.first, day.last, day.least, day.most, day.use, day.count) == (
        Decimal(100), Decimal("0.4"), Decimal("0.05"), Decimal("100.9"), Decimal(0), 9,
    )  # fmt: skip
    assert [str(each.use) for each in quarters] == ["0.2", "0.1", "0", "0", "0"]


async def test_a_day_begins_at_midnight_in_the_clouds_zone_and_its_use_ends_where_the_next_begins(
    ground: Ground, sender: Sender
) -> None:
    minutes = (-600 - 1440, -600.1, -600, -10)  # midnight before, just before midnight, midnight, today
    values = ("1", "3", "3.5", "9")
    await ground.tell(sender.readings(water(*(reading(at, value) for at, value in zip(minutes, values, strict=True)))))
    days = await series(ground, Step.DAY)
    assert [(each.at, each.use) for each in days] == [
        (TODAY - timedelta(days=1), Decimal("2.5")),
        (TODAY, Decimal("5.5")),
    ]
    yesterday = await MeterService(ground.engine).series(
        KEY, since=TODAY - timedelta(days=1), until=TODAY, step=Step.DAY
    )
    assert list(yesterday) == [days[0]], "the day after counts, and is not told"


DATES = [
    # name,                                      minute, more,                                      clock, dated
    ("within five minutes ahead", 5, {}, "synced", True),
    ("of the future", 5.1, {}, "synced", False),
    ("400 days old", -400 * 1440, {}, "synced", True),
    ("older", -400 * 1440 - 1, {}, "synced", False),
    ("a clock that is not synced", -10, {}, "unsynced", True),
    ("a freeze", -600, {"origin": "freeze", "clock_offset_s": -300}, "synced", True),
    ("a freeze by a clock that is off", -600, {"origin": "freeze", "clock_offset_s": -301}, "synced", False),
]


@pytest.mark.parametrize(
    ("told", "clock", "dated"),
    [pytest.param(reading(minute, "5", **more), clock, dated, id=name) for name, minute, more, clock, dated in DATES],
)
async def test_a_reading_whose_time_nobody_believes_stands_in_no_rollup_and_is_counted(
    ground: Ground, sender: Sender, *, told: dict[str, Any], clock: str, dated: bool
) -> None:
    await ground.tell(sender.readings(water(told), clock=clock))
    assert (await meter(ground)).undated == (not dated)
    assert bool(await series(ground, Step.DAY)) is dated


async def test_a_gateway_in_1970_shows_its_meters_and_makes_no_history(ground: Ground, sender: Sender) -> None:
    at = {"at": "1970-01-01T00:05:00Z"}
    await ground.tell(sender.readings(water({**at, "value": "5"}), clock="unsynced", time="1970-01-01T00:06:00Z"))
    told = await meter(ground)
    assert (told.value, told.undated, told.odd_time) == (Decimal(5), 1, True)
    assert [told.is_stale(START + late) for late in (STALE, STALE * 2)] == [False, True], "by the cloud's clock"
    assert await series(ground, Step.DAY) == []
    await ground.tell(sender.readings(water({**at, "value": "6"}), clock="unsynced", time="1970-01-01T00:21:00Z"))
    assert (await meter(ground)).value == Decimal(6)
    await ground.tell(sender.readings(water(reading(-1, "7"))))
    assert (await meter(ground)).value == Decimal(7)


async def test_meters_beyond_the_bound_are_left_out_and_those_that_are_known_are_not(
    ground: Ground, sender: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(intake, "MAX_KEPT", 3)
    await ground.tell(sender.readings(*(water(reading(-2, "1"), meter=f"w-{n}") for n in range(4))))
    assert "more than 3 meters" in caplog.text
    await ground.tell(sender.readings(*(water(reading(-1, "2"), meter=f"w-{n}") for n in range(9))))
    listed = await MeterService(ground.engine).list()
    assert [(each.key.meter, each.value) for each in listed] == [(f"w-{n}", Decimal(2)) for n in range(3)]


async def test_a_meter_that_failed_more_often_than_can_be_counted_is_told_of(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.readings(water(failed=10**12)))
    assert (await meter(ground)).failed == MAX_FAILED


async def test_meters_are_listed_page_by_page(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.readings(*(water(reading(-1, "1"), meter=f"w-{n}") for n in range(5))))
    service = MeterService(ground.engine)
    first = await service.list(community="demo", limit=3)
    rest = await service.list(community="demo", after=first[-1].key)
    assert [each.key.meter for each in (*first, *rest)] == [f"w-{n}" for n in range(5)]
    assert await service.list(community="elsewhere") == []
    assert await service.get(MeterKey("demo", "gw-1", "w-9")) is None


async def test_a_full_batch_is_a_handful_of_statements(ground: Ground, sender: Sender) -> None:
    statements: list[str] = []

    @listening.listens_for(ground.engine.sync_engine, "before_cursor_execute")
    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement.split(" ", 2)[1] if statement.startswith("insert") else statement[:40])

    batches = [
        sender.readings(
            *(water(reading(-2 - n, "1.5"), reading(-1 - n, "2.5"), meter=f"w-{m}") for m in range(MAX_METERS))
        )
        for n in (0, 15)
    ]
    reception = Reception(ground.engine, ground.cases, meters=Intake(points=True), clock=ground.clock)
    ground.reception = reception
    await ground.tell(sender.readings(water()))
    alone = len(statements)
    await ground.tell(batches[0])
    assert len(statements) - alone <= alone + 4, "as many as for one meter, and a few for its readings"
    await ground.tell(batches[1])
    assert await ground.one("select count(*) from meters where value = 2.5") == MAX_METERS
    assert await ground.one("select sum(count) from meter_days") == 4 * MAX_METERS
    assert await ground.one("select count(*) from meter_points") == 4 * MAX_METERS


async def test_without_a_point_store_nothing_is_queued(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.readings(water(reading(-1, "1"))))
    assert await ground.one("select count(*) from meter_points") == 0


async def test_old_quarters_are_forgotten_and_days_are_not(
    ground: Ground, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 7)
    await ground.tell(sender.readings(water(*(reading(-15 * n, "1") for n in range(40)))))
    ground.clock.move(400 * 86_400 - 3600)
    keeping = Upkeep(ground.engine, quarters=timedelta(days=400), queue=None, clock=ground.clock)
    await keeping.turn()
    assert [each.at for each in await series(ground, Step.QUARTER)] == [START - n * QUARTER for n in range(4, -1, -1)]
    assert (await series(ground, Step.DAY))[0].count == 40


async def test_two_workers_take_the_same_gateways_batches_at_once(ground: Ground, sender: Sender) -> None:
    batches = [sender.readings(*(water(reading(-n, "1"), meter=f"w-{m}") for m in range(20))) for n in range(1, 9)]
    taken = await asyncio.gather(*(ground.take(batch) for batch in batches for _ in range(3)))
    assert [one.fault for one in taken if one.fault] == []
    assert await ground.one("select sum(count) from meter_quarters") == 160
