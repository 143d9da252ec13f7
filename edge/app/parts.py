"""What a gateway is made of, put together from its configuration."""

import logging
import os
import threading
import time
from pathlib import Path
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from contract.signatures import private_key, private_pem
from edge.app.watch import Parts
from edge.config import Config
from edge.errors import Misconfigured
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.outbox import Identity, Outbox
from edge.perception.detection import PERSON_THRESHOLD
from models.detection import Detections, Detector, Seen
from models.errors import ModelMissing, ModelRefused
from models.zoo import Zoo

PLATE_THRESHOLD: Final = 0.25  # a plate missed is shown to the world; one too many costs a few pixels

log = logging.getLogger(__name__)


class SharedDetector:
    """One detector for all cameras of a gateway: one at a time, so that memory does not grow with the cameras."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """Class names, as the detector has them."""
        return self._detector.names

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        """As `Detector.detect`; waits while another camera has its turn."""
        with self._lock:
            return self._detector.detect(image)

    def look(self, image: NDArray[np.uint8]) -> Seen:
        """As `Detector.look`; waits while another camera has its turn."""
        with self._lock:
            return self._detector.look(image)


def detector(config: Config) -> SharedDetector:
    """The vehicle detector that the configuration names.

    Raises:
        Misconfigured: the model is missing or refused; the text says which and why.
    """
    # Persons are wanted down to a lower score than vehicles; each camera takes its own threshold from there.
    lowest = min([PERSON_THRESHOLD, *(camera.threshold for camera in config.cameras)])
    try:
        found = _zoo(config).vehicle_detector(config.models.vehicle, threads=config.models.threads, threshold=lowest)
    except (ModelMissing, ModelRefused) as error:
        raise Misconfigured(f"models.vehicle: {error}") from None
    return SharedDetector(found)


def masker(config: Config) -> Masker:
    """What makes pictures fit to leave; its plate detector is loaded only where masking is on.

    Raises:
        Misconfigured: as `detector`.
    """
    if not config.masking.enabled:
        return Masker(None, config.masking)
    try:
        plates = _zoo(config).plate_detector(
            config.models.plate, threads=config.models.threads, threshold=PLATE_THRESHOLD
        )
    except (ModelMissing, ModelRefused) as error:
        raise Misconfigured(f"models.plate: {error}") from None
    return Masker(plates, config.masking)


def _zoo(config: Config) -> Zoo:
    manifests = [config.models.manifest] if config.models.manifest else []
    try:
        return Zoo(config.models.folder, manifests)
    except (ModelRefused, OSError) as error:
        raise Misconfigured(f"models.manifest: {error}") from None


def signing_key(config: Config) -> Ed25519PrivateKey:
    """The gateway's key; made at the first start, readable by its owner alone.

    Raises:
        Misconfigured: the file cannot be read or is no Ed25519 key.
    """
    path = config.gateway.key or config.gateway.data / "gateway.key"
    try:
        if not path.exists():
            _write_new(path, private_pem(Ed25519PrivateKey.generate()))
            log.info("a new key was made at %s", path)
        return private_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Misconfigured(f"gateway.key: {path}: {error}") from None


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Make a rename survive a power cut: the cloud believes one key, and a lost one cannot be made again."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_folder(path: Path, setting: str) -> None:
    """Have a folder for pictures and events; a new one is for its owner alone.

    Raises:
        Misconfigured: it cannot be made or written; the text names `setting`.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"{setting}: {path}: {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise Misconfigured(f"{setting}: {path}: this user may not write there")


OUTBOX: Final = "outbox.sqlite"
EVIDENCE: Final = "evidence"


def live(config: Config, key: Ed25519PrivateKey) -> Parts:
    """Everything a running gateway shares between its cameras, on its disk.

    Raises:
        Misconfigured: a model, the key or the data folder cannot be used.
    """
    data, store = config.gateway.data, config.store
    open_folder(data, "gateway.data")
    return Parts(
        config=config,
        detector=detector(config),
        masker=masker(config),
        store=EvidenceStore(data / EVIDENCE, budget_bytes=store.evidence_bytes, reserve_bytes=store.reserve_bytes),
        outbox=Outbox(
            data / OUTBOX,
            identity=Identity(config.gateway.community, config.gateway.id),
            key=key,
            config_version=config.version,
            budget_bytes=store.outbox_bytes,
            reserve_bytes=store.reserve_bytes,
        ),
        cpu_clock=time.thread_time,
    )
