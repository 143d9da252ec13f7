"""What a lost camera is called in the heartbeat depends on how it was lost."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.device import CameraState
from edge.app.gateway import CameraStage
from edge.errors import SourceFrozen, SourceLost
from edge.health import Clock
from edge.sources.camera import CameraSource
from edge.values import Frame
from tests.unit.app.street import Yard, frame


@pytest.mark.parametrize(
    ("error", "state"),
    [(SourceLost("the stream has ended"), CameraState.LOST), (SourceFrozen("frozen"), CameraState.FROZEN)],
)
def test_a_camera_is_said_to_be_lost_or_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: SourceLost, state: CameraState
) -> None:
    def frames(_source: CameraSource, _stop: threading.Event) -> Iterator[Frame]:
        yield frame(0, car=False)
        raise error

    monkeypatch.setattr(CameraSource, "frames", frames)
    yard = Yard(tmp_path)
    stage = CameraStage(yard.watch, Clock("yes"), threading.Event())
    with pytest.raises(type(error)):
        stage.run()
    told = yard.watch.counters.take()
    assert (told.state, told.detail, told.looks) == (state, str(error), 1)
    yard.close()
