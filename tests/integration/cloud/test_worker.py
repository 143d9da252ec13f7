"""The worker with real brokers: receipts, commands, and everything being killed in turn."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Stage, Verification
from cloud.config import Source as Settings
from cloud.db import create_engine, migrate
from cloud.devices.service import DeviceService
from cloud.errors import BrokerLost
from cloud.ingest.jetstream import JetStreamSource
from cloud.ingest.mqtt import MqttSource
from cloud.ingest.quarantine import Quarantine
from cloud.ingest.reception import Reception
from cloud.ingest.source import Link, Source
from cloud.ingest.worker import Ingest
from contract.signatures import verify
from contract.topics import Topic
from tests.integration.cloud.brokers import Broker, mosquitto, nats, radio
from tests.integration.cloud.ground import Clock, Ground, running_postgres, until
from tests.integration.cloud.sender import Sender, Sent
from tests.people import person

KEY = Ed25519PrivateKey.generate()

KINDS: dict[str, Callable[[Path], AbstractContextManager[Broker]]] = {
    "JetStream": nats,
    "MQTT on NATS": lambda folder: nats(folder, by_mqtt=True),
    "mosquitto": mosquitto,
}


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    with KINDS[request.param](tmp_path) as broker:
        yield broker


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Broker]:
    """NATS, spoken to as JetStream."""
    with nats(tmp_path) as broker:
        yield broker


def source_of(broker: Broker, client: str = "linli-ingest") -> Source:
    settings = Settings(url=broker.url, client=client)
    if settings.is_mqtt:
        return MqttSource(settings)
    return JetStreamSource(settings, stream_messages=10_000, ack_wait_s=1.0)


@asynccontextmanager
async def working(ground: Ground, *sources: Source) -> AsyncIterator[None]:
    """Run a worker by the machine's own clock, which the tests' clock does not move."""
    ingest = Ingest(ground.engine, sources, KEY, cases=ground.cases)
    task = asyncio.create_task(ingest.run())
    try:
        yield
        assert not task.done(), task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def live(database: str) -> AsyncIterator[Ground]:
    """A ground whose cases live by the machine's clock."""
    engine = create_engine(database)
    cases = CaseService(engine, answer_within=timedelta(seconds=30))
    reception = Reception(engine, cases)
    yield Ground(database, engine, Clock(), cases, DeviceService(engine), reception, Quarantine(engine))
    await engine.dispose()


@pytest.fixture
async def gateway(live: Ground) -> Sender:
    sender = Sender()
    await live.devices.register(sender.community, sender.gateway, sender.public)
    return sender


async def ready(live: Ground, broker: Broker, sender: Sender) -> None:
    """Wait until the worker has taken something in through this broker; only then is its subscription there."""
    async with radio(broker, sender) as here:

        async def seen() -> bool:
            await here.send(sender.birth())
            return bool(await live.one("select count(*) from inbox where lane = 'state'"))

        await until(seen)


async def test_events_in_receipts_out(live: Ground, gateway: Sender, broker: Broker) -> None:
    async with working(live, source_of(broker)):
        await ready(live, broker, gateway)
        async with radio(broker, gateway) as here:
            await here.send(gateway.opened(), *(gateway.milestone() for _ in range(200)))
            await here.until_committed("event", 200)
            await here.until_committed("alarm", 1)
    assert await live.one("select count(*) from inbox where lane <> 'state'") == 201
    assert (await live.case()).stage is Stage.DISPATCHED
    for receipt in here.receipts:
        verify(receipt.model_dump_json().encode(), KEY.public_key())
    assert await live.one("select via from gateways") == broker.url


async def test_a_repeated_event_is_answered_with_the_present_receipt(
    live: Ground, gateway: Sender, broker: Broker
) -> None:
    async with working(live, source_of(broker)):
        await ready(live, broker, gateway)
        first = gateway.opened()
        async with radio(broker, gateway) as here:
            await here.send(first)
            await here.until_committed("alarm", 1)
            await here.send(gateway.opened(slot="cam1.s2"))
            await here.until_committed("alarm", 2)
            before = len(here.receipts)
            await here.send(first)
            await until(lambda: _is(len(here.receipts) > before))
            assert here.receipts[-1].committed == 2


async def _is(truth: bool) -> bool:
    return truth


async def test_a_look_is_asked_again_until_it_is_answered(live: Ground, gateway: Sender, broker: Broker) -> None:
    async with working(live, source_of(broker)):
        await ready(live, broker, gateway)
        async with radio(broker, gateway) as here:
            await here.send(gateway.opened())
            await here.until_committed("alarm", 1)
            case = await live.case()
            case = await live.cases.act(case.id, Action.ACCEPT, by=person("li"), version=case.version)
            case = await live.cases.act(case.id, Action.REPORT, by=person("li"), version=case.version)
            await until(lambda: _is(len(here.looks) >= 2))
            first, second = here.looks[:2]
            assert (first.id, first.slot, first.stay) == (case.look, case.slot, case.stay)
            assert second.id == first.id
            assert 0 < second.within_s < first.within_s <= 30, "what is left to try grows shorter"
            verify(first.model_dump_json().encode(), KEY.public_key())
            await here.send(gateway.verification(first.id, "gone"))
            await until(lambda: _closed(live))
            assert await live.one("select done_at is not null from outgoing")
    assert (await live.case()).verification is Verification.GONE


async def _closed(live: Ground) -> bool:
    return (await live.case()).stage is Stage.CLOSED


async def test_rubbish_does_not_stand_in_the_way(live: Ground, gateway: Sender, broker: Broker) -> None:
    async with working(live, source_of(broker)):
        await ready(live, broker, gateway)
        async with radio(broker, gateway) as here:
            rubbish = [Sent("", gateway.topic("event"), bytes([n]) * 1000, 0) for n in range(50)]
            await here.send(*rubbish[:25], gateway.milestone(), *rubbish[25:], gateway.milestone())
            await here.until_committed("event", 2)
        await until(lambda: _count(live, 50))


async def _count(live: Ground, count: int) -> bool:
    return await live.quarantine.count() == count


class Killed(Exception):
    """Stands for the end of the process: nothing of it runs on."""


class KilledBeforeReceipt:
    """A source whose worker dies when it has committed and wants to send the receipt."""

    def __init__(self, inner: Source) -> None:
        self.inner = inner
        self.name = inner.name

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Link]:
        async with self.inner.connect() as link:
            yield _Dying(link)


class _Dying:
    def __init__(self, link: Link) -> None:
        self.take = link.take

    async def publish(self, messages: Sequence[tuple[Topic, bytes]]) -> None:
        if messages:
            raise Killed


async def test_killed_between_commit_and_receipt(live: Ground, gateway: Sender, broker: Broker) -> None:
    async with working(live, source_of(broker)):
        await ready(live, broker, gateway)
    async with radio(broker, gateway) as here:
        await here.send(gateway.opened())
        dying = Ingest(live.engine, [KilledBeforeReceipt(source_of(broker))], KEY, cases=live.cases)
        with pytest.raises(ExceptionGroup) as ended:
            await asyncio.wait_for(dying.run(), 20)
        assert ended.group_contains(Killed)
        assert await live.one("select count(*) from inbox where lane = 'alarm'") == 1, "it was committed"
        assert here.receipts == []
        async with working(live, source_of(broker)):
            await here.until_committed("alarm", 1)
    assert await live.one("select count(*) from inbox where lane = 'alarm'") == 1
    assert (await live.case()).sightings == 1


async def test_the_broker_is_killed_and_comes_back(live: Ground, gateway: Sender, broker: Broker) -> None:
    all_sent = [gateway.milestone() for _ in range(60)]
    async with working(live, source_of(broker)):
        await ready(live, broker, gateway)
        async with radio(broker, gateway) as here:
            with suppress(aiomqtt.MqttError):
                await here.send(*all_sent[:30])
                await here.until_committed("event", 1)
                broker.kill()
        broker.start()
        # Whatever the broker forgot, the gateway sends again: it has no receipt for it.
        async with asyncio.timeout(40):
            while not await _all_there(live, broker, gateway, all_sent):
                pass
    assert await live.one("select count(*) from inbox where lane = 'event'") == 60
    assert await live.quarantine.count() == 0


async def _all_there(live: Ground, broker: Broker, gateway: Sender, all_sent: list[Sent]) -> bool:
    """Send all again; whether the receipt says that all is committed."""
    with suppress(aiomqtt.MqttError, AssertionError):
        async with radio(broker, gateway) as here:
            await here.send(*all_sent)
            await here.until_committed("event", len(all_sent), within_s=5)
            return True
    return False


async def test_the_broker_comes_up_after_the_worker(live: Ground, gateway: Sender, broker: Broker) -> None:
    broker.kill()
    async with working(live, source_of(broker)):
        await asyncio.sleep(0)
        broker.start()
        await ready(live, broker, gateway)


async def test_two_workers_share_the_work(live: Ground, gateway: Sender, stream: Broker) -> None:
    others = [Sender(gateway=f"gw-{n}") for n in range(2, 6)]
    for other in others:
        await live.devices.register(other.community, other.gateway, other.public)
    async with working(live, source_of(stream)), working(live, source_of(stream)):
        await ready(live, stream, gateway)
        async with radio(stream, gateway) as here:
            for _ in range(50):
                await here.send(*(sender.opened() for sender in (gateway, *others)))
            await here.until_committed("alarm", 50)

            async def all_in() -> bool:
                return bool(await live.one("select count(*) = 250 from inbox where lane = 'alarm'"))

            await until(all_in)
    assert await live.one("select count(*) from cases") == 5
    assert await live.one("select sum(sightings) from cases") == 250
    assert await live.one("select count(*) from inbox where chain <> 'ok'") == 0
    assert await live.quarantine.count() == 0


async def test_the_database_stops_and_comes_back(stream: Broker, caplog: pytest.LogCaptureFixture) -> None:
    with running_postgres() as server:
        dsn = server.get_uri()
        migrate(dsn)
        engine = create_engine(dsn)
        cases = CaseService(engine)
        live = Ground(dsn, engine, Clock(), cases, DeviceService(engine), Reception(engine, cases), Quarantine(engine))
        gateway = Sender()
        await live.devices.register(gateway.community, gateway.gateway, gateway.public)
        async with working(live, source_of(stream)):
            await ready(live, stream, gateway)
            async with radio(stream, gateway) as here:
                await here.send(gateway.opened())
                await here.until_committed("alarm", 1)
                await asyncio.to_thread(server.stop)
                await here.send(*(gateway.milestone() for _ in range(20)))
                await until(lambda: _is("the database is gone" in caplog.text))
                assert here.committed("event") == 0
                await asyncio.to_thread(server.start)
                await here.until_committed("event", 20)
        assert await live.one("select count(*) from inbox where lane = 'event'") == 20
        assert await live.quarantine.count() == 0
        assert caplog.text.count("the database is gone") == 1, "told once, not at every try"
        await engine.dispose()


TEN: dict[str, dict[str, int]] = {
    "messages": {"max_waiting": 10, "max_bytes": 10**9},
    "bytes": {"max_waiting": 1000, "max_bytes": 10 * len(Sender().milestone().body) + 100},
}


@pytest.mark.parametrize("room", TEN.values(), ids=TEN)
async def test_more_than_can_be_taken_comes_again(
    live: Ground, gateway: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: dict[str, int]
) -> None:
    monkeypatch.setattr("cloud.ingest.mqtt._Link.__init__.__kwdefaults__", room)
    with nats(tmp_path, by_mqtt=True) as broker:
        async with source_of(broker).connect() as link, radio(broker, gateway) as here:
            await here.send(*(gateway.milestone() for _ in range(40)))
            await until(lambda: _is(link._overrun))  # type: ignore[attr-defined]
            assert len(await link.take(64)) == 10, "what is here is worked off"
            with pytest.raises(BrokerLost, match="more came than could be taken"):
                await link.take(64)
        async with working(live, source_of(broker)), radio(broker, gateway) as here:
            await here.until_committed("event", 40)


async def test_a_message_larger_than_all_room_comes_alone(
    gateway: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloud.ingest.mqtt._Link.__init__.__kwdefaults__", {"max_waiting": 1000, "max_bytes": 1})
    with nats(tmp_path, by_mqtt=True) as broker:
        async with source_of(broker).connect() as link, radio(broker, gateway) as here:
            for _ in range(3):
                sent = gateway.milestone()
                await here.send(sent)
                [delivery] = await asyncio.wait_for(link.take(64), 10)
                assert delivery.body == sent.body
                await delivery.ack()


async def test_a_wrong_address_is_a_lost_broker_and_says_no_secret(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hunter2\n")
    for scheme in ("nats", "mqtt"):
        settings: dict[str, Any] = {"url": f"{scheme}://127.0.0.1:1", "username": "u", "password_file": secret}
        one = Settings(**settings)
        source: Source = MqttSource(one) if one.is_mqtt else JetStreamSource(one, stream_messages=1000)
        with pytest.raises(BrokerLost) as lost:
            async with source.connect():
                pass
        assert "hunter2" not in str(lost.value)
        assert settings["url"] in str(lost.value)
