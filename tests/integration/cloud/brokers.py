"""Real brokers that can be killed, and a gateway's end of them."""

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
import pytest

from contract.downlink import AnyDownlink, Look, Receipt, parse_downlink
from tests.integration.cloud.sender import Sender, Sent


def find(program: str) -> str:
    """A program beside this Python, on the path, or among the system's."""
    path = f"{Path(sys.executable).parent}:/usr/sbin:/usr/local/sbin"
    found = shutil.which(program) or shutil.which(program, path=path)
    if found is None:
        pytest.skip(f"{program} is not installed: as root, apt-get install {program}")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Broker:
    """One server; its data outlives it."""

    command: list[str]
    mqtt_port: int
    ports: tuple[int, ...]
    url: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        for port in self.ports:
            while not _answers(port):
                assert self.process.poll() is None, f"{self.command[0]} ended with {self.process.returncode}"
                assert time.monotonic() < deadline, f"{self.command[0]} does not answer"
                time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: no last words, no last writes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def nats(folder: Path, *, by_mqtt: bool = False) -> Iterator[Broker]:
    """NATS with JetStream and MQTT; `by_mqtt`: ingest, too, speaks MQTT to it."""
    port, mqtt_port = free_port(), free_port()
    settings = folder / "nats.conf"
    settings.write_text(
        f"server_name: test\nlisten: 127.0.0.1:{port}\n"
        f'jetstream {{ store_dir: "{folder / "jetstream"}", sync_interval: always }}\n'
        f"mqtt {{ listen: 127.0.0.1:{mqtt_port}, max_ack_pending: 1000, ack_wait: 2s }}\n"
    )
    url = f"mqtt://127.0.0.1:{mqtt_port}" if by_mqtt else f"nats://127.0.0.1:{port}"
    broker = Broker([find("nats-server"), "-c", str(settings)], mqtt_port, (port, mqtt_port), url)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@contextmanager
def mosquitto(folder: Path) -> Iterator[Broker]:
    """Debian's mosquitto, writing down what it acknowledges."""
    port = free_port()
    folder.mkdir(exist_ok=True)
    settings = folder / "mosquitto.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
        f"autosave_on_changes true\nautosave_interval 1\nuser root\n"
    )
    broker = Broker([find("mosquitto"), "-c", str(settings)], port, (port,), f"mqtt://127.0.0.1:{port}")
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@dataclass
class Radio:
    """A gateway's connection to its broker."""

    client: aiomqtt.Client
    heard: list[AnyDownlink] = field(default_factory=list)

    async def send(self, *all_sent: Sent) -> None:
        for sent in all_sent:
            await self.client.publish(sent.topic, sent.body, qos=1)

    @property
    def receipts(self) -> list[Receipt]:
        return [one for one in self.heard if isinstance(one, Receipt)]

    @property
    def looks(self) -> list[Look]:
        return [one for one in self.heard if isinstance(one, Look)]

    def committed(self, lane: str) -> int:
        return max((receipt.committed for receipt in self.receipts if receipt.lane == lane), default=0)

    async def until_committed(self, lane: str, seq: int, within_s: float = 30) -> None:
        deadline = time.monotonic() + within_s
        while self.committed(lane) < seq:
            assert time.monotonic() < deadline, f"{lane}: committed {self.committed(lane)} of {seq}"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def radio(broker: Broker, sender: Sender) -> AsyncIterator[Radio]:
    """Connect as a gateway, and listen for receipts and commands."""
    client = aiomqtt.Client("127.0.0.1", broker.mqtt_port, identifier=f"{sender.community}-{sender.gateway}")
    async with client:
        here = Radio(client)
        for channel in ("receipt", "cmd"):
            await client.subscribe(sender.topic(channel), qos=1)
        listening = asyncio.create_task(_listen(here))
        try:
            yield here
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            if client._disconnected.done():
                client._disconnected.exception()  # a broker that was killed is what the test wanted


async def _listen(here: Radio) -> None:
    async for message in here.client.messages:
        assert isinstance(message.payload, bytes)
        here.heard.append(parse_downlink(message.payload))
