"""The worker: takes news, forms messages and brings them to their destinations, for as long as the program runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import transaction
from cloud.errors import DatabaseLost
from cloud.notify import outbox
from cloud.notify.channels import LIMIT_S, Channel, Letter
from cloud.notify.desk import Desk
from cloud.notify.domain import Reason
from cloud.notify.outbox import Message
from cloud.notify.pacing import gives_up, retry_after
from cloud.notify.vault import Unreadable, Vault
from cloud.recovery import Health, pause

AT_ONCE: Final = 16  # messages on their way at the same time
LEASE: Final = timedelta(seconds=LIMIT_S * 3)  # after which a message is tried again whose worker has died
POLL_S: Final = 2.0
TIDY_S: Final = 3600.0

log: Final = logging.getLogger(__name__)


class Notifier:
    """Runs until cancelled; keeps nothing that is not in the database. Any number of them share the work.

    A message is marked as sent after its destination has taken it. Whoever dies in between, the message is sent a
    second time once its lease is over, with the same id: at least once, and a webhook can drop the second.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        desk: Desk,
        channel: Channel,
        vault: Vault,
        *,
        clock: Callable[[], datetime],
        poll_s: float = POLL_S,
    ) -> None:
        self._engine = engine
        self._desk = desk
        self._channel = channel
        self._vault = vault
        self._clock = clock
        self._poll_s = poll_s
        self._busy: set[str] = set()  # destinations
        self._health = Health("the database", log)
        self._failing: set[str] = set()

    async def run(self) -> None:
        """Work for ever; raises only for a bug or a key that a person must mend."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._for_ever(self._desk.turn, self._poll_s), name="notices")
            group.create_task(self._for_ever(self._desk.tidy, TIDY_S), name="old notices")
            group.create_task(self._for_ever(lambda: self.start(group), self._poll_s), name="sending")

    async def _for_ever(self, work: Callable[[], Awaitable[object]], every_s: float) -> None:
        attempt = 0
        while True:
            try:
                await work()
            except DatabaseLost as error:
                self._health.lost(error)
                attempt += 1
                await asyncio.sleep(pause(attempt))
            else:
                self._health.back()
                attempt = 0
                await asyncio.sleep(every_s)

    async def start(self, group: asyncio.TaskGroup) -> int:
        """Begin to send what is due, as far as there is room; how many messages.

        Raises:
            DatabaseLost: none was begun.
        """
        room = AT_ONCE - len(self._busy)
        if room <= 0:
            return 0
        async with transaction(self._engine) as connection:
            due = await outbox.claim(connection, self._clock(), LEASE, busy=tuple(self._busy), most=room)
        for message in due:
            self._busy.add(message.destination.id)
            group.create_task(self._bring(message), name=f"notice {message.id}")
        return len(due)

    async def turn(self) -> int:
        """Send what is due now and wait for it; how many messages. For whoever has no loop of its own."""
        async with asyncio.TaskGroup() as group:
            return await self.start(group)

    async def _bring(self, message: Message) -> None:
        try:
            reason = await self._try(message)
            await self._mark(message, reason)
        except DatabaseLost as error:  # its lease runs out, and it is sent again
            self._health.lost(error)
        finally:
            self._busy.discard(message.destination.id)

    async def _try(self, message: Message) -> Reason | None:
        try:
            address = self._vault.open(message.sealed, message.destination.id)
        except Unreadable:
            return Reason.UNREADABLE
        return await self._channel.send(
            message.destination.id, address, Letter(message.id, message.title, message.body)
        )

    async def _mark(self, message: Message, reason: Reason | None) -> None:
        now = self._clock()
        async with transaction(self._engine) as connection:
            if reason is None:
                await outbox.mark_sent(connection, message, now)
            else:
                wait = max(retry_after(message.attempts), self._channel.pause(message.destination.id))
                next_at = now + wait
                over = gives_up(message.formed_at, next_at, message.attempts, reason)
                await outbox.mark_failed(connection, message, reason, now, None if over else next_at)
        self._say(message, reason)

    def _say(self, message: Message, reason: Reason | None) -> None:
        """Tell once that a destination takes nothing, and once that it does again. Its address is never said."""
        which, channel = message.destination.id, message.destination.channel
        if reason is None and which in self._failing:
            self._failing.discard(which)
            log.info("destination %s (%s) takes messages again", which, channel)
        elif reason is not None and which not in self._failing:
            self._failing.add(which)
            log.warning("destination %s (%s) did not take a message: %s", which, channel, reason)
