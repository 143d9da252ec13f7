"""Register maps: closed, bounded, read in few requests, exact."""

import struct
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest

from firmware_bridge.devices.register_map import (
    LONGEST_FILE,
    MOST_ENTRIES,
    Entry,
    Role,
    Span,
    Type,
    WordOrder,
    load_registers,
    spans,
)
from firmware_bridge.drivers.modbus import Function
from firmware_bridge.errors import Misconfigured

EXAMPLE = Path(__file__).parents[4] / "examples" / "three_phase_meter.toml"
ENTRY = '[[register]]\nkey = "{key}"\nzh = "值"\nen = "value"\naddress = {address}\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def entry(form: Type, order: WordOrder = WordOrder.HIGH_FIRST, scale: str = "1") -> Entry:
    return Entry(key="value", zh="值", en="value", address=0, type=form, word_order=order, scale=Decimal(scale))


def test_the_example() -> None:
    registers = load_registers(EXAMPLE)
    assert [one.key for one in registers.entries] == ["energy", "voltage_a", "current_a", "power", "frequency"]
    energy = registers.of_role(Role.REGISTER)
    assert energy is not None
    assert energy.scale == Decimal("0.01")  # not what a binary fraction makes of it
    assert list(spans(registers)) == [Span(Function.HOLDING, 0, 7), Span(Function.INPUT, 100, 2)]


VALUES = [
    # type, order, scale, registers, value, step
    (Type.U16, "high_first", "0.1", (65535,), "6553.5", "0.1"),
    (Type.S16, "high_first", "1", (65535,), "-1", "1"),
    (Type.U32, "high_first", "0.01", (1, 2), "655.38", "0.01"),
    (Type.U32, "low_first", "0.01", (2, 1), "655.38", "0.01"),
    (Type.S32, "high_first", "1", (65535, 65534), "-2", "1"),
    (Type.U64, "high_first", "0.000001", (65535,) * 4, "18446744073709.551615", "0.000001"),
    (Type.U64, "low_first", "1", (1, 0, 0, 0), "1", "1"),
    (Type.FLOAT32, "high_first", "1", struct.unpack(">HH", struct.pack(">f", 0.1)), "0.100000", "0.000001"),
    (Type.FLOAT32, "low_first", "1", struct.unpack(">HH", struct.pack(">f", 49.98))[::-1], "49.98000", "0.00001"),
    (Type.FLOAT32, "high_first", "1000", struct.unpack(">HH", struct.pack(">f", 12345678.0)), "12345680E+3", "1E+4"),
]


@pytest.mark.parametrize(("form", "order", "scale", "registers", "value", "step"), VALUES)
def test_values(*, form: Type, order: str, scale: str, registers: tuple[int, ...], value: str, step: str) -> None:
    told = entry(form, WordOrder(order), scale).value(registers)
    assert told is not None
    assert (told.value, told.resolution) == (Decimal(value), Decimal(step))


@pytest.mark.parametrize("raw", ["7FC00000", "7F800000", "FF800000"])
def test_a_float_that_is_no_number_is_no_value(raw: str) -> None:
    assert entry(Type.FLOAT32).value(struct.unpack(">HH", bytes.fromhex(raw))) is None


GROUPS: list[tuple[str, list[int], list[tuple[int, int]]]] = [
    ("neighbours are one", [0, 1, 2], [(0, 3)]),
    ("a hole is not read", [0, 2], [(0, 1), (2, 1)]),
    ("the order does not matter", [3, 1, 2], [(1, 3)]),
    ("not more than the device gives", [0, 1, 2, 3, 4], [(0, 4), (4, 1)]),
    ("the last one of all", [65535], [(65535, 1)]),
]


@pytest.mark.parametrize(("addresses", "groups"), [case[1:] for case in GROUPS], ids=[case[0] for case in GROUPS])
def test_groups(tmp_path: Path, addresses: list[int], groups: list[tuple[int, int]]) -> None:
    text = 'name = "m"\nlongest_read = 4\n' + "".join(ENTRY.format(key=f"k{a}", address=a) for a in addresses)
    got = list(spans(load_registers(written(tmp_path, text))))
    assert [(span.address, span.count) for span in got] == groups


def test_two_that_lie_over_each_other_are_read_once(tmp_path: Path) -> None:
    text = 'name = "m"\n' + ENTRY.format(key="a", address=0) + 'type = "u32"\n' + ENTRY.format(key="b", address=1)
    registers = load_registers(written(tmp_path, text + '[[flag]]\nflag = "cover"\naddress = 1\nbit = 15\n'))
    assert list(spans(registers)) == [Span(Function.HOLDING, 0, 2)]


ONE = 'name = "m"\n' + ENTRY.format(key="a", address=0)
VOLTS = 'role = "voltage_v"\nunit = "V"\n'
WRONG = [
    ("", "name"),
    ('name = "m"\n', "register"),
    (ONE + 'word = "x"\n', "word"),
    (ONE + "scale = 0\n", "scale"),
    (ONE + "scale = nan\n", "scale"),
    (ONE + 'type = "u8"\n', "type"),
    (ONE + "function = 6\n", "function"),
    (ONE + 'role = "register"\nunit = "Wh"\n', "kWh"),
    (ONE + 'role = "power_kw"\nunit = "W"\n', "kW"),
    (ONE + ENTRY.format(key="a", address=1), "more than once"),
    (ONE + VOLTS + ENTRY.format(key="b", address=1) + VOLTS, "role voltage_v"),
    ('name = "m"\n' + ENTRY.format(key="a", address=65536), "address"),
    ('name = "m"\n' + ENTRY.format(key="a", address=65535) + 'type = "u32"\n', "65535"),
    ('name = "m"\nlongest_read = 126\n' + ENTRY.format(key="a", address=0), "longest_read"),
    (ONE + '[[flag]]\nflag = "fire"\naddress = 0\nbit = 0\n', "flag"),
    (ONE + '[[flag]]\nflag = "cover"\naddress = 0\nbit = 16\n', "bit"),
    ('name = "m"\n' + "".join(ENTRY.format(key=f"k{n}", address=n) for n in range(MOST_ENTRIES + 1)), "64"),
    ("name = ", "TOML"),
    ("#" * (LONGEST_FILE + 1), "65536"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_what_is_no_register_map_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Misconfigured) as caught:
        load_registers(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_as_many_entries_as_allowed(tmp_path: Path) -> None:
    text = 'name = "m"\n' + "".join(ENTRY.format(key=f"k{n}", address=n) for n in range(MOST_ENTRIES))
    assert len(load_registers(written(tmp_path, text)).entries) == MOST_ENTRIES


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.toml"):
        load_registers(tmp_path / "none.toml")
    (tmp_path / "bytes").write_bytes(bytes(chain(range(128, 256))))
    with pytest.raises(Misconfigured, match="TOML"):
        load_registers(tmp_path / "bytes")
