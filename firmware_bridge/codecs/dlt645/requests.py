"""What a gateway asks electricity meters: frames of DL/T 645-2007, to be sent after `WAKE_UP_BYTES`.

Reading needs nothing. Whatever changes a meter needs a `Permission`, which only a person's explicit setting makes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Final

from firmware_bridge.codecs.dlt645.address import ANY, BROADCAST, Address
from firmware_bridge.codecs.dlt645.frame import Control, Frame
from firmware_bridge.codecs.dlt645.functions import Function
from firmware_bridge.codecs.layouts import stamp_bytes

LONGEST_WRITE: Final = 50  # DL/T 645-2007, 5.2.4: L ≤ 50 for writing
_HIGHEST_SEQUENCE: Final = 255


class Switch(IntEnum):
    """What the relay of a meter does. Common knowledge, to be confirmed on a meter before it is used."""

    TRIP = 0x1A
    ALLOW_CLOSING = 0x1B


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to change a meter: its password and who does it. A password is not shown by `repr`.

    Attributes:
        level: of the password, 0 (highest) to 9; DL/T 645-2007, 7.
        password: six decimal digits.
        operator: eight decimal digits, kept by the meter in its records.

    Raises:
        ValueError: one of them is not such.
    """

    level: int
    password: str = field(repr=False)
    operator: str

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 9:
            raise ValueError(f"level {self.level}: 0 to 9")
        if len(self.password) != 6 or not _is_digits(self.password):
            raise ValueError("the password of a meter has six decimal digits")
        if len(self.operator) != 8 or not _is_digits(self.operator):
            raise ValueError(f"operator {self.operator!r}: eight decimal digits")

    def to_bytes(self) -> bytes:
        """PA P0 P1 P2 C0 C1 C2 C3."""
        return bytes([self.level]) + bytes.fromhex(self.password)[::-1] + bytes.fromhex(self.operator)[::-1]


def read(address: Address, identifier: int) -> Frame:
    """Ask for a value; `identifier` is DI3 DI2 DI1 DI0, as `0x00010000`."""
    return Frame(address, Control(Function.READ), _identifier(identifier))


def read_following(address: Address, identifier: int, sequence: int) -> Frame:
    """Ask for the next part of a long answer; `sequence` counts from 1 to 255.

    Raises:
        ValueError: the sequence is outside that.
    """
    if not 1 <= sequence <= _HIGHEST_SEQUENCE:
        raise ValueError(f"sequence {sequence}: 1 to {_HIGHEST_SEQUENCE}")
    return Frame(address, Control(Function.READ_FOLLOWING), _identifier(identifier) + bytes([sequence]))


def read_address(address: Address = ANY) -> Frame:
    """Ask for the address of the only meter on a line; where several hear it their answers collide."""
    return Frame(address, Control(Function.READ_ADDRESS))


def broadcast_time(at: datetime) -> Frame:
    """Tell all meters the time, without an answer; `at` as the meters' wall clock shows it, 2000 to 2099.

    A meter follows only once a day, and only over a few minutes, as the standard wants it.
    """
    return Frame(BROADCAST, Control(Function.BROADCAST_TIME), stamp_bytes(at))


def write(address: Address, identifier: int, data: bytes, permission: Permission) -> Frame:
    """Set a value.

    Raises:
        ValueError: the data is too long for a frame that writes.
    """
    body = _identifier(identifier) + permission.to_bytes() + data
    if len(body) > LONGEST_WRITE:
        raise ValueError(f"{len(data)} bytes to write; at most {LONGEST_WRITE - len(body) + len(data)}")
    return Frame(_one(address), Control(Function.WRITE), body)


def switch(address: Address, what: Switch, until: datetime, permission: Permission) -> Frame:
    """Trip the relay of one meter or let its user close it; the command is void after `until`, the meter's wall clock.

    The order of bytes is common knowledge, to be confirmed on a meter: N1 what, N2 reserved, N3 to N8 until.
    """
    return Frame(
        _one(address),
        Control(Function.SWITCH),
        permission.to_bytes() + bytes([what, 0]) + stamp_bytes(until),
    )


def _one(address: Address) -> Address:
    if address.is_wild or address == BROADCAST:
        raise ValueError(f"{address}: what changes a meter goes to one meter, by its whole address")
    return address


def _identifier(identifier: int) -> bytes:
    return identifier.to_bytes(4, "little")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
