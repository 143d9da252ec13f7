"""What is measured of CPU and memory, and the command around it all."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.edge_cost.stream import encode
from benchmarks.throw import __main__ as command
from benchmarks.throw import cost, runner
from benchmarks.throw.memory import filled, peak_mb
from benchmarks.throw.plan import Job, JobKind
from benchmarks.throw.results import Keep, Result, TracksResult
from models.throw.simulation import Confuser

KEEP_MB = 64


def test_the_ring_is_filled_from_a_short_file_again_and_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    path = tmp_path / "clip.mp4"
    encode((rng.integers(16, 235, (180, 160), np.uint8) for _ in range(10)), path, (160, 120))
    once = path.stat().st_size
    ring = filled(path, 5 * once)
    assert 5 * once <= sum(map(len, ring)) < 7 * once


def test_a_film_is_decoded_and_watched(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    path = tmp_path / "clip.mp4"
    encode((rng.integers(16, 235, (480, 480), np.uint8) for _ in range(12)), path, (480, 320))
    assert cost.decode(path) == 12
    assert cost.watch(path) >= 0


def test_peak_memory_is_that_of_the_process_alone() -> None:
    before = peak_mb()
    assert 20 < before < 4000
    kept = bytearray(KEEP_MB * 1_000_000)
    kept[::4096] = b"x" * len(kept[::4096])
    assert peak_mb() >= before
    tiny = [sys.executable, "-c", "from pathlib import Path; print(Path('/proc/self/status').read_text())"]
    status = subprocess.run(tiny, check=True, capture_output=True, text=True).stdout
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    assert int(line.split()[1]) * 1024 / 1e6 < KEEP_MB  # what this process holds is not counted there


def test_peak_memory_is_read_in_its_unit(tmp_path: Path) -> None:
    (tmp_path / "status").write_text("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t  250000 kB\nVmRSS:\t 1 kB\n", encoding="ascii")
    assert peak_mb(tmp_path / "status") == 256.0


def result(job: Job) -> TracksResult:
    return TracksResult(
        key=job.key,
        confuser="bird",
        days=1.0,
        tracks=10,
        false=0,
        physics_false=0,
        baseline_false=0,
        ablation_false={},
        rejected={},
        notes=(),
    )


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs end at once, in this process; their keys."""
    keys: list[str] = []

    def each(jobs: Sequence[Job], workers: int) -> list[Result]:
        keys.extend(job.key for job in jobs)
        return [result(job) for job in jobs]

    monkeypatch.setattr(runner, "_each", each)
    return keys


def test_what_was_kept_is_not_run_again(ran: list[str], tmp_path: Path) -> None:
    arguments = ["--clips", "0", "--hours", "0", "--days", "5", "--rounds", "0", "--resume", str(tmp_path / "keep")]
    first = CliRunner().invoke(command.app, arguments)
    assert first.exit_code == 0, first.output
    count = len(ran)
    assert count > 5
    again = CliRunner().invoke(command.app, [*arguments, "--days", "10"])
    assert again.exit_code == 0, again.output
    assert len(ran) == 2 * count
    assert len(set(ran)) == 2 * count


def test_jobs_run_in_processes_of_their_own_and_are_kept(tmp_path: Path) -> None:
    """The real thing, without pictures: a fifth of a day of birds before a judging camera."""
    job = Job(JobKind.TRACKS, "judging", 600_000, Confuser.BIRD, 0.2, classifier=False)
    told: list[tuple[str, float]] = []
    (done,) = runner.run_all([job], Keep(tmp_path, "code"), lambda step, share: told.append((step, share)), workers=1)
    assert isinstance(done, TracksResult)
    assert (done.key, done.confuser, done.days) == (job.key, "bird", 0.2)
    assert done.tracks > 0
    assert told == [("1 of 1 runs", 1.0)]
    assert Keep(tmp_path, "code").results == [done]


def test_the_last_line_is_json_and_goes_into_files(ran: list[str], tmp_path: Path) -> None:
    plot, line = tmp_path / "plot.svg", tmp_path / "line.json"
    options = ["--days", "5", "--rounds", "0", "--plot", str(plot), "--json", str(line)]
    done = CliRunner().invoke(command.app, ["--clips", "0", "--hours", "0", *options])
    assert done.exit_code == 0, done.output
    last = done.stdout.strip().splitlines()[-1]
    assert json.loads(last)["false_alarms_per_camera_day"] == 0.0
    assert line.read_text(encoding="utf-8").strip() == last
    assert plot.read_text(encoding="utf-8").startswith("<svg")


def test_a_missed_target_is_named_and_ends_with_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def each(jobs: Sequence[Job], workers: int) -> list[Result]:
        return [result(job).model_copy(update={"false": 1}) for job in jobs]

    monkeypatch.setattr(runner, "_each", each)
    done = CliRunner().invoke(command.app, ["--clips", "0", "--hours", "0", "--days", "5", "--rounds", "0"])
    assert done.exit_code == 1
    assert "missed: false_alarms_per_camera_day" in done.output


def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def each(jobs: Sequence[Job], workers: int) -> list[Result]:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "_each", each)
    keep = tmp_path / "keep"
    done = CliRunner().invoke(
        command.app, ["--clips", "0", "--hours", "0", "--days", "5", "--rounds", "0", "--resume", str(keep)]
    )
    assert done.exit_code == command.INTERRUPTED
    assert f"--resume {keep}" in done.output.replace("\n", "")
    assert keep.is_dir()


WRONG = [
    (["--family", "tuning"], "judging"),
    (["--plot", "/nowhere/plot.svg"], "there is no folder"),
    (["--json", "/nowhere/line.json"], "there is no folder"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_wrong_arguments_are_refused(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(command.app, arguments)
    assert done.exit_code == 2
    assert words in done.output


def test_results_of_other_code_are_refused(tmp_path: Path) -> None:
    Keep(tmp_path, "other code")
    done = CliRunner().invoke(command.app, ["--rounds", "0", "--resume", str(tmp_path)])
    assert done.exit_code == 2
    assert "other code" in done.output.replace("\n", " ")
