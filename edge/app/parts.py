"""What a gateway is made of, put together from its configuration."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.signatures import private_key, private_pem
from edge.app.sharing import SharedDetector, SharedPlateDetector, SharedPlateReader
from edge.app.watch import Parts
from edge.config import Config, Facade
from edge.errors import Misconfigured
from edge.evidence.mask import Masker
from edge.evidence.store import EvidenceStore
from edge.outbox import Identity, Outbox
from edge.perception.detection import PERSON_THRESHOLD
from edge.perception.falls.detector import FallDetector
from edge.permits import Register, open_register, read_sheet
from models.detection import PlateDetector
from models.errors import ModelMissing, ModelRefused
from models.throw.classifier import ThrowClassifier
from models.zoo import Zoo

PLATE_THRESHOLD: Final = 0.25  # a plate missed is shown to the world; one too many costs a few pixels

log = logging.getLogger(__name__)


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


def plate_detector(config: Config) -> SharedPlateDetector | None:
    """What finds plates, for masking and for reading; None where neither is wished for.

    Raises:
        Misconfigured: as `detector`.
    """
    if not (config.masking.enabled or config.plates.read):
        return None
    models = config.models
    try:
        found = _zoo(config).plate_detector(models.plate, threads=models.threads, threshold=PLATE_THRESHOLD)
    except (ModelMissing, ModelRefused) as error:
        raise Misconfigured(f"models.plate: {error}") from None
    return SharedPlateDetector(found)


def plate_reader(config: Config) -> SharedPlateReader | None:
    """What reads plates; None where none are read.

    Raises:
        Misconfigured: as `detector`.
    """
    if not config.plates.read:
        return None
    models = config.models
    try:
        return SharedPlateReader(_zoo(config).plate_reader(models.plate_reader, threads=models.threads))
    except (ModelMissing, ModelRefused) as error:
        raise Misconfigured(f"models.plate_reader: {error}") from None


def fall_finder(config: Config) -> Callable[[Facade], FallDetector]:
    """What looks for falls before a façade; all of a gateway's share one classifier, which any thread may ask.

    Raises:
        Misconfigured: the classifier cannot be run.
    """
    if not (config.throws.classifier and any(camera.facades for camera in config.cameras)):
        return FallDetector
    try:
        return partial(FallDetector, classifier=ThrowClassifier())
    except ModelRefused as error:
        raise Misconfigured(f"throws.classifier: {error}") from None


def masker(config: Config, plates: PlateDetector | None) -> Masker:
    """What makes pictures fit to leave."""
    return Masker(plates if config.masking.enabled else None, config.masking)


def register(config: Config, key: Ed25519PrivateKey, *, data: Path, now: datetime, keep: bool) -> Register | None:
    """The community's lists; None where no plates are read. Arguments and errors as `open_register`."""
    if not config.plates.read:
        return None
    return open_register(config.plates, data=data, key=key, timezone=config.gateway.timezone, now=now, keep=keep)


def check_lists(config: Config) -> None:
    """Read the lists that the configuration names, as a start would, and keep nothing.

    Raises:
        Misconfigured: as `open_register`.
    """
    for path in config.plates.lists:
        if path.exists():
            read_sheet(path, config.gateway.timezone)
    if all(path.exists() for path in config.plates.lists):
        return  # whoever checks need not be able to read the gateway's key
    there = _key_path(config).exists()
    key = signing_key(config) if there else Ed25519PrivateKey.generate()  # nothing was kept under a key not made yet
    register(config, key, data=config.gateway.data, now=datetime.now(UTC), keep=False)


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
    path = _key_path(config)
    try:
        if not path.exists():
            _write_new(path, private_pem(Ed25519PrivateKey.generate()))
            log.info("a new key was made at %s", path)
        return private_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Misconfigured(f"gateway.key: {path}: {error}") from None


def _key_path(config: Config) -> Path:
    return config.gateway.key or config.gateway.data / "gateway.key"


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


@dataclass(frozen=True, slots=True)
class Disk:
    """What a gateway keeps on its disk, whatever it watches."""

    outbox: Outbox
    store: EvidenceStore


def disk(config: Config, key: Ed25519PrivateKey) -> Disk:
    """Open the data folder.

    Raises:
        Misconfigured: it cannot be used.
    """
    data, store = config.gateway.data, config.store
    open_folder(data, "gateway.data")
    return Disk(
        store=EvidenceStore(data / EVIDENCE, budget_bytes=store.evidence_bytes, reserve_bytes=store.reserve_bytes),
        outbox=Outbox(
            data / OUTBOX,
            identity=Identity(config.gateway.community, config.gateway.id),
            key=key,
            config_version=config.version,
            budget_bytes=store.outbox_bytes,
            reserve_bytes=store.reserve_bytes,
        ),
    )


def live(config: Config, key: Ed25519PrivateKey) -> Parts:
    """Everything a running gateway shares between its cameras, on its disk.

    Raises:
        Misconfigured: a model, the key, the data folder or a list of permits cannot be used.
        DiskFull: the disk refuses a list of permits.
    """
    data = config.gateway.data
    open_folder(data, "gateway.data")
    plates, found = plate_detector(config), detector(config)
    reader, finder = plate_reader(config), fall_finder(config)
    known = register(config, key, data=data, now=datetime.now(UTC), keep=True)
    kept = disk(config, key)
    return Parts(
        config=config,
        detector=found,
        masker=masker(config, plates),
        plates=plates if config.plates.read else None,
        reader=reader,
        register=known,
        finder=finder,
        store=kept.store,
        outbox=kept.outbox,
        cpu_clock=time.thread_time,
    )
