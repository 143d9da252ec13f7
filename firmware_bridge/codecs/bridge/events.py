"""What the board tells unasked."""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import ClassVar, Final

from firmware_bridge.codecs.bridge.kinds import Kind
from firmware_bridge.codecs.bridge.packed import Packed


class Source(IntEnum):
    """What an event is about: an input, or the board itself."""

    LOOP = 0x00
    DOOR = 0x01
    BEAM = 0x02
    FIRE_LANE = 0x03
    BOOT = 0x10
    LINK_LOST = 0x11
    LINK_BACK = 0x12
    SAFE_STATE = 0x13
    DROPPED = 0x14


SOURCE_WORDS: Final = {
    Source.LOOP: "地感 vehicle loop",
    Source.DOOR: "门磁 door contact",
    Source.BEAM: "光幕 beam",
    Source.FIRE_LANE: "消防通道地感 fire-lane loop",
    Source.BOOT: "启动 boot",
    Source.LINK_LOST: "与网关失联 link lost",
    Source.LINK_BACK: "与网关恢复 link back",
    Source.SAFE_STATE: "输出回到安全状态 output fell to its safe state",
    Source.DROPPED: "事件队列溢出 events dropped",
}


@dataclass(frozen=True, slots=True)
class Event(Packed):
    """Kept by the board, over restarts too, until it is acknowledged; so it may come more than once.

    Attributes:
        number: never repeats; the frame's sequence has its low 16 bits.
        at_s, at_ms: seconds since 1970 UTC and milliseconds; `at_s` is 0 while the time was never set.
        uptime_ms: since the board's start; wraps after 49 days.
        value: of the input, 0 or 1; else what the source means by it.
        counter: rising edges of the input so far.
    """

    KIND: ClassVar[int] = Kind.EVENT
    LAYOUT: ClassVar[Struct] = Struct("<IIHIBBI")

    number: int
    at_s: int
    at_ms: int
    uptime_ms: int
    source: Source
    value: int
    counter: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", Source(self.source))
        self.to_bytes()
