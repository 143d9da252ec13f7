"""A gateway's outbox and uplink, joined as an app joins them."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from contract.device import BirthData, DeathData, DeviceBirth, DeviceDeath
from contract.downlink import Look
from contract.envelope import ClockTrust
from contract.signatures import public_text
from edge.config import Uplink as Settings
from edge.outbox import Draft, Outbox
from edge.uplink import Pace, Uplink
from edge.values import Moment
from tests.integration.uplink.fake_cloud import CLOUD_KEY
from tests.unit.outbox.makers import IDENTITY, START, store

HURRIED = Pace(
    keepalive_s=1,
    timeout_s=2.0,
    resend_s=0.3,
    resend_most_s=1.0,
    back_off_s=0.05,
    back_off_most_s=0.3,
    refused_s=0.2,
    refused_most_s=0.4,
    poll_s=60.0,
)


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def now() -> Moment:
    return Moment(0.0, datetime.now(UTC), ClockTrust.SYNCED)


def settings(url: str = "mqtt://127.0.0.1", **changes: Any) -> Settings:
    cloud_key = public_text(CLOUD_KEY.public_key())
    return Settings(**{"broker": url, "evidence_url": "http://127.0.0.1:9", "cloud_key": cloud_key, **changes})


class Worker(Protocol):
    """What an app runs beside the uplink."""

    async def run(self) -> None: ...


@contextlib.asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Papers:
    """Births and deaths signed by an outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def birth(self) -> bytes:
        return self._outbox.announce(Draft(DeviceBirth, BirthData(software="1.0", started_at=START), now()))

    def death(self, reason: Literal["lost", "stopped"]) -> bytes:
        return self._outbox.announce(Draft(DeviceDeath, DeathData(reason=reason), now()))


@dataclass
class Gateway:
    """Outbox and uplink; `looks` is what reached the app."""

    outbox: Outbox
    uplink: Uplink
    looks: list[Look] = field(default_factory=list)
    on_look: Callable[[Look], Awaitable[None]] | None = None

    def commit(self, *drafts: Draft) -> None:
        self.outbox.commit(drafts)
        self.uplink.wake()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Gateway"]:
        """Ended in good order, as on Ctrl-C."""
        task = asyncio.create_task(self.uplink.run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def gateway(path: Path | str, uplink: Settings, pace: Pace = HURRIED, **changes: Any) -> Gateway:
    outbox = store(path, **changes)

    async def on_command(look: Look) -> None:
        made.looks.append(look)
        if made.on_look is not None:
            await made.on_look(look)

    made = Gateway(
        outbox,
        Uplink(
            uplink,
            community=IDENTITY.community,
            gateway=IDENTITY.gateway,
            outbox=outbox,
            certificates=Papers(outbox),
            clock=now,
            on_command=on_command,
            pace=pace,
        ),
    )
    return made


async def until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    """Return as soon as it holds; fail when it does not within the time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - of files, counters and other processes
            await asyncio.sleep(0.01)
