"""What the board answers."""

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar

from firmware_bridge.codecs.bridge.kinds import REPLY, Kind
from firmware_bridge.codecs.bridge.packed import Answered, Packed


@dataclass(frozen=True, slots=True)
class HelloReply(Packed):
    """Who the board is.

    Attributes:
        next_event: the number that the next event gets; numbers never repeat.
        oldest_event: the oldest one not acknowledged.
    """

    KIND: ClassVar[int] = Kind.HELLO | REPLY
    LAYOUT: ClassVar[Struct] = Struct("<4B8sIIBBII")

    protocol: int
    major: int
    minor: int
    patch: int
    board: bytes
    boots: int
    uptime_ms: int
    slot: int
    reset_cause: int
    next_event: int
    oldest_event: int


@dataclass(frozen=True, slots=True)
class SetTimeDone(Answered):
    """To `SetTime`."""

    KIND: ClassVar[int] = Kind.SET_TIME | REPLY


@dataclass(frozen=True, slots=True)
class StateReply(Packed):
    """How inputs and outputs stand.

    Attributes:
        inputs: debounced; bit 0 loop, 1 door, 2 beam, 3 fire-lane loop.
        outputs: bit 0 barrier open relay, 1 lamp.
        loop_count, door_count, beam_count, fire_lane_count: rising edges of each input.
        queued: events not acknowledged.
        dropped: events that found the queue full.
    """

    KIND: ClassVar[int] = Kind.STATE | REPLY
    LAYOUT: ClassVar[Struct] = Struct("<BB4IHI")

    inputs: int
    outputs: int
    loop_count: int
    door_count: int
    beam_count: int
    fire_lane_count: int
    queued: int
    dropped: int


@dataclass(frozen=True, slots=True)
class AckedEvents(Answered):
    """To `AckEvents`, with the oldest event that is not acknowledged now."""

    KIND: ClassVar[int] = Kind.ACK_EVENTS | REPLY
    LAYOUT: ClassVar[Struct] = Struct("<BI")

    oldest_event: int


@dataclass(frozen=True, slots=True)
class SetOutputDone(Answered):
    """To `SetOutput`."""

    KIND: ClassVar[int] = Kind.SET_OUTPUT | REPLY


@dataclass(frozen=True, slots=True)
class GotSetting(Answered):
    """To `GetSetting`."""

    KIND: ClassVar[int] = Kind.GET_SETTING | REPLY
    LAYOUT: ClassVar[Struct] = Struct("<BBI")

    key: int
    value: int


@dataclass(frozen=True, slots=True)
class SetSettingDone(Answered):
    """To `SetSetting`."""

    KIND: ClassVar[int] = Kind.SET_SETTING | REPLY


@dataclass(frozen=True, slots=True)
class SelfTested(Answered):
    """To `SelfTest`: bit 0 RAM, 1 settings store, 2 program CRC, 3 clock, 4 event store."""

    KIND: ClassVar[int] = Kind.SELF_TEST | REPLY
    LAYOUT: ClassVar[Struct] = Struct("<BH")

    failed: int


@dataclass(frozen=True, slots=True)
class BeganUpdate(Answered):
    """To `UpdateBegin`."""

    KIND: ClassVar[int] = Kind.UPDATE_BEGIN | REPLY


@dataclass(frozen=True, slots=True)
class TookData(Answered):
    """To `UpdateData`: where the next piece goes."""

    KIND: ClassVar[int] = Kind.UPDATE_DATA | REPLY
    LAYOUT: ClassVar[Struct] = Struct("<BI")

    next_offset: int


@dataclass(frozen=True, slots=True)
class EndedUpdate(Answered):
    """To `UpdateEnd`: size, CRC-32 and signature were right, or which was not."""

    KIND: ClassVar[int] = Kind.UPDATE_END | REPLY


@dataclass(frozen=True, slots=True)
class Restarting(Answered):
    """To `Restart`, just before it."""

    KIND: ClassVar[int] = Kind.RESTART | REPLY


@dataclass(frozen=True, slots=True)
class Resending(Answered):
    """To `Resend`."""

    KIND: ClassVar[int] = Kind.RESEND | REPLY


@dataclass(frozen=True, slots=True)
class UnknownKind(Packed):
    """To a request that the board does not know."""

    KIND: ClassVar[int] = Kind.UNKNOWN
    LAYOUT: ClassVar[Struct] = Struct("<B")

    kind: int
