"""What the benchmark of the bus counts, and when it refuses to say anything."""

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from typer.testing import CliRunner

from benchmarks.bus import __main__ as program
from benchmarks.bus import codec, cycles
from benchmarks.bus.codec import Ratio, Speed
from benchmarks.bus.cycles import DEAD, Cycle, Load
from benchmarks.bus.line import METERS, Exchange, NothingMeasured, Quarter, Run, Traffic, answer
from benchmarks.bus.plot import svg
from benchmarks.bus.report import Report, report
from benchmarks.bus.table import show
from benchmarks.machine import describe
from firmware_bridge.devices import MeterRead
from firmware_bridge.transports import Line, SerialFormat
from tests.unit.bridge.drivers.scene import NOW

FORM = SerialFormat(2400)
BYTE_S = 11 / 2400
RATIO = Ratio(median=1.2, least=1.1, most=1.3)
SPEED = Speed(ours=120, peer=100, peer_without_text=110, over_peer=RATIO, over_peer_without_text=RATIO)


def ran(name: str, began_s: float, ended_s: float, *, read: bool = True) -> Run:
    return Run(name, began_s, ended_s, MeterRead(name, NOW, ()) if read else None)


def test_what_a_cycle_is_made_of() -> None:
    """Two read, one dead that is tried at the end; the try a minute later is no part of the cycle, but of the use."""
    runs = [
        ran("a", 10.0, 11.0),
        ran("b", 11.0, 12.0),
        ran("dead", 12.4, 13.0, read=False),
        ran("dead", 70, 71, read=False),
        ran("a", 911.0, 912.0),
    ]
    exchanges = [Exchange(10.0, 20, 20), Exchange(11.0, 20, 18), Exchange(12.4, 20), Exchange(911.0, 20, 20)]
    quarter = Quarter.of(Traffic(exchanges, runs), 10.0, BYTE_S)
    assert (quarter.read, quarter.living_s, quarter.cycle_s) == (2, 2.0, 3.0)
    assert quarter.busy_s == pytest.approx(3.6)
    assert quarter.minimum_s == pytest.approx(78 * BYTE_S + 2 * (0.02 + 0.03))


def test_a_quarter_hour_in_which_nothing_was_read() -> None:
    with pytest.raises(NothingMeasured):
        Quarter.of(Traffic([], [ran("dead", 1, 2, read=False)]), 0.0, BYTE_S)


@pytest.fixture(scope="module")
def measured() -> list[Cycle]:
    return list(cycles.cycles(FORM, Load.REGISTER, quarters=1))


def test_a_line_of_64_meters(measured: list[Cycle]) -> None:
    """By hand: a request of 20 bytes with wake-up bytes, an answer of 20, the meter's 20 ms and 30 ms of silence."""
    minimum_s = METERS * (40 * BYTE_S + 0.05)
    none, newly, known = measured
    assert [one.minimum_s for one in measured] == pytest.approx([minimum_s] * 3)
    assert none.over == pytest.approx(1.0, abs=0.01)
    assert (none.quarter.read, newly.quarter.read, known.quarter.read) == (METERS, METERS - DEAD, METERS - DEAD)
    silence_s = DEAD * (20 * BYTE_S + 0.6)
    assert newly.quarter.living_s - none.quarter.living_s * 56 / 64 == pytest.approx(silence_s, abs=0.5)
    assert newly.quarter.cycle_s - newly.quarter.living_s == pytest.approx(silence_s, abs=0.5)
    assert known.over <= 1.0


def test_a_meter_that_does_not_answer_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "METERS", METERS + 1)  # one more is asked for than there are to answer

    async def fewer(line: Line, _living: Iterable[int]) -> None:
        await answer(line, range(METERS))

    monkeypatch.setattr(cycles, "answer", fewer)
    with pytest.raises(NothingMeasured, match="64 of 65"):
        list(cycles.cycles(SerialFormat(9600), Load.REGISTER, quarters=1))


def test_the_codecs_do_the_same_work() -> None:
    pytest.importorskip("dlt645")
    speed = codec.compare(rounds=1, repeats=1)
    assert speed.ours > 0 < speed.peer


def test_a_codec_that_gives_other_numbers_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "_value", lambda _reading: Decimal("0.001"))
    with pytest.raises(NothingMeasured):
        codec.compare(rounds=1, repeats=1)


@pytest.fixture
def found(measured: list[Cycle]) -> Report:
    usual = [replace(cycle, load=Load.USUAL) for cycle in measured]
    slow = replace(measured[0], minimum_s=measured[0].minimum_s / 1.1)
    return report(usual, [slow, measured[0]], SPEED, seconds=1.0, machine=describe(()))


def test_the_json_line(found: Report) -> None:
    told = json.loads(found.model_dump_json())
    assert "\n" not in found.model_dump_json()
    assert told["over_line_time"] == pytest.approx(1.0, abs=0.01)
    assert told["over_line_time_real"] == pytest.approx(1.0, abs=0.01)
    assert told["terminal_most"] == pytest.approx(1.1, abs=0.01)
    assert told["over_line_time_8_dead"] == max(row["over_line_time"] for row in told["cycles"])
    assert told["codec_over_peer"] == 1.2
    assert told["simulated"] is True


def test_a_target_that_is_missed_is_named(found: Report) -> None:
    """One question a meter: the dead cost more than the limit allows, as docs/benchmarks.md says."""
    assert len(found.targets_missed) == 1
    assert "over_line_time_8_dead" in found.targets_missed[0]


def test_table_and_picture(found: Report) -> None:
    console = Console(record=True, width=80)
    show(found, console)
    text = console.export_text()
    assert "模拟线路" in text
    assert "…" not in text
    assert "未达到" in text
    assert "real time" in svg(found)
    assert ET.fromstring(svg(found)).tag.endswith("svg")  # noqa: S314  # our own picture


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(program.app, ["--plot", str(tmp_path / "none" / "bus.svg")])
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr
