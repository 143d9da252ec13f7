"""How far the wall clock can be believed. A gateway without a clock chip wakes up in 1970 and runs on."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from edge.health.kernel import KernelClock, read_kernel_clock
from edge.values import ClockTrust, Moment

NOT_BEFORE: Final = datetime(2020, 1, 1, tzinfo=UTC)
SYNCED_ERROR_S: Final = 2.0  # timesyncd asks every 2,048 s and the kernel adds 500 ppm: just over 1 s when all is well
DRIFT: Final = 100e-6  # a cheap crystal, hot or cold
HOLDOVER_ERROR_S: Final = 10.0
HOLDOVER_S: Final = HOLDOVER_ERROR_S / DRIFT  # 100,000 s, a little over a day
STEP_S: Final = 1.0  # wall and monotonic clock may part by so much between two looks before it counts as a step


def wall_clock() -> datetime:
    """The system's time."""
    return datetime.now(UTC)


class Clock:
    """Both clocks of the gateway, and how good the wall clock is. Any thread may call it.

    SYNCED: the kernel says that something keeps the clock right. HOLDOVER: it was right since this program started, has
    not been set since, and cannot have drifted by more than 10 s. UNSYNCED: all else, and all before `not_before`.

    Args:
        synced: the setting `gateway.clock_synced`: `yes` and `no` are a person's word instead of the kernel's.
        not_before: no true time lies before it: the program's build date, or 2020.
        known: a time that was believed before this start. A clock well before it is not believed, whatever a person
            said of it, until the kernel says that something keeps it right.
    """

    def __init__(
        self,
        synced: Literal["auto", "yes", "no"] = "auto",
        *,
        not_before: datetime = NOT_BEFORE,
        known: datetime = NOT_BEFORE,
        kernel: Callable[[], KernelClock | None] = read_kernel_clock,
        wall: Callable[[], datetime] = wall_clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._setting: Final = synced
        self._not_before: Final = not_before
        self._known: Final = known - timedelta(seconds=HOLDOVER_ERROR_S)
        self._kernel = kernel
        self._wall = wall
        self._monotonic = monotonic
        self._started_s = monotonic()
        self._lock = threading.Lock()
        self._last: tuple[datetime, float] | None = None
        self._synced_s: float | None = None

    def elapsed_s(self) -> float:
        """Seconds since the program started; never goes back."""
        return self._monotonic() - self._started_s

    def moment(self) -> Moment:
        """Now, on the gateway's own timeline: seconds since the program started."""
        return self.moment_at(0.0)

    def moment_at(self, start_s: float) -> Moment:
        """Now, on a timeline that stood at `start_s` when the program started."""
        with self._lock:
            now_s, wall = self._monotonic(), self._wall()
            return Moment(start_s + now_s - self._started_s, wall, self._trust(wall, now_s))

    def _trust(self, wall: datetime, now_s: float) -> ClockTrust:
        if self._stepped(wall, now_s):
            self._synced_s = None
        self._last = (wall, now_s)
        if wall < self._not_before or self._setting == "no":
            return ClockTrust.UNSYNCED
        if self._disciplined() or (self._setting == "yes" and wall >= self._known):
            self._synced_s = now_s
            return ClockTrust.SYNCED
        held = self._synced_s is not None and now_s - self._synced_s <= HOLDOVER_S
        return ClockTrust.HOLDOVER if held else ClockTrust.UNSYNCED

    def _stepped(self, wall: datetime, now_s: float) -> bool:
        """Whether somebody set the clock since it was last read, forwards or back."""
        if self._last is None:
            return False
        before, before_s = self._last
        passed_s = now_s - before_s
        return abs((wall - before).total_seconds() - passed_s) > STEP_S + DRIFT * passed_s

    def _disciplined(self) -> bool:
        kernel = self._kernel()
        return kernel is not None and kernel.disciplined and kernel.max_error_s <= SYNCED_ERROR_S
