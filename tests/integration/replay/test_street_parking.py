"""A recording of a real street through `linli-edge replay`.

Read off the pictures by eye (seconds of the recording):
- the black car behind the white line on the right, plate ending KR023, stands from 0.0 to the end;
- the white car in the right foreground, cut by the lower edge, stands from 0.0 to the end;
- the white saloon, plate ending EMC139, drives up on the left until 8, waits beside the black car, left of the line,
  until 14, drives on, and backs into the row from 21 on; it moves until 31.5;
- the camera turns and zooms until 9, and a red stroke is drawn into pictures around 19.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CONFIG = Path(__file__).parents[3] / "examples" / "street_parking.toml"


def replay(source: Path, out: Path, *options: str, config: Path = CONFIG) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "edge",
        "replay",
        str(source),
        "--config",
        str(config),
        "--out",
        str(out),
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def footage(shared_dir: Path) -> Path:
    return shared_dir / "media" / "street_parking.mp4"


@pytest.fixture(scope="module")
def told(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("found")
    done = replay(footage, out, "--start", "2026-05-01T08:00:00")
    assert done.returncode == 0, done.stderr
    return done.stdout, out


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_two_cars_that_stand_are_opened_and_nothing_that_moves(told: tuple[str, Path]) -> None:
    opened = [event["data"] for event in events(told[0]) if event["type"] == "parking.opened.v1"]
    feet = sorted(((data["box"][0] + data["box"][2]) / 2, data["box"][3]) for data in opened)
    assert len(feet) == 2
    (black_x, black_y), (white_x, white_y) = sorted(feet, key=lambda foot: foot[1])
    assert 0.65 < black_x < 0.95
    assert 0.25 < black_y < 0.45
    assert white_x > 0.7
    assert white_y > 0.95


def test_each_opening_has_pictures_ten_seconds_apart_on_disk(told: tuple[str, Path]) -> None:
    for event in events(told[0]):
        if event["type"] != "parking.opened.v1":
            continue
        pictures = event["data"]["evidence"]
        assert len(pictures) >= 2
        assert pictures[-1]["taken_at"] > pictures[0]["taken_at"]
        for picture in pictures:
            (path,) = told[1].rglob(f"{picture['sha256']}.*")
            assert path.stat().st_size == picture["size"]
            assert picture["masked"]


def test_a_person_reads_on_standard_error_and_in_a_file_what_was_found(
    told: tuple[str, Path], footage: Path, tmp_path: Path
) -> None:
    again = replay(footage, tmp_path, "--start", "2026-05-01T08:00:00")
    assert again.stderr.count("超时 opened") == 2
    assert "05-01 08:00:" in again.stderr, "the gateway's own time"
    assert str(tmp_path / "summary.txt") in again.stderr
    summary = (told[1] / "summary.txt").read_text()
    assert summary == (tmp_path / "summary.txt").read_text()
    pictures = [line.split()[-1] for line in summary.splitlines() if line.endswith(".jpg")]
    assert len(pictures) == len(events(told[0]))
    assert all((told[1] / picture).is_file() for picture in pictures)


def test_the_same_command_twice_gives_the_same_bytes(told: tuple[str, Path], footage: Path, tmp_path: Path) -> None:
    again = replay(footage, tmp_path, "--start", "2026-05-01T08:00:00")
    assert told[0]
    assert again.stdout == told[0]
    assert replay(footage, told[1], "--start", "2026-05-01T08:00:00").stdout == told[0]


def test_a_start_without_a_zone_is_in_the_gateways_time_zone(
    told: tuple[str, Path], footage: Path, tmp_path: Path
) -> None:
    assert "timezone" not in CONFIG.read_text(), "so it is Asia/Shanghai"
    assert replay(footage, tmp_path, "--start", "2026-05-01T00:00:00+0000").stdout == told[0]


def test_another_start_moves_the_times_with_it(told: tuple[str, Path], footage: Path, tmp_path: Path) -> None:
    later = replay(footage, tmp_path, "--start", "2026-05-02T08:00:00+08:00")
    assert [event["data"]["dwell_s"] for event in events(later.stdout)] == [
        event["data"]["dwell_s"] for event in events(told[0])
    ]
    assert {event["time"][:10] for event in events(later.stdout)} == {"2026-05-02"}


@pytest.mark.parametrize("clip", ["car-detection.mp4", "person-bicycle-car-detection.mp4"])
def test_where_nothing_parks_nothing_is_told(shared_dir: Path, tmp_path: Path, clip: str) -> None:
    whole = tmp_path / "whole.toml"
    whole.write_text(
        CONFIG.read_text().replace("[[0.62, 0.15], [1.0, 0.15], [1.0, 1.0], [0.60, 1.0]]", "[[0,0],[1,0],[1,1],[0,1]]")
    )
    done = replay(shared_dir / "media" / clip, tmp_path / "out", config=whole)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "没有发现" in done.stderr
