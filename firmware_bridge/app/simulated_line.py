"""A line of made-up meters, on a pseudo-terminal or a TCP port."""

import asyncio
import logging
import os
import pty
import tty
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import typer

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.simulators import (
    ElectricitySimulator,
    Faults,
    FlowSimulator,
    Listening,
    MbusSimulator,
    MbusStation,
    ModbusSimulator,
    ModbusStation,
    Station,
    serve,
)
from firmware_bridge.transports import DescriptorLine, Line, TcpLine

COLD_WATER: Final = 0x10
INSTALLED: Final = timedelta(days=100)
POWER_KW: Final = Decimal("0.25")  # of the first electricity meter; the second takes twice as much, and so on
USE: Final = Decimal("0.015")  # m³/h of the first water meter while somebody uses it

Talk = Callable[[Line], Awaitable[None]]
"""Answer on a line until it is lost."""


class Wall:
    """The wall clock of the meters; with a speed of 2000 a day of theirs takes 43 s."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._since = datetime.now()  # noqa: DTZ005  # the wall clock of meters has no zone

    def __call__(self) -> datetime:
        now = datetime.now()  # noqa: DTZ005
        return self._since + (now - self._since) * self._speed


@dataclass(frozen=True, slots=True)
class Population:
    """How many meters of each protocol share the line, and what is the matter with them.

    Attributes:
        leak_l: litres an hour that the first water meter of each protocol leaks.
        conflict: a second electricity meter has the first one's address.
    """

    electricity: int = 0
    water: int = 0
    modbus: int = 0
    modbus_tcp: int = 0
    mbus: int = 0
    faults: Faults = Faults()  # noqa: RUF009  # frozen
    leak_l: float = 0.0
    conflict: bool = False

    def stations(self, wall: Callable[[], datetime], since: datetime) -> tuple[Listening, ...]:
        """Make them, each with another consumption; the same again for whoever else connects."""
        every: tuple[tuple[int, Listening], ...] = (
            (self.electricity, Station(dlt645.Decoder(), list(self._electric(wall, since)))),
            (self.water, Station(cjt188.Decoder(), list(self._water(wall, since)))),
            (self.modbus, ModbusStation(list(self._modbus(self.modbus, wall, since)))),
            (self.modbus_tcp, ModbusStation(list(self._modbus(self.modbus_tcp, wall, since)), tcp=True)),
            (self.mbus, MbusStation(list(self._mbus(wall, since)))),
        )
        return tuple(station for many, station in every if many)

    def _electric(self, wall: Callable[[], datetime], since: datetime) -> Iterator[ElectricitySimulator]:
        numbers = [*range(1, self.electricity + 1), *([1] if self.conflict else [])]
        for place, number in enumerate(numbers, start=1):
            address = dlt645.Address(f"{number:012d}")
            yield ElectricitySimulator(address, wall, since, POWER_KW * place, self.faults)

    def _water(self, wall: Callable[[], datetime], since: datetime) -> Iterator[FlowSimulator]:
        for number in range(1, self.water + 1):
            address, leak = cjt188.Address(f"{number:014d}"), self._leak(number)
            yield FlowSimulator(COLD_WATER, address, wall, since, leak, USE * number, faults=self.faults)

    def _modbus(self, many: int, wall: Callable[[], datetime], since: datetime) -> Iterator[ModbusSimulator]:
        for number in range(1, many + 1):
            yield ModbusSimulator(number, wall, since, POWER_KW * number, self.faults)

    def _mbus(self, wall: Callable[[], datetime], since: datetime) -> Iterator[MbusSimulator]:
        for number in range(1, self.mbus + 1):
            yield MbusSimulator(number, wall, since, self._leak(number), USE * number, self.faults)

    def _leak(self, number: int) -> Decimal:
        return Decimal(str(self.leak_l)) / 1000 if number == 1 else Decimal(0)


def meters(population: Population, speed: float) -> Talk:
    """Give what answers on a line, on each that is opened the same meters."""
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # it tells of every byte that is another protocol's
    wall = Wall(speed)
    since = wall().replace(hour=0, minute=0, second=0, microsecond=0) - INSTALLED

    async def talk(line: Line) -> None:
        with suppress(LineLost):
            await serve(line, population.stations(wall, since))

    return talk


async def on_terminal(talk: Talk, link: Path | None, words: str) -> None:
    """Keep a terminal open, so that programs may come and go."""
    controller, terminal = pty.openpty()
    tty.setraw(terminal)
    path = os.ttyname(terminal)
    line = DescriptorLine(controller, path)
    try:
        with linked(link, path):
            typer.echo(f"{words}: {link or path}")
            await talk(line)
    finally:
        await line.close()
        os.close(terminal)


async def on_port(talk: Talk, port: int, words: str) -> None:
    """Listen on a TCP port of this machine."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = TcpLine(reader, writer, "peer")
        try:
            await talk(line)
        finally:
            await line.close()

    try:
        server = await asyncio.start_server(accept, "127.0.0.1", port)
    except OSError as error:
        raise Misconfigured(f"--listen {port}: {error.strerror}") from error
    async with server:
        typer.echo(f"{words}: 127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()


@contextmanager
def linked(link: Path | None, path: str) -> Iterator[None]:
    """Keep a link to a terminal; one that an earlier run left behind is replaced, and nothing else."""
    if link is None:
        yield
        return
    try:
        if link.is_symlink():
            link.unlink()
        link.symlink_to(path)
    except OSError as error:
        raise Misconfigured(f"--link {link}: {error.strerror}") from error
    try:
        yield
    finally:
        with suppress(OSError):  # it is gone
            if link.readlink() == Path(path):  # and not that of a later run
                link.unlink()
