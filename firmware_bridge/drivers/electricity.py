"""An electricity meter of DL/T 645-2007. It only reads; what changes a meter is not here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from firmware_bridge.codecs.dlt645 import (
    ANY,
    ITEMS,
    Address,
    AddressReply,
    FollowingReply,
    Frame,
    Gathering,
    Item,
    Reading,
    ReadReply,
    Refused,
    decode,
    meaning,
    read,
    read_address,
    read_following,
)
from firmware_bridge.codecs.values import Quantity, Status, Unreadable
from firmware_bridge.drivers.measured import Clock, Measured
from firmware_bridge.errors import Garbled
from firmware_bridge.errors import Refused as DeviceRefused
from firmware_bridge.sessions import Patience, Session

MOST_PARTS: Final = 16  # of one answer, 3200 bytes: no item of the table is as long
MOST_DAYS: Final = 62  # of daily freezes, DL/T 645-2007
STATUS_WORDS: Final = 0x040005FF
FREEZE_TIME: Final = 0x05060000
FREEZE_FORWARD: Final = 0x05060100


@dataclass(frozen=True, slots=True)
class DailyFreeze:
    """What a meter had counted when a day began; `at` is the meter's own wall clock, without a zone."""

    at: datetime
    forward: Quantity


class ElectricityMeter:
    """One meter on a line.

    Args:
        session: of the line.
        address: whole, without AA.
        clock: gives the time of a reading.
        items: the table of a meter whose numbers differ, see `with_decimals`.
    """

    def __init__(
        self, session: Session[Frame], address: Address, *, clock: Clock, items: Mapping[int, Item] = ITEMS
    ) -> None:
        self._session = session
        self._address = address
        self._clock = clock
        self._items = items
        self.name = f"dlt645:{address}"

    async def read(self, identifier: int) -> Reading:
        """Read one item, in several parts if it is long.

        Raises:
            NoAnswer, Garbled, Refused, LineLost: as the session, and what is no value of this item is garbled.
        """
        reading = decode(identifier, await self._data(identifier), self._items)
        if isinstance(reading, Unreadable):
            raise Garbled(f"{self.name} {identifier:08X}：{reading}")
        return reading

    async def measure(self, identifiers: Sequence[int]) -> tuple[Measured, ...]:
        """Read the numbers of some items; those that this meter refuses or does not tell readably are left out.

        Raises:
            NoAnswer, Garbled, LineLost: as the session.
        """
        return self.numbers(await self.readings(identifiers))

    async def readings(self, identifiers: Sequence[int]) -> tuple[tuple[Reading, datetime], ...]:
        """Read some items, each with the time its answer had come; those that this meter refuses are left out.

        Raises:
            NoAnswer, Garbled, LineLost: as the session.
        """
        out: list[tuple[Reading, datetime]] = []
        for identifier in identifiers:
            with suppress(DeviceRefused):
                out.append((await self.read(identifier), self._clock()))
        return tuple(out)

    def numbers(self, readings: Iterable[tuple[Reading, datetime]]) -> tuple[Measured, ...]:
        """Take the readable numbers out of readings."""
        return tuple(chain.from_iterable(self._numbers(reading, at) for reading, at in readings))

    async def status_words(self) -> tuple[Status, ...]:
        """Read the seven words that say how the meter runs.

        Raises:
            NoAnswer, Garbled, Refused, LineLost: as `read`.
        """
        return tuple(word for word in (await self.read(STATUS_WORDS)).values if isinstance(word, Status))

    async def daily_freezes(self, days: int) -> tuple[DailyFreeze, ...]:
        """Read the energy at the beginning of the last days, the last one first, to fill the hole of an outage.

        It ends early where the meter has kept nothing, and leaves out a day that is not readable.

        Args:
            days: 1 to `MOST_DAYS`.
        Raises:
            ValueError: another number of days.
            NoAnswer, Garbled, LineLost: as `read`.
        """
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(f"{days} days: 1 to {MOST_DAYS}")
        out: list[DailyFreeze] = []
        for ago in range(1, days + 1):
            try:
                at = (await self.read(FREEZE_TIME | ago)).value
                forward = (await self.read(FREEZE_FORWARD | ago)).value
            except DeviceRefused:
                break
            if isinstance(at, datetime) and isinstance(forward, Quantity):
                out.append(DailyFreeze(at, forward))
            elif isinstance(at, Unreadable) and not any(at.raw):
                break
        return tuple(out)

    def _numbers(self, reading: Reading, at: datetime) -> Iterator[Measured]:
        """One for each number; those of a block carry their place in the key."""
        item, several = reading.item, len(reading.values) > 1
        labels = item.labels if several else ()
        for place, value in enumerate(reading.values):
            if isinstance(value, Quantity):
                key = f"{item.code:08X}.{place}" if several else f"{item.code:08X}"
                words = f"{item.name}，{labels[place]}" if place < len(labels) else item.name
                yield Measured.of(value, device=self.name, key=key, words=words, at=at)

    async def _data(self, identifier: int) -> bytes:
        first = await self._session.ask(
            read(self._address, identifier).raw, self.name, lambda frame: self._first(frame, identifier)
        )
        gathered = Gathering.begin(first)
        while not gathered.complete:
            gathered = await self._next(gathered)
        return gathered.data

    async def _next(self, gathered: Gathering) -> Gathering:
        wanted = gathered.next_sequence
        if wanted >= MOST_PARTS:
            raise Garbled(f"{self.name}：后续帧没有尽头 more than {MOST_PARTS} parts")

        def take(frame: Frame) -> FollowingReply | None:
            said = self._mine(frame, gathered.identifier)
            return said if isinstance(said, FollowingReply) and said.sequence == wanted else None

        request = read_following(self._address, gathered.identifier, wanted).raw
        more = gathered.add(await self._session.ask(request, self.name, take))
        if isinstance(more, Unreadable):
            raise Garbled(f"{self.name}：{more}")
        return more

    def _first(self, frame: Frame, identifier: int) -> ReadReply | None:
        said = self._mine(frame, identifier)
        return said if isinstance(said, ReadReply) else None

    def _mine(self, frame: Frame, identifier: int) -> ReadReply | FollowingReply | None:
        """Pick an answer of this meter to this question."""
        if frame.address != self._address:
            return None
        match meaning(frame):
            case Refused(reasons=reasons):
                raise DeviceRefused(self.name, reasons)
            case ReadReply() | FollowingReply() as said if said.identifier == identifier:
                return said
            case _:
                return None


async def ask_address(session: Session[Frame], patience: Patience | None = None) -> Address:
    """Ask the only meter on a line who it is.

    Raises:
        NoAnswer: there is none.
        Garbled: there are several, or speed or parity is wrong.
        LineLost: from the line.
    """

    def take(frame: Frame) -> Address | None:
        said = meaning(frame)
        return said.address if isinstance(said, AddressReply) else None

    return await session.ask(read_address().raw, f"dlt645:{ANY}", take, patience)
