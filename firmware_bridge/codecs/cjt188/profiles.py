"""In what meters that all claim CJ/T 188 differ: a profile is a setting of the meter's model."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from firmware_bridge.codecs.cjt188.units import UNITS
from firmware_bridge.codecs.values import Condition


class ByteOrder(Enum):
    """How the two bytes of a data identifier stand on the line: 901F as `1F 90` or as `90 1F`."""

    LOW_FIRST = "little"
    HIGH_FIRST = "big"


# Common knowledge about the edition of 2004: the first byte of the status, low two bits the valve, then the battery.
STATUS_2004: Final = (
    Condition("valve_closed", 0b11, 0b01, "阀门关闭 valve closed", checked=False),
    Condition("valve_faulty", 0b11, 0b11, "阀门异常 valve faulty", checked=False),
    Condition("battery_low", 0b100, 0b100, "电池欠压 battery low", checked=False),
)
# As a public program reads the edition of 2018.
STATUS_2018: Final = (
    Condition("valve_closed", 0b01, 0b01, "阀门关闭 valve closed", checked=False),
    Condition("valve_faulty", 0b10, 0b10, "阀门异常 valve faulty", checked=False),
    Condition("battery_low", 0b100, 0b100, "电池欠压 battery low", checked=False),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A model of meter.

    Attributes:
        name: for settings and tables.
        order: of the bytes of a data identifier.
        status: meanings of the status word; its first byte on the line is the low one.
        volume_unit, flow_unit: code of the unit that the numbers have in truth, for a model that sends a wrong one.

    Raises:
        ValueError: such a code is no unit.
    """

    name: str
    order: ByteOrder = ByteOrder.LOW_FIRST
    status: tuple[Condition, ...] = field(default=STATUS_2004, repr=False)
    volume_unit: int | None = None
    flow_unit: int | None = None

    def __post_init__(self) -> None:
        unknown = {self.volume_unit, self.flow_unit} - UNITS.keys() - {None}
        if unknown:
            raise ValueError(f"{self.name}: no unit has the code {sorted(code for code in unknown if code)}")

    def identifier(self, raw: bytes) -> int:
        return int.from_bytes(raw, self.order.value)

    def identifier_bytes(self, identifier: int) -> bytes:
        return identifier.to_bytes(2, self.order.value)


STANDARD_2004: Final = Profile("cjt188-2004")
STANDARD_2018: Final = Profile("cjt188-2018", status=STATUS_2018)
HIGH_FIRST_2004: Final = Profile("cjt188-2004-high-first", order=ByteOrder.HIGH_FIRST)
PROFILES: Final = {profile.name: profile for profile in (STANDARD_2004, STANDARD_2018, HIGH_FIRST_2004)}
