"""What one reading of a meter gave, the same for every protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from firmware_bridge.drivers import Measured


class Flag(StrEnum):
    """What a meter's status says beside its register."""

    REVERSE = "reverse"
    TAMPER = "tamper"
    COVER = "cover"
    BATTERY_LOW = "battery_low"


@dataclass(frozen=True, slots=True)
class MeterRead:
    """One reading.

    Attributes:
        device: as `Device.name`.
        at: with its zone: when the register's answer had come; of what a meter has frozen, the time it says.
        measured: every number that was told, for people.
        register: the forward total; None where it was not asked for, was refused or is not readable.
        flags: those that are set; None: this meter tells none, or they were not asked for.
        clock: the meter's own wall clock, without a zone.
        voltage_v, current_a, power_kw: of the only phase or the first.
    """

    device: str
    at: datetime
    measured: tuple[Measured, ...]
    register: Measured | None = None
    flags: frozenset[Flag] | None = None
    clock: datetime | None = None
    voltage_v: Decimal | None = None
    current_a: Decimal | None = None
    power_kw: Decimal | None = None


def found(measured: Sequence[Measured], key: str) -> Measured | None:
    """Pick a number by its key."""
    return next((one for one in measured if one.key == key), None)


def amount(measured: Sequence[Measured], key: str) -> Decimal | None:
    """Pick the value of a number by its key."""
    one = found(measured, key)
    return one.value if one else None
