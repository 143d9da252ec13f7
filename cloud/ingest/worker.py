"""The worker: takes from brokers, answers with receipts, sends commands, and starts anew what the world breaks."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import transaction
from cloud.devices import commands
from cloud.errors import DatabaseLost, Transient
from cloud.ingest.downlink import Signer
from cloud.ingest.quarantine import Quarantine
from cloud.ingest.reception import Cases, Message, Reception, Watermarks
from cloud.ingest.source import Delivery, Link, Source
from cloud.recovery import Health, pause
from cloud.telemetry.intake import Intake

log: Final = logging.getLogger(__name__)

BATCH: Final = 64
AT_ONCE: Final = 6  # gateways of a batch that are worked on side by side; below the engine's pool
RELAY_S: Final = 0.5
SWEEP_S: Final = 2.0
PRUNE_EVERY: Final = 30  # sweeps
HEALTHY_S: Final = 30.0

T = TypeVar("T")


class Sweeping(Cases, Protocol):
    """Cases that notice when nobody answers."""

    async def expire(self) -> int:
        """Hand what was not answered in time to a person."""

    async def alert(self) -> int:
        """Tell what is due of the cases' terms."""


def _now() -> datetime:
    return datetime.now(UTC)


class Ingest:
    """Runs until cancelled; keeps nothing that is not in the database or with a broker.

    Args:
        sources: each is served on its own; one that is gone does not hold up the others.
        key: signs receipts and commands.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        sources: Sequence[Source],
        key: Ed25519PrivateKey,
        *,
        cases: Sweeping,
        meters: Intake | None = None,
        max_quarantine: int = 100_000,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._engine = engine
        self._sources = sources
        self._signer = Signer(key)
        self._cases = cases
        self._reception = Reception(engine, cases, meters=meters, clock=clock)
        self._quarantine = Quarantine(engine, max_rows=max_quarantine)
        self._clock = clock
        self._database = Health("the database", log)

    async def run(self) -> None:
        """Work for ever; raises only for a bug or a setting that a person must change."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sweep(), name="sweep")
            for source in self._sources:
                group.create_task(self._supervise(source), name=f"source {source.name}")

    async def _supervise(self, source: Source) -> None:
        health, attempt = Health(source.name, log), 0
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                async with source.connect() as link:
                    health.back()
                    await self._serve(source, link)
            except* Transient as errors:
                health.lost(_first(errors))
            attempt = 0 if loop.time() - started > HEALTHY_S else attempt + 1
            await asyncio.sleep(pause(attempt))

    async def _serve(self, source: Source, link: Link) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(source, link), name=f"pump {source.name}")
            group.create_task(self._relay(source, link), name=f"relay {source.name}")

    async def _pump(self, source: Source, link: Link) -> None:
        while True:
            deliveries = await link.take(BATCH)
            marks = await self._take_all(source, deliveries)
            now = self._clock()
            # Receipts before acknowledgements: a crash between them has the broker deliver again, and that is answered.
            await link.publish([self._signer.receipt(key, received, now=now) for key, received in marks.items()])
            for delivery in deliveries:
                await delivery.ack()

    async def _take_all(self, source: Source, deliveries: Sequence[Delivery]) -> Watermarks:
        """Take a batch in: one gateway's messages in their order, several gateways side by side."""
        of_gateway: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in deliveries:
            of_gateway[_speaker(delivery.topic)].append(delivery)
        marks: Watermarks = {}
        room = asyncio.Semaphore(AT_ONCE)

        async def take(some: Sequence[Delivery]) -> None:
            async with room:
                for delivery in some:
                    message = Message(delivery.topic, delivery.body, source.name)
                    taken = await self._persistently(partial(self._reception.take, message))
                    marks.update(taken.watermarks)

        async with asyncio.TaskGroup() as group:
            for some in of_gateway.values():
                group.create_task(take(some))
        return marks

    async def _relay(self, source: Source, link: Link) -> None:
        while True:
            due = await self._persistently(partial(self._claim, source))
            now = self._clock()
            await link.publish([self._signer.look(command, now=now) for command in due if command.answer_by > now])
            if len(due) < commands.BATCH:
                await asyncio.sleep(RELAY_S)

    async def _claim(self, source: Source) -> Sequence[commands.Command]:
        async with transaction(self._engine) as connection:
            return await commands.claim(connection, source.name, now=self._clock())

    async def _sweep(self) -> None:
        turn = 0
        while True:
            await self._persistently(self._cases.expire)
            while await self._persistently(self._cases.alert):
                pass  # at the beginning of a working day many are due at once
            if turn % PRUNE_EVERY == 0:
                await self._persistently(self._quarantine.prune)
            turn += 1
            await asyncio.sleep(SWEEP_S)

    async def _persistently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do what must be done, however long the database is away."""
        attempt = 0
        while True:
            try:
                done = await work()
            except DatabaseLost as error:
                self._database.lost(error)
                attempt += 1
                await asyncio.sleep(pause(attempt))
            else:
                self._database.back()
                return done


def _first(error: BaseException) -> BaseException:
    """The first of what a group of tasks came to grief over."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _speaker(topic: str) -> str:
    """Community and gateway of a topic, or all of a strange one; only to sort by."""
    return topic.replace(".", "/").rpartition("/")[0]
