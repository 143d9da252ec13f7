"""A broker that lets the cloud in and does not let it answer."""

from pathlib import Path

import pytest

from cloud.config import Source as Settings
from cloud.errors import BrokerLost
from cloud.ingest.jetstream import JetStreamSource
from contract.topics import Topic
from tests.integration.cloud.brokers import Broker, find, free_port

RECEIPT = (Topic("demo", "gw-1", "receipt"), b"{}")


@pytest.mark.parametrize(
    ("name", "password", "may_publish", "told"),
    [
        ("may do what it must", "right", '"$JS.>", "linli.v1.*.*.receipt"', None),
        ("may not send receipts", "right", '"$JS.>"', "linli.v1.demo.gw-1.receipt"),
        ("wrong password", "wrong", '"$JS.>"', "Authorization Violation"),
    ],
)
async def test_what_the_broker_does_not_allow_is_told(
    tmp_path: Path, name: str, password: str, may_publish: str, told: str | None
) -> None:
    port = free_port()
    user = f'{{ user: cloud, password: right, permissions: {{ publish: [{may_publish}], subscribe: ["_INBOX.>"] }} }}'
    settings = tmp_path / "nats.conf"
    settings.write_text(
        f"server_name: test\nlisten: 127.0.0.1:{port}\n"
        f'jetstream {{ store_dir: "{tmp_path / "jetstream"}" }}\nauthorization {{ users: [ {user} ] }}\n'
    )
    (tmp_path / "password").write_text(password)
    broker = Broker([find("nats-server"), "-c", str(settings)], 0, (port,), f"nats://127.0.0.1:{port}")
    source = JetStreamSource(
        Settings(url=broker.url, username="cloud", password_file=tmp_path / "password"), stream_messages=1000
    )
    broker.start()
    try:
        if told is None:
            async with source.connect() as link:
                await link.publish([RECEIPT])
        else:
            with pytest.raises(BrokerLost, match=told):
                async with source.connect() as link:
                    await link.publish([RECEIPT])
    finally:
        broker.kill()
