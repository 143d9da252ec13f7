"""Birth, last will and farewell; who may connect, and over TLS."""

import asyncio
import contextlib
import gc
from pathlib import Path

import pytest

from edge.errors import Misconfigured, UplinkLost
from tests.integration.uplink.brokers import Broker
from tests.integration.uplink.certificates import authority
from tests.integration.uplink.fake_cloud import FakeCloud
from tests.integration.uplink.harness import a_port, gateway, settings, until
from tests.integration.uplink.proxy import Proxy
from tests.unit.outbox.makers import alarm


def _said(cloud: FakeCloud) -> list[str]:
    return [event.data.reason if event.type == "device.death.v1" else "born" for event in cloud.states]


async def test_a_gateway_is_born_and_says_when_it_stops(broker: Broker) -> None:
    made = gateway(":memory:", settings(broker.url))
    async with FakeCloud(broker.port).running() as cloud:
        async with made.running():
            await until(lambda: _said(cloud) == ["born"])
        await until(lambda: _said(cloud) == ["born", "stopped"])


async def test_the_broker_says_lost_for_a_gateway_that_fell_silent(broker: Broker) -> None:
    async with Proxy(broker.port).running() as proxy, FakeCloud(broker.port).running() as cloud:
        made = gateway(":memory:", settings(f"mqtt://127.0.0.1:{proxy.port}"))
        async with made.running():
            await until(lambda: _said(cloud) == ["born"])
            proxy.cut()
            await until(lambda: _said(cloud)[1:3] == ["lost", "born"])


async def test_who_comes_later_hears_the_present_state(broker: Broker) -> None:
    made = gateway(":memory:", settings(broker.url))
    async with made.running():
        await until(lambda: made.uplink.connected)
        async with FakeCloud(broker.port).running() as cloud:
            await until(lambda: _said(cloud) == ["born"])


async def test_a_wrong_password_is_told_once_and_tried_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broker = Broker("nats", tmp_path / "broker", a_port())
    broker.extra = ', authorization { username: "gw1", password: "right" }'
    broker.start()
    secret = tmp_path / "password"
    secret.write_text("wrong-secret\n")
    made = gateway(":memory:", settings(broker.url, username="gw1", password_file=secret))
    try:
        task = asyncio.create_task(made.uplink.run())
        await asyncio.sleep(1.5)  # several tries
        assert not task.done()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        secret.write_text("right\n")
        right = gateway(":memory:", settings(broker.url, username="gw1", password_file=secret))
        async with right.running():
            await until(lambda: right.uplink.connected)
    finally:
        broker.kill()
    told = [record.getMessage() for record in caplog.records if "no uplink" in record.getMessage()]
    assert len(told) == 1
    assert "authori" in told[0].lower() or "password" in told[0].lower()
    assert "wrong-secret" not in caplog.text


# paho leaves a socket whose handshake failed to the garbage collector, which warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_mosquitto_with_certificates_on_both_sides(tmp_path: Path) -> None:
    asyncio.run(_certificates_on_both_sides(tmp_path))
    gc.collect()


async def _certificates_on_both_sides(tmp_path: Path) -> None:
    ours, theirs = authority(tmp_path / "ours"), authority(tmp_path / "theirs")
    broker = Broker("mosquitto", tmp_path / "broker", a_port())
    server, client, stranger = ours.issue("127.0.0.1"), ours.issue("gw1"), theirs.issue("gw1")
    plain_port = a_port()
    broker.extra = (
        f"cafile {ours.cert}\ncertfile {server.cert}\nkeyfile {server.key}\nrequire_certificate true\n"
        f"use_identity_as_username true\nuser root\nlistener {plain_port} 127.0.0.1\nallow_anonymous true"
    )
    broker.start()
    url = f"mqtts://127.0.0.1:{broker.port}"
    try:
        async with FakeCloud(plain_port).running():
            good = settings(url, ca_file=ours.cert, cert_file=client.cert, key_file=client.key)
            made = gateway(":memory:", good)
            made.commit(alarm(1))
            async with made.running():
                await until(lambda: made.outbox.stats().records == 0)
            for bad in (
                settings(url, ca_file=theirs.cert, cert_file=client.cert, key_file=client.key),
                settings(url, ca_file=ours.cert, cert_file=stranger.cert, key_file=stranger.key),
                settings(url, ca_file=ours.cert),
            ):
                refused = gateway(":memory:", bad)
                async with refused.running():
                    await asyncio.sleep(0.5)
                    assert refused.uplink.counters.connections == 0
    finally:
        broker.kill()


MISCONFIGURED = [
    ("broker", {"broker": "mqtt://127.0.0.1:99999"}),
    ("ca_file", {"broker": "mqtts://h", "ca_file": "nowhere.pem"}),
    ("cert_file", {"broker": "mqtts://h", "cert_file": "nowhere.pem"}),
    ("password_file", {"broker": "mqtt://h", "password_file": "nowhere"}),
    ("cloud_key", {"broker": "mqtt://h", "cloud_key": "!" * 44}),
]


@pytest.mark.parametrize(("setting", "changes"), MISCONFIGURED, ids=[row[0] for row in MISCONFIGURED])
def test_a_setting_that_cannot_be_used_is_named_at_the_start(setting: str, changes: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match=rf"uplink\.{setting}"):
        gateway(":memory:", settings(**changes))


async def test_a_stop_that_a_breaking_connection_swallows_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    made = gateway(":memory:", settings("mqtt://127.0.0.1:9"))
    begun = asyncio.Event()

    async def swallow(_: asyncio.TaskGroup) -> None:
        """As `wait_for` does until Python 3.12 when what it waits for and the cancellation come together."""
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        raise UplinkLost("the connection broke")

    monkeypatch.setattr(made.uplink, "_session", swallow)
    running = asyncio.create_task(made.uplink.run())
    await begun.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    running.cancel()
    assert running in done
