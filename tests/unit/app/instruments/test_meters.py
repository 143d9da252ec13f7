"""Meters between their lines and the rules."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from contract.metering import MeterAlarmData, MeterReadings, Origin, ReadingsData, Unit
from edge.app.instruments import meters
from edge.app.instruments.alarms import Alarms
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.meter_desk import MeterDesk
from edge.app.instruments.meters import Meters
from edge.config import Meter
from edge.devices.shown import Shown
from edge.outbox import Draft
from edge.rules.metering import meter as rule
from edge.values import ClockTrust, Moment

BEGUN = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@dataclass(slots=True)
class Scene:
    """Two meters of power and one of heat, and a clock."""

    now: datetime = BEGUN
    drafts: list[Draft] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    trust: ClockTrust = ClockTrust.SYNCED

    def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> None:
        self.drafts += drafts
        self.kept |= state

    def state(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def moment(self) -> Moment:
        return Moment(0.0, self.now, self.trust)

    def meters(self) -> tuple[Meters, Ledger]:
        """As after a start."""
        ledger = Ledger(self, wake=lambda: None)
        desks = [
            MeterDesk(meter("a"), line="l1", simulated=False, ledger=ledger, timezone=ZONE),
            MeterDesk(meter("b"), line="l2", simulated=True, ledger=ledger, timezone=ZONE),
            MeterDesk(meter("h", "heat"), line="l1", simulated=False, ledger=ledger, timezone=ZONE),
        ]
        made = partial(Meters, ledger=ledger, alarms=Alarms(ledger, self.moment), clock=self.moment, timezone=ZONE)
        return made(desks, []), ledger

    def batches(self) -> list[ReadingsData]:
        return [draft.data for draft in self.drafts if isinstance(draft.data, ReadingsData)]


def meter(name: str, medium: str = "electricity") -> Meter:
    return Meter.model_validate({"id": name, "device": "mbus:1", "medium": medium})


def shown(at: datetime, value: str = "1.00", unit: Unit = Unit.KILOWATT_HOUR) -> Shown:
    return Shown(at, Decimal(value), unit, Decimal("0.01"))


async def test_simulated_meters_travel_apart_and_heat_is_told_and_not_judged() -> None:
    scene = Scene()
    all_meters, ledger = scene.meters()
    all_meters.shown("a", shown(BEGUN))
    all_meters.shown("b", shown(BEGUN))
    all_meters.shown("h", shown(BEGUN, "7.25", Unit.GIGAJOULE))
    all_meters.failed("h")
    all_meters.drain()
    all_meters.judge()
    await ledger.commit()
    real, simulated = scene.batches()
    assert [(one.meter, one.unit, one.failed) for one in real.meters] == [("a", "kWh", 0), ("h", "GJ", 1)]
    assert [one.meter for one in simulated.meters] == ["b"]
    assert (real.simulated, simulated.simulated) == (False, True)
    assert {name for name in scene.kept if name.startswith("meter/")} == {"meter/a", "meter/b"}


async def test_nothing_is_told_where_nothing_came_and_the_next_batch_follows_all_the_same() -> None:
    scene = Scene()
    all_meters, ledger = scene.meters()
    all_meters.judge()
    await ledger.commit()
    assert scene.drafts == []
    scene.now += timedelta(minutes=15)
    all_meters.shown("a", shown(scene.now))
    all_meters.drain()
    all_meters.judge()
    await ledger.commit()
    (batch,) = scene.batches()
    assert (batch.since, batch.until) == (BEGUN, scene.now)
    assert scene.drafts[0].model is MeterReadings


@pytest.mark.parametrize(("trust", "told"), [(ClockTrust.HOLDOVER, 900.0), (ClockTrust.UNSYNCED, None)])
async def test_whose_clock_is_wrong_is_not_said_by_one_that_is_not_believed(
    trust: ClockTrust, told: float | None
) -> None:
    scene = Scene(trust=trust)
    all_meters, ledger = scene.meters()
    for _ in range(3):
        all_meters.shown("a", replace(shown(scene.now), clock_offset_s=900.0))
        all_meters.drain()
        scene.now += timedelta(minutes=15)
    all_meters.judge()
    await ledger.commit()
    (series,) = scene.batches()[-1].meters
    assert {reading.clock_offset_s for reading in series.readings} == {told}
    alarms = [draft.data.kind for draft in scene.drafts if isinstance(draft.data, MeterAlarmData)]
    assert alarms == ([] if told is None else ["clock_off"])


async def test_what_a_meter_kept_is_told_and_not_judged() -> None:
    scene = Scene()
    all_meters, ledger = scene.meters()
    all_meters.shown("a", shown(BEGUN, "10.00"))
    all_meters.drain()
    all_meters.judge()
    await ledger.commit()
    scene.now += timedelta(days=2)
    midnights = tuple(shown(datetime(2026, 3, day, 16, tzinfo=UTC), "11.00") for day in (2, 3))
    all_meters.frozen("a", midnights)
    all_meters.drain()
    all_meters.judge()
    await ledger.commit()
    (series,) = scene.batches()[-1].meters
    assert [reading.origin for reading in series.readings] == [Origin.FREEZE, Origin.FREEZE]
    assert rule.Meter.from_bytes(scene.kept["meter/a"]).taken == BEGUN


async def test_each_day_is_asked_for_once_and_again_the_next_day() -> None:
    scene = Scene()
    all_meters, _ = scene.meters()
    assert all_meters.days_due("a") == 0
    all_meters.shown("a", shown(BEGUN))
    all_meters.drain()
    asked = []
    for hours in (1, 13, 14, 37, 38):
        scene.now = BEGUN + timedelta(hours=hours)
        asked.append(all_meters.days_due("a"))
        all_meters.frozen("a", ())  # it keeps none
    assert asked == [0, 1, 0, 2, 0]


async def test_a_meter_that_does_not_answer_is_asked_for_its_days_again() -> None:
    scene = Scene()
    all_meters, _ = scene.meters()
    all_meters.shown("a", shown(BEGUN))
    all_meters.drain()
    scene.now += timedelta(hours=13)
    assert [all_meters.days_due("a"), all_meters.days_due("a")] == [1, 1]
    all_meters.frozen("a", (shown(datetime(2026, 3, 2, 16, tzinfo=UTC)),))
    assert all_meters.days_due("a") == 0


async def test_in_memory_the_oldest_give_way_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(meters, "MAX_WAITING", 5)
    scene = Scene()
    all_meters, ledger = scene.meters()
    with caplog.at_level(logging.WARNING):
        for minute in range(9):
            all_meters.shown("a", shown(BEGUN + timedelta(minutes=minute), f"{minute}.00"))
    assert len(caplog.records) == 1
    all_meters.drain()
    all_meters.judge()
    await ledger.commit()
    (series,) = scene.batches()[0].meters
    assert [reading.value for reading in series.readings] == ["4.00", "5.00", "6.00", "7.00", "8.00"]


async def test_after_a_restart_what_is_overdue_is_told_at_once() -> None:
    scene = Scene()
    first, ledger = scene.meters()
    first.judge()
    first.shown("a", shown(BEGUN))
    first.drain()
    await ledger.commit()
    scene.now += timedelta(minutes=20)
    second, again = scene.meters()
    assert second.told_to == BEGUN
    assert second.is_due()
    second.judge()
    await again.commit()
    assert [one.meter for one in scene.batches()[0].meters] == ["a"]
    assert not second.is_due()
