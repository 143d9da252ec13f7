"""Simulated meters: what they tell is what the codecs read, and their faults are there."""

import asyncio
import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.codecs.values import Quantity, Status
from firmware_bridge.errors import LineLost
from firmware_bridge.simulators import ElectricitySimulator, Faults, FlowSimulator, Simulator, Station, serve
from firmware_bridge.transports import NullModem
from tests.unit.bridge.virtual_time import run

SINCE = datetime(2026, 1, 1)  # noqa: DTZ001  # the wall clock of meters has no zone
NOW = SINCE + timedelta(days=10, hours=12)
METER = dlt645.Address("000000000161")
TAP = cjt188.Address("00001122334455")


def electricity(**changes: object) -> ElectricitySimulator:
    settings: dict[str, object] = {"address": METER, "clock": lambda: NOW, "since": SINCE} | changes
    return ElectricitySimulator(**settings)  # type: ignore[arg-type]


def water(**changes: object) -> FlowSimulator:
    settings: dict[str, object] = {"kind": 0x10, "address": TAP, "clock": lambda: NOW, "since": SINCE} | changes
    return FlowSimulator(**settings)  # type: ignore[arg-type]


def told(meter: ElectricitySimulator, identifier: int) -> dlt645.Reading:
    raw = meter.answer(dlt645.read(METER, identifier))
    assert raw is not None
    (frame,) = dlt645.Decoder().feed(raw)
    assert isinstance(frame, dlt645.Frame)
    said = dlt645.meaning(frame)
    assert isinstance(said, dlt645.ReadReply)
    reading = dlt645.decode(identifier, said.data)
    assert isinstance(reading, dlt645.Reading)
    return reading


VALUES = [
    (0x00010000, "315.00", "kWh"),  # 10.5 days at 1.25 kW
    (0x02030000, "1.2500", "kW"),
    (0x02010100, "230.1", "V"),
    (0x05060101, "300.00", "kWh"),  # last midnight
    (0x0506010B, "0.00", "kWh"),  # the midnight it was put in
]


@pytest.mark.parametrize(("identifier", "value", "unit"), VALUES)
def test_values_of_electricity(identifier: int, value: str, unit: str) -> None:
    quantity = told(electricity(), identifier).value
    assert isinstance(quantity, Quantity)
    assert (str(quantity.value), quantity.unit) == (value, unit)


def test_the_time_of_a_freeze() -> None:
    assert told(electricity(), 0x05060001).value == NOW.replace(hour=0)


def test_a_dying_battery_is_told_by_both() -> None:
    dying = Faults(battery=0.1)
    word = told(electricity(faults=dying), 0x040005FF).values[0]
    assert isinstance(word, Status)
    assert "clock_battery_low" in word
    assert "battery_low" in flow(water(faults=dying)).status
    assert "battery_low" not in flow(water()).status


def flow(meter: FlowSimulator) -> cjt188.FlowReading:
    raw = meter.answer(cjt188.read(0x10, TAP, 7))
    assert raw is not None
    (frame,) = cjt188.Decoder().feed(raw)
    assert isinstance(frame, cjt188.Frame)
    said = cjt188.meaning(frame)
    assert isinstance(said, cjt188.ReadReply)
    assert said.sequence == 7
    reading = cjt188.decode(said)
    assert isinstance(reading, cjt188.FlowReading)
    return reading


def test_values_of_water() -> None:
    reading = flow(water())
    assert reading.accumulated == Quantity(Decimal("3.02"), "m³", Decimal("0.01"))  # 252 h at 0.012
    assert reading.settled == Quantity(Decimal("0.00"), "m³", Decimal("0.01"))
    assert reading.clock == NOW


NOT_MINE = [
    ("another meter", dlt645.read(dlt645.Address("000000000162"), 0x00010000)),
    ("a broadcast", dlt645.broadcast_time(NOW)),
    ("an answer", dlt645.Frame(METER, dlt645.Control(0x11, reply=True), bytes(8))),
]


@pytest.mark.parametrize(("name", "frame"), NOT_MINE, ids=[row[0] for row in NOT_MINE])
def test_what_is_not_for_it(name: str, frame: dlt645.Frame) -> None:
    assert electricity().answer(frame) is None


def test_what_it_does_not_have_is_refused() -> None:
    raw = electricity().answer(dlt645.read(METER, 0x0BADC0DE))
    assert raw is not None
    (frame,) = dlt645.Decoder().feed(raw)
    assert isinstance(frame, dlt645.Frame)
    assert dlt645.meaning(frame) == dlt645.Refused(0x11, 2, ("无请求数据 no such data",))


def test_faults_are_as_frequent_as_asked_for() -> None:
    draw, answer = random.Random(1), bytes(100)
    silent = sum(not Faults(silence=0.3).spoil(answer, draw) for _ in range(1000))
    wrong = sum(Faults(wrong_checksum=0.3).spoil(answer, draw) != answer for _ in range(1000))
    noisy = sum(100 - Faults(noise=0.3).spoil(answer, draw).count(0) for _ in range(100))
    for share in (silent / 1000, wrong / 1000, noisy / 10000):
        assert share == pytest.approx(0.3, abs=0.05)
    assert Faults().spoil(answer, draw) == answer
    assert Faults(battery=0).spoil(answer, draw) == b""


@pytest.mark.parametrize("bad", [{"noise": 1.1}, {"silence": -0.1}, {"delay_s": -1}, {"battery": 2}])
def test_faults_have_bounds(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Faults(**bad)


def asked(*devices: Simulator[dlt645.Frame]) -> tuple[bytes, float]:
    """What devices on one line say to a question for `METER`, and when."""

    async def scene() -> tuple[bytes, float]:
        modem = NullModem()
        serving = asyncio.create_task(serve(modem.far, [Station(dlt645.Decoder(), devices)]))
        await modem.near.write(dlt645.read(METER, 0x00010000).raw)
        data = await modem.near.read(10.0)
        at = asyncio.get_running_loop().time()
        await modem.near.close()
        with pytest.raises(LineLost):
            await serving
        return data, at

    return run(scene())


def test_a_slow_meter_answers_late() -> None:
    assert asked(electricity(faults=Faults(delay_s=2.5)))[1] == pytest.approx(2.5)


def test_meters_with_one_address_collide() -> None:
    one, other = electricity(), electricity(power_kw=Decimal("2.34"))
    sound = one.answer(dlt645.read(METER, 0x00010000))
    assert asked(one)[0] == sound
    assert asked(one, other)[0] not in (sound, other.answer(dlt645.read(METER, 0x00010000)))
    assert asked(one, electricity(address=dlt645.Address("000000000162")))[0] == sound
