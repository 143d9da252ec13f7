"""`python -m benchmarks.throw.memory FILE`: watch a file with a full ring of packets, print peak resident megabytes."""

import sys
from collections import deque
from pathlib import Path
from typing import Final

import av
import cv2

from benchmarks.throw.perception import detector
from edge.config import Facade
from edge.sources.luma import luma

RING_BYTES: Final = 48 * 1024 * 1024  # the gateway's default
STATUS: Final = Path("/proc/self/status")
FACADE: Final = Facade(id="facade", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 0.7), (0.0, 0.7)))


def filled(path: Path, ring_bytes: int) -> deque[bytes]:
    """A ring full of a file's packets, over and over, as a camera would have filled it by and by."""
    ring: deque[bytes] = deque()
    held = 0
    while held < ring_bytes:
        with av.open(str(path)) as container:
            for packet in container.demux(video=0):
                ring.append(bytes(packet))
                held += len(ring[-1])
    return ring


def watch(path: Path, ring: deque[bytes]) -> None:
    """Watch a file once; each packet takes an old one's place in the ring."""
    cv2.setNumThreads(1)
    eye = detector(FACADE)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for packet in container.demux(stream):
            ring.append(bytes(packet))
            ring.popleft()
            for frame in packet.decode():
                eye.observe(luma(frame), frame.time or 0.0)


def peak_mb(status: Path = STATUS) -> float:
    """The most that was resident since this program began, 10⁶ bytes.

    `getrusage` would tell as much as its parent had: what was resident before `exec` counts there.
    """
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    watch(Path(sys.argv[1]), filled(Path(sys.argv[1]), RING_BYTES))
    print(f"{peak_mb():.1f}")
