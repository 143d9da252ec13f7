"""The gate-sensor board to try things on: its real program in QEMU, or a simulation of it; inputs come by command."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Final

import typer

from firmware_bridge.app.simulated_line import linked, on_port, on_terminal
from firmware_bridge.codecs.bridge import Source
from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.simulators import BoardSimulator, serve_board
from firmware_bridge.simulators.board import INPUTS
from firmware_bridge.simulators.emulated_board import emulated_board, missing
from firmware_bridge.transports import Line

SIMULATED: Final = "模拟门岗传感板（数据为虚构） simulated board"
EMULATED: Final = "QEMU 中的门岗传感板，真实固件、虚构输入 the board's real program in QEMU, inputs made up"
INPUT_NAMES: Final = {source.name.lower(): source for source in INPUTS}
_LONGEST_LINE: Final = 80
_MOST_WAITING: Final = 64

Set = Callable[[Source, int], Awaitable[None]]


async def simulate_board(link: Path | None, listen: int | None, *, qemu: bool | None) -> None:
    """Run a board until cancelled.

    Args:
        qemu: its real program; None: where that is installed.
    Raises:
        Misconfigured: QEMU is asked for and cannot be had, or listens on no terminal.
    """
    real = not missing() if qemu is None else qemu
    if real and listen is not None:
        raise Misconfigured("--listen: QEMU 只用伪终端 the board in QEMU has a pseudo-terminal; or give --no-qemu")
    if not real and qemu is None:
        typer.echo(f"未安装 QEMU 或交叉编译器 not installed: {', '.join(missing())}", err=True)
    await (_emulated(link) if real else _simulated(link, listen))


async def _simulated(link: Path | None, listen: int | None) -> None:
    now = asyncio.get_running_loop().time
    board = BoardSimulator(now())

    async def talk(line: Line) -> None:
        with suppress(LineLost):
            await serve_board(line, board)

    async def change(source: Source, level: int) -> None:
        board.set_input(source, level, now())

    serving = on_terminal(talk, link, SIMULATED) if listen is None else on_port(talk, listen, SIMULATED)
    await _first_to_end(serving, _obey(change))


async def _first_to_end(*jobs: Coroutine[None, None, None]) -> None:
    """Run them together until one ends or fails, as that one does."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _emulated(link: Path | None) -> None:
    with TemporaryDirectory(prefix="linli-board-") as folder:
        async with emulated_board(Path(folder)) as board:
            with linked(link, board.path):
                typer.echo(f"{EMULATED}: {link or board.path}")
                await _first_to_end(board.run(), _obey(board.set_input))


async def _obey(change: Set) -> None:
    """Take commands from standard input, a line each, for ever; after its end nothing changes any more."""
    lines: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
    Thread(target=_read_lines, args=(asyncio.get_running_loop(), lines), daemon=True).start()
    while True:
        line = await lines.get()
        try:
            source, level = parsed(line)
        except ValueError as error:
            typer.echo(str(error), err=True)
        else:
            await change(source, level)


def parsed(line: str) -> tuple[Source, int]:
    """Read a command: an input and its level.

    Raises:
        ValueError: it is none; the text says what would be one.
    """
    match line.split():
        case [name, "0" | "1" as level] if name in INPUT_NAMES:
            return INPUT_NAMES[name], int(level)
        case _:
            told = line.strip()[:_LONGEST_LINE]
            raise ValueError(f"{told!r}: 应形如 like door 1; {', '.join(INPUT_NAMES)}")


def _read_lines(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str]) -> None:
    """Read in a thread of its own that nobody waits for: whatever standard input is, it may never end."""
    with suppress(RuntimeError):  # the loop has ended
        for line in sys.stdin:
            if line.strip():
                asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
