"""What a meter said at one moment, whatever protocol it speaks."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

MAX_VALUE: Final = Decimal(10) ** 9  # m³ or kWh: more digits than any meter of a home shows
MAX_METER: Final = 64  # characters of a meter's id


class Medium(StrEnum):
    """What a meter counts; water and gas in m³, electricity in kWh."""

    WATER = "water"
    ELECTRICITY = "electricity"
    GAS = "gas"

    @property
    def unit(self) -> str:
        """Of the register."""
        return "kWh" if self is Medium.ELECTRICITY else "m³"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading. What the meter does not tell is None, and no rule judges it.

    Attributes:
        at: when the register stood so, by the gateway's clock; with an offset from UTC.
        value: forward register, m³ or kWh, 0 to 10⁹.
        reverse, tamper, cover, battery_low: flags of the status word.
        clock_offset_s: the meter's clock less the gateway's, seconds.
        voltage_v, current_a, power_kw: of one phase, as shown at that moment; power may be negative.

    Raises:
        ValueError: a time without offset, a value out of range or no number, an id too long.
    """

    meter: str
    at: datetime
    value: Decimal
    reverse: bool | None = None
    tamper: bool | None = None
    cover: bool | None = None
    battery_low: bool | None = None
    clock_offset_s: float | None = None
    voltage_v: Decimal | None = None
    current_a: Decimal | None = None
    power_kw: Decimal | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.meter) <= MAX_METER:
            raise ValueError(f"meter: 1 to {MAX_METER} characters, not {len(self.meter)}")
        if self.at.utcoffset() is None:
            raise ValueError("at: a time with its offset from UTC is needed")
        if not (self.value.is_finite() and 0 <= self.value <= MAX_VALUE):
            raise ValueError(f"value: 0 to {MAX_VALUE}, not {self.value}")
        for name in ("voltage_v", "current_a", "power_kw"):
            shown: Decimal | None = getattr(self, name)
            if shown is not None and not (shown.is_finite() and abs(shown) <= MAX_VALUE):
                raise ValueError(f"{name}: a number up to {MAX_VALUE}, not {shown}")
        offset_s = self.clock_offset_s
        if offset_s is not None and not abs(offset_s) <= float(MAX_VALUE):
            raise ValueError(f"clock_offset_s: a number up to {MAX_VALUE}, not {offset_s}")
