"""A painted street for tests of what joins the stages; the stages themselves are tested on real footage."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from contract.envelope import Lane
from contract.events import AnyEvent, parse_event
from edge.app.watch import Parts, Watch
from edge.config import Config, parse
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.outbox import Identity, Outbox
from edge.permits import Register
from edge.values import ClockTrust, Frame, Image, Moment
from models.detection import Detections, PlateDetector, PlateReader, Seen

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
HEIGHT, WIDTH = 360, 640
CAR = (200, 160, 360, 260)  # x1 y1 x2 y2
RED = (30, 30, 200)

DOCUMENT: dict[str, object] = {
    "gateway": {"community": "demo", "id": "gw-1", "data": "data"},
    "masking": {"enabled": True},
    "cameras": [
        {
            "id": "east",
            "url": "rtsp://192.0.2.1/s",
            "look_every": 1,
            "leave_looks": 3,
            "leave_time": 3,
            "zones": [
                {
                    "id": "lane",
                    "kind": "fire_lane",
                    "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]],
                    "dwell": 20,
                    "milestones": [40],
                }
            ],
        }
    ],
}


def moment(at_s: float) -> Moment:
    return Moment(at_s, START + timedelta(seconds=at_s), ClockTrust.SYNCED)


def street(*, car: bool, seed: int = 7) -> Image:
    """Asphalt, walls, a kerb and lines, and a red car when it is there; noise as a sensor has it."""
    texture = np.random.default_rng(1).normal(110, 12, (HEIGHT, WIDTH, 1)).repeat(3, axis=2)
    texture[:80] = np.linspace(60, 200, WIDTH)[None, :, None]
    texture[80:100, ::2] = 170
    texture[:, 420:432] = 220
    texture[280:290, :] = 60
    for left in range(0, WIDTH, 80):
        texture[20:60, left : left + 30] = 30
        texture[300:340, left : left + 10] = 230
    if car:
        x1, y1, x2, y2 = CAR
        texture[y1:y2, x1:x2] = RED
        texture[y1 + 10 : y1 + 40, x1 + 20 : x2 - 20] = 20
        texture[y2 - 25 : y2 - 5, x1 + 10 : x1 + 40] = 240
    noise = np.random.default_rng(seed).normal(0, 2, texture.shape)
    return np.clip(texture + noise, 0, 255).astype(np.uint8)


def frame(at_s: float, *, car: bool) -> Frame:
    return Frame("east", moment(at_s), street(car=car, seed=int(at_s * 10)))


class RedCars:
    """Finds the painted car, and nothing while `blind`."""

    names = ("car", "person")

    def __init__(self) -> None:
        self.blind = False
        self.calls = 0

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        self.calls += 1
        patch = image[CAR[1] : CAR[3], CAR[0] : CAR[2]].astype(np.int16)
        if self.blind or float((patch[..., 2] - patch[..., 0]).mean()) < 40:
            return Detections.none()
        return Detections(np.array([CAR], np.float32), np.array([0.9], np.float32), np.array([0], np.int64))

    def look(self, image: NDArray[np.uint8]) -> Seen:
        return Seen(self.detect(image))


@dataclass
class Yard:
    """One gateway's store in a folder, opened and opened again."""

    folder: Path
    detector: RedCars = field(default_factory=RedCars)
    document: dict[str, object] = field(default_factory=lambda: DOCUMENT)
    plates: PlateDetector | None = None
    reader: PlateReader | None = None
    register: Register | None = None

    def __post_init__(self) -> None:
        self.config: Config = parse(self.document, "test", folder=self.folder)
        self.open()

    def open(self) -> None:
        self.store = EvidenceStore(self.folder / "evidence", budget_bytes=10**9, reserve_bytes=0)
        self.outbox = Outbox(
            self.folder / "outbox.sqlite",
            identity=Identity("demo", "gw-1"),
            key=KEY,
            config_version=self.config.version,
            budget_bytes=10**8,
            reserve_bytes=0,
        )
        parts = Parts(
            self.config,
            self.detector,
            Masker(None, self.config.masking),
            self.store,
            self.outbox,
            lambda: 0.0,
            plates=self.plates,
            reader=self.reader,
            register=self.register,
        )
        self.watch = Watch(self.config.cameras[0], parts)

    def restart(self) -> None:
        """As after `kill -9`: nothing is said to the old watch."""
        self.close()
        self.open()

    def close(self) -> None:
        self.outbox.close()
        self.store.close()

    def told(self) -> list[AnyEvent]:
        """Every parking event in the outbox, in the order of their times."""
        return [event for event in self.sent() if event.type.startswith("parking.")]

    def sent(self) -> list[AnyEvent]:
        """Every event in the outbox, in the order of their times."""
        lanes = (Lane.ALARM, Lane.EVENT, Lane.TELEMETRY)
        records = [record for lane in lanes for record in self.outbox.pending(lane, 0, 1000)]
        return sorted((parse_event(record.body) for record in records), key=lambda event: event.time)
