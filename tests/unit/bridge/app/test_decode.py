"""`linli-bridge decode`: paste hexadecimal, get a table."""

import re
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from firmware_bridge.__main__ import app
from firmware_bridge.app.decoding import LineProtocol, explain, guess
from firmware_bridge.app.hexadecimal import LONGEST, NotHexadecimal, bytes_of
from firmware_bridge.codecs import bridge, dlt645
from firmware_bridge.codecs.cjt188 import STANDARD_2004
from firmware_bridge.codecs.dlt645 import Address, Control, Frame

ENERGY = "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16"
WATER = "68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16"
EVENT = "0801500110140110010105B95569FA0440E2010103010D0101031BEE00"
METER = Address("000000000161")


REPLY = Control.from_byte(0x91)


def run(*arguments: str, pasted: str | None = None) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["decode", *arguments], input=pasted)
    return result.exit_code, result.output


PASTED = [
    "68 61 01",
    "686101",
    "68,61,01",
    "68:61:01",
    "0x68 0x61 0x01",
    r"\x68\x61\x01",
    "[0x68, 0x61,\n 0x01]",
    "{0x68;0x61;0X01}",
]


@pytest.mark.parametrize("text", PASTED)
def test_hexadecimal(text: str) -> None:
    assert bytes_of(text) == b"\x68\x61\x01"


@pytest.mark.parametrize(("text", "why"), [("68 6", "奇数"), ("68 6G", "'G'"), ("电表", "'电'")])
def test_not_hexadecimal(text: str, why: str) -> None:
    with pytest.raises(NotHexadecimal, match=why):
        bytes_of(text)


def test_hexadecimal_has_a_limit() -> None:
    assert len(bytes_of("00" * LONGEST)) == LONGEST
    with pytest.raises(NotHexadecimal, match="at most"):
        bytes_of("00" * (LONGEST + 1))


SHOWN = [
    # name,        pasted,              texts of the table
    ("energy", ENERGY, ["DL/T 645", "000000000161", "正向有功总电能 forward active total", "0.26 kWh"]),
    (
        "water",
        WATER,
        ["CJ/T 188", "冷水水表 cold water", "556677.00 m³", "2015-05-11 22:01:31", "阀门关闭 valve closed"],
    ),
    ("event", EVENT, ["gate-sensor board", "事件 event", "地感 vehicle loop", "2026-01-01 00:00:00.250000"]),
    ("noise", "00 FF " + ENERGY + " 01", ["✗ 噪声 noise", "0.26 kWh"]),
    ("wake-up bytes", "FE FE FE FE " + ENERGY, ["✗ 唤醒字节 wake-up bytes", "0.26 kWh"]),
]


@pytest.mark.parametrize(("name", "pasted", "texts"), SHOWN, ids=[row[0] for row in SHOWN])
def test_table(name: str, pasted: str, texts: Sequence[str]) -> None:
    code, output = run(pasted)
    assert code == 0
    for text in texts:
        assert text in output


def test_arguments_and_standard_input_are_the_same() -> None:
    assert run(ENERGY) == run(*ENERGY.split()) == run(pasted=ENERGY)


def test_a_bit_that_nobody_could_confirm_is_marked() -> None:
    assert "valve closed（未核对 unchecked）" in run(WATER)[1]
    assert "未核对" not in run(ENERGY)[1]


def test_no_frame_is_the_answer_no() -> None:
    code, output = run("01 02 03")
    assert code == 1
    assert "没有完好的帧 no sound frame" in output


def test_the_published_answer_with_the_wrong_sum() -> None:
    code, output = run("--protocol", "cjt188", WATER.replace("84 13 16", "84 08 16"))
    assert code == 1
    assert "校验和错误 wrong checksum" in output
    assert "556677" not in output


WRONG = [
    ("no bytes", ["  "], "no bytes"),
    ("not hexadecimal", ["zz"], "not hexadecimal"),
    ("no such profile", [ENERGY, "--profile", "x"], "cjt188-2018"),
    ("no such protocol", [ENERGY, "--protocol", "x"], "dlt645"),
]


@pytest.mark.parametrize(("name", "arguments", "text"), WRONG, ids=[row[0] for row in WRONG])
def test_a_person_must_fix_it(name: str, arguments: list[str], text: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert text in output


def test_profile() -> None:
    swapped = bytes.fromhex(WATER.replace("1F 90", "90 1F"))
    code, output = run(swapped.hex())
    assert "HIGH_FIRST" in output
    code, output = run(swapped.hex(), "--profile", "cjt188-2004-high-first")
    assert code == 0
    assert "556677.00 m³" in output


GUESSES = [(ENERGY, LineProtocol.DLT645), (WATER, LineProtocol.CJT188), (EVENT, LineProtocol.BOARD)]


@pytest.mark.parametrize(("text", "protocol"), GUESSES)
def test_guess(text: str, protocol: LineProtocol) -> None:
    guessed, parts = guess(bytes.fromhex(text), STANDARD_2004)
    assert guessed is protocol
    assert b"".join(part.raw for part in parts) == bytes.fromhex(text)


TOLD = [
    ("ask", dlt645.read(METER, 0x00010000), "请求 request"),
    ("following", dlt645.read_following(METER, 0x0001FF00, 3), "part 3"),
    ("unknown identifier", dlt645.read(METER, 0x12345678), "未收录"),
    ("unchecked", dlt645.read(METER, 0x00020000), "未核对"),
    ("more", Frame(METER, Control.from_byte(0xB1), bytes.fromhex("00 FF 01 00 01")), "more follows：01"),
    ("part", Frame(METER, Control.from_byte(0x92), bytes.fromhex("00 FF 01 00 01 07")), "part 7：01"),
    ("refused", Frame(METER, Control.from_byte(0xD1), b"\x02"), "refused 02：无请求数据"),
    ("refused without a reason", Frame(METER, Control.from_byte(0xD1), b"\0"), "no reason given"),
    ("block", Frame(METER, REPLY, bytes.fromhex("00 FF 01 02 01 22 02 22 FF FF")), "phase C：FF FF 不是"),
    ("wrong length", Frame(METER, REPLY, bytes.fromhex("00 00 01 00 26")), "not the length"),
    ("address", Frame(METER, Control.from_byte(0x93), METER.to_bytes()), "address：000000000161"),
    ("written", Frame(METER, Control.from_byte(0x94)), "写数据 write"),
    ("status word", Frame(METER, REPLY, bytes.fromhex("03 05 00 04 10 00")), "继电器断开 relay open"),
    ("no status", Frame(METER, REPLY, bytes.fromhex("03 05 00 04 00 00")), "nothing to report"),
    ("record", Frame(METER, REPLY, bytes.fromhex("0101001D 003012220526 04030201 AA")), "rest：AA"),
    ("unknown function", Frame(METER, Control.from_byte(0x80)), "功能 00"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "frame", "text"), TOLD, ids=[row[0] for row in TOLD])
def test_electricity_meters_in_words(name: str, frame: Frame, text: str) -> None:
    (part,) = explain(frame.raw, LineProtocol.DLT645, STANDARD_2004)
    assert text in "\n".join((part.what, *part.details))


@pytest.mark.parametrize("kind", sorted({*bridge.PAYLOADS, 0x3F, 0x7F}))
def test_every_kind_of_the_board_in_words(kind: int) -> None:
    form = bridge.PAYLOADS.get(kind)
    size = 5 if kind == bridge.Kind.UPDATE_DATA else form.LAYOUT.size if form else 0
    (part,) = explain(bridge.Frame(kind, 7, bytes(size)).raw, LineProtocol.BOARD, STANDARD_2004)
    assert "序号 sequence 7" in part.what
    assert re.search(r"[一-鿿]", part.what)
    if form is None:
        assert "a kind that is not known" in part.details[0]
    else:
        assert all(re.search(r"[一-鿿]", detail) for detail in part.details)


def test_an_event_of_a_clock_that_was_never_set() -> None:
    raw = bridge.frame_of(bridge.Event(1, 0, 0, 12, bridge.Source.BOOT, 1, 0), 1).raw
    (part,) = explain(raw, LineProtocol.BOARD, STANDARD_2004)
    assert part.details[0] == "时间 at：从未校时 the clock was never set"
