"""What of one lane may be sent now. Sans-IO: numbers and times in, numbers out.

Like a TCP sender that goes back N: so many records may be without a receipt; receipts with progress widen the window;
a receipt that does not come narrows it to one record, which asks for the next without filling the broker with copies.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

WIDEST: Final = 256  # records of one lane without a receipt
FIRST: Final = 16  # after a connection came up
BATCH: Final = 16  # records that go to the broker together; an alarm waits for no more than one batch of another lane
ASK_AGAIN_S: Final = 2.0  # the cloud may name a missing record in every receipt until it comes: once is enough


@dataclass(frozen=True, slots=True)
class Fetch:
    """Send at most `limit` records above `after`; none above `last` where that is set."""

    after: int
    limit: int
    last: int | None = None


class Window:
    """One lane's sending.

    Args:
        wait_s: how long to wait for a receipt after the n-th sending in vain.
    """

    def __init__(self, wait_s: Callable[[int], float]) -> None:
        self._wait_s = wait_s
        self._committed = 0
        self._unreceipted: deque[int] = deque()
        self._width = FIRST
        self._attempt = 0
        self._due_s: float | None = None
        self._missing: deque[int] = deque()
        self._asked_s: dict[int, float] = {}

    @property
    def due_s(self) -> float | None:
        """When patience for a receipt ends; None while nothing is out."""
        return self._due_s

    @property
    def unreceipted(self) -> int:
        """Records sent and not receipted, at most `WIDEST`."""
        return len(self._unreceipted)

    def connected(self) -> None:
        """A new connection: what had no receipt goes out again at once."""
        self._rewind(FIRST)
        self._attempt = 0

    def tick(self, now_s: float) -> bool:
        """Whether patience has ended; the oldest record without a receipt then goes out again."""
        if self._due_s is None or now_s < self._due_s:
            return False
        self._rewind(1)
        self._attempt += 1
        return True

    def next(self) -> Fetch | None:
        """What to send now, or None while the window is shut."""
        if self._missing:
            first = last = self._missing[0]
            while last - first + 1 < min(BATCH, len(self._missing)) and self._missing[last - first + 1] == last + 1:
                last += 1
            return Fetch(first - 1, last - first + 1, last)
        room = self._width - len(self._unreceipted)
        return Fetch(self._cursor, min(room, BATCH)) if room > 0 else None

    def sent(self, fetch: Fetch, numbers: Sequence[int], now_s: float) -> None:
        """`numbers`, in order, went out as `fetch` said; fewer than it asked for where the store holds fewer."""
        if fetch.last is not None:
            while self._missing and self._missing[0] <= fetch.last:
                self._missing.popleft()
        self._unreceipted.extend(number for number in numbers if number > self._cursor)
        if self._unreceipted and self._due_s is None:
            self._due_s = now_s + self._wait_s(self._attempt)

    def receipted(self, committed: int, missing: Iterable[tuple[int, int]], now_s: float) -> None:
        """The cloud has everything up to `committed` and lacks `missing`, given as first and last."""
        if committed > self._committed:
            self._progress(committed, now_s)
        self._asked_s = {seq: at_s for seq, at_s in self._asked_s.items() if now_s - at_s < ASK_AGAIN_S}
        for first, last in missing:
            for seq in range(first, min(last, first + WIDEST) + 1):
                self._ask(seq, now_s)

    @property
    def _cursor(self) -> int:
        return self._unreceipted[-1] if self._unreceipted else self._committed

    def _progress(self, committed: int, now_s: float) -> None:
        self._committed = committed
        while self._unreceipted and self._unreceipted[0] <= committed:
            self._unreceipted.popleft()
        self._width = min(WIDEST, self._width * 2)
        self._attempt = 0
        self._due_s = now_s + self._wait_s(0) if self._unreceipted else None

    def _ask(self, seq: int, now_s: float) -> None:
        sent = seq <= self._cursor  # what has not been sent yet comes in its turn
        if sent and seq not in self._asked_s and len(self._asked_s) < WIDEST:
            self._asked_s[seq] = now_s
            self._missing.append(seq)

    def _rewind(self, width: int) -> None:
        self._unreceipted.clear()
        self._missing.clear()
        self._asked_s.clear()
        self._width = width
        self._due_s = None
