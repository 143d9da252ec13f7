"""A file played as a camera would send it."""

import threading
import time


class Pace:
    """Lets a file's packets pass at the speed they were taken."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._started = time.monotonic()

    def wait(self, place_s: float) -> bool:
        """Wait until `place_s` seconds have passed since the start; whether there was anything to wait for."""
        ahead_s = place_s - (time.monotonic() - self._started)
        if ahead_s <= 0:
            return False
        self._stop.wait(ahead_s)
        return True
