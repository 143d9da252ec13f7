"""The register of one meter: which readings are believed, how far it ran back, when it moved last.

A reading that does not fit is believed only when the next one fits it: a digit read wrong is nobody's leak.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from edge.rules.metering.readings import Medium, Reading
from edge.rules.metering.settings import MeterSettings

HOUR_S: Final = Decimal(3600)
UNFIT: Final = 4  # readings in a row that fit neither what was believed nor each other
ROUNDING: Final = 2  # steps of the register


class Fit(StrEnum):
    """How a reading fits those before it."""

    FIRST = "first"
    FITS = "fits"
    DOUBTED = "doubted"  # kept aside until the next one
    UNFIT = "unfit"  # too many in a row fit nothing
    JUMPED = "jumped"  # the register goes on elsewhere


@dataclass(frozen=True, slots=True)
class Register:
    """What is known.

    Attributes:
        last: the last reading that was believed.
        doubted: the one after it that did not fit.
        unfit: how many in a row have not.
        highest: that the register was read at.
        moved: since when it has stood at its value.
        unpaid_kwh: what the power shown since then would have counted.
    """

    last: Reading | None = None
    doubted: Reading | None = None
    unfit: int = 0
    highest: Decimal = Decimal(0)
    moved: datetime | None = None
    unpaid_kwh: Decimal = Decimal(0)

    @property
    def back(self) -> Decimal:
        """How far it has run back from its highest reading, ≥ 0."""
        return self.highest - self.last.value if self.last else Decimal(0)


def taken(register: Register, reading: Reading, settings: MeterSettings) -> tuple[Register, Fit]:
    """Take one reading later than the last."""
    if register.last is None:
        return _begun(reading), Fit.FIRST
    if fits(register.last, reading, settings):
        return _moved(register, register.last, reading, settings), Fit.FITS
    if register.doubted and fits(register.doubted, reading, settings):
        return _begun(reading), Fit.JUMPED
    unfit = min(register.unfit + 1, UNFIT)
    return replace(register, doubted=reading, unfit=unfit), Fit.UNFIT if unfit >= UNFIT else Fit.DOUBTED


def fits(before: Reading, after: Reading, settings: MeterSettings) -> bool:
    """Whether a meter can have got from one reading to the other in that time."""
    hours = Decimal(str((after.at - before.at).total_seconds())) / HOUR_S
    most = settings.most_flow * hours + ROUNDING * settings.resolution
    return -settings.back_jump < after.value - before.value <= most


def _begun(reading: Reading) -> Register:
    return Register(reading, highest=reading.value, moved=reading.at)


def _moved(register: Register, last: Reading, reading: Reading, settings: MeterSettings) -> Register:
    still = reading.value == last.value
    return Register(
        reading,
        highest=max(register.highest, reading.value),
        moved=register.moved if still else reading.at,
        unpaid_kwh=register.unpaid_kwh + _shown_kwh(last, reading, settings) if still else Decimal(0),
    )


def _shown_kwh(last: Reading, reading: Reading, settings: MeterSettings) -> Decimal:
    """What the lesser of two powers shown counts between them; nothing where they lie too far apart."""
    elapsed_s = (reading.at - last.at).total_seconds()
    if settings.medium is not Medium.ELECTRICITY or last.power_kw is None or reading.power_kw is None:
        return Decimal(0)
    if elapsed_s > settings.gap_s:
        return Decimal(0)
    return max(Decimal(0), min(last.power_kw, reading.power_kw)) * Decimal(str(elapsed_s)) / HOUR_S
