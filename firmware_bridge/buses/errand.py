"""What a bus does on its line."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Generic, TypeVar

from firmware_bridge.buses.rhythm import Rhythm
from firmware_bridge.errors import DeviceFault
from firmware_bridge.transports import Line

R = TypeVar("R")


class Priority(IntEnum):
    """What goes first when several are due."""

    ALARM = 0
    ORDER = 1
    READING = 2
    HISTORY = 3


@dataclass(frozen=True, slots=True)
class Errand(Generic[R]):
    """One device and what is asked of it, again and again.

    Attributes:
        name: unique on its line.
        run: does it on an open line, with one try; raises `DeviceFault` or `LineLost`.
        rhythm: when.
    """

    name: str
    priority: Priority
    run: Callable[[Line], Awaitable[R]]
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Report(Generic[R]):
    """How one errand went: what it gave, or whose fault it was."""

    errand: str
    outcome: R | DeviceFault


@dataclass(slots=True, order=True)
class Turn(Generic[R]):
    """An errand and when it is due next. Of those that are due, the smallest goes first.

    So one that did not answer at its last turn, and one that failed in this, comes behind all others of its priority.

    Attributes:
        rests: how often in a row it was given up and left to rest.
        failures: tries of this turn that failed.
    """

    priority: Priority
    rests: int
    failures: int
    due: datetime
    errand: Errand[R] = field(compare=False)
