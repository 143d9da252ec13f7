"""A small cloud: commits what comes, receipts it, and misbehaves when told to."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiomqtt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.envelope import Lane
from contract.events import parse_event
from contract.signatures import key_id, sign, verify
from contract.topics import Topic, parse_topic
from tests.unit.outbox.makers import IDENTITY, KEY

CLOUD_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(7, 39)))
STRANGER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(9, 41)))
Lanes = dict[Lane, dict[int, bytes]]


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel until it heeds: `wait_for` of Python 3.11, inside aiomqtt, may swallow a cancellation now and then."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.5)
    if not task.cancelled():
        task.result()


def topic(channel: Any) -> str:
    return str(Topic(IDENTITY.community, IDENTITY.gateway, channel))


def downlink(key: Ed25519PrivateKey = CLOUD_KEY, **fields: Any) -> bytes:
    """A signed message to the gateway; `fields` may overwrite anything."""
    common = {
        "community": IDENTITY.community,
        "gateway": IDENTITY.gateway,
        "issued_at": datetime.now(UTC).isoformat(),
        "keyid": key_id(key.public_key()),
    }
    return sign({**common, **fields}, key)


def look(command: str, *, late_s: float = -600.0, key: Ed25519PrivateKey = CLOUD_KEY) -> bytes:
    answer_by = datetime.now(UTC) - timedelta(seconds=late_s)
    return downlink(
        key,
        type="look.v1",
        id=command,
        camera="east",
        zone="lane-1",
        slot="east.s1",
        stay="east.s1.1",
        answer_by=answer_by.isoformat(),
        within_s=60.0,
    )


@dataclass
class FakeCloud:
    """Commits in memory. `lose` receipts are swallowed first; each one is said `copies` times."""

    port: int
    lose: int = 0
    copies: int = 1
    epochs: dict[str, Lanes] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    gone: dict[Lane, set[int]] = field(default_factory=lambda: defaultdict(set))
    states: list[Any] = field(default_factory=list)
    arrivals: list[tuple[Lane, int]] = field(default_factory=list)
    receipts: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    client: aiomqtt.Client | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["FakeCloud"]:
        """Connected and reconnecting until the block ends."""
        ready = asyncio.Event()
        task = asyncio.create_task(self._run(ready))
        await asyncio.wait_for(ready.wait(), 15)
        try:
            yield self
        finally:
            await _end(task)

    async def _run(self, ready: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1", self.port, identifier="fake-cloud", clean_session=False, timeout=1
                ) as client:
                    await client.subscribe([(f"linli/v1/+/+/{lane}", 1) for lane in Lane])
                    self.client = client
                    ready.set()
                    async for message in client.messages:
                        await self._take(client, message)
            await asyncio.sleep(0.05)

    async def _take(self, client: aiomqtt.Client, message: aiomqtt.Message) -> None:
        assert isinstance(message.payload, bytes)
        verify(message.payload, KEY.public_key())
        event: Any = parse_event(message.payload)
        assert parse_topic(str(message.topic)).channel == event.lane
        if event.lane is Lane.STATE:
            self.states.append(event)
        else:
            kept = self.epochs[event.epoch][event.lane].setdefault(event.seq, message.payload)
            assert kept == message.payload, "one number, two events"
            self.arrivals.append((event.lane, event.seq))
            if event.type == "device.gap.v1":
                self.gone[event.data.in_lane].update(range(event.data.first, event.data.last + 1))
            await self._receipt(client, event.epoch, event.lane)
        self.changed.set()

    async def _receipt(self, client: aiomqtt.Client, epoch: str, lane: Lane) -> None:
        if self.lose > 0:
            self.lose -= 1
            return
        body = downlink(type="receipt.v1", epoch=epoch, lane=lane.value, **self.position(epoch, lane))
        for _ in range(self.copies):
            await client.publish(topic("receipt"), body, qos=1)
            self.receipts += 1

    def position(self, epoch: str, lane: Lane) -> dict[str, Any]:
        """What it has without a hole, and the holes above."""
        known = set(self.epochs[epoch][lane]) | self.gone[lane]
        committed = next(seq for seq in range(len(known) + 1) if seq + 1 not in known)
        holes = [seq for seq in range(committed + 1, max(known, default=0)) if seq not in known]
        return {"committed": committed, "missing": [{"first": seq, "last": seq} for seq in holes[:64]]}

    def numbers(self, epoch: str, lane: Lane) -> list[int]:
        return sorted(self.epochs[epoch][lane])

    async def say(self, channel: str, body: bytes) -> None:
        """Publish something of one's own, through whatever connection there is now."""
        assert self.client is not None
        await self.client.publish(topic(channel), body, qos=1)
