"""A gateway with one camera before a façade, its finder scripted; the footage is simulated."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contract.envelope import Lane
from contract.events import AnyEvent, parse_event
from edge.app.fall_watch import FallWatch
from edge.app.watch import FallFinder, Parts
from edge.app.workshop import AtOnce, Workshop
from edge.config import Config, Facade, parse
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.outbox import Identity, Outbox
from edge.sources.film_recording import FilmRecording
from edge.trajectory import Fall, Point, Rejected, Rejection, Verdict
from models.detection import Detections, Seen
from tests.unit.app.street import KEY, START

AFTER_S = 0.3  # a track that is not seen for so long has ended

DOCUMENT: dict[str, object] = {
    "gateway": {"community": "demo", "id": "gw-1", "data": "data"},
    "throws": {"clip_before": 5, "clip_after": 2},
    "cameras": [
        {
            "id": "east",
            "url": "rtsp://192.0.2.1/s",
            "facades": [
                {"id": "front", "name": "正面 Front", "polygon": [[0, 0], [0.7, 0], [0.7, 1], [0, 1]]},
                {"id": "side", "polygon": [[0.7, 0], [1, 0], [1, 1], [0.7, 1]]},
            ],
        }
    ],
}
BIRD = Rejected(Rejection.ERRATIC, (Point(0.5, 10, 10, 3, 3, 9, -50), Point(0.6, 12, 9, 3, 3, 9, -50)))


class Nobody:
    """Detects nothing."""

    names = ("car", "person")

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        return Detections.none()

    def look(self, image: NDArray[np.uint8]) -> Seen:
        return Seen(self.detect(image))


@dataclass
class Script:
    """A finder that says what it was given, when it could be known."""

    verdicts: list[Verdict]
    done: int = 0

    def observe(self, luma: NDArray[np.uint8], at_s: float) -> tuple[Verdict, ...]:
        assert luma.dtype == np.uint8
        due = [one for one in self.verdicts[self.done :] if one.points[-1].at_s + AFTER_S <= at_s]
        self.done += len(due)
        return tuple(due)

    def finish(self) -> tuple[Verdict, ...]:
        left, self.done = tuple(self.verdicts[self.done :]), len(self.verdicts)
        return left


@dataclass
class Court:
    """A gateway's store in a folder, opened and opened again; `falls` and `rejected` are what its finder says."""

    folder: Path
    falls: list[Fall] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    workshop: Workshop = field(default_factory=AtOnce)
    masking: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        document = {**DOCUMENT, "masking": self.masking}
        self.config: Config = parse(document, "test", folder=self.folder)
        self.open()

    def open(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.store = EvidenceStore(self.folder / "evidence", budget_bytes=10**9, reserve_bytes=0)
        self.outbox = Outbox(
            self.folder / "outbox.sqlite",
            identity=Identity("demo", "gw-1"),
            key=KEY,
            config_version=self.config.version,
            budget_bytes=10**8,
            reserve_bytes=0,
        )
        parts = Parts(self.config, Nobody(), Masker(None, self.config.masking), self.store, self.outbox, lambda: 0.0)
        self.watch = FallWatch(self.config.cameras[0], replace(parts, finder=self.finder, workshop=self.workshop))

    def finder(self, facade: Facade) -> FallFinder:
        told: list[Verdict] = [*self.falls, *self.rejected]
        told.sort(key=lambda verdict: verdict.points[-1].at_s)
        return Script(told if facade.id == "front" else [])

    def play(self, path: Path, until_s: float = float("inf"), *, lose: bool = False) -> None:
        """Show a recording from its start up to a time; `lose`: and then the camera is lost."""
        self._shots = FilmRecording(path, self.watch.reel, camera="east", start=START).shots()
        self.play_on(until_s)
        if lose:
            self.watch.lost()

    def play_on(self, until_s: float) -> None:
        """Show more of it."""
        for shot in self._shots:
            self.watch.take(shot)
            if shot.moment.at_s >= until_s:
                return

    def restart(self) -> None:
        """As after `kill -9`."""
        self.close()
        self.open()

    def close(self) -> None:
        self.outbox.close()
        self.store.close()

    def told(self) -> list[AnyEvent]:
        """Every event in the outbox, alarms first."""
        lanes = (Lane.ALARM, Lane.EVENT)
        return [parse_event(record.body) for lane in lanes for record in self.outbox.pending(lane, 0, 1000)]
