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
    """Adds up in one thread and is asked from another."""

    def __init__(self, cpu_clock: Callable[[], float]) -> None:
        self._cpu_clock = cpu_clock
        self._lock = threading.Lock()
        self._cpu_s = 0.0
        self._looks = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the CPU time of what is done inside."""
        before = self._cpu_clock()
        try:
            yield
        finally:
            with self._lock:
                self._cpu_s += self._cpu_clock() - before

    def look(self) -> None:
        """Count one picture."""
        with self._lock:
            self._looks += 1

    def take(self) -> Cost:
        """Return what has been counted and start again from nothing."""
        with self._lock:
            cost = Cost(self._cpu_s * 1000.0, self._looks)
            self._cpu_s, self._looks = 0.0, 0
        return cost
