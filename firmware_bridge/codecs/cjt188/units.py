"""Units of CJ/T 188: one byte after a number.

2C is sure. The others agree between common knowledge and a public program, and were not seen on a meter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CUBIC_METRES: Final = 0x2C


@dataclass(frozen=True, slots=True)
class Unit:
    """A number is to be multiplied by `factor` (1, 10 or 100) to be in `symbol`."""

    code: int
    symbol: str
    factor: int
    checked: bool


def _units() -> Iterator[Unit]:
    for code, symbol in ((0x01, "J"), (0x40, "J/h")):
        yield Unit(code, symbol, 1, checked=False)
    for first, symbol in (
        (0x02, "Wh"),
        (0x05, "kWh"),
        (0x08, "MWh"),
        (0x0B, "kJ"),
        (0x0E, "MJ"),
        (0x11, "GJ"),
        (0x14, "W"),
        (0x17, "kW"),
        (0x1A, "MW"),
        (0x29, "L"),
        (CUBIC_METRES, "m³"),
        (0x32, "L/h"),
        (0x35, "m³/h"),
        (0x43, "kJ/h"),
        (0x46, "MJ/h"),
        (0x49, "GJ/h"),
    ):
        for power in range(3):
            yield Unit(first + power, symbol, 10**power, checked=first + power == CUBIC_METRES)


UNITS: Final = MappingProxyType({unit.code: unit for unit in _units()})
