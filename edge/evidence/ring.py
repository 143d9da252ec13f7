"""The last few pictures of one camera, in memory, so that a stay recognised late still has its first picture."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        self._max_count = max_count
        self._max_bytes = max_bytes

    def push(self, frame: Frame, detections: Sequence[Detection]) -> None:
        """Keep a picture."""
        raise NotImplementedError

    def nearest(self, at_s: float, within_s: float) -> Snapshot | None:
        """Return the picture closest to `at_s` and at most `within_s` away from it."""
        raise NotImplementedError
