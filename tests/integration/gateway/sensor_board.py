"""A sensor board in memory, after docs/board-protocol.md: it keeps its events until they are acknowledged.

The real program answers in tests/integration/gateway/test_board_in_qemu.py; this one has hours of virtual time.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from firmware_bridge.codecs.bridge import (
    AckedEvents,
    AckEvents,
    Decoder,
    Event,
    Frame,
    Hello,
    HelloReply,
    Payload,
    Resend,
    Resending,
    SetTime,
    SetTimeDone,
    Source,
    State,
    StateReply,
    Status,
    frame_of,
    payload_of,
)
from firmware_bridge.errors import LineLost
from firmware_bridge.transports import Line, NullModem
from tests.integration.gateway.community import Clock

AHEAD = 8  # events that it tells beyond the acknowledgement
NAME = b"PRETENCE"


@dataclass(slots=True)
class SensorBoard:
    """The board, and the port that it is plugged into.

    Attributes:
        wrong_by: by which its clock is off, however often it is set.
        forgets: whether what was acknowledged is told again all the same.
    """

    clock: Clock
    name: str = "board"
    plugged: bool = True
    wrong_by: timedelta = timedelta(0)
    forgets: bool = False
    inputs: int = 0
    number: int = 0
    acknowledged: list[int] = field(default_factory=list)
    queue: list[Event] = field(default_factory=list)
    _set: bool = False
    _modem: NullModem | None = None
    _playing: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> Line:
        if not self.plugged:
            raise LineLost(f"{self.name}: 没有插上 not plugged in")
        self._modem = NullModem()
        self._playing.append(asyncio.create_task(self._play(self._modem.far)))
        return self._modem.near

    def pull(self) -> None:
        """Take the cable out; the board goes on."""
        self.plugged = False
        if self._modem is not None:
            self._modem.cut()

    def turn(self, source: Source, *, closed: bool) -> None:
        """Close or open a contact now, if it is otherwise."""
        if bool(self.inputs >> source & 1) == closed:
            return
        self.inputs ^= 1 << source
        self.number += 1
        at = self._now() if self._set else datetime.fromtimestamp(0, UTC)
        seconds, fraction = divmod(at.timestamp(), 1)
        self.queue.append(
            Event(self.number, int(seconds), int(fraction * 1000), self._uptime_ms(), source, int(closed), self.number)
        )

    async def _play(self, line: Line) -> None:
        decoder = Decoder()
        try:
            while True:
                for frame in decoder.feed(await line.read(3600.0)):
                    if isinstance(frame, Frame):
                        await self._answer(frame, line)
        except LineLost:
            return

    async def _answer(self, frame: Frame, line: Line) -> None:
        reply = self._reply(payload_of(frame))
        await line.write(frame_of(reply, frame.sequence).raw)
        for event in self.queue[:AHEAD]:
            await line.write(frame_of(event, event.number & 0xFFFF).raw)

    def _reply(self, request: object) -> Payload:
        match request:
            case Hello():
                return HelloReply(1, 0, 1, 0, NAME, 1, self._uptime_ms(), 0, 1, self.number + 1, self._oldest)
            case SetTime():
                self._set = True
                return SetTimeDone(Status.DONE)
            case State():
                return StateReply(self.inputs, 0, 0, 0, 0, 0, len(self.queue), 0)
            case AckEvents(number=number):
                self.acknowledged.append(number)
                self.queue = [event for event in self.queue if event.number > number or self.forgets]
                return AckedEvents(Status.DONE, self._oldest)
            case Resend():
                return Resending(Status.DONE)
        raise AssertionError(f"a gateway does not ask {request}")

    @property
    def _oldest(self) -> int:
        return self.queue[0].number if self.queue else self.number + 1

    def _now(self) -> datetime:
        return self.clock.moment().seen_at + self.wrong_by

    def _uptime_ms(self) -> int:
        return int(self.clock.hours * 3_600_000) & 0xFFFFFFFF
