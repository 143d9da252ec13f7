"""What a device measured, for everything beyond the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from firmware_bridge.codecs.values import Quantity

_FLOAT_DIGITS: Final = 7  # that 32 bits hold
_FINEST: Final = -6  # decimal places

Clock = Callable[[], datetime]
"""Gives the present time with its zone."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One number of one device.

    Attributes:
        device: `dlt645:000000000161`, `cjt188:10:00001122334455`.
        key: for programs: the identifier of the item, `00010000`, or the name of the value, `accumulated`.
        words: for people, Chinese and English.
        value, unit, resolution: as the device shows it.
        at: when the answer had come, or for what was kept in the device the time it says.
    """

    device: str
    key: str
    words: str
    value: Decimal
    unit: str
    resolution: Decimal
    at: datetime

    @classmethod
    def of(cls, quantity: Quantity, *, device: str, key: str, words: str, at: datetime) -> "Measured":
        return cls(device, key, words, quantity.value, quantity.unit, quantity.resolution, at)


def shown(told: float) -> tuple[Decimal, Decimal]:
    """Give the digits that a finite float of 32 bits holds, and no more, and the step of the last of them."""
    places = Decimal(f"{told:.{_FLOAT_DIGITS - 1}e}").as_tuple().exponent
    step = Decimal((0, (1,), max(int(places), _FINEST)))
    return Decimal(told).quantize(step), step
