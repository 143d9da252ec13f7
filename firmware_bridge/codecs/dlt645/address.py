"""The address of an electricity meter, DL/T 645-2007, 5.2.2."""

import re
from dataclasses import dataclass
from typing import Final

ADDRESS_BYTES: Final = 6
_DIGITS: Final = re.compile(r"(?:AA)*[0-9]*")


@dataclass(frozen=True, slots=True)
class Address:
    """Twelve decimal digits, highest first, as on the nameplate. Leading pairs may be AA, which stand for any digits.

    Raises:
        ValueError: it is not such a text.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 2 * ADDRESS_BYTES or not _DIGITS.fullmatch(self.digits):
            raise ValueError(
                f"{self.digits!r}: 地址为 12 位数字，不足时前面补 0 "
                "an address has 12 digits, of which leading pairs may be AA"
            )

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Address":
        """Read the six bytes of a frame, lowest digits first."""
        return cls(raw[::-1].hex().upper())

    def to_bytes(self) -> bytes:
        return bytes.fromhex(self.digits)[::-1]

    @property
    def is_wild(self) -> bool:
        """Several meters may have it."""
        return self.digits.startswith("AA")

    def covers(self, other: "Address") -> bool:
        """Whether a meter with the address `other` may answer to this one."""
        return other.digits.endswith(self.digits.lstrip("A"))

    def __str__(self) -> str:
        return self.digits


ANY: Final = Address("AA" * ADDRESS_BYTES)
BROADCAST: Final = Address("99" * ADDRESS_BYTES)
"""All meters at once; none answers."""
