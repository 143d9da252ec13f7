"""The address of a water, heat or gas meter, CJ/T 188-2004."""

import re
from dataclasses import dataclass
from typing import Final

ADDRESS_BYTES: Final = 7
_DIGITS: Final = re.compile(r"[0-9A-F]{4}(?:AA|[0-9]{2}){5}")


@dataclass(frozen=True, slots=True)
class Address:
    """Fourteen digits, highest first: four of the maker and ten of the meter.

    The ten are decimal, or pairs of AA that stand for any; the maker's may be hexadecimal, as real meters have them.

    Raises:
        ValueError: it is not such a text.
    """

    digits: str

    def __post_init__(self) -> None:
        if not _DIGITS.fullmatch(self.digits):
            raise ValueError(
                f"{self.digits!r}: 地址为 14 位：厂商 4 位，表号 10 位 "
                "an address has 4 digits of the maker and 10 of the meter"
            )

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Address":
        """Read A0 to A6, lowest digits first."""
        return cls(raw[::-1].hex().upper())

    def to_bytes(self) -> bytes:
        return bytes.fromhex(self.digits)[::-1]

    @property
    def maker(self) -> str:
        return self.digits[:4]

    @property
    def number(self) -> str:
        return self.digits[4:]

    @property
    def is_wild(self) -> bool:
        """Several meters may have it."""
        return "AA" in {self.digits[at : at + 2] for at in range(0, len(self.digits), 2)}

    def covers(self, other: "Address") -> bool:
        """Whether a meter with the address `other` may answer to this one."""
        return all(mine in (0xAA, its) for mine, its in zip(self.to_bytes(), other.to_bytes(), strict=True))

    def __str__(self) -> str:
        return self.digits


ANY: Final = Address("AA" * ADDRESS_BYTES)
