"""What a source costs: CPU time of its own thread, and looks."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a source has spent since it was last asked.

    Attributes:
        decode_ms: CPU milliseconds of the source's own thread: reading and decoding. A picture's conversion counts
            where it is looked at.
        looks: pictures handed out.
    """

    decode_ms: float
    looks: int


class Meter:
    """Adds up in the thread that reads and is asked from another.

    It runs from `start` to `stop`, over all that lies between two looks: waiting takes no CPU time, and to read the
    clock at each packet would cost as much as reading the packet.
    """

    def __init__(self, cpu_clock: Callable[[], float]) -> None:
        self._cpu_clock = cpu_clock
        self._lock = threading.Lock()
        self._started_s: float | None = None
        self._cpu_s = 0.0
        self._looks = 0

    def start(self) -> None:
        """Count the CPU time of the calling thread from now on."""
        self._started_s = self._cpu_clock()

    def stop(self) -> None:
        """Count no further; the same thread calls it that started, and as often as it likes."""
        if self._started_s is not None:
            with self._lock:
                self._cpu_s += self._cpu_clock() - self._started_s
            self._started_s = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Count one picture, and nothing of what is done inside: somebody else looks at it."""
        with self._lock:
            self._looks += 1
        self.stop()
        try:
            yield
        finally:
            self.start()

    def take(self) -> Cost:
        """Return what has been counted and start again from nothing."""
        with self._lock:
            cost = Cost(self._cpu_s * 1000.0, self._looks)
            self._cpu_s, self._looks = 0.0, 0
        return cost
