"""What a gateway asks water, heat and gas meters: frames of CJ/T 188, to be sent after `WAKE_UP_BYTES`."""

from dataclasses import dataclass
from enum import IntEnum

from firmware_bridge.codecs.cjt188.address import ANY, Address
from firmware_bridge.codecs.cjt188.frame import Control, Frame, Function
from firmware_bridge.codecs.cjt188.identifiers import ADDRESS, READING, VALVE
from firmware_bridge.codecs.cjt188.meters import ANY_KIND
from firmware_bridge.codecs.cjt188.profiles import STANDARD_2004, Profile


class Valve(IntEnum):
    """What a valve is told. Common knowledge, to be confirmed on a meter before it is used."""

    OPEN = 0x55
    CLOSE = 0x99


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to change a meter, made only from a person's explicit setting; there is no other way to such a frame.

    Attributes:
        by: who set it, for the record.

    Raises:
        ValueError: nobody is named.
    """

    by: str

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise ValueError("a permission names who gave it")

    def set_valve(
        self, what: Valve, kind: int, address: Address, *, sequence: int, profile: Profile = STANDARD_2004
    ) -> Frame:
        """Open or close the valve of one meter.

        Raises:
            ValueError: several meters may have the address.
        """
        if address.is_wild or kind == ANY_KIND:
            raise ValueError(f"{address}: what changes a meter goes to one meter, by its whole address")
        data = profile.identifier_bytes(VALVE) + bytes([sequence, what])
        return Frame(kind, address, Control(Function.WRITE), data)


def read(
    kind: int, address: Address, sequence: int, identifier: int = READING, profile: Profile = STANDARD_2004
) -> Frame:
    """Ask for values; `sequence` 0 to 255 comes back in the answer."""
    data = profile.identifier_bytes(identifier) + bytes([sequence])
    return Frame(kind, address, Control(Function.READ), data)


def read_address(sequence: int, kind: int = ANY_KIND, profile: Profile = STANDARD_2004) -> Frame:
    """Ask for the address of the only meter on a line; where several hear it their answers collide."""
    data = profile.identifier_bytes(ADDRESS) + bytes([sequence])
    return Frame(kind, ANY, Control(Function.READ_ADDRESS), data)
