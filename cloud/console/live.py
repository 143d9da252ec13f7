"""One listener on the database a process, fanned out to every browser that watches.

A message says only that a case changed and which; each browser then fetches what it may see. So a lost message costs
a late picture, never a wrong one, and who falls behind is dropped: the browser comes back and reads everything anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from cloud import scope
from cloud.errors import Transient
from cloud.scope import Scope

MAX_WATCHERS: Final = 500  # browsers on one process
QUEUE: Final = 64  # changes a browser may be behind
MAX_KNOWN: Final = 10_000  # cases whose community is remembered

EVERYTHING: Final = ""  # in place of a case id: something may have been missed, read everything anew


class Full(Exception):
    """As many browsers watch as this process serves."""


class Over(Exception):
    """Nothing more will be told: the browser fell too far behind, or the process stops."""


class Watcher:
    """One browser's view of the changes: of cases within its user's scope."""

    def __init__(self, size: int = QUEUE, *, within: Scope = scope.EVERYTHING) -> None:
        self.within = within
        self._queue: asyncio.Queue[str] = asyncio.Queue(size)
        self._is_over = False

    async def next(self) -> str:
        """Wait for the id of a case that changed, or `EVERYTHING`.

        Raises:
            Over: at once, whatever was still to be told: the browser reads everything anew when it comes back.
        """
        if self._is_over:
            raise Over
        changed = await self._queue.get()
        if self._is_over:
            raise Over
        return changed

    def tell(self, case_id: str) -> bool:
        """Hand over a change without waiting; False when the browser is too far behind."""
        try:
            self._queue.put_nowait(case_id)
        except asyncio.QueueFull:
            self._is_over = True
            return False
        return True

    def end(self) -> None:
        """Tell nothing more, and wake who waits."""
        self._is_over = True
        if self._queue.empty():
            self._queue.put_nowait(EVERYTHING)


class Live:
    """Fans changes out.

    Args:
        listen: opens the endless stream of changed cases' ids; `EVERYTHING` in it where some may have been missed.
        max_watchers: browsers served at the same time.
        community_of: the community of a case, for those whose scope is a part; None: they are told of no case.
    """

    def __init__(
        self,
        listen: Callable[[], AsyncIterator[str]],
        *,
        max_watchers: int = MAX_WATCHERS,
        community_of: Callable[[str], Awaitable[str | None]] | None = None,
    ) -> None:
        self._listen = listen
        self._community_of = community_of
        self._known: OrderedDict[str, str | None] = OrderedDict()
        self._max_watchers = max_watchers
        self._watchers: set[Watcher] = set()
        self._is_closed = False

    async def run(self) -> None:
        """Listen until cancelled."""
        async for changed in self._listen():
            if not _is_case(changed) or all(watcher.within.communities is None for watcher in self._watchers):
                self.tell(changed)
                continue
            try:
                self.tell(changed, await self._community(changed))
            except Transient:
                self.tell(EVERYTHING)  # whose it is cannot be said now: each looks for itself

    def tell(self, changed: str, community: str | None = None) -> None:
        """Pass a change on to every browser that may know of it, and drop those too far behind.

        Args:
            community: of a case; what is no case says nothing of any, and goes to all.
        """
        is_case = _is_case(changed)
        self._watchers -= {
            watcher
            for watcher in self._watchers
            if (not is_case or watcher.within.covers(community or "")) and not watcher.tell(changed)
        }

    async def _community(self, case_id: str) -> str | None:
        """A case stays in its community: it is looked up once."""
        if case_id not in self._known:
            self._known[case_id] = None if self._community_of is None else await self._community_of(case_id)
            if len(self._known) > MAX_KNOWN:
                self._known.popitem(last=False)
        return self._known[case_id]

    def close(self) -> None:
        """End every browser's stream and open no further one, so that the process can stop."""
        self._is_closed = True
        for watcher in self._watchers:
            watcher.end()

    @contextmanager
    def watch(self, within: Scope = scope.EVERYTHING) -> Iterator[Watcher]:
        """Take part; the first thing a browser hears is `EVERYTHING`, for what it missed before.

        Args:
            within: of cases outside nothing is told.
        Raises:
            Full: as many watch as this process serves.
        """
        if self.is_full:
            raise Full
        watcher = Watcher(within=within)
        watcher.tell(EVERYTHING)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    @property
    def is_full(self) -> bool:
        """Whether a further browser would be refused."""
        return self._is_closed or len(self._watchers) >= self._max_watchers

    def __len__(self) -> int:
        return len(self._watchers)


def _is_case(changed: str) -> bool:
    """Whether it is the id of a case; else it says only that something of a sort changed."""
    try:
        UUID(changed)
    except ValueError:
        return False
    return True
