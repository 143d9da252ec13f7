"""The gate-sensor board: one supervised task that hands on what it sees, each event once it is safe."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from firmware_bridge.buses.upkeep import Standing, Upkeep
from firmware_bridge.codecs.bridge import Event, Source, StateReply
from firmware_bridge.drivers import Board, Clock
from firmware_bridge.errors import DeviceFault, LineLost
from firmware_bridge.transports import Line, Port

LISTEN_S: Final = 1.0  # well within the board's link timeout of 10 s, docs/board-protocol.md
TIME_EVERY_S: Final = 3600.0  # the board has no clock chip, docs/board-protocol.md
CLOCK_STEP_S: Final = 2.0  # our own clock was set meanwhile, so the board's is wrong by so much
LONGEST_PAUSE_S: Final = 10.0  # a board that is back has events waiting


@dataclass(frozen=True, slots=True)
class Seen:
    """What the board has told.

    Attributes:
        board: its id, 8 bytes.
        state: how inputs and outputs stand, asked just now; None if that answer was lost behind events that were not.
        events: the next after those stored, in order, without a hole; empty if nothing happened.
        at: when this was heard.
    """

    board: bytes
    state: StateReply | None
    events: tuple[Event, ...]
    at: datetime


class BoardLine:
    """Opens the port again and again, and gives all that the board tells to `take`.

    Args:
        port: the board is alone on it.
        stored: number of the last event of the board `known` that is safe here; 0 if none is. One that has taken its
            place is heard from its first event on.
        known: id of that board; None: whichever hangs there.
        take: called about each second; returns once the events are safe. Then the board is told, and forgets them:
            events of a board that went away in between come again, so `take` may see a number twice.
        clock: the present time with its zone; the board's is set by it at each opening, once an hour,
            when the board has started anew, and when this clock jumps.
        draw: gives numbers in [0, 1).
    """

    def __init__(
        self,
        port: Port,
        *,
        stored: int,
        known: bytes | None = None,
        take: Callable[[Seen], Awaitable[None]],
        clock: Clock,
        draw: Callable[[], float],
    ) -> None:
        self._stored = stored
        self._name = known
        self._take = take
        self._clock = clock
        survives = (LineLost, DeviceFault)
        self._upkeep = Upkeep(port, draw, survives=survives, longest_pause_s=LONGEST_PAUSE_S)

    @property
    def standing(self) -> Standing:
        return self._upkeep.standing

    async def run(self) -> NoReturn:
        """Work until cancelled. A lost line and a board that says nothing are survived with a growing pause.

        Raises:
            Misconfigured: the port does not take its settings.
        """
        await self._upkeep.run(self._work)

    async def _work(self, line: Line) -> NoReturn:
        board = Board(line, self._stored)
        told = await board.hello()
        if self._name not in {None, told.board}:  # another board hangs there now
            board, self._stored = Board(line), 0
        self._name = told.board
        self._upkeep.works()
        while True:
            at, since_s = self._clock(), asyncio.get_running_loop().time()
            await board.set_time(at)
            started = False
            while not started and self._is_right(at, since_s):
                seen = await self._seen(board, told.board)
                await self._hand_on(seen, board)
                started = any(event.source == Source.BOOT for event in seen.events)  # it has forgotten the time

    def _is_right(self, at: datetime, since_s: float) -> bool:
        """Whether the board's clock, set to `at` at `since_s` of the loop's, needs not be set yet."""
        passed_s = asyncio.get_running_loop().time() - since_s
        step_s = (self._clock() - at).total_seconds() - passed_s
        return passed_s < TIME_EVERY_S and abs(step_s) < CLOCK_STEP_S

    async def _seen(self, board: Board, name: bytes) -> Seen:
        events = await board.events(LISTEN_S)
        state: StateReply | None = None
        try:
            state = await board.state()
        except DeviceFault:
            if not events:
                raise
        return Seen(name, state, events, self._clock())

    async def _hand_on(self, seen: Seen, board: Board) -> None:
        await self._take(seen)
        self._stored = seen.events[-1].number if seen.events else board.stored
        if seen.events:
            await board.acknowledge(seen.events[-1])
