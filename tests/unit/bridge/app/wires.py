"""A line that is only understood at its own speed and parity; at another it garbles, or says nothing."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from firmware_bridge.codecs import dlt645
from firmware_bridge.errors import FormatNotTaken, LineLost
from firmware_bridge.simulators import Station, serve
from firmware_bridge.simulators.station import Listening
from firmware_bridge.transports import Line, NullModem, Parity, SerialFormat, Wear
from tests.unit.bridge.drivers.scene import electric

Otherwise = Callable[[Line], Awaitable[None]]
"""What the far end does at another speed or parity than its own."""


async def silent(line: Line) -> None:
    """Meters do not understand what they hear."""
    while True:
        await line.read(60.0)


async def garbled(line: Line) -> None:
    """An adapter that gives back what is sent, damaged."""
    while True:
        if heard := await line.read(60.0):
            await asyncio.sleep(0.05)
            await line.write(bytes(byte ^ 0x5A for byte in heard))


async def careless(line: Line) -> None:
    """A meter that takes no notice of parity: it knows when it is asked, and its answer is not understood."""
    station = Station(dlt645.Decoder(), [electric()])
    while True:
        for answers in station.hear(await line.read(60.0)):
            for _, answer in answers:
                await asyncio.sleep(0.05)
                await line.write(bytes(byte ^ 0x5A for byte in answer))


async def noisy(line: Line) -> None:
    """Something comes now and then, asked for or not."""
    draw = random.Random(1)
    while True:
        await asyncio.sleep(0.2 * draw.random())
        await line.write(draw.randbytes(3))


async def babbling(line: Line) -> None:
    """Never quiet for long enough to ask."""
    while True:
        await asyncio.sleep(0.01)
        await line.write(b"\x55")


@dataclass(slots=True)
class Wire:
    """What hangs on the adapter.

    Attributes:
        forms: at which the devices are understood.
        stations: made anew at each opening.
        otherwise: at another.
        takes: parities that the adapter has.
        tried: formats at which it was opened, in order.
    """

    forms: frozenset[SerialFormat]
    stations: Callable[[], Sequence[Listening]]
    otherwise: Otherwise = silent
    takes: frozenset[Parity] = frozenset(Parity)
    tried: list[SerialFormat] = field(default_factory=list)
    ends: set[asyncio.Task[None]] = field(default_factory=set)

    def at(self, form: SerialFormat) -> "Tap":
        return Tap(self, form)

    async def far_end(self, line: Line, form: SerialFormat) -> None:
        with suppress(LineLost):
            await (serve(line, self.stations()) if form in self.forms else self.otherwise(line))


@dataclass(frozen=True, slots=True)
class Tap:
    """The port of a wire, set to a speed and parity."""

    wire: Wire
    form: SerialFormat
    name: str = "tap"

    async def open(self) -> Line:
        if self.form.parity not in self.wire.takes:
            raise FormatNotTaken(f"tap: does not take {self.form}")
        self.wire.tried.append(self.form)
        modem = NullModem(Wear(byte_s=self.form.byte_s))
        self.wire.ends.add(asyncio.create_task(self.wire.far_end(modem.far, self.form)))
        return modem.near
