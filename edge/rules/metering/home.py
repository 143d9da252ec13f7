"""What is remembered of one household, and what comes to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from pydantic import ConfigDict, TypeAdapter

from edge.rules import keeping
from edge.rules.metering.history import Drip, Habits, Half
from edge.rules.metering.presence import Presence
from edge.rules.metering.slots import SlotUse

MAX_STATE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Arrived:
    """What has come since the last step, in any order.

    Attributes:
        water, energy: half hours of the household's meters, as `meter.step` gave them.
        openings: moments at which the door was opened, each once.
        door_to: up to when all openings are known: the door contact's last sign of life; None: there is none.
    """

    water: tuple[SlotUse, ...] = ()
    energy: tuple[SlotUse, ...] = ()
    openings: tuple[datetime, ...] = ()
    door_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """How it stood after a half hour: who was at home, and since which half hour it was quiet."""

    presence: Presence
    quiet: int | None


@dataclass(frozen=True, slots=True)
class Household:
    """What is remembered of one household; some 60 kilobytes as JSON.

    Attributes:
        next: the half hour to be judged next.
        water, energy, openings, late_l: what waits; and litres that were told too late for their half hour.
        halves: the last two weeks.
        quiet: half hour in which the present silence began.
        opened: half hour in which the door was opened last.
        crossed: when exactly.
        left_wh: the least used in a half hour soon after that: what was left on.
        surprise: of the present silence.
        stood: after each half hour of the last twelve hours.
        visited: half hour in which the door was opened after a long silence.
        raised: half hour since which it was quiet, of the alarm that stands.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    household: str
    next: int | None = None
    water: tuple[SlotUse, ...] = ()
    energy: tuple[SlotUse, ...] = ()
    openings: tuple[datetime, ...] = ()
    late_l: float = 0.0
    halves: tuple[Half, ...] = ()
    habits: Habits = field(default_factory=Habits)
    drip: Drip = field(default_factory=Drip)
    presence: Presence = Presence.UNKNOWN
    quiet: int | None = None
    opened: int | None = None
    crossed: datetime | None = None
    left_wh: float | None = None
    surprise: float = 0.0
    stood: tuple[Stood, ...] = ()
    visited: int | None = None
    raised: int | None = None
    version: Literal[1] = 1

    def to_bytes(self) -> bytes:
        """Versioned JSON; the same state gives the same bytes."""
        return _HOUSEHOLD.dump_json(self)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Household":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: damaged, too long or of another version.
        """
        return keeping.read(_HOUSEHOLD, raw, what="a household, version 1", at_most=MAX_STATE_BYTES)


_HOUSEHOLD: Final = TypeAdapter(Household)
