"""Reading cycles in virtual time: hours of a line in seconds, each wait exactly as long as asked for."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from benchmarks.bus.line import AHEAD_S, BOUNDARY, METERS, QUARTER_S, NothingMeasured, Quarter, Traffic, answer, bus
from benchmarks.virtual_time import run
from firmware_bridge.devices import USUAL_ITEMS
from firmware_bridge.transports import Line, NullModem, SerialFormat, Wear

DEAD: Final = 8
FORMS: Final = (SerialFormat(2400), SerialFormat(9600))


class Load(StrEnum):
    """What is read of each meter."""

    USUAL = "usual"
    REGISTER = "register"


ITEMS: Final = {Load.USUAL: USUAL_ITEMS, Load.REGISTER: USUAL_ITEMS[:1]}


class State(StrEnum):
    """How the dead meters stand."""

    NONE_DEAD = "none dead"
    NEWLY = "8 newly dead"
    KNOWN = "8 known as dead"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One reading cycle; `minimum_s` is that of all 64 meters, also where some are dead."""

    form: SerialFormat
    load: Load
    state: State
    quarter: Quarter
    minimum_s: float

    @property
    def over(self) -> float:
        """The whole cycle, tries of the dead included, in times of the line's own minimum."""
        return self.quarter.cycle_s / self.minimum_s

    @property
    def living_over(self) -> float:
        return self.quarter.living_s / self.minimum_s


@dataclass(frozen=True, slots=True)
class _Cable:
    """A port with simulated meters at the other end."""

    modem: NullModem
    name: str = "simulated"

    async def open(self) -> Line:
        return self.modem.near


def cycles(form: SerialFormat, load: Load, quarters: int) -> Iterator[Cycle]:
    """Measure a line without dead meters, with newly dead ones, and with ones known as such: the worst of `quarters`.

    Raises:
        NothingMeasured: living meters were not all read.
    """
    whole = _quarters(form, load, dead=0, quarters=1)[0]
    yield Cycle(form, load, State.NONE_DEAD, whole, whole.minimum_s)
    newly, *known = _quarters(form, load, dead=DEAD, quarters=1 + quarters)
    yield Cycle(form, load, State.NEWLY, newly, whole.minimum_s)
    yield Cycle(form, load, State.KNOWN, max(known, key=lambda each: each.cycle_s), whole.minimum_s)


def _quarters(form: SerialFormat, load: Load, *, dead: int, quarters: int) -> list[Quarter]:
    traffic = run(_worked(form, load, dead, quarters))
    out = [Quarter.of(traffic, AHEAD_S + number * QUARTER_S, form.byte_s) for number in range(quarters)]
    if short := [quarter.read for quarter in out if quarter.read != METERS - dead]:
        raise NothingMeasured(f"{form}, {load}: {short[0]} of {METERS - dead} living meters were read")
    return out


async def _worked(form: SerialFormat, load: Load, dead: int, quarters: int) -> Traffic:
    """Every eighth meter is dead, so that the living stand between them."""
    loop, traffic = asyncio.get_running_loop(), Traffic()
    modem = NullModem(Wear(byte_s=form.byte_s, longest_piece=1))
    living = [number for number in range(METERS) if not dead or number % (METERS // dead)]

    def clock() -> datetime:
        return BOUNDARY + timedelta(seconds=loop.time() - AHEAD_S)

    work = bus(_Cable(modem), traffic, meters=METERS, items=ITEMS[load], clock=clock)
    tasks = [asyncio.create_task(work.run()), asyncio.create_task(answer(modem.far, living))]
    await asyncio.sleep(AHEAD_S + quarters * QUARTER_S - 1)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return traffic
