"""`linli-edge replay` of a façade: every picture, with the real detector. The footage is simulated."""

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from tests.integration.sources.drops import Drop, Drops

CONFIG = Path(__file__).parents[3] / "examples" / "falling.toml"
CLIP = Drops(
    name="facade.mp4",
    seconds=6.0,
    size=(960, 540),
    pixels_per_metre=30.0,
    gop=50,
    drops=(Drop(1.5, 500.0, 60.0),),
)


def edge(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    CLIP.write(folder)
    return folder


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    arguments = ["--out", str(folder / "found"), "--video", str(folder / "why.mp4")]
    return edge("replay", str(folder / CLIP.name), "--config", str(CONFIG), *arguments)


def test_the_fall_is_told_with_its_floor_and_its_film(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["type"] for event in events] == ["object.thrown.v1", "object.thrown.clip.v1"]
    fall = events[0]["data"]
    assert fall["facade"] == "front"
    assert abs(fall["floor"]["likely"] - 6) <= 1
    assert fall["path"][0]["y"] < 0.3
    assert fall["path"][-1]["y"] > 0.7
    for file in (one for event in events for one in event["data"]["evidence"]):
        assert list((folder / "found").glob(f"??/{file['sha256']}.*"))


def test_a_person_reads_it_in_a_table(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert "楼层 floor" in done.stderr
    assert "3 号楼东立面" in done.stderr
    assert "m/s" in done.stderr
    summary = (folder / "found" / "summary.txt").read_text()
    assert "3 号楼东立面 Building 3, east" in summary
    assert any(line.strip().endswith(".jpg") for line in summary.splitlines())


def test_the_film_shows_every_picture_at_the_recordings_own_times(
    done: subprocess.CompletedProcess[str], folder: Path
) -> None:
    assert done.returncode == 0
    with av.open(str(folder / "why.mp4")) as container:
        frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]
    times = np.array([time for time, _ in frames], float)
    assert 145 <= len(times) <= 150
    assert np.diff(times) == pytest.approx(np.full(len(times) - 1, 0.04), abs=2e-3)
    red = [int(((image[..., 2] > 200) & (image[..., :2].max(axis=2) < 110)).sum()) for _, image in frames]
    assert max(red[:40]) < 20
    assert max(red[90:]) > 200, "the fall's track and words"


def test_the_same_again(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    again = edge("replay", str(folder / CLIP.name), "--config", str(CONFIG), "--out", str(folder / "again"))
    assert again.stdout == done.stdout


def test_what_does_not_fall_is_told_by_reason_and_nothing_else(folder: Path) -> None:
    still = Drops(name="still.mp4", seconds=3.0, size=(640, 360), drops=(Drop(99.0, 0.0, 0.0),)).write(folder)
    quiet = edge("replay", str(still), "--config", str(CONFIG), "--out", str(folder / "nothing"))
    assert quiet.returncode == 0, quiet.stderr
    assert quiet.stdout == ""
    assert "没有发现高空抛物 nothing fell" in quiet.stderr


def test_a_check_draws_the_facade(folder: Path) -> None:
    config = folder / "gateway.toml"
    config.write_text(CONFIG.read_text().replace("../data/falling", "data"))
    checked = edge("config", "check", str(config), "--pictures", str(folder / "zones"))
    assert checked.returncode == 0, checked.stderr
    assert "front (立面 façade, 有网格 with a grid)" in checked.stdout
    assert (folder / "zones" / "east.jpg").exists()
