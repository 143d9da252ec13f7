"""What the gateway asks the board."""

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, Final

from firmware_bridge.codecs.bridge.kinds import Kind
from firmware_bridge.codecs.bridge.packed import Packed

LONGEST_PIECE: Final = 128  # of an update
_OFFSET: Final = 4


@dataclass(frozen=True, slots=True)
class Hello(Packed):
    """Who are you?"""

    KIND: ClassVar[int] = Kind.HELLO


@dataclass(frozen=True, slots=True)
class SetTime(Packed):
    """Seconds since 1970 UTC and milliseconds, 0 to 999."""

    KIND: ClassVar[int] = Kind.SET_TIME
    LAYOUT: ClassVar[Struct] = Struct("<IH")

    at_s: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class State(Packed):
    """How do inputs and outputs stand?"""

    KIND: ClassVar[int] = Kind.STATE


@dataclass(frozen=True, slots=True)
class AckEvents(Packed):
    """All events up to and with `number` are safe; the board may forget them."""

    KIND: ClassVar[int] = Kind.ACK_EVENTS
    LAYOUT: ClassVar[Struct] = Struct("<I")

    number: int


@dataclass(frozen=True, slots=True)
class SetOutput(Packed):
    """Set output 0 (barrier relay) or 1 (lamp) to `value` for `pulse_ms`, or for good if that is 0.

    It falls to its safe state when the board hears nothing for its link timeout.
    """

    KIND: ClassVar[int] = Kind.SET_OUTPUT
    LAYOUT: ClassVar[Struct] = Struct("<BBH")

    output: int
    value: int
    pulse_ms: int


@dataclass(frozen=True, slots=True)
class GetSetting(Packed):
    """Ask for a `Setting`."""

    KIND: ClassVar[int] = Kind.GET_SETTING
    LAYOUT: ClassVar[Struct] = Struct("<B")

    key: int


@dataclass(frozen=True, slots=True)
class SetSetting(Packed):
    """Keep a `Setting`; the board checks its range."""

    KIND: ClassVar[int] = Kind.SET_SETTING
    LAYOUT: ClassVar[Struct] = Struct("<BI")

    key: int
    value: int


@dataclass(frozen=True, slots=True)
class SelfTest(Packed):
    """Test yourself."""

    KIND: ClassVar[int] = Kind.SELF_TEST


@dataclass(frozen=True, slots=True)
class UpdateBegin(Packed):
    """A program is coming: its size, CRC-32, version and Ed25519 signature (RFC 8032).

    What is signed: SHA-256 of the image, then size as four bytes, then the three bytes of the version.
    """

    KIND: ClassVar[int] = Kind.UPDATE_BEGIN
    LAYOUT: ClassVar[Struct] = Struct("<II3B64s")

    size: int
    crc32: int
    major: int
    minor: int
    patch: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class UpdateData(Packed):
    """A piece of it: 1 to `LONGEST_PIECE` bytes.

    Raises:
        ValueError: the piece is shorter or longer, or the offset has more than four bytes.
    """

    KIND: ClassVar[int] = Kind.UPDATE_DATA

    offset: int
    piece: bytes

    def to_bytes(self) -> bytes:
        if not (0 <= self.offset < 1 << 8 * _OFFSET and 1 <= len(self.piece) <= LONGEST_PIECE):
            raise ValueError(f"offset {self.offset}, {len(self.piece)} 字节，应为 1 至 {LONGEST_PIECE} bytes")
        return self.offset.to_bytes(_OFFSET, "little") + self.piece

    @classmethod
    def from_bytes(cls, raw: bytes) -> "UpdateData":
        return cls(int.from_bytes(raw[:_OFFSET], "little"), raw[_OFFSET:])


@dataclass(frozen=True, slots=True)
class UpdateEnd(Packed):
    """That was all: check it, and start it next time."""

    KIND: ClassVar[int] = Kind.UPDATE_END


@dataclass(frozen=True, slots=True)
class Restart(Packed):
    """Start anew."""

    KIND: ClassVar[int] = Kind.RESTART


@dataclass(frozen=True, slots=True)
class Resend(Packed):
    """Send the unacknowledged events again, from `number` on."""

    KIND: ClassVar[int] = Kind.RESEND
    LAYOUT: ClassVar[Struct] = Struct("<I")

    number: int
