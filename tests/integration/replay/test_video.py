"""`linli-edge replay --video`: a film that plays, as long as the recording, with what was judged drawn into it."""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

CONFIG = Path(__file__).parents[3] / "examples" / "street_parking.toml"
SEEN = np.array((80, 220, 80))  # BGR of a slot's frame


def replay(recording: Path, video: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "replay", str(recording), "--config", str(CONFIG), "--out", str(out)]
    return subprocess.run([*command, "--video", str(video)], capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def film(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    done = replay(shared_dir / "media" / "street_parking.mp4", folder / "new" / "why.mp4", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder / "new" / "why.mp4"


def test_the_film_is_as_long_as_the_recording_and_shows_each_look_at_its_time(film: Path) -> None:
    with av.open(str(film)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert len(times) >= 15
    assert times == sorted(times)
    assert times[0] == 0
    assert 31 < times[-1] < 36


def test_slots_are_framed_in_the_colour_of_what_the_look_says(film: Path, shared_dir: Path) -> None:
    with av.open(str(film)) as container:
        pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    with av.open(str(shared_dir / "media" / "street_parking.mp4")) as container:
        plain = next(container.decode(video=0)).to_ndarray(format="bgr24")
    assert _green(plain) < 50
    assert _green(pictures[-2][:, : plain.shape[1]]) > 500


def test_a_film_that_cannot_be_written_is_said_so(shared_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = replay(shared_dir / "media" / "street_parking.mp4", tmp_path / "file" / "why.mp4", tmp_path / "out")
    assert done.returncode == 2
    assert "--video" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_recording_itself_is_not_written_over(shared_dir: Path, tmp_path: Path) -> None:
    recording = tmp_path / "street.mp4"
    recording.write_bytes((shared_dir / "media" / "street_parking.mp4").read_bytes())
    before = recording.stat().st_size
    (tmp_path / "why.mp4").symlink_to(recording)
    done = replay(recording, tmp_path / "why.mp4", tmp_path / "out")
    assert done.returncode == 2
    assert "--video" in done.stderr
    assert recording.stat().st_size == before


def _green(picture: np.ndarray) -> int:
    return int((np.abs(picture.astype(int) - SEEN).max(axis=2) < 30).sum())
