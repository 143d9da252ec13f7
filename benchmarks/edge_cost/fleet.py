"""Some cameras in a process of their own, as a gateway runs them: what they cost and what they hold.

`python -m benchmarks.edge_cost.fleet STREAM CAMERAS WARM_UP_S MEASURED_S` prints one JSON line. Growth starts one for
each number of cameras, all at the same time, so that what else the machine does disturbs all alike.
"""

import os
import resource
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import cv2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.edge_cost import gateway
from benchmarks.edge_cost.stream import KEY_EVERY_S
from edge.app import parts
from edge.app.allocator import be_frugal
from edge.app.gateway import CameraStage
from edge.app.watch import Watch
from edge.config import Config
from edge.health import Clock

DWELL_S: Final = 4.0  # an alarm with all its pictures comes during the warm-up, and what it leaves in memory stays
SAMPLE_S: Final = 0.05
STATM: Final = Path("/proc/self/statm")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
SPREAD: Final = 0.618  # of the time between two key frames: however many cameras, theirs come evenly spread


class Fleet(BaseModel):
    """What some cameras cost together in one process."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cameras: int = Field(ge=1)
    cpu_ms: float = Field(ge=0, description="CPU time of the process, user and system, while it was measured")
    mb: float = Field(
        ge=0, description="resident memory of the process, the most since its models were loaded, 10⁶ bytes"
    )
    looks: int = Field(ge=0, description="of all cameras together, while it was measured")
    alarms: int = Field(ge=0, description="in all: one a camera")

    @property
    def ms_per_stream_s(self) -> float:
        """CPU milliseconds while one second passes in each of the streams, of all cameras together.

        A look stands for the seconds up to the next one: where others keep the machine busy, some looks are left out.
        """
        return self.cpu_ms / (self.looks * KEY_EVERY_S / self.cameras)


def config(data: Path, stream: Path, cameras: int) -> Config:
    """The gateway that is measured: `cameras` of them on one stream, each read and decoded by itself."""
    settings = gateway.config(data, dwell_s=DWELL_S)
    each = settings.cameras[0].model_dump() | {"url": f"file:{stream}"}
    names = [f"street-{number}" for number in range(cameras)]
    return Config.model_validate(settings.model_dump() | {"cameras": [each | {"id": name} for name in names]})


def run(stream: Path, cameras: int, *, warm_up_s: float, measured_s: float) -> Fleet:
    """Watch with `cameras` threads, as a gateway does; measure the last `measured_s`.

    Their key frames come one after another: cameras in a street were not switched on at the same instant.
    """
    stop = threading.Event()
    clock = Clock("yes")
    with tempfile.TemporaryDirectory(prefix="linli-benchmark-") as data:
        settings = config(Path(data), stream, cameras)
        shared = parts.live(settings, Ed25519PrivateKey.generate())
        stages = [CameraStage(Watch(camera, shared), clock, stop) for camera in settings.cameras]
        try:
            with ThreadPoolExecutor(cameras) as threads:
                running = [threads.submit(_watched, stage, number, stop) for number, stage in enumerate(stages)]
                try:
                    most = _wait(warm_up_s)
                    found = _measured(stages, measured_s, most)
                finally:
                    stop.set()
            for each in running:
                each.result()
            return found.model_copy(update={"alarms": gateway.alarms(shared)})
        finally:
            shared.outbox.close()
            shared.store.close()


def _watched(stage: CameraStage, number: int, stop: threading.Event) -> None:
    stop.wait((number * SPREAD) % 1 * KEY_EVERY_S)
    stage.run()


def _measured(stages: list[CameraStage], seconds: float, most: int) -> Fleet:
    for stage in stages:
        stage.watch.counters.take()
    started = time.process_time()
    most = max(most, _wait(seconds))
    cpu_ms = 1000 * (time.process_time() - started)
    looks = sum(stage.watch.counters.take().looks for stage in stages)
    return Fleet(cameras=len(stages), cpu_ms=cpu_ms, mb=most / 1e6, looks=looks, alarms=0)


def _wait(seconds: float) -> int:
    """Let time pass; return the most bytes of memory that this process held meanwhile."""
    ends, most = time.monotonic() + seconds, 0
    while (left := ends - time.monotonic()) > 0:
        most = max(most, _resident())
        time.sleep(min(SAMPLE_S, left))
    return most


def _resident() -> int:
    if STATM.is_file():
        return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    cv2.setNumThreads(1)
    be_frugal()  # as `linli-edge run` does
    path, cameras, warm_up_s, measured_s = sys.argv[1:]
    print(run(Path(path), int(cameras), warm_up_s=float(warm_up_s), measured_s=float(measured_s)).model_dump_json())
