"""A simulated water or gas meter of CJ/T 188."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final

from firmware_bridge.codecs.cjt188 import (
    ANY_KIND,
    STANDARD_2004,
    Address,
    AddressRequest,
    Control,
    Frame,
    Function,
    Profile,
    ReadRequest,
    meaning,
)
from firmware_bridge.codecs.layouts import Number, stamp_bytes
from firmware_bridge.simulators.faults import SOUND, Faults
from firmware_bridge.simulators.household import consumed

READING: Final = 0x901F
_CUBIC_METRES: Final = bytes([0x2C])
_VOLUME: Final = Number(4, 2, "m³")
_BATTERY_LOW: Final = 0b100  # of the first status byte


@dataclass(frozen=True, slots=True)
class FlowSimulator:
    """A household's water or gas.

    Attributes:
        kind: T, such as 0x10 for cold water.
        address: whole, without AA.
        clock: gives the wall clock of the meter, without a zone.
        since: when it was put in, with 0 m³.
        flow: m³/h that run all the time: a leak to the rules that watch meters.
        use: m³/h on top of that at the hours of use.
    """

    kind: int
    address: Address
    clock: Callable[[], datetime]
    since: datetime
    flow: Decimal = Decimal("0.012")
    use: Decimal = Decimal(0)
    profile: Profile = STANDARD_2004
    faults: Faults = SOUND

    def answer(self, frame: Frame) -> bytes | None:
        """Answer a request that is for this meter."""
        mine = frame.kind in (ANY_KIND, self.kind) and frame.address.covers(self.address)
        if frame.control.reply or not mine:
            return None
        match meaning(frame, self.profile):
            case ReadRequest(identifier=identifier, sequence=sequence) if identifier == READING:
                return self._frame(Function.READ, frame.data[:2] + bytes([sequence]) + self._reading())
            case AddressRequest():
                return self._frame(Function.READ_ADDRESS, frame.data)
            case _:
                return None

    def _frame(self, function: Function, data: bytes) -> bytes:
        return Frame(self.kind, self.address, Control(function, reply=True), data).raw

    def _reading(self) -> bytes:
        now = self.clock()
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        status = bytes([_BATTERY_LOW * self.faults.battery_is_low, 0])
        return self._volume(now) + self._volume(month) + stamp_bytes(now, century=True) + status

    def _volume(self, at: datetime) -> bytes:
        told = consumed(self.since, at, always=self.flow, used=self.use)
        volume = (told % 1_000_000).quantize(_VOLUME.resolution, ROUND_DOWN)
        return _VOLUME.encode(volume) + _CUBIC_METRES
