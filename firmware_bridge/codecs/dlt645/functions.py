"""What a DL/T 645-2007 frame is for: the low five bits of its control code."""

from enum import IntEnum
from typing import Final


class Function(IntEnum):
    """DL/T 645-2007, 5.2.3 and 7; 1C comes from the supplement of the State Grid."""

    BROADCAST_TIME = 0x08
    READ = 0x11
    READ_FOLLOWING = 0x12
    READ_ADDRESS = 0x13
    WRITE = 0x14
    WRITE_ADDRESS = 0x15
    FREEZE = 0x16
    CHANGE_SPEED = 0x17
    CHANGE_PASSWORD = 0x18
    CLEAR_DEMAND = 0x19
    CLEAR_METER = 0x1A
    CLEAR_EVENTS = 0x1B
    SWITCH = 0x1C


_WORDS: Final[dict[int, str]] = {
    Function.BROADCAST_TIME: "广播校时 broadcast time",
    Function.READ: "读数据 read",
    Function.READ_FOLLOWING: "读后续数据 read following",
    Function.READ_ADDRESS: "读通信地址 read address",
    Function.WRITE: "写数据 write",
    Function.WRITE_ADDRESS: "写通信地址 write address",
    Function.FREEZE: "冻结 freeze",
    Function.CHANGE_SPEED: "更改通信速率 change speed",
    Function.CHANGE_PASSWORD: "修改密码 change password",
    Function.CLEAR_DEMAND: "最大需量清零 clear demand",
    Function.CLEAR_METER: "电表清零 clear meter",
    Function.CLEAR_EVENTS: "事件清零 clear events",
    Function.SWITCH: "跳合闸、报警、保电 trip and close",
}


def function_words(function: int) -> str:
    """For people, Chinese and English; total."""
    return _WORDS.get(function, f"功能 {function:02X} function {function:02X}")


# Bits of the error word, highest meaning last; read in several public sources, bit 7 is reserved there.
REFUSALS: Final = (
    "其他错误 other error",
    "无请求数据 no such data",
    "密码错或未授权 wrong password or not authorised",
    "通信速率不能更改 speed cannot be changed",
    "年时区数超 too many seasons",
    "日时段数超 too many periods of a day",
    "费率数超 too many tariffs",
    "保留位 reserved bit",
)


def refusals(word: int) -> tuple[str, ...]:
    """Say the error word of a meter in Chinese and English, one text a set bit."""
    return tuple(words for bit, words in enumerate(REFUSALS) if word >> bit & 1)
