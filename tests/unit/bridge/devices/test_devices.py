"""What a device makes of what its meter says."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from firmware_bridge.codecs.dlt645 import Control, Frame, Function, meaning
from firmware_bridge.codecs.dlt645 import Decoder as Dlt645Decoder
from firmware_bridge.codecs.dlt645.meaning import ReadRequest
from firmware_bridge.devices import CONDITION_ITEMS, USUAL_ITEMS, Flag, MeterRead, device_of, load_registers
from firmware_bridge.errors import DeviceFault, Misconfigured, NoAnswer
from firmware_bridge.simulators import SOUND, Faults, ModbusSimulator, ModbusStation, Station
from firmware_bridge.transports import Line, Wear
from tests.unit.bridge.devices.scene import everything, on_a_line
from tests.unit.bridge.drivers.scene import ELECTRIC, NOW, SINCE, WALL

EXAMPLE = Path(__file__).parents[4] / "examples" / "three_phase_meter.toml"
REGISTERS = load_registers(EXAMPLE)
DYING = Faults(battery=0.1)


def read(name: str, items: tuple[int, ...] = (), faults: Faults = SOUND) -> MeterRead:
    device = device_of(name, clock=lambda: NOW, items=items, registers=REGISTERS)
    return on_a_line(everything(faults), device.read)


def register(told: MeterRead) -> str:
    assert told.register is not None
    assert told.register in told.measured
    return f"{told.register.value:f} {told.register.unit}"


REGISTER = [
    ("dlt645:000000000161", "315.00 kWh"),  # 10.5 days at 1.25 kW
    ("cjt188:10:00001122334455", "3.02 m³"),  # at 12 l/h
    ("modbus:1", "315.00 kWh"),
    ("mbus:5", "1.005 m³"),  # 67 hours of use at 15 l/h
]


@pytest.mark.parametrize(("name", "value"), REGISTER)
def test_the_register_of_each_protocol(name: str, value: str) -> None:
    told = read(name)
    assert (told.device, told.at, register(told)) == (name, NOW, value)


def test_electricity_tells_conditions_only_when_asked() -> None:
    usual = read("dlt645:000000000161", faults=DYING)
    assert (usual.voltage_v, usual.current_a, usual.power_kw) == tuple(map(Decimal, ("230.1", "4.350", "1.2500")))
    assert (usual.flags, usual.clock) == (None, None)
    asked = read("dlt645:000000000161", (*USUAL_ITEMS, *CONDITION_ITEMS), DYING)
    assert (asked.flags, asked.clock) == (frozenset({Flag.BATTERY_LOW}), WALL)
    assert read("dlt645:000000000161", CONDITION_ITEMS).flags == frozenset()
    assert read("dlt645:000000000161", CONDITION_ITEMS).register is None


@pytest.mark.parametrize(("word", "flags"), [(1 << 4, {Flag.REVERSE}), (1 << 3, {Flag.BATTERY_LOW}), (1 << 5, set())])
def test_status_word_1(word: int, flags: set[Flag]) -> None:
    assert _with_answers({0x04000501: word.to_bytes(2, "little")}).flags == frozenset(flags)


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("000100", datetime(2026, 3, 2, 0, 1)),  # noqa: DTZ001
        ("590000", None),
        ("595923", datetime(2026, 3, 2, 23, 59, 59)),  # noqa: DTZ001
    ],
)
def test_just_after_midnight_the_date_may_be_that_of_the_day_before(time: str, told: datetime | None) -> None:
    date = bytes.fromhex("01020326")
    assert _with_answers({0x04000101: date, 0x04000102: bytes.fromhex(time)}).clock == told


def _with_answers(values: dict[int, bytes]) -> MeterRead:
    class Told:
        faults = SOUND

        def answer(self, frame: Frame) -> bytes | None:
            match meaning(frame):
                case ReadRequest(identifier=identifier):
                    data = identifier.to_bytes(4, "little") + values[identifier]
                    return Frame(ELECTRIC, Control(Function.READ, reply=True), data).raw
                case _:
                    return None

    device = device_of(f"dlt645:{ELECTRIC}", clock=lambda: NOW, items=tuple(values))
    return on_a_line([Station(Dlt645Decoder(), [Told()])], device.read)


def test_freezes_of_electricity_and_of_no_other() -> None:
    def frozen(name: str, days: int) -> tuple[MeterRead, ...]:
        device = device_of(name, clock=lambda: NOW, registers=REGISTERS)
        return on_a_line(everything(), lambda line: device.frozen(line, days))

    told = frozen("dlt645:000000000161", 3)
    midnight = WALL.replace(hour=0, tzinfo=NOW.tzinfo)
    assert [one.at for one in told] == [midnight - timedelta(days=ago) for ago in range(3)]
    assert [register(one) for one in told] == ["300.00 kWh", "270.00 kWh", "240.00 kWh"]
    assert len(frozen("dlt645:000000000161", 1000)) == 11  # as many as it keeps
    assert [frozen(name, 3) for name in ("cjt188:10:00001122334455", "modbus:1", "mbus:5")] == [(), (), ()]


@pytest.mark.parametrize("name", ["cjt188:10:00001122334455", "mbus:5"])
def test_what_tells_its_clock_with_the_reading(name: str) -> None:
    assert read(name).clock == WALL
    assert read(name).flags == frozenset()


def test_a_low_battery_of_m_bus() -> None:
    assert read("mbus:5", faults=DYING).flags == frozenset({Flag.BATTERY_LOW})


@pytest.mark.parametrize("name", [name for name, _ in REGISTER])
@pytest.mark.parametrize("seed", range(3))
def test_a_bad_line_gives_the_right_value_or_a_fault(name: str, seed: int) -> None:
    device = device_of(name, clock=lambda: NOW, registers=REGISTERS)

    async def main(line: Line) -> list[str]:
        told: list[str] = []
        for _ in range(15):
            try:
                told.append(register(await device.read(line)))
            except DeviceFault:
                continue
        return told

    faults = Faults(silence=0.1, noise=0.002, wrong_checksum=0.1)
    told = on_a_line(everything(faults), main, Wear(echo=True, noise=0.001), seed)
    assert set(told) == {dict(REGISTER)[name]}


def test_a_dead_meter_costs_one_question() -> None:
    """A bus has other meters waiting."""
    asked: list[bytes] = []

    class Deaf:
        def hear(self, data: bytes) -> list[list[tuple[Faults, bytes]]]:
            asked.extend([data] if data else [])
            return []

    async def main(line: Line) -> None:
        for name in ("dlt645:000000000161", "cjt188:10:00001122334455", "modbus:1", "mbus:5"):
            with pytest.raises(NoAnswer):
                await device_of(name, clock=lambda: NOW, registers=REGISTERS).read(line)

    on_a_line([Deaf()], main)
    assert len(asked) == 4


def test_modbus_tcp() -> None:
    station = ModbusStation([ModbusSimulator(1, lambda: WALL, SINCE), ModbusSimulator(2, lambda: WALL, WALL)], tcp=True)

    async def main(line: Line) -> list[str]:
        devices = [device_of(f"modbus-tcp:{n}", clock=lambda: NOW, registers=REGISTERS) for n in (1, 2, 1)]
        return [register(await device.read(line)) for device in devices]

    assert on_a_line([station], main, Wear()) == ["315.00 kWh", "0.00 kWh", "315.00 kWh"]


NAMES = ["dlt645:000000000161", "cjt188:10:00001122334455", "modbus:247", "modbus-tcp:0", "modbus-tcp:255", "mbus:250"]


@pytest.mark.parametrize("name", NAMES)
def test_names_come_back(name: str) -> None:
    assert device_of(f" {name} ", clock=lambda: NOW, registers=REGISTERS).name == name


WRONG = [
    ("modbus:1", "register map"),
    ("modbus:0", "1 to 247"),
    ("modbus:248", "1 to 247"),
    ("modbus-tcp:256", "0 to 255"),
    ("mbus:251", "1 to 250"),
    ("mbus:0", "1 to 250"),
    ("mbus:²", "1 to 250"),
    ("mbus:", "1 to 250"),
    ("dlt645:161", "12 digits"),
    ("dlt645:AAAAAAAAAAAA", "one meter"),
    ("dlt645:999999999999", "one meter"),
    ("cjt188:10:AAAAAAAAAAAAAA", "one meter"),
    ("cjt188:xx:00001122334455", "two digits"),
    ("cjt188:99:00001122334455", "two digits"),
    ("profinet:1", "mbus:5"),
    ("", "mbus:5"),
]


@pytest.mark.parametrize(("name", "words"), WRONG)
def test_names_that_are_none(name: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        device_of(name, clock=lambda: NOW, registers=None if name == "modbus:1" else REGISTERS)
