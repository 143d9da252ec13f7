"""Commands from the cloud: each is acted on once, several at a time, and no more than that."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from contract.downlink import Look
from edge.errors import Transient
from edge.uplink.ports import Outbox
from edge.values import ClockTrust, Moment

MAX_AT_ONCE: Final = 16  # looks that run beside each other; the cloud asks again for what is turned away

OnCommand = Callable[[Look], Awaitable[None]]

log = logging.getLogger(__name__)


class Commands:
    """Runs commands as tasks of their own, which outlive a connection."""

    def __init__(self, outbox: Outbox, clock: Callable[[], Moment], act: OnCommand) -> None:
        self._outbox = outbox
        self._clock = clock
        self._act = act
        self._running: set[str] = set()

    async def take(self, look: Look, tasks: asyncio.TaskGroup) -> str:
        """Start acting on a command. The answer says why it was turned away; empty when it was taken or is done."""
        if look.id in self._running or await asyncio.to_thread(self._outbox.seen_command, look.id):
            return ""
        now = self._clock()
        if now.trust is ClockTrust.SYNCED and now.seen_at > look.answer_by:
            return "its time is over"
        if len(self._running) >= MAX_AT_ONCE:
            return f"{MAX_AT_ONCE} commands are being acted on"
        self._running.add(look.id)
        tasks.create_task(self._run(look), name=f"look {look.id}")
        return ""

    async def _run(self, look: Look) -> None:
        try:
            await self._act(look)
            await asyncio.to_thread(self._outbox.mark_command, look.id)
        except Transient as error:
            log.warning("command %s is not done: %s", look.id, error)
        finally:
            self._running.discard(look.id)
