"""A simulated line of electricity meters whose bytes take their time, and the bus that reads it.

**The line's own minimum** for a set of questions and answers is, summed over the exchanges:

    bytes of the request, with its four wake-up bytes, at the line's speed
    + 20 ms, after which the simulated meters answer: the shortest that DL/T 645-2007 allows them
    + bytes of the answer at the line's speed
    + 30 ms of silence before the next request, `sessions.METER.gap_s`

Bytes are those that went over the line. Nothing that is paused, asked for twice or waited for in vain is part of it.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Final

from firmware_bridge.buses import Bus, Errand, Priority, Report, Rhythm
from firmware_bridge.codecs import dlt645
from firmware_bridge.devices import MeterRead, device_of
from firmware_bridge.errors import LineLost
from firmware_bridge.sessions import METER
from firmware_bridge.simulators import SOUND, ElectricitySimulator, Station, serve
from firmware_bridge.transports import Line, Port

METERS: Final = 64
QUARTER_S: Final = 900.0
IDLE_S: Final = 0.5  # nothing asked for so long: the cycle is over
BOUNDARY: Final = datetime(2026, 1, 11, 4, 15, tzinfo=UTC)
ROUNDING_S: Final = 0.001  # wall clocks count microseconds, so a turn may begin a little before its quarter hour
AHEAD_S: Final = 0.2  # the bus starts so long before the quarter hour
NO_SPREAD: Final = Rhythm(timedelta(seconds=QUARTER_S))


@dataclass(slots=True)
class Exchange:
    """A request, and what came until the next; bytes."""

    at_s: float
    asked: int
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One try of one meter, in seconds of the loop's clock."""

    meter: str
    began_s: float
    ended_s: float
    read: MeterRead | None


@dataclass(slots=True)
class Traffic:
    """All that went over a line."""

    exchanges: list[Exchange] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


class NothingMeasured(Exception):
    """Not all living meters were read, or not to the same values."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """How one quarter hour went.

    Attributes:
        read: meters.
        living_s: from the first request until the last meter that answers was read.
        cycle_s: until the line fell idle, tries of those that do not answer included.
        busy_s: of the whole quarter hour, later tries included.
        minimum_s: of the exchanges with an answer, see above.
    """

    read: int
    living_s: float
    cycle_s: float
    busy_s: float
    minimum_s: float

    @property
    def busy_share(self) -> float:
        return self.busy_s / QUARTER_S

    @classmethod
    def of(cls, traffic: Traffic, start_s: float, byte_s: float) -> "Quarter":
        """Take the part of the traffic that lies in the quarter hour from `start_s` on.

        Raises:
            NothingMeasured: no meter was read.
        """
        runs = [run for run in traffic.runs if 0 <= run.began_s - start_s + ROUNDING_S < QUARTER_S]
        cycle = list(_without_pause(runs))
        read = [run for run in cycle if run.read is not None]
        if not read:
            raise NothingMeasured("no meter was read")
        ended_s = max(run.ended_s for run in cycle)
        exchanges = [one for one in traffic.exchanges if cycle[0].began_s <= one.at_s <= ended_s and one.answered]
        size = sum(one.asked + one.answered for one in exchanges)
        return cls(
            read=len(read),
            living_s=max(run.ended_s for run in read) - cycle[0].began_s,
            cycle_s=ended_s - cycle[0].began_s,
            busy_s=sum(run.ended_s - run.began_s for run in runs),
            minimum_s=size * byte_s + len(exchanges) * (SOUND.delay_s + METER.gap_s),
        )


def _without_pause(runs: Sequence[Run]) -> Iterable[Run]:
    """The first of them, and those that follow without the line being idle."""
    unbroken = takewhile(lambda pair: pair[1].began_s - pair[0].ended_s <= IDLE_S, pairwise(runs))
    return [*runs[:1], *(later for _, later in unbroken)]


@dataclass(frozen=True, slots=True)
class Tally:
    """A line whose exchanges are counted."""

    line: Line
    traffic: Traffic

    @property
    def name(self) -> str:
        return self.line.name

    @property
    def byte_s(self) -> float:
        return self.line.byte_s

    async def write(self, data: bytes) -> None:
        self.traffic.exchanges.append(Exchange(asyncio.get_running_loop().time(), len(data)))
        await self.line.write(data)

    async def read(self, within_s: float) -> bytes:
        data = await self.line.read(within_s)
        if data:
            self.traffic.exchanges[-1].answered += len(data)
        return data

    async def close(self) -> None:
        await self.line.close()


@dataclass(frozen=True, slots=True)
class Tallied:
    """A port whose lines are counted."""

    port: Port
    traffic: Traffic

    @property
    def name(self) -> str:
        return self.port.name

    async def open(self) -> Line:
        return Tally(await self.port.open(), self.traffic)


def bus(
    port: Port,
    traffic: Traffic,
    *,
    meters: int,
    items: Sequence[int],
    clock: Callable[[], datetime],
    report: Callable[[Report[MeterRead]], None] = lambda _report: None,
) -> Bus[MeterRead]:
    """The product's bus over its own devices: each meter once a quarter hour, all at its beginning."""
    now = asyncio.get_running_loop().time

    def errand(number: int) -> Errand[MeterRead]:
        device = device_of(f"dlt645:{number:012d}", clock=clock, items=items)

        async def read(line: Line) -> MeterRead:
            began_s, got = now(), None
            try:
                got = await device.read(line)
            finally:
                traffic.runs.append(Run(device.name, began_s, now(), got))
            return got

        return Errand(device.name, Priority.READING, read, NO_SPREAD)

    errands = [errand(number) for number in range(meters)]
    return Bus(Tallied(port, traffic), errands, report, clock=clock, draw=random.Random(1).random)


async def answer(line: Line, living: Iterable[int]) -> None:
    """Be the meters with these numbers, until the line is lost."""
    since = datetime(2026, 1, 1)  # noqa: DTZ001  # the wall clock of meters has no zone
    wall = since + timedelta(days=10)
    meters = [ElectricitySimulator(dlt645.Address(f"{number:012d}"), lambda: wall, since) for number in living]
    with suppress(LineLost):
        await serve(line, [Station(dlt645.Decoder(), meters)])
