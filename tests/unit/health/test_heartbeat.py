"""The heartbeat tells what was measured; counters start again after each."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.device import CameraState, LineHealth, LineState
from edge.health import CameraCounters, Clock, Heartbeat

LINE = LineHealth(line="building-3", state=LineState.LIVE, devices=64, answering=63)


@dataclass
class Waiting:
    records: int = 3
    size: int = 700


def _heartbeat(tmp_path: Path, *cameras: CameraCounters) -> Heartbeat:
    return Heartbeat(
        clock=Clock(),
        outbox=Waiting,
        evidence_bytes=lambda: 42,
        cameras=lambda: [camera.take() for camera in cameras],
        lines=lambda: [LINE],
        data=tmp_path,
    )


def test_a_sample_holds_what_the_providers_say_and_what_was_measured(tmp_path: Path) -> None:
    sample = _heartbeat(tmp_path, CameraCounters("east")).sample()
    assert (sample.outbox_records, sample.outbox_bytes, sample.evidence_bytes) == (3, 700, 42)
    assert [camera.camera for camera in sample.cameras] == ["east"]
    assert sample.lines == (LINE,)
    assert sample.disk_free_bytes > 0
    assert sample.memory_bytes > 1_000_000
    assert sample.uptime_s >= 0


def test_work_shows_as_a_fraction_of_one_core(tmp_path: Path) -> None:
    heartbeat = _heartbeat(tmp_path)
    until_s = time.process_time() + 0.2
    while time.process_time() < until_s:
        pass
    assert 0.05 < heartbeat.sample().cpu_fraction < 64


def test_two_samples_at_one_instant_do_not_divide_by_nothing(tmp_path: Path) -> None:
    heartbeat = Heartbeat(
        clock=Clock(monotonic=lambda: 5.0),
        outbox=Waiting,
        evidence_bytes=lambda: 0,
        cameras=list,
        data=tmp_path,
    )
    assert heartbeat.sample().cpu_fraction == 0.0


def test_counters_count_and_start_again() -> None:
    now = [10.0]
    counters = CameraCounters("east", monotonic=lambda: now[0])
    assert counters.take().last_frame_age_s is None
    counters.turned(CameraState.LIVE)
    counters.look(decode_ms=4.0, gate_ms=1.0)
    counters.look(decode_ms=6.0, gate_ms=1.5)
    counters.inference(inference_ms=25.0)
    now[0] = 13.0
    taken = counters.take()
    assert (taken.looks, taken.inferences) == (2, 1)
    assert (taken.decode_ms, taken.gate_ms, taken.inference_ms) == (10.0, 2.5, 25.0)
    assert (taken.state, taken.last_frame_age_s) == (CameraState.LIVE, 3.0)
    again = counters.take()
    assert (again.looks, again.decode_ms, again.state) == (0, 0.0, CameraState.LIVE)


@pytest.mark.parametrize("length", [200, 201, 5000])
def test_a_long_detail_is_cut_to_what_the_contract_takes(length: int) -> None:
    counters = CameraCounters("east")
    counters.turned(CameraState.LOST, "x" * length)
    assert len(counters.take().detail) == 200
