"""Names of the numbers in the board's protocol."""

from enum import IntEnum
from typing import Final

REPLY: Final = 0x40  # what the board sends has this bit; a reply is its request with it


class Kind(IntEnum):
    """What a packet is; a reply is `kind | REPLY`."""

    HELLO = 0x01
    SET_TIME = 0x02
    STATE = 0x03
    ACK_EVENTS = 0x04
    SET_OUTPUT = 0x05
    GET_SETTING = 0x06
    SET_SETTING = 0x07
    SELF_TEST = 0x08
    UPDATE_BEGIN = 0x09
    UPDATE_DATA = 0x0A
    UPDATE_END = 0x0B
    RESTART = 0x0C
    RESEND = 0x0D
    UNKNOWN = 0x4F
    EVENT = 0x50


class Status(IntEnum):
    """How a request ended."""

    DONE = 0
    BAD_LENGTH = 1
    BAD_VALUE = 2
    BUSY = 3
    STORE_FAILED = 4
    SIGNATURE_WRONG = 5
    CRC_WRONG = 6
    OFFSET_WRONG = 7
    NOTHING_BEGUN = 8


class Setting(IntEnum):
    """A setting that the board keeps over a restart; the comment gives range and default."""

    DEBOUNCE_MS = 1  # 5 to 1000, 30
    LINK_TIMEOUT_MS = 2  # 1000 to 600000, 10000
    RESEND_MS = 3  # 100 to 60000, 500
    SAFE_OUTPUTS = 4  # bits, 0
    HOLD_OFF_MS = 5  # 0 to 60000, 0


STATUS_WORDS: Final = {
    Status.DONE: "完成 done",
    Status.BAD_LENGTH: "长度错误 bad length",
    Status.BAD_VALUE: "值超出范围 bad value",
    Status.BUSY: "忙 busy",
    Status.STORE_FAILED: "存储失败 store failed",
    Status.SIGNATURE_WRONG: "签名错误 signature wrong",
    Status.CRC_WRONG: "CRC 错误 crc wrong",
    Status.OFFSET_WRONG: "偏移错误 offset wrong",
    Status.NOTHING_BEGUN: "没有进行中的升级 nothing begun",
}
