"""The gateway's commands say what a person must fix, and end with 2."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import cv2
import pytest

from contract.signatures import public_bytes, public_key
from tests.integration.sources.clips import Clip

EXAMPLE = files("edge.app").joinpath("example.toml").read_text()
CONFIG = Path(__file__).parents[3] / "examples" / "street_parking.toml"


def edge(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_example_that_is_printed_passes_its_own_check(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(edge("config", "example").stdout)
    done = edge("config", "check", str(path))
    assert done.returncode == 0, done.stderr
    assert "east-gate" in done.stdout


def test_help_shows_examples() -> None:
    for command in (["run"], ["replay"], ["config", "check"], ["config", "example"]):
        assert "linli-edge" in edge(*command, "--help").stdout.replace("Usage:", "", 1)


def test_a_camera_that_is_not_there_is_named_and_the_answer_is_no(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(edge("config", "example").stdout.replace("192.0.2.10", "127.0.0.1:9"))
    done = edge("config", "check", str(path), "--cameras")
    assert done.returncode == 1
    assert "east-gate" in done.stdout
    assert "password" not in done.stdout + done.stderr


WRONG = [
    # name,                 arguments,                                                  what is said
    ("no such config", ["run", "--config", "missing.toml"], "missing.toml"),
    ("no such recording", ["replay", "missing.mp4", "--config", str(CONFIG)], "missing.mp4"),
    ("no video in it", ["replay", str(CONFIG), "--config", str(CONFIG)], "street_parking.toml"),
    ("no such camera", ["replay", "x.mp4", "--config", str(CONFIG), "--camera", "west"], "street"),
]


@pytest.mark.parametrize(("arguments", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_a_person_must_fix_ends_with_2_and_one_sentence(arguments: list[str], says: str) -> None:
    done = edge(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_public_key_is_shown_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(CONFIG.read_text().replace("../data/street-parking", "data"))
    first, second = edge("key", "--config", str(path)), edge("key", "--config", str(path))
    assert first.returncode == 0, first.stderr
    assert len(public_bytes(public_key(first.stdout.strip()))) == 32
    assert first.stdout == second.stdout
    assert (tmp_path / "data" / "gateway.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("setting", "right", "wrong"),
    [
        ("plates.lists", '# lists = ["permits.csv"] ', 'lists = ["nowhere.csv"]\n# '),
        ("masking.seal_to", '# seal_to = "', f'seal_to = "{"A" * 43}="\n# '),
        ("uplink.broker", "mqtt://127.0.0.1:1883", "mqtt://127.0.0.1:99999"),
        ("uplink.cloud_key", "A" * 43 + "=", "!" * 44),
        ("uplink.password_file", '# password_file = "broker.password"', 'password_file = "nowhere"'),
        ("uplink.ca_file", '# ca_file = "ca.pem" ', 'ca_file = "nowhere.pem"\n# '),
    ],
)
def test_a_check_finds_what_a_start_would(tmp_path: Path, setting: str, right: str, wrong: str) -> None:
    path, text = tmp_path / "gateway.toml", EXAMPLE.replace("http://127.0.0.1:8080", "https://127.0.0.1:8080")
    assert right in text
    path.write_text(text.replace(right, wrong))
    done = edge("config", "check", str(path))
    assert done.returncode == 2
    assert setting in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(CONFIG.read_text() + '\n[models]\nvehicle = "crystal-ball"\n')
    done = edge("config", "check", str(path))
    assert done.returncode == 2
    assert "models.vehicle" in done.stderr
    assert "crystal-ball" in done.stderr


def test_a_camera_picture_shows_its_zones_on_a_grid(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(CONFIG.read_text())
    Clip("street_parking.mp4", seconds=2).write(tmp_path)
    done = edge("config", "check", str(path), "--pictures", str(tmp_path / "zones"))
    assert done.returncode == 0, done.stderr + done.stdout
    drawn = cv2.imread(str(tmp_path / "zones" / "street.jpg"))
    assert drawn is not None
    inside, outside = drawn[130:170, 220:310].astype(int), drawn[130:170, 20:110].astype(int)
    assert (inside[..., 2] - inside[..., 0]).mean() > 30, "the zone is shaded orange"
    assert abs((outside[..., 2] - outside[..., 0]).mean()) < 5
