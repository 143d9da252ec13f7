"""The very process of ingest, killed with SIGKILL between its commit and its receipt."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from cloud.config import Source as Settings
from cloud.ingest.jetstream import JetStreamSource
from tests.integration.cloud.brokers import Broker, mosquitto, nats, radio
from tests.integration.cloud.ground import Ground, until
from tests.integration.cloud.sender import Sender

KINDS: dict[str, Callable[[Path], AbstractContextManager[Broker]]] = {
    "JetStream": nats,
    "MQTT on NATS": lambda folder: nats(folder, by_mqtt=True),
    "mosquitto": mosquitto,
}


class Gate:
    """Stands between ingest and its broker, and holds back a receipt and all that follows it."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.reached = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Gate"]:
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await server.wait_closed()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, out = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers += [writer, out]
        with suppress(OSError):
            await asyncio.gather(self._up(reader, out), self._down(back, writer))

    async def _up(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if b"gw-1.receipt" in data or b"gw-1/receipt" in data:
                self.reached.set()
            if not self.reached.is_set():
                out.write(data)
                await out.drain()
        out.close()

    async def _down(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await back.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    with KINDS[request.param](tmp_path) as broker:
        yield broker


@contextmanager
def ingest(ground: Ground, folder: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`linli-cloud ingest` as a process of its own; killed at the end, whatever happened."""
    config = folder / "cloud.toml"
    config.write_text(f'[database]\ndsn = "{ground.dsn}"\n[[source]]\nurl = "{url}"\n')
    process = subprocess.Popen([sys.executable, "-m", "cloud", "ingest", "--config", str(config)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def have_consumer(broker: Broker) -> None:
    """JetStream's consumer with a short wait, which ingest then uses: the default would make this test take 30 s."""
    if broker.url.startswith("nats"):
        async with JetStreamSource(Settings(url=broker.url), stream_messages=1000, ack_wait_s=1.0).connect():
            pass


async def test_killed_between_commit_and_receipt(
    ground: Ground, sender: Sender, broker: Broker, tmp_path: Path
) -> None:
    await have_consumer(broker)
    address, _, port = broker.url.rpartition(":")
    async with radio(broker, sender) as here:

        async def listens() -> bool:
            await here.send(sender.birth())  # lane `state` has no receipt, so the gate lets all of this through
            return bool(await ground.one("select count(*) from inbox"))

        async with Gate(int(port)).open() as gate:
            with ingest(ground, tmp_path, f"{address}:{gate.port}") as process:
                await until(listens, within_s=40)
                await here.send(sender.opened())
                await asyncio.wait_for(gate.reached.wait(), 20)
                process.kill()
                assert process.wait() == -signal.SIGKILL
        assert await ground.one("select count(*) from inbox where lane = 'alarm'") == 1, "it was committed"
        assert here.receipts == [], "and nobody was told"
        with ingest(ground, tmp_path, broker.url):
            await here.until_committed("alarm", 1, within_s=40)
    assert await ground.one("select count(*) from inbox where lane = 'alarm'") == 1
    assert (await ground.case()).sightings == 1
    assert await ground.quarantine.count() == 0
