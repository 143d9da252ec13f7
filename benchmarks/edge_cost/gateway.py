"""The gateway's own way: a recording through the very parts that a running gateway is made of, disk and all."""

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.edge_cost.cost import Cost, Stopwatch, TimedDetector
from benchmarks.edge_cost.stream import Stream
from contract.envelope import Lane
from contract.parking import ZoneKind
from deploy.story.scene import PLACE
from edge.app import parts
from edge.app.allocator import be_frugal
from edge.app.watch import Parts, Watch
from edge.config import Camera, Config, Zone
from edge.config import Gateway as Identity
from edge.sources.recording import Recording

START: Final = datetime(2020, 4, 1, tzinfo=UTC)
MOST_EVENTS: Final = 1000
GLIBC_COMES_TO: Final = 32 * 1024 * 1024  # what it gives back at once is, sooner or later, no smaller than this


def config(data: Path, *, dwell_s: float) -> Config:
    """A gateway with one camera on the street and its fire lane; all else as it comes."""
    lane = Zone(id="fire-lane", kind=ZoneKind.FIRE_LANE, polygon=PLACE, dwell=dwell_s)
    camera = Camera(id="street", url="street.mp4", simulated=True, zones=(lane,))
    return Config(gateway=Identity(community="benchmark", id="gw-1", data=data), cameras=(camera,))


def _live(settings: Config) -> Parts:
    return parts.live(settings, Ed25519PrivateKey.generate())


class Gateway:
    """Watches a stream from its beginning with a gateway that has just been set up.

    Args:
        dwell_s: how long a car may stand.
        settled_from_s: what lies beyond is told apart: by then the car has been reported.
        assemble: makes the parts of a configuration; the default is what `linli-edge run` does.
    """

    def __init__(
        self,
        stream: Stream,
        *,
        dwell_s: float,
        settled_from_s: float = math.inf,
        assemble: Callable[[Config], Parts] = _live,
    ) -> None:
        self._stream = stream
        self._dwell_s = dwell_s
        self._settled_from_s = settled_from_s
        self._assemble = assemble

    def __call__(self) -> Cost:
        """See `Contestant`."""
        with _frugal(), tempfile.TemporaryDirectory(prefix="linli-benchmark-") as data:
            settings = config(Path(data), dwell_s=self._dwell_s)
            # The process's CPU clock: alone in this process, the watch is charged for helper threads too.
            shared = replace(self._assemble(settings), cpu_clock=time.process_time)
            try:
                return self._run(settings.cameras[0], shared)
            finally:
                shared.outbox.close()
                shared.store.close()

    def _run(self, camera: Camera, shared: Parts) -> Cost:
        detector = TimedDetector(shared.detector)
        watch = Watch(camera, replace(shared, detector=detector))
        recording = Recording(self._stream.path, camera=camera.id, start=START, look_every=camera.look_every)
        total, settled = Stopwatch(), Stopwatch()
        with total.running():
            frames = recording.frames()
            for frame in frames:
                watch.take(frame, decode_ms=recording.cost().decode_ms)
                if frame.moment.at_s + camera.look_every >= self._settled_from_s:
                    break
            with settled.running():
                for frame in frames:
                    watch.take(frame, decode_ms=recording.cost().decode_ms)
        spent = watch.counters.take()
        return Cost(
            self._stream.seconds,
            total_ms=total.ms,
            decode_ms=spent.decode_ms + recording.cost().decode_ms,
            gate_ms=spent.gate_ms,
            inference_ms=detector.watch.ms,
            pictures=spent.looks,
            inferences=detector.watch.times,
            alarms=alarms(shared),
            settled_s=max(0.0, self._stream.seconds - self._settled_from_s),
            settled_ms=settled.ms,
        )


@contextmanager
def _frugal() -> Iterator[None]:
    """Keep memory as a gateway does; the others have it as it comes."""
    be_frugal()
    try:
        yield
    finally:
        be_frugal(GLIBC_COMES_TO)


def alarms(shared: Parts) -> int:
    """How many alarms wait in the outbox."""
    return len(shared.outbox.pending(Lane.ALARM, 0, MOST_EVENTS))
