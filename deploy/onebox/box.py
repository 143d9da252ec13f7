"""The whole box: every part in the order it needs, running for as long as the block lasts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import psycopg

from cloud.errors import DatabaseLost
from deploy.onebox import cloud, gateway, identity, nats, ports, postgres
from deploy.onebox.cloud import Cloud
from deploy.onebox.folder import Folder
from deploy.onebox.gateway import Gateway
from deploy.onebox.part import Part
from deploy.onebox.ports import Ports
from deploy.onebox.supervisor import Supervisor, supervising
from deploy.onebox.telling import Terminal

PAUSES_S: Final = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a box is to run beside its fixed parts.

    Attributes:
        cameras: the gateway's cameras, and its lines and gates if it has any: TOML, once it is known which ports there
            are.
        written_in: where a person changes them.
        before_gateway: parts that the cameras need.
        history: writes what the gateway's meters have shown so far; none where nothing is known.
        drawing: puts a plan of the community into the database that it is told of; none where nobody has drawn one.
        clock_synced: as the gateway's setting. Where all is made up, nothing is wrong by this machine's clock.
        console_port: asked for by a person; none means any.
    """

    cameras: Callable[[Ports], str]
    written_in: str
    before_gateway: Callable[[Ports], tuple[Part, ...]] = lambda _: ()
    history: Callable[[Path], Awaitable[None]] | None = None
    drawing: Callable[[str], Awaitable[None]] | None = None
    clock_synced: Literal["auto", "yes"] = "auto"
    console_port: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A running box."""

    supervisor: Supervisor
    cloud: Cloud
    gateway: Gateway


@asynccontextmanager
async def running(folder: Folder, plan: Plan, terminal: Terminal) -> AsyncIterator[Box]:
    """Start everything; when the block ends, end everything in reverse order.

    Raises:
        Misconfigured: a person must change something.
        PartFailed: a part could not be started; the text holds its last lines.
    """
    chosen = ports.choose(folder, plan.console_port)
    with terminal.working("准备数据库 making the database's files"):
        database = await postgres.prepare(folder, chosen.postgres)
    made = cloud.prepare(folder, chosen, database.dsn)
    watcher = gateway.prepare(
        folder,
        chosen,
        cameras=plan.cameras(chosen),
        written_in=plan.written_in,
        cloud_url=made.url,
        cloud_key=made.public_key,
        dsn=database.dsn,
        clock_synced=plan.clock_synced,
    )
    async with supervising(folder.logs, terminal) as supervisor:
        await supervisor.start(database.part())
        await supervisor.start(nats.part(folder, chosen, community=identity.COMMUNITY, gateway=identity.GATEWAY))
        await supervisor.guard(_persist(database.create_database))
        await supervisor.guard(_persist(lambda: made.provision(watcher.public_key)))
        if (drawing := plan.drawing) is not None:
            await supervisor.guard(_persist(lambda: drawing(made.dsn)))
        await supervisor.start(made.part())
        for part in plan.before_gateway(chosen):
            await supervisor.start(part)
        if plan.history is not None:
            with terminal.working("带入昨天以来的读数 bringing along readings since yesterday"):
                await supervisor.guard(watcher.take_history(plan.history))
        await supervisor.start(watcher.part())
        yield Box(supervisor, made, watcher)


async def _persist(step: Callable[[], Awaitable[None]]) -> None:
    """Do a step that needs the database, again if it is lost on the way: it is being started anew then."""
    for pause_s in PAUSES_S:
        try:
            return await step()
        except (DatabaseLost, psycopg.OperationalError):
            await asyncio.sleep(pause_s)
    await step()
    return None
