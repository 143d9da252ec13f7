"""How often somebody may try to log in. Kept in this process, in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_KEYS: Final = 10_000  # names and addresses remembered; the one unused for longest goes first


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` in any window of `window_s` seconds."""

    attempts: int
    window_s: float


@dataclass(frozen=True, slots=True)
class _Window:
    started_s: float
    used: int


PER_NAME: Final = Limit(attempts=10, window_s=300)
PER_ADDRESS: Final = Limit(attempts=40, window_s=300)  # a whole property office sits behind one address


class Throttle:
    """Counts attempts by key in fixed windows.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, limit: Limit, clock: Callable[[], float], *, max_keys: int = MAX_KEYS) -> None:
        self._limit = limit
        self._clock = clock
        self._max_keys = max_keys
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Seconds until `key` may try again; 0 when it may now."""
        window = self._current(key)
        if window.used < self._limit.attempts:
            return 0.0
        return window.started_s + self._limit.window_s - self._clock()

    def take(self, key: str) -> None:
        """Count an attempt before it is made, so that many at once cannot slip past together."""
        window = self._current(key)
        self._windows[key] = _Window(window.started_s, window.used + 1)
        self._windows.move_to_end(key)
        if len(self._windows) > self._max_keys:
            self._windows.popitem(last=False)

    def give_back(self, key: str) -> None:
        """Take back an attempt that turned out right."""
        window = self._windows.get(key)
        if window is not None:
            self._windows[key] = _Window(window.started_s, max(0, window.used - 1))

    def _current(self, key: str) -> _Window:
        now = self._clock()
        window = self._windows.get(key)
        if window is None or now - window.started_s >= self._limit.window_s:
            return _Window(now, 0)
        return window

    def __len__(self) -> int:
        return len(self._windows)
