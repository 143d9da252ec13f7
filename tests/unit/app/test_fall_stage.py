"""A camera of façades, run to its end: whatever ends it, what was still followed is told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.device import CameraState
from edge.app.gateway import FallStage
from edge.errors import DiskFull, SourceFrozen, SourceLost, Transient
from edge.health import Clock
from edge.sources.film import Shot
from edge.sources.film_camera import FilmCamera
from edge.sources.film_recording import FilmRecording
from tests.integration.sources.drops import Drops
from tests.unit.app.court import Court
from tests.unit.app.street import START
from tests.unit.app.test_fall_watch import CLIP, THROWN, types
from tests.unit.evidence.falls import fall

FALL = fall(0.5, until_y=200.0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Drops(seconds=3.0).write(tmp_path_factory.mktemp("stage"))


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Court]:
    court = Court(tmp_path, falls=[FALL])
    yield court
    court.close()


def stage(court: Court, clip: Path, monkeypatch: pytest.MonkeyPatch, ends: Transient | None) -> FallStage:
    """One whose camera ends while a fall is followed."""

    def shots(_source: FilmCamera, _stop: threading.Event) -> Iterator[Shot]:
        for shot in FilmRecording(clip, court.watch.reel, camera="east", start=START).shots():
            if shot.moment.at_s > FALL.ended_s:
                break
            yield shot
        if ends is not None:
            raise ends

    monkeypatch.setattr(FilmCamera, "shots", shots)
    return FallStage(court.watch, Clock("yes"), threading.Event())


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SourceLost("the stream has ended"), CameraState.LOST),
        (SourceFrozen("frozen"), CameraState.FROZEN),
        (DiskFull("256 events wait for room on the disk"), CameraState.LOST),
    ],
)
def test_what_is_followed_when_a_camera_is_lost_or_the_disk_is_full_is_told(
    court: Court, clip: Path, monkeypatch: pytest.MonkeyPatch, error: Transient, state: CameraState
) -> None:
    with pytest.raises(type(error)):
        stage(court, clip, monkeypatch, error).run()
    assert types(court) == [THROWN, CLIP]
    told = court.watch.counters.take()
    assert (told.state, told.detail) == (state, str(error))


def test_what_is_followed_when_the_gateway_is_stopped_is_told(
    court: Court, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(court, clip, monkeypatch, None).run()
    assert types(court) == [THROWN, CLIP]
    assert court.watch.counters.state is CameraState.LIVE
