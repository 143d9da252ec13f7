"""Events on their way into the outbox: with state as one, and waiting in memory while the disk is full."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Final

from edge.app.exhibits import Refusals
from edge.errors import DiskFull
from edge.outbox import Draft, Outbox
from edge.values import Moment

MAX_UNSENT: Final = 256  # events that wait in memory for a full disk
SAVE_EVERY_S: Final = 60.0  # what a power cut may take of a camera's timeline; more often wears the SD card

State = Callable[[Moment], Mapping[str, bytes]]


class Telling:
    """The events of one camera that any thread may tell.

    Args:
        state: what is kept with each commit, as it is at a moment.
    """

    def __init__(self, camera: str, outbox: Outbox, state: State) -> None:
        self._outbox = outbox
        self._state = state
        self._lock = threading.Lock()
        self._refusals = Refusals(camera)
        self._unsent: list[Draft] = []
        self._answered: dict[str, Future[None]] = {}
        self._saved_s = float("-inf")

    def tell(self, draft: Draft, now: Moment) -> None:
        """Commit an event, or keep it until the disk takes it."""
        with self._lock:
            self._unsent.append(draft)
            self._commit(now)

    def answer(self, command: str, draft: Draft, done: Future[None], now: Moment) -> None:
        """Commit the answer to a command; `done` is done once it is safe."""
        with self._lock:
            self._unsent.append(draft)
            self._answered[command] = done
            self._commit(now)

    def keep_up(self, now: Moment) -> None:
        """Commit what waits, and the state from time to time. Called often."""
        with self._lock:
            if self._unsent or now.at_s - self._saved_s >= SAVE_EVERY_S:
                self._commit(now)

    @property
    def waiting(self) -> int:
        """Events in memory."""
        return len(self._unsent)

    def _commit(self, now: Moment) -> None:
        try:
            self._outbox.commit(self._unsent, state=self._state(now), commands=tuple(self._answered))
        except DiskFull as error:
            self._refusals.note("events wait for room", error)
            return
        self._refusals.note("events wait for room", None)
        for done in self._answered.values():
            done.set_result(None)
        self._unsent, self._answered, self._saved_s = [], {}, now.at_s
