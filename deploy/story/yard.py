"""The story's meters and its gate: made up, on pseudo-terminals where the gateway finds them.

Four meters share one line: two of electricity, two of water, and the first water meter's tap never closes. The board at
the gate is the simulation of `firmware_bridge.simulators`, the same wherever the demo runs; its real program is tested
in an emulator. Whether the gate stands open is a file, so it survives the death of whoever opened it.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from firmware_bridge.app.simulated_line import Population, on_terminal
from firmware_bridge.codecs.bridge import Source
from firmware_bridge.errors import LineLost
from firmware_bridge.simulators import BoardSimulator, serve, serve_board
from firmware_bridge.transports import Line
from models.packages import replacing

METERS_LINE: Final = "meters"  # links to the pseudo-terminals, in the yard's folder
BOARD: Final = "board"
GATE: Final = "gate"
OPEN: Final = "open"
CLOSED: Final = "closed"
LEAK_L: Final = 48.0  # an hour: what a toilet that runs takes
CHINA: Final = ZoneInfo("Asia/Shanghai")
SINCE: Final = datetime(2026, 1, 1)  # noqa: DTZ001  # when the meters were put in, by their own clocks
POPULATION: Final = Population(electricity=2, water=2, leak_l=LEAK_L)
_LOOK_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Yard:
    """A folder with the ends of two lines and the state of a gate."""

    folder: Path

    @property
    def is_open(self) -> bool:
        """Whether the gate stands open."""
        state = self.folder / GATE
        return state.exists() and state.read_text() == OPEN

    @property
    def is_ready(self) -> bool:
        """Whether both lines can be opened."""
        return (self.folder / METERS_LINE).exists() and (self.folder / BOARD).exists()

    def set_gate(self, *, to_open: bool) -> None:
        """Open the gate or close it."""
        with replacing(self.folder / GATE) as draft:
            draft.write_text(OPEN if to_open else CLOSED)


async def serve_yard(yard: Yard) -> None:
    """Answer on both lines until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(on_terminal(_meters, yard.folder / METERS_LINE, "模拟表计 simulated meters"))
        group.create_task(on_terminal(_Board(yard).talk, yard.folder / BOARD, "模拟传感板 simulated board"))


async def _meters(line: Line) -> None:
    with suppress(LineLost):
        await serve(line, POPULATION.stations(lambda: wall(datetime.now(UTC)), SINCE))


class _Board:
    """The board, and somebody at the gate."""

    def __init__(self, yard: Yard) -> None:
        self._yard = yard

    async def talk(self, line: Line) -> None:
        now = asyncio.get_running_loop().time
        board = BoardSimulator(now())
        async with asyncio.TaskGroup() as group:
            gate = group.create_task(self._move(board))
            with suppress(LineLost):
                await serve_board(line, board)
            gate.cancel()

    async def _move(self, board: BoardSimulator) -> None:
        now = asyncio.get_running_loop().time
        while True:
            board.set_input(Source.DOOR, int(self._yard.is_open), now())
            await asyncio.sleep(_LOOK_EVERY_S)


def wall(at: datetime) -> datetime:
    """What the meters' clocks show at a time: the hour in China, whatever zone this machine is set to."""
    return at.astimezone(CHINA).replace(tzinfo=None)
