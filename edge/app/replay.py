"""A recording through the very same pipeline as a camera, on the recording's own clock."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.envelope import Lane
from contract.identifiers import ENTROPY_BYTES
from edge.app import parts
from edge.app.account import Account
from edge.app.fall_watch import FallWatch, Glimpse
from edge.app.watch import Parts, Watch
from edge.config import Camera, Config
from edge.errors import Misconfigured
from edge.evidence.store import EvidenceStore
from edge.outbox import Identity, Outbox
from edge.permits import Register
from edge.sources.film import Gaps
from edge.sources.film_recording import FilmRecording
from edge.sources.recording import Recording

# What a replay says is signed like everything else, by a key that anybody can make: no cloud trusts it.
KEY: Final = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"linli replay: not to be trusted").digest())
OUTBOX_BYTES: Final = 1024**3
EVIDENCE_BYTES: Final = 1024**4
HASHED_AT_A_TIME: Final = 1024 * 1024
NO_TIME: Final = datetime(2020, 1, 1, tzinfo=UTC)  # plainly not now, and the same each run


def begin(start: datetime | None, config: Config) -> datetime:
    """The wall clock at the first picture, in UTC.

    Args:
        start: without a zone it is meant in the gateway's time zone, as timetables are.
    """
    if start is None:
        return NO_TIME
    # In UTC, so that one moment written in two ways gives the same ids, and seconds add up over a change of the clocks.
    return (start if start.tzinfo else start.replace(tzinfo=ZoneInfo(config.gateway.timezone))).astimezone(UTC)


def replay(
    source: Path,
    config: Config,
    *,
    camera: Camera,
    start: datetime,
    out: Path,
    progress: Callable[[float], None],
    witness: Callable[[Account], None] | None = None,
) -> Iterator[bytes]:
    """Run a recording and give each event as the bytes that a gateway would send.

    Args:
        source: a file that FFmpeg reads.
        camera: one of the configuration's; its address is not used.
        start: aware; the wall clock at the first picture.
        out: where the evidence is left.
        progress: told the seconds of the recording that are done.
        witness: told what every look came to.
    Raises:
        Misconfigured: the recording, a model or `out` cannot be used.
    """
    recording = Recording(source, camera=camera.id, start=start, look_every=camera.look_every)
    parts.open_folder(out, "--out")
    shared = _parts(config, seed=_fingerprint(source, config, camera, start), out=out)
    watch = Watch(camera, shared, witness=witness)
    sent = dict.fromkeys(Lane, 0)
    for frame in recording.frames():
        watch.take(frame)
        progress(frame.moment.at_s)
        yield from _new(shared.outbox, sent)
    shared.store.release_except(set())  # pictures of stays that came to nothing


def replay_falls(
    source: Path,
    config: Config,
    *,
    camera: Camera,
    start: datetime,
    out: Path,
    progress: Callable[[float], None],
    witness: Callable[[Glimpse], None] | None = None,
    noted: Callable[[Gaps], None] | None = None,
) -> Iterator[bytes]:
    """Run a recording of façades, every picture of it; otherwise as `replay`.

    Args:
        noted: told at the end what of the recording was left out.
    """
    parts.open_folder(out, "--out")
    shared = _parts(config, seed=_fingerprint(source, config, camera, start), out=out)
    watch = FallWatch(camera, shared, witness=witness)
    recording = FilmRecording(source, watch.reel, camera=camera.id, start=start)
    sent = dict.fromkeys(Lane, 0)
    for shot in recording.shots():
        watch.take(shot)
        progress(shot.moment.at_s)
        yield from _new(shared.outbox, sent)
    watch.lost()
    yield from _new(shared.outbox, sent)
    if noted:
        noted(recording.gaps())


def _new(outbox: Outbox, sent: dict[Lane, int]) -> Iterator[bytes]:
    for lane in (Lane.ALARM, Lane.EVENT):
        for record in outbox.pending(lane, sent[lane], 1000):
            sent[lane] = record.seq
            yield record.body


def _parts(config: Config, *, seed: bytes, out: Path) -> Parts:
    draws = _Draws(seed)
    plates = parts.plate_detector(config)
    return Parts(
        config=config,
        detector=parts.detector(config),
        masker=parts.masker(config, plates),
        plates=plates if config.plates.read else None,
        reader=parts.plate_reader(config),
        register=_register(config, out),
        finder=parts.fall_finder(config),
        store=EvidenceStore(out, budget_bytes=EVIDENCE_BYTES, reserve_bytes=0),
        outbox=Outbox(
            ":memory:",
            identity=Identity(config.gateway.community, config.gateway.id),
            key=KEY,
            config_version=config.version,
            budget_bytes=OUTBOX_BYTES,
            reserve_bytes=0,
            entropy=draws.next,
            epoch=hashlib.sha256(seed).hexdigest()[:16],
        ),
        cpu_clock=lambda: 0.0,
    )


def _register(config: Config, out: Path) -> Register | None:
    """The lists that are there as files: what a gateway keeps is hashed with its own key."""
    there = tuple(path for path in config.plates.lists if path.exists())
    readable = config.model_copy(update={"plates": config.plates.model_copy(update={"lists": there})})
    return parts.register(readable, KEY, data=out, now=NO_TIME, keep=False)


class _Draws:
    """Ids that come from the recording: the same recording gives the same ids."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._drawn = 0

    def next(self) -> bytes:
        self._drawn += 1
        return hashlib.sha256(self._seed + self._drawn.to_bytes(8)).digest()[:ENTROPY_BYTES]


def _fingerprint(source: Path, config: Config, camera: Camera, start: datetime) -> bytes:
    digest = hashlib.sha256(f"{config.version} {camera.id} {start.isoformat()}\n".encode())
    try:
        with source.open("rb") as file:
            while block := file.read(HASHED_AT_A_TIME):
                digest.update(block)
    except OSError as error:
        raise Misconfigured(f"{source}: cannot be read ({error.strerror})") from None
    return digest.digest()
