"""Two pseudo-terminals, joined: on one a peer opens its serial port, on the other we open ours."""

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from firmware_bridge.errors import LineLost
from firmware_bridge.transports import DescriptorLine, Line, Parity, SerialFormat, SerialPort

PLAIN = SerialFormat(9600, Parity.NONE)  # a pseudo-terminal has no parity
STARTS_WITHIN_S = 60.0


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[Line, str]]:
    """Give our open line and the path of the peer's end."""
    ours, our_end = _terminal()
    peers, peer_end = _terminal()
    pumps = [asyncio.create_task(_pump(*way)) for way in ((ours, peers), (peers, ours))]
    line = await SerialPort(Path(os.ttyname(our_end)), PLAIN).open()
    try:
        yield line, os.ttyname(peer_end)
    finally:
        for one in (line, ours, peers):
            await one.close()
        await asyncio.gather(*pumps)
        os.close(our_end)
        os.close(peer_end)


@asynccontextmanager
async def peer(*command: str | Path) -> AsyncIterator[Sequence[str]]:
    """Start a peer; gives the words of the first line it says, which has to begin with `ready`."""
    process = await asyncio.create_subprocess_exec(*map(str, command), stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(STARTS_WITHIN_S):
            said = (await process.stdout.readline()).decode().split()
        assert said[:1] == ["ready"], said
        yield said[1:]
    finally:
        process.kill()
        await process.wait()


async def _pump(source: Line, target: Line) -> None:
    with suppress(LineLost):
        while True:
            await target.write(await source.read(60.0))


def _terminal() -> tuple[DescriptorLine, int]:
    """A pseudo-terminal; its far side stays open, so that nobody hangs up when a program closes it."""
    controller, terminal = pty.openpty()
    tty.setraw(terminal)
    return DescriptorLine(controller, "cable"), terminal
