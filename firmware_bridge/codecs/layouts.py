"""How values lie in bytes: packed BCD, low byte first, as DL/T 645-2007 and CJ/T 188-2004 write them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, Protocol

from firmware_bridge.codecs.values import NOT_RECORDED, Condition, Quantity, Status, Unreadable, Value, status_of

CENTURY: Final = 2000  # DL/T 645 writes two digits of the year, and was itself written in this century
SIGN: Final = 0x80  # in the highest byte of a signed number
NOT_A_TIME: Final = "不是日期时间 not a date or time"


class Layout(Protocol):
    """A value of a fixed number of bytes."""

    @property
    def size(self) -> int: ...

    def decode(self, raw: bytes) -> Value | Unreadable:
        """Read exactly `size` bytes; what is no value is told, never guessed."""


@dataclass(frozen=True, slots=True)
class Number:
    """Decimal digits, two a byte. With `signed`, the highest bit is the sign and the rest is the amount."""

    size: int
    decimals: int
    unit: str
    signed: bool = False

    @property
    def resolution(self) -> Decimal:
        return Decimal((0, (1,), -self.decimals))

    def decode(self, raw: bytes) -> Quantity | Unreadable:
        digits = raw[::-1]
        negative = self.signed and bool(digits[0] & SIGN)
        amount = bytes([digits[0] & ~SIGN & 0xFF, *digits[1:]]) if negative else digits
        if not (text := amount.hex()).isdecimal():
            return Unreadable(raw, "不是 BCD 数字 not BCD digits")
        number = -int(text) if negative else int(text)
        return Quantity(Decimal(number).scaleb(-self.decimals), self.unit, self.resolution)

    def encode(self, value: Decimal) -> bytes:
        """Write a value.

        Raises:
            ValueError: it has more digits than fit, finer ones than the resolution, or a sign that cannot be told.
        """
        steps = value.scaleb(self.decimals)
        if not value.is_finite() or steps != steps.to_integral_value() or (value < 0 and not self.signed):
            raise ValueError(f"{value} {self.unit}: not a multiple of {self.resolution}, or of the wrong sign")
        text = f"{abs(int(steps)):0{2 * self.size}d}"
        if len(text) > 2 * self.size or (self.signed and int(text[0], 16) & 0x8):
            raise ValueError(f"{value} {self.unit}: more digits than {self.size} bytes hold")
        raw = bytearray.fromhex(text)
        raw[0] |= SIGN if value < 0 else 0
        return bytes(raw[::-1])


@dataclass(frozen=True, slots=True)
class Bits:
    """A binary status word, low byte first."""

    size: int
    table: tuple[Condition, ...]

    def decode(self, raw: bytes) -> Status:
        return status_of(int.from_bytes(raw, "little"), self.table)


@dataclass(frozen=True, slots=True)
class Digits:
    """A number that names something, such as an address or an operator: its digits in reading order."""

    size: int

    def decode(self, raw: bytes) -> str | Unreadable:
        text = raw[::-1].hex().upper()
        return text if text.isdecimal() else Unreadable(raw, "不是 BCD 数字 not BCD digits")


@dataclass(frozen=True, slots=True)
class Text:
    """ASCII, last letter first as all values are sent; filled with spaces or zeros."""

    size: int

    def decode(self, raw: bytes) -> str | Unreadable:
        letters = raw[::-1].strip(b"\0 ")
        if not all(0x20 <= letter < 0x7F for letter in letters):
            return Unreadable(raw, "不是 ASCII 文字 not ASCII text")
        return letters.decode("ascii")


@dataclass(frozen=True, slots=True)
class Day:
    """YYMMDDWW: a date and the day of its week, 0 for Sunday, which says nothing new and is not told."""

    size: int = 4

    def decode(self, raw: bytes) -> date | Unreadable:
        told = stamp(bytes(3) + raw[1:])
        return told.date() if isinstance(told, datetime) else Unreadable(raw, told.why)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """hhmmss."""

    size: int = 3

    def decode(self, raw: bytes) -> time | Unreadable:
        try:
            second, minute, hour = (_two_digits(byte) for byte in raw)
            return time(hour, minute, second)
        except ValueError:
            return Unreadable(raw, NOT_A_TIME)


@dataclass(frozen=True, slots=True)
class Instant:
    """YYMMDDhhmmss, or YYMMDDhhmm in five bytes, or CCYYMMDDhhmmss in seven."""

    size: int

    def decode(self, raw: bytes) -> datetime | Unreadable:
        if not any(raw):
            return Unreadable(raw, NOT_RECORDED)
        told = stamp(raw if self.size > 5 else b"\0" + raw)
        return told if isinstance(told, datetime) else Unreadable(raw, told.why)


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes whose meaning nobody here could confirm."""

    size: int

    def decode(self, raw: bytes) -> bytes:
        return raw


def stamp(raw: bytes) -> datetime | Unreadable:
    """Read `ss mm hh DD MM YY` or `ss mm hh DD MM YY CC`, BCD; the wall clock of the meter, so without a zone."""
    try:
        second, minute, hour, day, month, year, *century = (_two_digits(byte) for byte in raw)
        full = year + (100 * century[0] if century else CENTURY)
        return datetime.combine(date(full, month, day), time(hour, minute, second))
    except ValueError:
        return Unreadable(raw, NOT_A_TIME)


def stamp_bytes(at: datetime, *, century: bool = False) -> bytes:
    """Write `ss mm hh DD MM YY`, and `CC` if asked for; fractions of a second are dropped.

    Raises:
        ValueError: two digits of the year do not tell it.
    """
    if not century and not CENTURY <= at.year < CENTURY + 100:
        raise ValueError(f"{at}: two digits of the year stand for {CENTURY} to {CENTURY + 99}")
    text = at.strftime("%S%M%H%d%m") + f"{at.year % 100:02d}" + (f"{at.year // 100:02d}" if century else "")
    return bytes.fromhex(text)


def _two_digits(byte: int) -> int:
    return int(f"{byte:02x}")
