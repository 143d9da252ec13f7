"""What is asked of each meter of a line, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.config import Line, Meter
from edge.devices.errands import CONDITION_EVERY, Asked, Name, Once, devices_of, errands
from edge.devices.meter_line import MeterLine
from edge.devices.shown import Shown
from edge.errors import Misconfigured
from firmware_bridge.devices import CONDITION_ITEMS, USUAL_ITEMS, MeterRead
from firmware_bridge.devices.electricity import Electricity
from firmware_bridge.transports import Line as OpenLine
from firmware_bridge.transports import NullModem

NOW = datetime(2026, 3, 2, 4, 7, tzinfo=UTC)


def line(*meters: Mapping[str, object], **more: object) -> Line:
    return Line.model_validate({"id": "l1", "port": "/dev/ttyUSB0", "meters": meters, **more})


POWER = {"id": "e1", "device": "dlt645:000000000161", "medium": "electricity"}
WATER = {"id": "w1", "device": "cjt188:10:00001122334455", "medium": "water"}


@dataclass(slots=True)
class Device:
    """Says what it was asked."""

    name: str
    asked: list[str] = field(default_factory=list)

    async def read(self, line: OpenLine) -> MeterRead:
        self.asked.append("read")
        return MeterRead(self.name, NOW, ())

    async def frozen(self, line: OpenLine, days: int) -> tuple[MeterRead, ...]:
        self.asked.append(f"{days} days")
        return ()


def test_each_meter_is_read_at_once_and_each_quarter_hour_and_asked_for_its_days() -> None:
    todo = {errand.name: errand for errand in errands(line(POWER, WATER), lambda: NOW, lambda _: 0)}
    assert set(todo) == {"/line", "e1/first", "e1", "e1/freeze", "w1/first", "w1", "w1/freeze"}
    rhythm = todo["e1"].rhythm
    assert rhythm.next_turn(NOW, 0.0) == NOW.replace(minute=15)
    assert rhythm.next_turn(NOW, 0.99) < NOW.replace(minute=15, second=30)
    assert todo["e1"].priority < todo["e1/freeze"].priority


def test_a_reading_at_once_is_due_at_once_and_never_again() -> None:
    once = Once(at=NOW)
    first = once.next_turn(NOW - timedelta(seconds=1), 0.5)
    assert once.is_due(first, NOW)
    then = once.next_turn(NOW, 0.5)
    assert not any(once.is_due(then, NOW + timedelta(days=days)) for days in (0, 1, 365, 3650))
    assert once.is_due(once.again(NOW, 1, 0.5), NOW + timedelta(hours=1))


async def test_once_an_hour_it_is_asked_for_its_condition_too() -> None:
    usual, whole, clock = Device("usual"), Device("whole"), [NOW]
    asked = Asked(Meter.model_validate(POWER), (usual, whole), lambda: clock[0], lambda _: 0)
    far = NullModem().near
    for _ in range(9):
        await asked.read(far)
        clock[0] += timedelta(minutes=15)
    assert (len(whole.asked), len(usual.asked)) == (3, 6)
    clock[0] -= 2 * CONDITION_EVERY  # the clock was set back
    await asked.read(far)
    assert len(whole.asked) == 4


async def test_days_are_asked_for_only_where_some_are_due() -> None:
    device, due = Device("device"), [0, 3]
    asked = Asked(Meter.model_validate(POWER), (device, device), lambda: NOW, lambda _: due.pop(0))
    assert await asked.freezes(NullModem().near) == ()
    assert device.asked == []
    await asked.freezes(NullModem().near)
    assert device.asked == ["3 days"]


def test_an_electricity_meter_is_asked_for_more_once_an_hour_and_a_water_meter_tells_all() -> None:
    one = line(POWER, WATER)
    usual, whole = devices_of(one, one.meters[0], lambda: NOW)
    assert isinstance(usual, Electricity)
    assert isinstance(whole, Electricity)
    assert (usual.items, whole.items) == (USUAL_ITEMS, (*USUAL_ITEMS, *CONDITION_ITEMS))
    usual, whole = devices_of(one, one.meters[1], lambda: NOW)
    assert usual is whole


WRONG = [
    ("dlt645:12345678901234567", {}, "device: 设备不能这样写.* 12 位数字"),
    ("dlt645:161", {}, "device: 设备不能这样写.* 12 位数字.* 12 digits"),
    ("cjt188:00001122334455", {}, "device: 设备不能这样写"),
    ("cjt188:77:00000000000001", {}, "device: "),
    ("mbus:251", {}, "device: .* 1 to 250"),
    ("modbus:1", {"registers": Path("/nonexistent/map.toml")}, "registers: 寄存器表不能用.*/nonexistent/map.toml"),
]


@pytest.mark.parametrize(("device", "more", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_a_device_that_cannot_be_is_named_with_its_line(device: str, more: dict[str, object], says: str) -> None:
    one = line({"id": "m1", "device": "mbus:1", "medium": "water"})
    meter = one.meters[0].model_copy(update={"device": device, **more})
    with pytest.raises(Misconfigured, match=f"lines l1: meters m1: {says}"):
        devices_of(one, meter, lambda: NOW)


def test_names_of_errands_are_taken_apart() -> None:
    assert [Name.of(name) for name in ("e1", "e1/freeze", "/line")] == [
        Name("e1", ""),
        Name("e1", "freeze"),
        Name("", "line"),
    ]


class Nobody:
    """Takes what nobody shows."""

    def shown(self, meter: str, one: Shown) -> None:
        raise AssertionError

    def failed(self, meter: str) -> None:
        raise AssertionError

    def frozen(self, meter: str, days: Sequence[Shown]) -> None:
        raise AssertionError

    def days_due(self, meter: str) -> int:
        return 0


def test_a_line_that_nobody_opened_is_starting() -> None:
    health = MeterLine(line(POWER), Nobody(), clock=lambda: NOW, zone=UTC, draw=lambda: 0.5).health()
    assert (health.line, health.state, health.devices, health.answering, health.detail) == ("l1", "starting", 1, 0, "")
