"""Bytes of a line that are in no frame, and why."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Reason(Enum):
    """Why bytes are in no frame; the value is for people."""

    NOISE = "噪声 noise"
    WAKE_UP = "唤醒字节 wake-up bytes"
    BAD_ADDRESS = "地址不合规 not an address"
    TOO_LONG = "超过规约允许的长度 longer than the protocol allows"
    TOO_SHORT = "太短 too short"
    BAD_CHECKSUM = "校验和错误 wrong checksum"
    BAD_END = "结束符错误 wrong end byte"
    CUT_OFF = "不完整，后面没有了 cut off"
    EMPTY = "空帧 nothing between two delimiters"
    BAD_STUFFING = "COBS 编码错误 not COBS"
    WRONG_VERSION = "协议版本不同 another version of the protocol"
    BAD_LENGTH = "长度字段不符 wrong length field"


@dataclass(frozen=True, slots=True)
class Garbage:
    """Adjacent bytes with one reason; never empty."""

    raw: bytes
    reason: Reason


class Framed(Protocol):
    """What every frame has: its bytes as they stood on the line."""

    @property
    def raw(self) -> bytes: ...
