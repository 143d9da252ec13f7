"""The gate-sensor board: who it is, how it stands, what it has seen, its settings and its program."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final, TypeVar
from zlib import crc32

from firmware_bridge.codecs.bridge import (
    STATUS_WORDS,
    AckedEvents,
    AckEvents,
    BeganUpdate,
    Decoder,
    EndedUpdate,
    Event,
    Frame,
    GetSetting,
    GotSetting,
    Hello,
    HelloReply,
    Payload,
    Resend,
    Resending,
    Restart,
    Restarting,
    SelfTest,
    SelfTested,
    SetOutput,
    SetOutputDone,
    SetSetting,
    SetSettingDone,
    SetTime,
    SetTimeDone,
    Setting,
    State,
    StateReply,
    Status,
    TookData,
    UnknownKind,
    UpdateBegin,
    UpdateData,
    UpdateEnd,
    frame_of,
    payload_of,
)
from firmware_bridge.errors import DeviceFault, Garbled, NoAnswer, Refused
from firmware_bridge.sessions import BOARD, Patience, Session
from firmware_bridge.transports import Line

R = TypeVar("R")
PIECE: Final = 128  # bytes of an update in one frame
SLOW: Final = Patience(answer_s=2.0, silence_s=0.05, gap_s=0.001)  # for an update, docs/board-protocol.md
MOST_EVENTS: Final = 64  # kept here until they are acknowledged; the board is at most eight ahead, and sends again
_CLEARING: Final = b"\0"  # ends what noise has left in the board's receiver
_SEQUENCES: Final = 1 << 16
NAME: Final = "board"


class UpdateFailed(DeviceFault):
    """An update did not come to its end; the board goes on with the program it has."""


@dataclass(frozen=True, slots=True)
class Program:
    """An image for the board, signed as docs/board-protocol.md says; `signature` has 64 bytes."""

    image: bytes
    version: tuple[int, int, int]
    signature: bytes


class Board:
    """The board, alone on its line. Make a new one when the line was opened anew.

    Args:
        line: open; who opened it closes it.
        stored: number of the last event that is safe here; 0 if none is.
    """

    def __init__(self, line: Line, stored: int = 0, patience: Patience = BOARD) -> None:
        self._session = Session(line, Decoder, patience, overheard=self._hear, before=_CLEARING)
        self._sequence = count(1)
        self._stored = stored
        self._heard: dict[int, Event] = {}
        self._told_again = False

    @property
    def stored(self) -> int:
        """Number of the last event that is safe here, or that the board itself has no more."""
        return self._stored

    async def hello(self) -> HelloReply:
        """Ask who it is. A board whose next number was stored already was erased, and begins anew."""
        reply = await self._ask(Hello(), HelloReply)
        if reply.next_event <= self._stored:
            self._stored = 0
            self._heard.clear()
        return reply

    async def state(self) -> StateReply:
        return await self._ask(State(), StateReply)

    async def set_time(self, at: datetime) -> None:
        """Set the clock; `at` with its zone."""
        seconds, fraction = divmod(at.timestamp(), 1)
        _check((await self._ask(SetTime(int(seconds), int(fraction * 1000)), SetTimeDone)).status)

    async def set_output(self, output: int, value: int, pulse_ms: int = 0) -> None:
        """As `SetOutput` says."""
        _check((await self._ask(SetOutput(output, value, pulse_ms), SetOutputDone)).status)

    async def setting(self, key: Setting) -> int:
        reply = await self._ask(GetSetting(key), GotSetting)
        _check(reply.status)
        return reply.value

    async def set_setting(self, key: Setting, value: int) -> None:
        _check((await self._ask(SetSetting(key, value), SetSettingDone)).status)

    async def self_test(self) -> int:
        """Run it; returns the bits of what failed, 0 if nothing did."""
        return (await self._ask(SelfTest(), SelfTested)).failed

    async def restart(self) -> None:
        _check((await self._ask(Restart(), Restarting)).status)

    async def events(self, within_s: float) -> tuple[Event, ...]:
        """Listen for a while; returns the events that come next after those that are stored, without a hole.

        They are told again with each call until they are acknowledged: first keep them safe, then `acknowledge` the
        last. Where one is missing, the board is asked for it. It tells events only to whoever asked it something within
        its link timeout, so ask for its `state` more often than that.

        Raises:
            NoAnswer, Garbled, LineLost: as the session.
        """
        await self._session.listen(within_s)
        due, ready = self._stored + 1, list[Event]()
        while (event := self._heard.get(due)) is not None:
            ready.append(event)
            due += 1
        if self._told_again:
            self._told_again = False
            _check((await self._ask(AckEvents(self._stored), AckedEvents)).status)
        if not ready and self._heard:
            await self._close_hole(due)
        return tuple(ready)

    async def acknowledge(self, event: Event) -> None:
        """Tell the board that this event and all before it are safe.

        Raises:
            ValueError: one before it was not told yet.
            NoAnswer, Garbled, Refused, LineLost: as the session; the event comes again.
        """
        if event.number > self._stored and event.number not in self._heard:
            raise ValueError(f"event {event.number} was not heard")
        self._forget(event.number)
        _check((await self._ask(AckEvents(event.number), AckedEvents)).status)

    async def _close_hole(self, due: int) -> None:
        """Ask for what is missing; what the board itself has no more (docs/board-protocol.md) is passed over."""
        oldest = (await self.hello()).oldest_event
        if oldest > due:
            self._forget(oldest - 1)
        else:
            _check((await self._ask(Resend(due), Resending)).status)

    def _forget(self, number: int) -> None:
        self._stored = max(self._stored, number)
        self._heard = {number: event for number, event in self._heard.items() if number > self._stored}

    async def update(self, program: Program, progress: Callable[[int, int], None] = lambda _done, _all: None) -> None:
        """Send a program; the board tries it at its next start.

        A piece that got lost is sent again from where the board stands.

        Raises:
            UpdateFailed: the board refuses, for the reason in the text.
            NoAnswer, Garbled, LineLost: as the session; the board keeps its program, unless it is gone at the very end:
                then HELLO tells after its next start.
        """
        size, slot = len(program.image), (await self.hello()).slot
        begin = UpdateBegin(size, crc32(program.image), *program.version, program.signature)
        _check_update((await self._ask(begin, BeganUpdate, SLOW)).status)
        at = 0
        while at < size:
            at = await self._send_piece(program.image, at)
            progress(at, size)
        await self._end_update(program, slot)

    async def _end_update(self, program: Program, slot: int) -> None:
        """Hear how it ended; `slot` is the one that ran when it began.

        The answer may be lost, and the board may have been started anew meanwhile. Asked again, one that has taken the
        program says so; one that has not, or was started, knows of no update, and HELLO says what it runs.
        """
        try:
            status = await self._ended()
        except (NoAnswer, Garbled):
            if await self._runs(program, slot):
                return
            status = await self._ended()
        if status is not Status.NOTHING_BEGUN:
            _check_update(status)
        elif not await self._runs(program, slot):
            raise UpdateFailed(f"{NAME}：升级未被采用，原因的应答丢失 not taken, and the answer that says why was lost")

    async def _ended(self) -> Status:
        return (await self._ask(UpdateEnd(), EndedUpdate, SLOW)).status

    async def _runs(self, program: Program, slot: int) -> bool:
        """Whether the program runs, in the other slot than `slot`."""
        told = await self.hello()
        return told.slot != slot and (told.major, told.minor, told.patch) == program.version

    async def _send_piece(self, image: bytes, at: int) -> int:
        """Returns where the next piece begins, which is always further on."""
        reply = await self._ask(UpdateData(at, image[at : at + PIECE]), TookData, SLOW)
        resumes = reply.status is Status.OFFSET_WRONG and at < reply.next_offset <= len(image)  # a repeated request
        if not resumes:
            _check_update(reply.status)
        if not at < reply.next_offset <= len(image):
            raise UpdateFailed(f"{NAME}：偏移没有前进 the offset does not move on from {at}")
        return reply.next_offset

    async def _ask(self, request: Payload, wanted: type[R], patience: Patience | None = None) -> R:
        """Ask and give the reply with the same sequence."""
        sequence = next(self._sequence) % _SEQUENCES

        def take(frame: Frame) -> R | None:
            if not frame.is_from_board or frame.sequence != sequence:
                return None
            payload = payload_of(frame)
            if isinstance(payload, UnknownKind):
                raise Refused(NAME, ("程序太旧，不认识该请求 its program does not know this request",))
            return payload if isinstance(payload, wanted) else None

        return await self._session.ask(frame_of(request, sequence).raw, NAME, take, patience)

    def _hear(self, frame: Frame) -> None:
        event = payload_of(frame)
        if not isinstance(event, Event):
            return
        if event.number <= self._stored:
            self._told_again = True  # the board missed that it was acknowledged
        elif event.number <= self._stored + MOST_EVENTS:
            self._heard[event.number] = event


def _check(status: Status) -> None:
    if status is not Status.DONE:
        raise Refused(NAME, (STATUS_WORDS[status],))


def _check_update(status: Status) -> None:
    if status is not Status.DONE:
        raise UpdateFailed(f"{NAME}：升级失败 update failed: {STATUS_WORDS[status]}")
