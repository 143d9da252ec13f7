"""One reading cycle in real time, over a pseudo-terminal: what this machine and the operating system add.

The terminal carries bytes at once, so a cable in memory behind it gives each byte its time.
"""

import asyncio
import os
import pty
import tty
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.bus.cycles import ITEMS, Cycle, Load, State
from benchmarks.bus.line import AHEAD_S, BOUNDARY, NothingMeasured, Quarter, Traffic, answer, bus
from firmware_bridge.errors import LineLost
from firmware_bridge.transports import DescriptorLine, Line, NullModem, Parity, SerialFormat, SerialPort, Wear

FORM: Final = SerialFormat(9600, Parity.NONE)  # a pseudo-terminal has no parity
LONGEST_S: Final = 3.0  # for each meter, which takes some 0.4: beyond that it has failed


def cycle(meters: int) -> Cycle:
    """Read so many meters once, all alive.

    Raises:
        NothingMeasured: not all were read.
    """
    traffic, start_s = asyncio.run(_worked(meters))
    quarter = Quarter.of(traffic, start_s, FORM.byte_s)
    if quarter.read != meters:
        raise NothingMeasured(f"{quarter.read} of {meters} meters were read over the pseudo-terminal")
    return Cycle(FORM, Load.USUAL, State.NONE_DEAD, quarter, quarter.minimum_s)


async def _worked(meters: int) -> tuple[Traffic, float]:
    """What went over the line, and when the quarter hour began."""
    controller, terminal = pty.openpty()
    tty.setraw(terminal)
    far, modem = DescriptorLine(controller, "far"), NullModem(Wear(byte_s=FORM.byte_s, longest_piece=1))
    loop, traffic, done = asyncio.get_running_loop(), Traffic(), asyncio.Semaphore(0)
    start_s = loop.time() + AHEAD_S
    port = SerialPort(Path(os.ttyname(terminal)), FORM)

    def clock() -> datetime:
        return BOUNDARY + timedelta(seconds=loop.time() - start_s)

    items = ITEMS[Load.USUAL]
    work = bus(port, traffic, meters=meters, items=items, clock=clock, report=lambda _report: done.release())
    jobs = (work.run(), answer(modem.far, range(meters)), _pump(far, modem.near), _pump(modem.near, far))
    tasks = [asyncio.create_task(job) for job in jobs]
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_S * meters):
            for _ in range(meters):
                await done.acquire()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await far.close()
    os.close(terminal)
    return traffic, start_s


async def _pump(source: Line, target: Line) -> None:
    with suppress(LineLost):
        while True:
            await target.write(await source.read(60.0))
