"""The gateway as a process: it starts with nothing in reach, says so, stops when told and goes on after `kill -9`."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

CONFIG = """
[gateway]
community = "demo"
id = "gw-1"
data = "data"
[uplink]
broker = "mqtt://127.0.0.1:9"
evidence_url = "http://127.0.0.1:9"
cloud_key = "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="
[health]
heartbeat = 1
[[cameras]]
id = "east"
url = "rtsp://u:hunter2@127.0.0.1:9/s"
[[cameras]]
id = "west"
url = "/nonexistent/west.mp4"
"""


class Gateway:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "gateway.toml").write_text(CONFIG)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "edge", "run", "--config", str(self.folder / "gateway.toml")]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        return self.process

    def events(self) -> list[dict[str, Any]]:
        """What the outbox holds; read from a copy, because the gateway alone may open its file."""
        copy = self.folder / "copy.sqlite"
        for suffix in ("", "-wal"):
            source = self.folder / "data" / f"outbox.sqlite{suffix}"
            if not source.exists():
                return []
            Path(f"{copy}{suffix}").write_bytes(source.read_bytes())
        try:
            with closing(sqlite3.connect(copy)) as db:
                return [json.loads(body) for (body,) in db.execute("select body from records order by lane, seq")]
        except sqlite3.DatabaseError:
            return []  # copied in the middle of a write

    def log(self) -> str:
        return (self.folder / "log").read_text()


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path)
    yield gateway
    if gateway.process and gateway.process.poll() is None:
        gateway.process.kill()
        gateway.process.wait()


def wait_for(condition: Callable[[], bool], gateway: Gateway, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, gateway.log()
        time.sleep(0.1)


def beats(gateway: Gateway) -> list[dict[str, Any]]:
    return [event for event in gateway.events() if event["type"] == "device.health.v1"]


def lost_cameras(gateway: Gateway) -> set[str]:
    states = [camera for beat in beats(gateway) for camera in beat["data"]["cameras"]]
    return {camera["camera"] for camera in states if camera["state"] == "lost"}


def test_with_nothing_in_reach_it_runs_says_so_and_stops_when_told(gateway: Gateway) -> None:
    process = gateway.start()
    wait_for(lambda: lost_cameras(gateway) == {"east", "west"}, gateway)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert "hunter2" not in gateway.log()
    assert "Traceback" not in gateway.log()
    assert not any("hunter2" in json.dumps(event) for event in gateway.events())


def test_after_kill_9_the_numbers_go_on_and_the_configuration_is_told_once(gateway: Gateway) -> None:
    for _ in range(3):
        enough = len(beats(gateway)) + 2
        process = gateway.start()
        wait_for(lambda: len(beats(gateway)) >= enough, gateway)  # noqa: B023 - called within this turn
        process.kill()
        process.wait()
    events = gateway.events()
    assert [event["type"] for event in events].count("device.config.v1") == 1
    telemetry = [event for event in events if event["lane"] == "telemetry"]
    assert [event["seq"] for event in telemetry] == list(range(1, len(telemetry) + 1))
    assert len({event["epoch"] for event in events}) == 1


def test_two_gateways_on_one_folder_are_a_persons_mistake(gateway: Gateway) -> None:
    gateway.start()
    wait_for(lambda: bool(beats(gateway)), gateway)
    second = subprocess.run(
        [sys.executable, "-m", "edge", "run", "--config", str(gateway.folder / "gateway.toml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 2
    assert "gateway.data" in second.stderr


def test_a_store_that_cannot_be_opened_is_told_in_one_sentence_and_tried_again_by_whoever_started_it(
    gateway: Gateway,
) -> None:
    (gateway.folder / "data").mkdir()
    (gateway.folder / "data" / "evidence").write_text("in the way")
    assert gateway.start().wait(60) == 1
    assert "evidence" in gateway.log()
    assert "Traceback" not in gateway.log()
