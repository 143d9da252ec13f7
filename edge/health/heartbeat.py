"""The heartbeat: what the gateway measures of itself, put together."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import psutil

from contract.device import CameraHealth, HealthData, LineHealth
from edge.health.clock import Clock


class Waiting(Protocol):
    """What waits in the outbox."""

    @property
    def records(self) -> int:
        """Events."""

    @property
    def size(self) -> int:
        """Bytes."""


class Heartbeat:
    """Samples the gateway.

    Args:
        outbox: what waits there now.
        evidence_bytes: bytes of evidence kept.
        cameras: one entry a camera, counted since the last call.
        lines: one entry a line of meters, or a board's.
        data: a folder on the disk whose free space counts.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        outbox: Callable[[], Waiting],
        evidence_bytes: Callable[[], int],
        cameras: Callable[[], Sequence[CameraHealth]],
        lines: Callable[[], Sequence[LineHealth]] = tuple,
        data: Path,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._evidence_bytes = evidence_bytes
        self._cameras = cameras
        self._lines = lines
        self._data = data
        self._process = psutil.Process()
        self._cpu = (clock.elapsed_s(), self._cpu_s())

    def sample(self) -> HealthData:
        """Measure now. CPU is a fraction of one core since the last sample: 2.0 is two cores busy."""
        waiting = self._outbox()
        return HealthData(
            uptime_s=self._clock.elapsed_s(),
            cameras=tuple(self._cameras()),
            lines=tuple(self._lines()),
            outbox_records=waiting.records,
            outbox_bytes=waiting.size,
            evidence_bytes=self._evidence_bytes(),
            disk_free_bytes=shutil.disk_usage(self._data).free,
            cpu_fraction=self._cpu_fraction(),
            memory_bytes=self._process.memory_info().rss,
        )

    def _cpu_fraction(self) -> float:
        before_s, used_before_s = self._cpu
        now_s, used_s = self._cpu = (self._clock.elapsed_s(), self._cpu_s())
        return max(0.0, used_s - used_before_s) / (now_s - before_s) if now_s > before_s else 0.0

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system
