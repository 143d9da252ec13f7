"""The last few pictures of one camera, in memory, so that a stay recognised late still has its first picture."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from edge.evidence.jpeg import RING_QUALITY, encode
from edge.values import Detection, Frame, Moment


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture as the camera gave it, with what was detected in it. Not masked: it stays in memory."""

    moment: Moment
    jpeg: bytes
    detections: tuple[Detection, ...]


class Ring:
    """Bounded by count and by bytes; the oldest go first."""

    def __init__(self, *, max_count: int = 12, max_bytes: int = 8 * 1024 * 1024) -> None:
        """Start empty; both limits ≥ 1."""
        self._max_count = max_count
        self._max_bytes = max_bytes
        self._snapshots: deque[Snapshot] = deque()
        self._bytes = 0

    def push(self, frame: Frame, detections: Sequence[Detection]) -> None:
        """Keep a picture, and let old ones go."""
        snapshot = Snapshot(frame.moment, encode(frame.image, RING_QUALITY), tuple(detections))
        self._snapshots.append(snapshot)
        self._bytes += len(snapshot.jpeg)
        while self._snapshots and (len(self._snapshots) > self._max_count or self._bytes > self._max_bytes):
            self._bytes -= len(self._snapshots.popleft().jpeg)

    def nearest(self, at_s: float, within_s: float) -> Snapshot | None:
        """Return the picture closest to `at_s` and at most `within_s` away from it."""
        near = [snapshot for snapshot in self._snapshots if abs(snapshot.moment.at_s - at_s) <= within_s]
        return min(near, key=lambda snapshot: abs(snapshot.moment.at_s - at_s), default=None)

    def __len__(self) -> int:
        return len(self._snapshots)

    @property
    def bytes_used(self) -> int:
        """Bytes of all pictures kept."""
        return self._bytes
