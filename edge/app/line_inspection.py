"""Trying a configuration's lines before anybody relies on them: does each meter answer, and each board?"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from edge.config import Board, Config, Line, Meter
from edge.devices.board import closed_inputs
from edge.devices.errands import devices_of
from edge.devices.ports import port_of
from edge.devices.shown import Shown, Unfit, shown
from firmware_bridge import drivers, transports
from firmware_bridge.devices import MeterRead
from firmware_bridge.errors import BridgeError, DeviceFault
from firmware_bridge.transports import Port

TRIES: Final = 2


def check_devices(config: Config) -> None:
    """Look whether each meter can be read at all.

    Raises:
        Misconfigured: a device or its register map cannot be used; the text names the meter.
    """
    for line in config.lines:
        for meter in line.meters:
            devices_of(line, meter, _now)


@dataclass(frozen=True, slots=True)
class LineInspection:
    """Where it is told how lines and boards answer."""

    console: Console

    def failures(self, config: Config) -> int:
        """Read each meter and ask each board once, and tell how it went; how many did not answer."""
        return asyncio.run(self._failures(config))

    async def _failures(self, config: Config) -> int:
        zone = ZoneInfo(config.gateway.timezone)
        lines = [await self._line(line, zone) for line in config.lines]
        boards = [await self._board(board) for board in config.boards]
        return sum(lines) + sum(boards)

    async def _line(self, line: Line, zone: ZoneInfo) -> int:
        with _progress(self.console, line) as advance:
            try:
                async with _opened(port_of(line.port, line.format)) as opened:
                    return sum([await self._meter(line, meter, opened, zone, advance) for meter in line.meters])
            except BridgeError as error:
                self._tell(f"line {line.id}", f"[red]打不开 cannot be used[/red]: {escape(str(error))}")
                return len(line.meters)

    async def _meter(
        self, line: Line, meter: Meter, opened: transports.Line, zone: ZoneInfo, advance: Callable[[], None]
    ) -> bool:
        """Read one; whether that failed."""
        try:
            read = await _read(line, meter, opened)
        except DeviceFault as error:
            self._tell(f"meter {meter.id}", f"[red]读不到 cannot be read[/red]: {escape(str(error))}")
            return True
        finally:
            advance()
        one = shown(read, meter.medium, zone)
        self._tell(f"meter {meter.id}", _words(one))
        return isinstance(one, Unfit)

    async def _board(self, board: Board) -> bool:
        """Ask one; whether that failed."""
        try:
            async with _opened(port_of(board.port, board.format)) as opened:
                asked = drivers.Board(opened)
                hello, state = await asked.hello(), await asked.state()
        except BridgeError as error:
            self._tell(f"board {board.id}", f"[red]没有应答 does not answer[/red]: {escape(str(error))}")
            return True
        closed = ", ".join(sorted(one.value for one in closed_inputs(state))) or "无 none"
        version = f"{hello.major}.{hello.minor}.{hello.patch}"
        self._tell(f"board {board.id}", f"程序 program {version}，闭合的输入 closed inputs: {closed}")
        return False

    def _tell(self, what: str, how: str) -> None:
        self.console.print(f"  {what}: {how}", soft_wrap=True)


async def _read(line: Line, meter: Meter, opened: transports.Line) -> MeterRead:
    """Read a meter with all that it says of itself, twice if need be."""
    _, whole = devices_of(line, meter, _now)
    for _ in range(TRIES - 1):
        try:
            return await whole.read(opened)
        except DeviceFault:
            continue
    return await whole.read(opened)


@asynccontextmanager
async def _opened(port: Port) -> AsyncIterator[transports.Line]:
    line = await port.open()
    try:
        yield line
    finally:
        await line.close()


def _words(one: Shown | Unfit) -> str:
    if isinstance(one, Unfit):
        return f"[red]{escape(one.why)}[/red]"
    amounts = ((one.voltage_v, "V"), (one.current_a, "A"), (one.power_kw, "kW"))
    told = [f"{one.value:f} {one.unit}", *(f"{value:f} {unit}" for value, unit in amounts if value is not None)]
    if one.flags:
        told.append(f"状态 flags: {', '.join(sorted(one.flags))}")
    if one.clock_offset_s is not None:
        told.append(f"时钟差 clock off by {one.clock_offset_s:.0f} s")
    return "，".join(told)


@contextmanager
def _progress(console: Console, line: Line) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(line.id, total=len(line.meters))
        yield lambda: bar.advance(task)


def _now() -> datetime:
    return datetime.now(UTC)
