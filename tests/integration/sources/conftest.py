"""A studio: clips, cameras to point at them, a server and a network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from edge.config import Camera
from edge.sources.camera import CameraSource
from edge.values import ClockTrust, Moment
from tests.integration.sources.clips import Clip
from tests.integration.sources.network import Server, Wire


@dataclass
class Clock:
    """The camera's timeline, from the machine's monotonic clock."""

    started: float = field(default_factory=monotonic)

    def __call__(self) -> Moment:
        at_s = monotonic() - self.started
        return Moment(at_s, datetime(2025, 3, 1, 8, tzinfo=UTC) + timedelta(seconds=at_s), ClockTrust.SYNCED)


@dataclass
class Studio:
    """Makes clips, and cameras with times so short that faults are noticed within a test."""

    folder: Path
    clock: Clock = field(default_factory=Clock)

    def shoot(self, clip: Clip) -> Path:
        return clip.write(self.folder)

    def source(self, url: object, **settings: object) -> CameraSource:
        camera = Camera.model_validate(
            {"id": "gate", "url": str(url), "look_every": 1, "read_timeout": 1, "stale_after": 3, **settings}
        )
        return CameraSource(camera, moment=self.clock)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.fixture
def rtsp(tmp_path: Path, free_port: int) -> Iterator[Server]:
    server = Server(tmp_path, free_port)
    yield server
    server.close()


@pytest.fixture
def wire(rtsp: Server) -> Iterator[Wire]:
    between = Wire(rtsp.port)
    yield between
    between.close()
