"""What meters, gates and sensors have come to, committed as one: a gateway killed at any moment goes on from there.

A stage changes what it knows, says so with `keep` and `tell`, without waiting in between, and then awaits `commit`. So
each commit holds whole changes alone, and what follows from a board's events is safe before the board forgets them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from edge.app.supervision import pause
from edge.errors import DiskFull
from edge.outbox import Draft

T = TypeVar("T")
Encode = Callable[[], bytes]

log = logging.getLogger(__name__)


class Store(Protocol):
    """Where it is kept; `Outbox` is one."""

    def commit(self, drafts: Sequence[Draft], *, state: Mapping[str, bytes]) -> object:
        """Keep all or nothing, durable on return; raises `DiskFull`."""

    def state(self, name: str) -> bytes | None:
        """What was kept under a name."""
        ...


class Ledger:
    """Events and states on their way into the outbox.

    What waits is bounded by who waits: each stage awaits its commit before it tells more.

    Args:
        wake: called when there are new events.
        sleep: for a full disk.
    """

    def __init__(
        self, store: Store, *, wake: Callable[[], None], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._store = store
        self._wake = wake
        self._sleep = sleep
        self._committing = asyncio.Lock()
        self._drafts: list[Draft] = []
        self._states: dict[str, Encode] = {}

    def read(self, name: str, parse: Callable[[bytes], T]) -> T | None:
        """What was kept under a name; what cannot be read any more is said, and as if it were not there."""
        raw = self._store.state(name)
        if not raw:
            return None
        try:
            return parse(raw)
        except ValueError as error:
            log.warning("%s: 状态读不了，重新开始 its state cannot be read and begins anew: %s", name, error)
            return None

    def keep(self, name: str, encode: Encode) -> None:
        """Have a state kept with the next commit, as it is then."""
        self._states[name] = encode

    def forget(self, name: str) -> None:
        """Have a state forgotten with the next commit."""
        self.keep(name, bytes)

    def tell(self, draft: Draft) -> None:
        """Have an event told with the next commit."""
        self._drafts.append(draft)

    @property
    def has_news(self) -> bool:
        """Whether an event waits."""
        return bool(self._drafts)

    async def commit(self) -> None:
        """Return once all that was kept and told so far is safe. A full disk is waited out.

        It waits here until then: where it cannot be written, it is safe for nobody who waits for it.
        """
        async with self._committing:
            drafts, states = tuple(self._drafts), dict(self._states)
            if drafts or states:
                await self._written(drafts, {name: encode() for name, encode in states.items()})
            del self._drafts[: len(drafts)]
            self._states = {name: encode for name, encode in self._states.items() if states.get(name) is not encode}
        if drafts:
            self._wake()

    async def _written(self, drafts: Sequence[Draft], states: Mapping[str, bytes]) -> None:
        refusals = 0
        while True:
            try:
                await asyncio.to_thread(self._store.commit, drafts, state=states)
            except DiskFull as error:
                if not refusals:
                    log.warning("表计、门禁等磁盘空间 meters, gates and sensors wait for room: %s", error)
                await self._sleep(pause(refusals))
                refusals += 1
            else:
                return
