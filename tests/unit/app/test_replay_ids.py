"""Ids of a replay come from what it is told, and two cameras' events are never the same event."""

from pathlib import Path

from edge.app import replay
from tests.unit.app.street import START
from tests.unit.app.test_config import CAMERA, HEAD, read

TWO = CAMERA + CAMERA.replace(HEAD, "").replace('"east"', '"west"')


def test_one_recording_through_two_cameras_gives_ids_of_two_kinds(tmp_path: Path) -> None:
    recording = tmp_path / "street.mp4"
    recording.write_bytes(b"pictures")
    config = read(TWO)
    seeds = [replay._fingerprint(recording, config, camera, START) for camera in (*config.cameras, *config.cameras)]
    assert seeds[:2] == seeds[2:]
    assert seeds[0] != seeds[1]
