"""A simulated electricity meter of DL/T 645-2007."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

from firmware_bridge.codecs.dlt645 import (
    ITEMS,
    Address,
    AddressRequest,
    Control,
    FollowingRequest,
    Frame,
    Function,
    ReadRequest,
    meaning,
)
from firmware_bridge.codecs.layouts import Number, stamp_bytes
from firmware_bridge.simulators.faults import SOUND, Faults
from firmware_bridge.simulators.household import consumed

ENERGY: Final = 0x00010000
FREEZE_TIME: Final = 0x05060000
FREEZE_ENERGY: Final = 0x05060100
ALL_STATUS_WORDS: Final = 0x040005FF
STATUS_WORD_1: Final = 0x04000501
DATE: Final = 0x04000101
TIME: Final = 0x04000102
_NO_SUCH_DATA: Final = b"\x02"
_CLOCK_BATTERY_LOW: Final = 1 << 2  # of status word 1
_DI: Final = 4
_FIXED: Final = {0x02010100: "230.1", 0x02020100: "4.350", 0x02800002: "50.00"}


@dataclass(frozen=True, slots=True)
class ElectricitySimulator:
    """A household that takes the same power all the time.

    Attributes:
        address: whole, without AA.
        clock: gives the wall clock of the meter, without a zone.
        since: when it was put in, with 0 kWh.
        power_kw: what it takes, at most 99.
        longest_part: bytes of values in one frame; what is longer is given in following frames.
    """

    address: Address
    clock: Callable[[], datetime]
    since: datetime
    power_kw: Decimal = Decimal("1.25")
    faults: Faults = SOUND
    longest_part: int = 190

    def answer(self, frame: Frame) -> bytes | None:
        """Answer a request that is for this meter."""
        if frame.control.reply or not frame.address.covers(self.address):
            return None
        match meaning(frame):
            case ReadRequest(identifier=identifier):
                return self._part(Function.READ, identifier, 0)
            case FollowingRequest(identifier=identifier, sequence=sequence):
                return self._part(Function.READ_FOLLOWING, identifier, sequence)
            case AddressRequest():
                return self._frame(Control(Function.READ_ADDRESS, reply=True), self.address.to_bytes())
            case _:
                return None

    def _part(self, function: Function, identifier: int, part: int) -> bytes:
        data = self._value(identifier)
        start, end = part * self.longest_part, (part + 1) * self.longest_part
        if data is None or start >= len(data):
            return self._frame(Control(function, reply=True, error=True), _NO_SUCH_DATA)
        control = Control(function, reply=True, following=end < len(data))
        tail = bytes([part]) if function is Function.READ_FOLLOWING else b""
        return self._frame(control, identifier.to_bytes(_DI, "little") + data[start:end] + tail)

    def _frame(self, control: Control, data: bytes) -> bytes:
        return Frame(self.address, control, data).raw

    def _value(self, identifier: int) -> bytes | None:
        """Bytes of a value; None for what this meter does not have."""
        now = self.clock()
        if identifier == ENERGY:
            return _encoded(ENERGY, self._energy(now))
        if identifier == 0x02030000:
            return _encoded(identifier, self.power_kw)
        if identifier in _FIXED:
            return _encoded(identifier, Decimal(_FIXED[identifier]))
        if identifier in (ALL_STATUS_WORDS, STATUS_WORD_1):
            return self._status(identifier)
        return _moment(identifier, now) if identifier in (DATE, TIME) else self._freeze(identifier, now)

    def _freeze(self, identifier: int, now: datetime) -> bytes | None:
        """Days before the meter was put in are all zeros, as a real one has them."""
        ago = identifier & 0xFF
        if not 1 <= ago <= 62 or identifier >> 8 not in (FREEZE_TIME >> 8, FREEZE_ENERGY >> 8):
            return None
        frozen_at = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=ago - 1)
        if identifier >> 8 == FREEZE_TIME >> 8:
            return stamp_bytes(frozen_at)[1:] if frozen_at >= self.since else bytes(5)
        return _encoded(ENERGY, self._energy(frozen_at))

    def _energy(self, at: datetime) -> Decimal:
        told = consumed(self.since, at, always=self.power_kw, used=Decimal(0))
        return told % 1_000_000  # the counter has six digits before the point

    def _status(self, identifier: int) -> bytes:
        """Word 1, alone or with the six others, which are all zeros."""
        word = (_CLOCK_BATTERY_LOW * self.faults.battery_is_low).to_bytes(2, "little")
        return word if identifier == STATUS_WORD_1 else word + bytes(2 * 6)


def _moment(identifier: int, at: datetime) -> bytes:
    """Give the time, or the date with the day of its week, Sunday 0."""
    stamp = stamp_bytes(at)
    return stamp[:3] if identifier == TIME else bytes([at.isoweekday() % 7]) + stamp[3:]


def _encoded(identifier: int, value: Decimal) -> bytes:
    form = ITEMS[identifier].parts[0]
    if not isinstance(form, Number):
        raise TypeError(f"{identifier:08X} is no number")
    return form.encode(value.quantize(form.resolution, ROUND_DOWN))
