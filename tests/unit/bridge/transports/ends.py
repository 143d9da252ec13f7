"""Both ends of each kind of line, opened for real."""

import asyncio
import os
import pty
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.transports import (
    DescriptorLine,
    Line,
    NullModem,
    Parity,
    SerialFormat,
    SerialPort,
    TcpLine,
    TcpPort,
    Wear,
)

PLAIN = SerialFormat(9600, Parity.NONE)  # a pseudo-terminal has no parity


@dataclass(frozen=True, slots=True)
class Ends:
    """`near` is what is tested, `far` the device's side."""

    near: Line
    far: Line
    break_far: Callable[[], Awaitable[None]]


@asynccontextmanager
async def serial_ends(folder: Path) -> AsyncIterator[Ends]:
    controller, terminal = pty.openpty()
    path = folder / "adapter"
    path.symlink_to(os.ttyname(terminal))
    near = await SerialPort(path, PLAIN).open()
    os.close(terminal)
    far = DescriptorLine(controller, "far")
    yield Ends(near, far, far.close)
    await near.close()
    await far.close()


@asynccontextmanager
async def tcp_ends(_folder: Path) -> AsyncIterator[Ends]:
    accepted: asyncio.Queue[TcpLine] = asyncio.Queue()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.put_nowait(TcpLine(reader, writer, "far"))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    near = await TcpPort("127.0.0.1", server.sockets[0].getsockname()[1], PLAIN).open()
    far = await accepted.get()
    yield Ends(near, far, far.close)
    await near.close()
    await far.close()
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def memory_ends(_folder: Path) -> AsyncIterator[Ends]:
    modem = NullModem(Wear(byte_s=PLAIN.byte_s))

    async def cut() -> None:
        modem.cut()

    yield Ends(modem.near, modem.far, cut)


KINDS = {"serial": serial_ends, "tcp": tcp_ends, "memory": memory_ends}
