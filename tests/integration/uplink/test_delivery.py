"""Everything committed arrives, once receipted it is gone, and nothing short of a receipt makes it go."""

import asyncio
import contextlib
import time
from dataclasses import replace
from pathlib import Path

from contract.envelope import Lane
from tests.integration.uplink.brokers import Broker
from tests.integration.uplink.fake_cloud import FakeCloud
from tests.integration.uplink.harness import HURRIED, Gateway, gateway, settings, until
from tests.integration.uplink.proxy import Proxy
from tests.unit.outbox.makers import alarm, check_chain, notice, numbers, telemetry

COUNT = 200


def _everything(cloud: FakeCloud, made: Gateway, lane: Lane, count: int) -> bool:
    return cloud.numbers(made.outbox.epoch, lane) == list(range(1, count + 1))


def _empty(made: Gateway) -> bool:
    return made.outbox.stats().records == 0


def _whole(cloud: FakeCloud, made: Gateway, lane: Lane) -> None:
    kept = cloud.epochs[made.outbox.epoch][lane]
    check_chain([kept[seq] for seq in sorted(kept)])


async def test_what_waits_and_what_comes_later_arrives_in_order_and_is_forgotten(broker: Broker) -> None:
    made = gateway(":memory:", settings(broker.url))
    made.commit(*[alarm(i) for i in range(COUNT // 2)])
    async with FakeCloud(broker.port).running() as cloud, made.running():
        await until(lambda: _everything(cloud, made, Lane.ALARM, COUNT // 2))
        for i in range(COUNT // 2, COUNT):
            made.commit(alarm(i))
        await until(lambda: _everything(cloud, made, Lane.ALARM, COUNT) and _empty(made))
        _whole(cloud, made, Lane.ALARM)
        firsts = list(dict.fromkeys(cloud.arrivals))
        assert firsts == [(Lane.ALARM, seq) for seq in range(1, COUNT + 1)]


async def test_alarms_go_first_then_events_then_telemetry(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    made.commit(*[telemetry(i) for i in range(50)], *[notice(i) for i in range(10)], *[alarm(i) for i in range(10)])
    async with FakeCloud(nats.port).running() as cloud, made.running():
        await until(lambda: _empty(made))
        lanes = [lane for lane, _ in dict.fromkeys(cloud.arrivals)]
        assert lanes == [Lane.ALARM] * 10 + [Lane.EVENT] * 10 + [Lane.TELEMETRY] * 50


async def test_without_a_receipt_nothing_goes_and_no_more_than_the_window_is_out(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    made.commit(*[alarm(i) for i in range(COUNT)])
    async with FakeCloud(nats.port, lose=10**9).running() as cloud, made.running():
        await until(lambda: len(cloud.arrivals) > 20)  # a window, and some in vain
        assert len(cloud.numbers(made.outbox.epoch, Lane.ALARM)) <= 16
        assert len(numbers(made.outbox, Lane.ALARM)) == COUNT
        cloud.lose = 0
        await until(lambda: _empty(made))
        _whole(cloud, made, Lane.ALARM)


async def test_lost_receipts_cost_one_record_each_and_nothing_else(broker: Broker) -> None:
    made = gateway(":memory:", settings(broker.url))
    async with FakeCloud(broker.port, lose=20).running() as cloud, made.running():
        made.commit(*[alarm(i) for i in range(20)])
        await until(lambda: _empty(made))
        assert _everything(cloud, made, Lane.ALARM, 20)


async def test_receipts_that_come_many_times_do_what_one_does(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    async with FakeCloud(nats.port, copies=5).running() as cloud, made.running():
        made.commit(*[alarm(i) for i in range(COUNT)])
        await until(lambda: _empty(made))
        assert _everything(cloud, made, Lane.ALARM, COUNT)
        assert made.uplink.counters.sent == COUNT


async def test_what_the_cloud_has_lost_it_gets_again(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    async with FakeCloud(nats.port, lose=12).running() as cloud, made.running():
        made.commit(*[alarm(i) for i in range(12)])
        await until(lambda: _everything(cloud, made, Lane.ALARM, 12))
        for seq in (3, 4, 9):
            del cloud.epochs[made.outbox.epoch][Lane.ALARM][seq]
        await until(lambda: _everything(cloud, made, Lane.ALARM, 12) and _empty(made))


async def test_a_broker_killed_again_and_again_loses_and_doubles_nothing(broker: Broker, tmp_path: Path) -> None:
    made = gateway(tmp_path / "outbox.db", settings(broker.url))
    async with FakeCloud(broker.port).running() as cloud, made.running():
        for round_ in range(3):
            first = len(cloud.numbers(made.outbox.epoch, Lane.ALARM))
            made.commit(*[alarm(i) for i in range(40)])
            await until(lambda first=first: len(cloud.numbers(made.outbox.epoch, Lane.ALARM)) > first)  # type: ignore[misc]
            broker.kill()
            made.commit(*[alarm(i) for i in range(10)])
            await until(lambda: not made.uplink.connected)
            broker.start()
            await until(lambda round_=round_: _everything(cloud, made, Lane.ALARM, 50 * (round_ + 1)))  # type: ignore[misc]
        await until(lambda: _empty(made))
        _whole(cloud, made, Lane.ALARM)
    made.outbox.close()


async def test_a_gateway_starts_without_a_broker_and_sends_when_there_is_one(nats: Broker) -> None:
    nats.kill()
    made = gateway(":memory:", settings(nats.url))
    async with made.running():
        made.commit(alarm(1))
        await asyncio.sleep(0.3)
        assert not made.uplink.connected
        nats.start()
        async with FakeCloud(nats.port).running():
            await until(lambda: _empty(made))


async def test_a_connection_that_fell_silent_is_given_up_and_made_anew(nats: Broker) -> None:
    async with Proxy(nats.port).running() as proxy, FakeCloud(nats.port).running() as cloud:
        made = gateway(":memory:", settings(f"mqtt://127.0.0.1:{proxy.port}"))
        async with made.running():
            await until(lambda: made.uplink.connected)
            proxy.silent = True
            made.commit(alarm(1))
            await until(lambda: not made.uplink.connected)
            proxy.silent = False
            await until(lambda: _empty(made))
            assert _everything(cloud, made, Lane.ALARM, 1)
            assert proxy.accepted >= 2


async def test_what_had_no_receipt_goes_again_at_once_on_a_new_connection(nats: Broker) -> None:
    patient = replace(HURRIED, resend_s=600.0, resend_most_s=600.0)
    async with Proxy(nats.port).running() as proxy, FakeCloud(nats.port, lose=3).running() as cloud:
        made = gateway(":memory:", settings(f"mqtt://127.0.0.1:{proxy.port}"), patient)
        async with made.running():
            made.commit(alarm(1), alarm(2), alarm(3))
            await until(lambda: len(cloud.arrivals) == 3)
            assert made.outbox.stats().records == 3
            proxy.cut()
            await until(lambda: _empty(made))


async def test_a_full_outbox_recovers_when_the_broker_is_back(nats: Broker) -> None:
    nats.kill()
    made = gateway(":memory:", settings(nats.url), budget_bytes=64 * 1024)
    async with made.running():
        for i in range(300):
            made.commit(telemetry(i))
        made.commit(alarm(1))
        nats.start()
        async with FakeCloud(nats.port).running() as cloud:
            await until(lambda: bool(cloud.numbers(made.outbox.epoch, Lane.ALARM)))
            await until(lambda: _empty(made))
            arrived = set(cloud.numbers(made.outbox.epoch, Lane.TELEMETRY))
            assert 1 not in arrived
            assert arrived | cloud.gone[Lane.TELEMETRY] == set(range(1, 301))
        made.commit(telemetry(300))
        assert made.outbox.stats().records == 1


async def test_an_idle_uplink_is_woken_by_a_thread(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url), HURRIED)  # polls once a minute only
    async with FakeCloud(nats.port).running(), made.running():
        await until(lambda: made.uplink.connected)
        await asyncio.sleep(0.2)
        started_s = time.monotonic()
        await asyncio.to_thread(made.commit, alarm(1))
        await until(lambda: _empty(made), 5)
        assert time.monotonic() - started_s < 2
    made.uplink.wake()  # after the end: nobody is there, nothing breaks


async def test_two_uplinks_of_one_name_do_not_bring_the_process_down(nats: Broker) -> None:
    first, second = (gateway(":memory:", settings(nats.url), epoch=c * 16) for c in "ab")
    async with FakeCloud(nats.port).running(), first.running(), second.running():
        await until(lambda: first.uplink.counters.connections + second.uplink.counters.connections > 3)
        with contextlib.suppress(TimeoutError):
            await until(lambda: first.uplink.connected, 2)
