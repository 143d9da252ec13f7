"""What flows in a simulated household, and the stations of Modbus and M-Bus."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from firmware_bridge.app.simulated_board import parsed
from firmware_bridge.codecs.bridge import Source
from firmware_bridge.simulators import Faults, MbusSimulator, MbusStation, ModbusSimulator, ModbusStation
from firmware_bridge.simulators.household import consumed

MIDNIGHT = datetime(2026, 1, 1)  # noqa: DTZ001  # the wall clock of meters has no zone
REQUEST = bytes.fromhex("01 03 00 00 00 01 84 0A")
RESET = bytes.fromhex("10 40 05 45 16")

USE = [  # since, until in hours after midnight; hours of use
    (0, 6, "0"),
    (0, 7, "0.5"),
    (0, 24, "6.5"),
    (0, 48, "13"),
    (7, 31, "6.5"),
    (7.5, 7.75, "0.25"),
    (12, 36, "6.5"),
    (5, 5, "0"),
    (5, 1, "0"),
]


@pytest.mark.parametrize(("since", "until", "hours"), USE)
def test_hours_of_use(since: float, until: float, hours: str) -> None:
    times = (MIDNIGHT + timedelta(hours=since), MIDNIGHT + timedelta(hours=until))
    assert consumed(*times, always=Decimal(0), used=Decimal(1)) == Decimal(hours)


def test_a_leak_is_seen_in_each_half_hour_and_a_household_is_not() -> None:
    def silent(litres: str) -> int:
        """Half hours of a day in which the register stands."""
        now = [MIDNIGHT]
        meter = MbusSimulator(5, lambda: now[0], MIDNIGHT, Decimal(litres) / 1000)
        registers = []
        for slot in range(49):
            now[0] = MIDNIGHT + timedelta(minutes=30 * slot)
            registers.append((meter.answer(0x5B) or b"")[21:25])
        return sum(before == after for before, after in pairwise(registers))

    assert silent("0") == 35
    assert silent("12") == 0


def test_stations_hear_what_is_theirs_in_any_pieces() -> None:
    modbus = ModbusStation([ModbusSimulator(1, lambda: MIDNIGHT, MIDNIGHT)])
    mbus = MbusStation([MbusSimulator(5, lambda: MIDNIGHT, MIDNIGHT)])
    assert modbus.hear(REQUEST[:3]) == []
    assert [len(said) for said in modbus.hear(REQUEST[3:])] == [1]
    assert mbus.hear(b"\x10" + RESET[:2]) == []
    assert [[answer for _, answer in said] for said in mbus.hear(RESET[2:])] == [[b"\xe5"]]
    assert mbus.hear(RESET.replace(b"\x05", b"\x06").replace(b"\x45", b"\x46")) == [[]]


@pytest.mark.parametrize("tcp", [False, True])
def test_noise_is_forgotten_at_a_silence_and_never_piles_up(tcp: bool) -> None:
    modbus, mbus = ModbusStation([], tcp=tcp), MbusStation([])
    for station in (modbus, mbus):
        for noise in (b"\x10" * 1000, b"\x01\x03" * 1000, bytes(1000)):
            station.hear(noise)
        assert len(station._buffer) <= 260
        station.hear(b"")
        assert not station._buffer


def test_an_answer_without_a_checksum_has_none_to_spoil() -> None:
    assert Faults(wrong_checksum=1.0).spoil(b"\xe5", random.Random(0)) == b"\xe5"


@pytest.mark.parametrize(("line", "told"), [("door 1\n", (Source.DOOR, 1)), (" fire_lane  0", (Source.FIRE_LANE, 0))])
def test_commands_of_the_board(line: str, told: tuple[Source, int]) -> None:
    assert parsed(line) == told


@pytest.mark.parametrize("line", ["", "door", "door 2", "window 1", "door 1 1", "x" * 1000])
def test_no_commands(line: str) -> None:
    with pytest.raises(ValueError, match="door 1") as caught:
        parsed(line)
    assert len(str(caught.value)) < 200
