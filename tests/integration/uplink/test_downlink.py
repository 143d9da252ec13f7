"""What comes down: believed when the cloud signed it for this gateway, acted on once, and else only counted."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from contract.downlink import MAX_DOWNLINK_BYTES, Look
from contract.envelope import Lane
from contract.identifiers import uuid7
from edge.errors import DiskFull
from edge.uplink.commands import MAX_AT_ONCE
from tests.integration.uplink.brokers import Broker
from tests.integration.uplink.fake_cloud import STRANGER, FakeCloud, downlink, look
from tests.integration.uplink.harness import gateway, settings, until
from tests.unit.outbox.makers import START, alarm, numbers


def command(number: int) -> str:
    return uuid7(START, UUID(int=number).bytes[-10:])


def receipt(**changes: Any) -> bytes:
    fields = {"type": "receipt.v1", "epoch": "a" * 16, "lane": "alarm", "committed": 3, "missing": []}
    return downlink(**{**fields, **changes})


FORGED: list[tuple[str, str, Callable[[], bytes]]] = [
    ("garbage", "receipt", lambda: b"\x00\xff garbage"),
    ("not an object", "receipt", lambda: b"[]"),
    ("empty", "receipt", lambda: b""),
    ("deep", "receipt", lambda: b"[" * 8000 + b"]" * 8000),
    ("oversized", "receipt", lambda: b" " * (MAX_DOWNLINK_BYTES + 1)),
    ("cut short", "receipt", lambda: receipt()[:-30]),
    ("signed by a stranger", "receipt", lambda: receipt(key=STRANGER)),
    ("signed, then changed", "receipt", lambda: receipt(committed=1).replace(b'"committed":1', b'"committed":3')),
    ("for another gateway", "receipt", lambda: receipt(gateway="gw2")),
    ("for another community", "receipt", lambda: receipt(community="forest")),
    ("names another key", "receipt", lambda: receipt(keyid="0" * 16)),
    ("a field too many", "receipt", lambda: receipt(extra=1)),
    ("of no known type", "receipt", lambda: receipt(type="receipt.v2")),
    ("a receipt on the command channel", "cmd", receipt),
    ("a command on the receipt channel", "receipt", lambda: look(command(1))),
    ("a command by a stranger", "cmd", lambda: look(command(1), key=STRANGER)),
    ("a command whose time is over", "cmd", lambda: look(command(1), late_s=5.0)),
    ("of another epoch", "receipt", lambda: receipt(epoch="b" * 16)),
    ("beyond what was sent", "receipt", lambda: receipt(committed=4)),
    ("of the lane without numbers", "receipt", lambda: receipt(lane="state")),
]


async def test_what_is_forged_or_senseless_is_counted_and_never_acted_on(
    nats: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    made = gateway(":memory:", settings(nats.url), epoch="a" * 16)
    made.commit(*[alarm(i) for i in range(3)])
    async with FakeCloud(nats.port, lose=10**9).running() as cloud, made.running():
        await until(lambda: made.uplink.connected)
        for count, (name, channel, body) in enumerate(FORGED, 1):
            await cloud.say(channel, body())
            await until(lambda count=count: made.uplink.counters.refused >= count)  # type: ignore[misc]
            assert made.uplink.counters.refused == count, name
        assert numbers(made.outbox, Lane.ALARM) == [1, 2, 3]
        assert made.looks == []
        await cloud.say("receipt", receipt())
        await until(lambda: numbers(made.outbox, Lane.ALARM) == [])
    warnings = [record.getMessage() for record in caplog.records if "not acted on" in record.getMessage()]
    assert 1 < len(warnings) < len(FORGED)  # once for each kind
    assert len(set(warnings)) == len(warnings)


async def test_a_command_reaches_the_app_once_however_often_it_is_said(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    async with FakeCloud(nats.port).running() as cloud, made.running():
        await until(lambda: made.uplink.connected)
        for _ in range(20):
            await cloud.say("cmd", look(command(1)))
        await cloud.say("cmd", look(command(2)))
        await until(lambda: made.outbox.seen_command(command(2)))
        assert [received.id for received in made.looks] == [command(1), command(2)]


async def test_a_command_waits_at_the_broker_while_the_gateway_is_away(broker: Broker) -> None:
    made = gateway(":memory:", settings(broker.url))
    async with FakeCloud(broker.port).running() as cloud:
        async with made.running():
            await until(lambda: made.uplink.connected)
        await cloud.say("cmd", look(command(1)))
        async with made.running():
            await until(lambda: len(made.looks) == 1)


async def test_commands_run_beside_each_other_and_beside_receipts_up_to_the_limit(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    go = asyncio.Event()

    async def wait(_: Look) -> None:
        await go.wait()

    made.on_look = wait
    async with FakeCloud(nats.port).running() as cloud, made.running():
        await until(lambda: made.uplink.connected)
        for number in range(MAX_AT_ONCE + 1):
            await cloud.say("cmd", look(command(number)))
        await until(lambda: made.uplink.counters.refused == 1)
        assert len(made.looks) == MAX_AT_ONCE
        made.commit(alarm(1))
        await until(lambda: made.outbox.stats().records == 0)
        go.set()
        await until(lambda: made.outbox.seen_command(command(MAX_AT_ONCE - 1)))
        await cloud.say("cmd", look(command(MAX_AT_ONCE)))
        await until(lambda: len(made.looks) == MAX_AT_ONCE + 1)


async def test_a_command_that_could_not_be_done_is_done_when_it_comes_again(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))
    failures = [DiskFull("full")]

    async def fail_once(_: Look) -> None:
        if failures:
            raise failures.pop()

    made.on_look = fail_once
    async with FakeCloud(nats.port).running() as cloud, made.running():
        await until(lambda: made.uplink.connected)
        await cloud.say("cmd", look(command(1)))
        await until(lambda: len(made.looks) == 1)
        assert not made.outbox.seen_command(command(1))
        await cloud.say("cmd", look(command(1)))
        await until(lambda: made.outbox.seen_command(command(1)))


async def test_a_bug_in_a_command_takes_the_uplink_down(nats: Broker) -> None:
    made = gateway(":memory:", settings(nats.url))

    async def bug(_: Look) -> None:
        raise ZeroDivisionError

    made.on_look = bug
    async with FakeCloud(nats.port).running() as cloud:
        task = asyncio.create_task(made.uplink.run())
        await until(lambda: made.uplink.connected)
        await cloud.say("cmd", look(command(1)))
        with pytest.raises(ExceptionGroup) as caught:
            await asyncio.wait_for(task, 10)
        assert caught.group_contains(ZeroDivisionError)
