"""What is asked of each meter of a line, and when."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from edge.config import Line, Meter
from edge.errors import Misconfigured
from firmware_bridge import transports
from firmware_bridge.buses import Errand, Priority, Rhythm
from firmware_bridge.devices import (
    CONDITION_ITEMS,
    USUAL_ITEMS,
    Device,
    MeterRead,
    device_of,
    load_registers,
    profile_of,
)
from firmware_bridge.drivers import Clock
from firmware_bridge.errors import Misconfigured as BridgeMisconfigured

CONDITION_EVERY: Final = timedelta(hours=1)  # three frames more of a DL/T 645 meter
SPREAD: Final = timedelta(seconds=30)
HISTORY: Final = Rhythm(timedelta(hours=1), spread=timedelta(minutes=10))  # nothing is asked where nothing lacks
FIRST_WITHIN: Final = timedelta(seconds=1)
NEVER_AGAIN: Final = timedelta(days=36_500)
LISTEN: Final = Rhythm(timedelta(seconds=10))  # an adapter that is pulled is noticed, though nobody is to be read
LISTEN_S: Final = 0.001
FIRST: Final = "first"
FREEZE: Final = "freeze"
LINE: Final = "line"

Given = tuple[MeterRead, ...]
DaysDue = Callable[[str], int]
"""How many of the last days a meter is to be asked for."""


@dataclass(frozen=True, slots=True)
class Once(Rhythm):
    """One turn alone, at `at`: after a start nobody need wait for the next quarter hour."""

    period: timedelta = NEVER_AGAIN
    at: datetime | None = None

    def next_turn(self, after: datetime, draw: float) -> datetime:
        """Give `at` until it is over, and then a time far away."""
        if self.at is not None and after < self.at:
            return self.at
        return super(Once, self).next_turn(after, draw)


@dataclass(frozen=True, slots=True)
class Name:
    """An errand's name taken apart: whose it is, empty for the line's, and which; a reading at its turn has no name."""

    meter: str
    what: str

    @classmethod
    def of(cls, errand: str) -> "Name":
        meter, _, what = errand.partition("/")
        return cls(meter, what)


class Asked:
    """One meter and what is asked of it at each turn."""

    def __init__(self, meter: Meter, devices: tuple[Device, Device], clock: Clock, days_due: DaysDue) -> None:
        self.id: Final = meter.id
        self._usual, self._whole = devices
        self._clock = clock
        self._days_due = days_due
        self._whole_at: datetime | None = None

    async def read(self, line: transports.Line) -> Given:
        """Read it; once an hour with what it says of its own condition."""
        now = self._clock()
        due = self._whole_at is None or abs(now - self._whole_at) >= CONDITION_EVERY
        read = await (self._whole if due else self._usual).read(line)
        if due:
            self._whole_at = now
        return (read,)

    async def freezes(self, line: transports.Line) -> Given:
        """Read the beginnings of days that lack, if any do."""
        days = self._days_due(self.id)
        return await self._usual.frozen(line, days) if days else ()


def errands(line: Line, clock: Clock, days_due: DaysDue) -> Iterator[Errand[Given]]:
    """All that is to be done on a line.

    Raises:
        Misconfigured: a device or its register map cannot be used; the text names the meter.
    """
    rhythm = Rhythm(timedelta(seconds=line.read_every), spread=min(SPREAD, timedelta(seconds=line.read_every / 2)))
    once = Once(at=clock() + FIRST_WITHIN)
    yield Errand(f"/{LINE}", Priority.HISTORY, listen, LISTEN)
    for meter in line.meters:
        one = Asked(meter, devices_of(line, meter, clock), clock, days_due)
        yield Errand(f"{meter.id}/{FIRST}", Priority.READING, one.read, once)
        yield Errand(meter.id, Priority.READING, one.read, rhythm)
        yield Errand(f"{meter.id}/{FREEZE}", Priority.HISTORY, one.freezes, HISTORY)


async def listen(line: transports.Line) -> Given:
    """Take what nobody has asked for off the line, and notice that it is lost."""
    await line.read(LISTEN_S)
    return ()


def devices_of(line: Line, meter: Meter, clock: Clock) -> tuple[Device, Device]:
    """A meter as it is read at most turns, and as it is read once an hour.

    Raises:
        Misconfigured: as `errands`.
    """
    where = f"lines {line.id}: meters {meter.id}"
    try:
        registers = None if meter.registers is None else load_registers(meter.registers)
    except BridgeMisconfigured as error:
        raise Misconfigured(f"{where}: registers: 寄存器表不能用 the register map cannot be used: {error}") from None
    try:
        profile = profile_of(meter.profile)
        usual = device_of(meter.device, clock=clock, profile=profile, registers=registers)
        if not meter.device.startswith("dlt645"):
            return usual, usual
        return usual, device_of(meter.device, clock=clock, items=(*USUAL_ITEMS, *CONDITION_ITEMS))
    except BridgeMisconfigured as error:
        raise Misconfigured(f"{where}: device: 设备不能这样写 it cannot be written like this: {error}") from None
