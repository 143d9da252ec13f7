"""A water, heat or gas meter of CJ/T 188. It only reads; what moves a valve is not here."""

from dataclasses import dataclass, fields
from datetime import datetime
from itertools import count
from typing import Final

from firmware_bridge.codecs.cjt188 import (
    ANY,
    ANY_KIND,
    STANDARD_2004,
    Address,
    AddressReply,
    FlowReading,
    Frame,
    HeatReading,
    Profile,
    ReadReply,
    Refused,
    Settled,
    decode,
    meaning,
    read,
    read_address,
)
from firmware_bridge.codecs.values import Quantity, Status, Unreadable
from firmware_bridge.drivers.measured import Clock, Measured
from firmware_bridge.errors import Garbled
from firmware_bridge.errors import Refused as DeviceRefused
from firmware_bridge.sessions import Patience, Session

_SEQUENCES: Final = 256
_WORDS: Final = {
    "accumulated": "当前累积 accumulated",
    "settled": "结算日累积 at settlement",
    "power": "热功率 power",
    "flow": "流量 flow",
    "volume": "累积流量 volume",
    "supply": "供水温度 supply temperature",
    "returned": "回水温度 return temperature",
    "hours": "累计工作时间 hours worked",
}


@dataclass(frozen=True, slots=True)
class FlowRead:
    """One read-out.

    Attributes:
        at: when the answer had come.
        measured: its readable numbers.
        unreadable: keys of those that were none.
        clock: the meter's own wall clock, without a zone.
    """

    at: datetime
    measured: tuple[Measured, ...]
    unreadable: tuple[str, ...]
    status: Status
    clock: datetime | Unreadable


class FlowMeter:
    """One meter on a line.

    Args:
        session: of the line.
        kind: T, such as 0x10 for cold water; not AA.
        address: whole, without AA.
        clock: gives the time of a reading.
        profile: of the meter's model.
    """

    def __init__(
        self,
        session: Session[Frame],
        kind: int,
        address: Address,
        *,
        clock: Clock,
        profile: Profile = STANDARD_2004,
    ) -> None:
        self._session = session
        self._kind = kind
        self._address = address
        self._clock = clock
        self._profile = profile
        self._sequence = count()
        self.name = f"cjt188:{kind:02X}:{address}"

    async def read(self) -> FlowRead:
        """Read what the meter shows.

        Raises:
            NoAnswer, Garbled, Refused, LineLost: as the session; what the profile does not read is garbled.
        """
        sequence = next(self._sequence) % _SEQUENCES
        request = read(self._kind, self._address, sequence, profile=self._profile)
        said = await self._session.ask(request.raw, self.name, lambda frame: self._take(frame, sequence))
        reading = decode(said, self._profile)
        if isinstance(reading, Unreadable | Settled):
            raise Garbled(f"{self.name}：{reading}")
        return self._told(reading, self._clock())

    def _take(self, frame: Frame, sequence: int) -> ReadReply | None:
        if (frame.kind, frame.address) != (self._kind, self._address):
            return None
        match meaning(frame, self._profile):
            case Refused(status=status):
                raise DeviceRefused(self.name, (str(status),) if status else ())
            case ReadReply() as said if said.sequence == sequence:
                return said
            case _:
                return None

    def _told(self, reading: FlowReading | HeatReading, at: datetime) -> FlowRead:
        values = {field.name: getattr(reading, field.name) for field in fields(reading) if field.name in _WORDS}
        measured = tuple(
            Measured.of(value, device=self.name, key=key, words=_WORDS[key], at=at)
            for key, value in values.items()
            if isinstance(value, Quantity)
        )
        unreadable = tuple(key for key, value in values.items() if isinstance(value, Unreadable))
        return FlowRead(at, measured, unreadable, reading.status, reading.clock)


async def ask_meter(
    session: Session[Frame], profile: Profile = STANDARD_2004, patience: Patience | None = None
) -> tuple[int, Address]:
    """Ask the only meter on a line of which kind it is and who.

    Raises:
        NoAnswer: there is none.
        Garbled: there are several, or speed or parity is wrong.
        LineLost: from the line.
    """

    def take(frame: Frame) -> tuple[int, Address] | None:
        said = meaning(frame, profile)
        return (said.kind, said.address) if isinstance(said, AddressReply) else None

    return await session.ask(read_address(0, ANY_KIND, profile).raw, f"cjt188:{ANY}", take, patience)
