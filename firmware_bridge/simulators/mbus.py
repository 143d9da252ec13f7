"""A simulated water meter on wired M-Bus. Its one answer is put together here byte by byte, apart from any library."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from firmware_bridge.simulators.faults import SOUND, Faults
from firmware_bridge.simulators.household import consumed
from firmware_bridge.simulators.station import Said

SHORT: Final = 5
LONGEST: Final = 260  # bytes that are kept until a request is complete
_START: Final = 0x10
_STOP: Final = 0x16
_ACK: Final = b"\xe5"
_SND_NKE: Final = 0x40
_REQ_UD2: Final = (0x5B, 0x7B)
_WATER: Final = 7
_MAKER: Final = b"\x24\x40"  # PAD, of an example: no maker's meter is meant
_POWER_LOW: Final = 1 << 2
_VOLUME: Final = b"\x0c\x13"  # eight digits, litres
_TIME: Final = b"\x04\x6d"


@dataclass(frozen=True, slots=True)
class MbusSimulator:
    """A household's water.

    Attributes:
        address: 1 to 250.
        clock: gives the wall clock of the meter, without a zone.
        since: when it was put in, with 0 m³.
        flow: m³/h that run all the time: a leak to the rules that watch meters.
        use: m³/h on top of that at the hours of use.
    """

    address: int
    clock: Callable[[], datetime]
    since: datetime
    flow: Decimal = Decimal(0)
    use: Decimal = Decimal("0.015")
    faults: Faults = SOUND

    def answer(self, control: int) -> bytes | None:
        """Answer a request without content."""
        if control == _SND_NKE:
            return _ACK
        return self._data() if control in _REQ_UD2 else None

    def _data(self) -> bytes:
        now = self.clock()
        litres = int(1000 * consumed(self.since, now, always=self.flow, used=self.use)) % 10**8
        status = _POWER_LOW * self.faults.battery_is_low
        header = b"\x72" + _digits(self.address) + _MAKER + bytes([1, _WATER, 0, status, 0, 0])
        records = _VOLUME + _digits(litres) + _TIME + _type_f(now)
        body = bytes([0x08, self.address]) + header + records
        return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, _STOP])


def _digits(number: int) -> bytes:
    return bytes.fromhex(f"{number:08d}")[::-1]


def _type_f(at: datetime) -> bytes:
    """Write minute, hour, and a date whose year is split over the upper bits of day and month."""
    year = at.year % 100
    return bytes([at.minute, at.hour, at.day | (year & 7) << 5, at.month | (year >> 3) << 4])


class MbusStation:
    """Such meters on one line."""

    def __init__(self, devices: Sequence[MbusSimulator]) -> None:
        self._devices = devices
        self._buffer = bytearray()

    def hear(self, data: bytes) -> list[list[Said]]:
        """As `Listening`; a request that a silence has cut is forgotten."""
        if not data:
            self._buffer.clear()
        self._buffer += data
        del self._buffer[:-LONGEST]
        out: list[list[Said]] = []
        while (start := self._buffer.find(_START)) >= 0 and len(self._buffer) >= start + SHORT:
            request = self._buffer[start : start + SHORT]
            sound = (sum(request[1:3]) & 0xFF, _STOP) == (request[3], request[4])
            del self._buffer[: start + (SHORT if sound else 1)]
            if sound:
                out.append(self._answers(control=request[1], address=request[2]))
        return out

    def _answers(self, *, control: int, address: int) -> list[Said]:
        asked = (device for device in self._devices if device.address == address)
        answers = ((device.faults, device.answer(control)) for device in asked)
        return [(faults, answer) for faults, answer in answers if answer is not None]
