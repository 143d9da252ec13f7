"""CPU time: of the whole process, so that threads of any library count, and of its stages apart."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.detection import Detections, Detector, Seen

CpuClock = Callable[[], float]
"""Seconds of CPU, user and system, of all threads of this process."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reading of a stream cost. Times are CPU milliseconds, all ≥ 0.

    Attributes:
        stream_s: how much of the stream was read.
        total_ms: everything, from opening the file to the last picture.
        decode_ms: reading, decoding, and conversion to BGR where the reader does that.
        gate_ms: deciding whether a picture is worth a detection.
        inference_ms: the vehicle detector, picture in to boxes out.
        pictures: decoded pictures that were handed on.
        inferences: runs of the vehicle detector.
        alarms: how often a vehicle was said to stand too long.
        settled_s: the end of what was read, in which nothing new came: no arrival, no alarm; 0 where it was all new.
        settled_ms: what that end cost.
    """

    stream_s: float
    total_ms: float
    decode_ms: float
    gate_ms: float = 0.0
    inference_ms: float = 0.0
    pictures: int = 0
    inferences: int = 0
    alarms: int = 0
    settled_s: float = 0.0
    settled_ms: float = 0.0

    @property
    def settled_rate(self) -> float:
        """Milliseconds a second of stream while nothing new comes; `settled_s` must be above 0."""
        return self.settled_ms / self.settled_s

    @property
    def arrival_ms(self) -> float:
        """What the beginning cost beyond that: a vehicle comes, its plate is read, it is reported with pictures."""
        return self.total_ms - self.settled_rate * self.stream_s

    @property
    def rest_ms(self) -> float:
        """What no stage accounts for."""
        return self.total_ms - self.decode_ms - self.gate_ms - self.inference_ms

    def per_stream_s(self, ms: float) -> float:
        """Turn milliseconds of the whole reading into milliseconds a second of stream."""
        return ms / self.stream_s


class Contestant(Protocol):
    """One way to watch a stream."""

    def __call__(self) -> Cost:
        """Read the stream once, from its beginning. What is set up once in a program's life is not counted."""
        ...


class Stopwatch:
    """Adds up CPU time over many short stretches."""

    def __init__(self, clock: CpuClock = time.process_time) -> None:
        self._clock = clock
        self.ms = 0.0
        self.times = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what is done inside, as one time more."""
        before = self._clock()
        try:
            yield
        finally:
            self.ms += 1000 * (self._clock() - before)
            self.times += 1


class TimedDetector:
    """A detector whose CPU time and runs are counted; a `Detector`."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.watch = Stopwatch()

    @property
    def names(self) -> tuple[str, ...]:
        """Class names, as the detector has them."""
        return self._detector.names

    def detect(self, image: NDArray[np.uint8]) -> Detections:
        """As `Detector.detect`."""
        with self.watch.running():
            return self._detector.detect(image)

    def look(self, image: NDArray[np.uint8]) -> Seen:
        """As `Detector.look`."""
        with self.watch.running():
            return self._detector.look(image)
