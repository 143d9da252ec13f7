"""Data identifiers of CJ/T 188. 901F is sure; the others are common knowledge."""

from typing import Final

READING: Final = 0x901F
ADDRESS: Final = 0x810A
VALVE: Final = 0xA017
SETTLED_FIRST: Final = 0xD120  # of the last month; D12B is that of twelve months ago
SETTLED_LAST: Final = 0xD12B

NAMES: Final = {
    READING: "计量数据 reading",
    ADDRESS: "地址 address",
    VALVE: "阀门控制 valve",
    **{
        SETTLED_FIRST + ago: f"上 {ago + 1} 月结算日累积 settlement {ago + 1} months ago"
        for ago in range(SETTLED_LAST - SETTLED_FIRST + 1)
    },
}


def identifier_words(identifier: int) -> str:
    """For people, Chinese and English; total."""
    return NAMES.get(identifier, f"未收录的数据标识 {identifier:04X} an identifier that the table does not have")
