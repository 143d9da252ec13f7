"""`linli-edge config check --cameras` on recordings: does it tell an installer that a camera hangs wrong?"""

import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[3] / "examples" / "street_parking.toml"


def check(tmp_path: Path, recording: Path | str, *options: str) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "gateway.toml"
    path.write_text(CONFIG.read_text().replace('"street_parking.mp4"', f'"{recording}"'))
    command = [sys.executable, "-m", "edge", "config", "check", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize("clip", ["car-detection.mp4", "person-bicycle-car-detection.mp4"])
def test_a_lot_seen_from_nearly_above_is_told_to_hang_otherwise(clip: str, shared_dir: Path, tmp_path: Path) -> None:
    done = check(tmp_path, shared_dir / "media" / clip, "--cameras")
    assert done.returncode == 1
    assert "太陡" in done.stdout
    assert "15° to 45°" in done.stdout


def test_a_street_seen_from_its_side_is_well(shared_dir: Path, tmp_path: Path) -> None:
    done = check(tmp_path, shared_dir / "media" / "street_parking.mp4", "--watch", "30s")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "太陡" not in done.stdout
    assert "it was detected" in done.stdout


def test_a_recording_that_is_not_there_is_told_and_the_answer_is_no(tmp_path: Path) -> None:
    done = check(tmp_path, "missing.mp4", "--cameras")
    assert done.returncode == 1
    assert "没有画面 no picture" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("watch", ["5x", "0s", "2h"])
def test_a_time_that_cannot_be_watched_is_refused(watch: str, tmp_path: Path) -> None:
    done = check(tmp_path, "missing.mp4", "--watch", watch)
    assert done.returncode == 2
    assert done.stderr.startswith("linli-edge: --watch: ")
