"""The story played once with an acted member of staff, and what it left behind, counted."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final

import psycopg

from deploy.onebox import tally
from deploy.onebox.box import Box, running
from deploy.onebox.demo import NOTICE, Theatre, set_up_theatre
from deploy.onebox.driver import GATE, PARKED, OpenGate, ParkedCar, drive
from deploy.onebox.errors import Misconfigured, PartFailed
from deploy.onebox.folder import Folder
from deploy.onebox.staff import Staff
from deploy.onebox.tally import Summary
from deploy.onebox.telling import Terminal

STORY_WITHIN_S: Final = 240.0
DRAINED_WITHIN_S: Final = 30.0
MAX_DRAINS: Final = 3
PLAYED: Final = "story-played"  # a folder holds one story: its numbers are counted over all that is in it


async def play_once(folder: Folder, terminal: Terminal, *, console_port: int | None) -> Summary:
    """Play the story once with an acted member of staff, and count.

    Raises:
        Misconfigured: a story has been played in this folder.
        PartFailed: a part failed for good, or the story did not come to its end in time.
    """
    begun = time.monotonic()
    played = folder.root / PLAYED
    if played.exists():
        raise Misconfigured(
            f"--data {folder.root}: 这里已经演过一次，请换一个新文件夹或删掉它  "
            "a story has been played there; name a new folder or remove it"
        )
    theatre = await set_up_theatre(folder, terminal, console_port=console_port)
    terminal.say(NOTICE, "bold")
    async with running(folder, theatre.plan, terminal) as box:
        await box.supervisor.guard(_act(box, theatre, terminal))
        given_out, arrived = await box.supervisor.guard(_drain(box, terminal))
    played.touch()
    return tally.summary(given_out, arrived, seconds=time.monotonic() - begun)


async def _act(box: Box, theatre: Theatre, terminal: Terminal) -> None:
    """Let staff and troublemakers play until the cases are played."""
    staff = asyncio.create_task(Staff(box.cloud.url, box.cloud.staff_password, terminal).play())
    makers = [
        asyncio.create_task(drive(trouble, of, box.cloud.dsn, terminal, again=False))
        for trouble, of in ((ParkedCar(theatre.stage), PARKED), (OpenGate(theatre.yard), GATE))
    ]
    try:
        done, _ = await asyncio.wait({staff, *makers}, timeout=STORY_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise PartFailed(
                f"情景 {STORY_WITHIN_S:.0f} 秒内没有演完，原因请看日志  "
                "the story did not come to its end; the logs may say why"
            )
        for each in done:
            await each
    finally:
        for task in (staff, *makers):
            task.cancel()


async def _drain(box: Box, terminal: Terminal) -> tuple[dict[tally.Lane, int], tally.Arrived]:
    """End the gateway when all it wrote has arrived, and count; when something was on its way still, try again.

    The gateway's outbox is its own while it runs, so it must end before its numbers can be read; and it writes a
    heartbeat every few seconds. So it is ended just after one has arrived.
    """
    terminal.say("等待网关发完 waiting until the gateway has sent everything")
    for attempt in range(MAX_DRAINS):
        await _until(partial(_is_quiet, box))
        part = box.gateway.part()
        await box.supervisor.stop(part.name)
        given_out = tally.read_outbox(box.gateway.outbox)
        await _until(partial(_has_all, box, given_out))
        arrived = await tally.read_cloud(box.cloud.dsn)
        if not tally.lost(given_out, arrived) or attempt == MAX_DRAINS - 1:
            return given_out, arrived
        await box.supervisor.start(part)
    raise AssertionError("the last attempt returns")


async def _is_quiet(box: Box) -> bool:
    """Whether a heartbeat has just come and every file that events refer to is there."""
    arrived = await tally.read_cloud(box.cloud.dsn)
    async with await psycopg.AsyncConnection.connect(box.cloud.dsn) as connection:
        query = "select max(received_at) > now() - interval '1 second' from inbox where type = 'device.health.v1'"
        row = await (await connection.execute(query)).fetchone()
    return bool(row and row[0]) and arrived.wanted <= arrived.files


async def _has_all(box: Box, given_out: dict[tally.Lane, int]) -> bool:
    return tally.lost(given_out, await tally.read_cloud(box.cloud.dsn)) == 0


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `condition` holds, but not for ever: what is missing then is counted as lost."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAINED_WITHIN_S):
            while True:
                with suppress(psycopg.OperationalError):
                    if await condition():
                        return
                await asyncio.sleep(0.2)
