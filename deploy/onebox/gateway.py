"""The box's gateway: its configuration out of where everything is and which cameras there are, and the part."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from deploy.onebox import identity, nats, toml
from deploy.onebox.errors import Misconfigured, PartFailed
from deploy.onebox.folder import Folder, write_private
from deploy.onebox.part import Part, launched, python
from deploy.onebox.ports import HOST, Ports
from edge.config import load
from edge.errors import Misconfigured as GatewayMisconfigured

HEARTBEAT_S: Final = 5.0  # as late may the terminal tell that a camera is lost
HISTORY_FILE: Final = "history.csv"
CAMERAS_FILE: Final = "cameras.toml"
NEVER: Final = datetime.min.replace(tzinfo=UTC)
NO_CAMERAS: Final = """\
# The cameras of this box's gateway and their zones; read at each start. `linli-edge config example` explains every
# setting. For example:
#
# [[cameras]]
# id = "east-gate"
# name = "东门 East gate"
# url = "rtsp://user:password@192.0.2.10/stream1"
#
# [[cameras.zones]]
# id = "fire-lane-1"
# name = "3号楼消防通道 Fire lane, building 3"
# kind = "fire_lane"
# polygon = [[0.10, 0.55], [0.45, 0.50], [0.60, 0.95], [0.05, 0.98]]
# dwell = "3m"
"""


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone in one picture, as the configuration names it."""

    id: str
    name: str
    kind: str
    polygon: tuple[tuple[float, float], ...]
    dwell_s: float


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera with one zone; `more` are further settings of the camera."""

    id: str
    name: str
    url: str
    zone: Zone
    more: Mapping[str, toml.Value] = field(default_factory=dict)

    def toml(self) -> str:
        """As it stands in a gateway's configuration."""
        camera: toml.Table = {"id": self.id, "name": self.name, "url": self.url, **self.more}
        zone: toml.Table = {
            "id": self.zone.id,
            "name": self.zone.name,
            "kind": self.zone.kind,
            "polygon": self.zone.polygon,
            "dwell": self.zone.dwell_s,
        }
        return toml.section("[cameras]", camera) + toml.section("[cameras.zones]", zone)


@dataclass(slots=True)
class Gateway:
    """The gateway's files, and when it was started last."""

    home: Path
    public_key: str
    dsn: str
    started_at: datetime = NEVER

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.home / "gateway.toml"

    @property
    def outbox(self) -> Path:
        """The outbox's database, the gateway's own while it runs."""
        return self.home / "data" / "outbox.sqlite"

    def part(self) -> Part:
        """The gateway as a part of the box; ready when the cloud has heard that it is up."""
        command = python("edge", "run", "--config", str(self.config))
        return Part(
            name="gateway",
            command=command,
            ready=self._is_up,
            prepare=self._note_start,
            ready_within_s=120,  # the cloud may be away for a while, which is no fault of the gateway's
            stop_within_s=15,
        )

    async def take_history(self, write: Callable[[Path], Awaitable[None]]) -> None:
        """Give the gateway, before it runs for the first time, what its meters have shown so far.

        Raises:
            PartFailed: it does not take it.
        """
        taken = self.home / HISTORY_FILE
        if taken.exists():
            return
        draft = taken.with_suffix(".new")
        await write(draft)
        command = python("edge", "readings", "import", str(draft), "--config", str(self.config))
        process = await asyncio.create_subprocess_exec(
            *launched(command, None, signal.SIGKILL),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise PartFailed(f"读数带入失败  the readings were not taken in: {said.decode(errors='replace')[-2000:]}")
        draft.replace(taken)

    async def _note_start(self) -> None:
        self.started_at = datetime.now(UTC)

    async def _is_up(self) -> bool:
        query = "select state = 'up' and state_at > %s from gateways where community = %s and gateway = %s"
        try:
            async with await psycopg.AsyncConnection.connect(self.dsn, connect_timeout=2) as connection:
                who = (self.started_at, identity.COMMUNITY, identity.GATEWAY)
                row = await (await connection.execute(query, who)).fetchone()
        except psycopg.OperationalError:
            return False
        return bool(row and row[0])


def prepare(
    folder: Folder,
    ports: Ports,
    *,
    cameras: str,
    written_in: str,
    cloud_url: str,
    cloud_key: str,
    dsn: str,
    clock_synced: str = "auto",
) -> Gateway:
    """Write the gateway's configuration and draw its key.

    Args:
        cameras: the part of the configuration that tells of cameras, lines and gates, TOML.
        written_in: where a person changes that.
    Raises:
        Misconfigured: the gateway would not take it; the text says which setting.
    """
    home = folder.private("gateway")
    made = Gateway(home, identity.public_key_at(home / "gateway.key"), dsn)
    sections: dict[str, toml.Table] = {
        "gateway": {
            "community": identity.COMMUNITY,
            "id": identity.GATEWAY,
            "data": "data",
            "key": "gateway.key",
            "timezone": identity.TIMEZONE,
            "clock_synced": clock_synced,
        },
        "uplink": {
            "broker": f"mqtt://{HOST}:{ports.mqtt}",
            "username": nats.GATEWAY,
            "password_file": str(folder.secret_file("nats-gateway")),
            "evidence_url": cloud_url,
            "cloud_key": cloud_key,
        },
        "health": {"heartbeat": HEARTBEAT_S},
    }
    text = "".join(toml.section(name, table) for name, table in sections.items())
    write_private(made.config, f"{text}\n{cameras}")
    try:
        load(made.config)
    except GatewayMisconfigured as error:
        raise Misconfigured(
            f"网关的配置有误，摄像机见 {written_in}  {error}; the cameras are in {written_in}"
        ) from None
    return made


def own_cameras(folder: Folder) -> str:
    """The cameras a person has written down for this box; the file is made where there is none, and explains itself."""
    path = folder.root / CAMERAS_FILE
    if not path.exists():
        write_private(path, NO_CAMERAS)
    return path.read_text()
