"""How growth is measured: real cameras in processes of their own, and a line through what they cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.edge_cost import fleet, growth
from benchmarks.edge_cost.fleet import Fleet
from benchmarks.edge_cost.growth import FleetFailed, exponent, line
from benchmarks.edge_cost.plan import QUICK
from benchmarks.edge_cost.stream import Stream
from benchmarks.edge_cost.street import Traffic
from edge.app import parts
from models.detection import Detector
from tests.unit.benchmarks.test_edge_cost_contestants import assemble

GROWTHS = [
    # name,                 costs of 1, 4, 8 and 16,      exponent,  each more,  R²
    ("a straight line",     [10.0, 40.0, 80.0, 160.0],     1.0,       10.0,       1.0),
    ("and a base",          [60.0, 90.0, 130.0, 210.0],    None,      10.0,       1.0),
    ("with the square",     [1.0, 16.0, 64.0, 256.0],      2.0,       None,       None),
    ("nothing grows",       [5.0, 5.0, 5.0, 5.0],          0.0,       0.0,        1.0),
]  # fmt: skip


@pytest.mark.parametrize(("costs", "power", "each", "r2"), [pytest.param(*row[1:], id=row[0]) for row in GROWTHS])
def test_a_fit(costs: list[float], power: float | None, each: float | None, r2: float | None) -> None:
    slope, base, fit = line(growth.CAMERAS, costs)
    assert power is None or exponent(growth.CAMERAS, costs) == pytest.approx(power, abs=1e-9)
    assert each is None or slope == pytest.approx(each, abs=1e-9)
    assert r2 is None or fit == pytest.approx(r2)
    assert fit <= 1
    assert power != 2.0 or (fit < 0.95 and base < 0)  # what bends is no line


def test_looks_left_out_are_not_counted_as_watched() -> None:
    whole = Fleet(cameras=4, cpu_ms=1600, mb=400, looks=20, alarms=4)
    held_up = Fleet(cameras=4, cpu_ms=800, mb=400, looks=10, alarms=4)
    assert whole.ms_per_stream_s == held_up.ms_per_stream_s == 160


def test_each_camera_reads_the_stream_by_itself_and_raises_its_alarm(
    streams: dict[Traffic, Stream], detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "live", lambda settings, key: assemble(settings, detector))
    found = fleet.run(streams[Traffic.BUSY].path, 3, warm_up_s=8.0, measured_s=2.5)
    assert (found.cameras, found.alarms) == (3, 3)
    assert 2 <= found.looks <= 6
    assert found.cpu_ms > 0
    assert found.mb > 20


def test_a_gateway_that_fails_is_named_and_the_others_are_ended(
    streams: dict[Traffic, Stream], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = tmp_path / "benchmarks" / "edge_cost"
    here.mkdir(parents=True)
    (tmp_path / "benchmarks" / "__init__.py").touch()
    (here / "__init__.py").touch()
    (here / "fleet.py").write_text("import sys; sys.exit('the camera is gone')", encoding="utf-8")
    monkeypatch.setattr(growth, "ROOT", tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    plan = replace(QUICK, fleet_warm_up_s=0.1, fleet_s=0.1)
    with pytest.raises(FleetFailed, match="ended with 1: the camera is gone"):
        growth.measure(streams[Traffic.STILL], plan)
