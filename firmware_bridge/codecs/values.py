"""What meters tell, apart from any protocol."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

NOT_RECORDED: Final = "全为零：尚无记录 all zeros: nothing recorded yet"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as the meter shows it.

    Attributes:
        value: exact, with all its decimal places.
        unit: `kWh`, `m³`, … ; empty for a bare number.
        resolution: the smallest step that the meter can tell.
    """

    value: Decimal
    unit: str
    resolution: Decimal

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Condition:
    """A meaning of some bits of a status word: it holds while `word & mask == value`.

    Attributes:
        key: for programs, stable.
        words: for people, Chinese and English.
        checked: read in a public source; else common knowledge, to be confirmed on a meter.
    """

    key: str
    mask: int
    value: int
    words: str
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """A status word and the conditions that hold, in the order of their table."""

    raw: int
    conditions: tuple[Condition, ...]

    def __contains__(self, key: str) -> bool:
        return any(condition.key == key for condition in self.conditions)

    def __str__(self) -> str:
        told = "；".join(condition.words for condition in self.conditions)
        return f"{self.raw:04X} {told}".rstrip()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no value, and why, in Chinese and English. Never guess a number from them."""

    raw: bytes
    why: str

    def __str__(self) -> str:
        return f"{self.raw.hex(' ').upper()} {self.why}".lstrip()


Value = Quantity | Status | datetime | date | time | str | bytes
"""`datetime` has no zone: it is the wall clock of the meter."""


def status_of(word: int, table: tuple[Condition, ...]) -> Status:
    """Pick the conditions of a table that hold in a status word."""
    return Status(word, tuple(condition for condition in table if word & condition.mask == condition.value))
