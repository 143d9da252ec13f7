"""Kinds of meters: the byte T."""

from enum import Enum
from typing import Final

ANY_KIND: Final = 0xAA  # asked for by whoever does not know what is on the line
HIGHEST_UNIT_DIGIT: Final = 9


class Family(Enum):
    """What a meter measures; the value is the high digit of T."""

    WATER = 1
    HEAT = 2
    GAS = 3
    OTHER = 4


# Read in public sources; the codes between are reserved. 22 comes from the edition of 2018.
_WORDS: Final = {
    0x10: "冷水水表 cold water",
    0x11: "生活热水水表 hot water",
    0x12: "直饮水水表 drinking water",
    0x13: "中水水表 reclaimed water",
    0x20: "热量表（计热量）heat",
    0x21: "热量表（计冷量）cold",
    0x22: "热量表（计热量和冷量）heat and cold",
    0x30: "燃气表 gas",
    0x40: "电度表 electricity",
    ANY_KIND: "任意类型 any kind",
}


def is_kind(code: int) -> bool:
    """10 to 49 in decimal digits, or `ANY_KIND`."""
    return code == ANY_KIND or (1 <= code >> 4 <= 4 and code & 0xF <= HIGHEST_UNIT_DIGIT)


def family_of(code: int) -> Family | None:
    """What a meter of this kind measures; None for `ANY_KIND` and what is no kind."""
    return Family(code >> 4) if is_kind(code) and code != ANY_KIND else None


def kind_words(code: int) -> str:
    return _WORDS.get(code, f"类型 {code:02X} kind {code:02X}")
