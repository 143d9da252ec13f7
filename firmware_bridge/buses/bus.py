"""One supervised task a line."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, Generic, NoReturn

from firmware_bridge.buses.errand import Errand, R, Report, Turn
from firmware_bridge.buses.upkeep import Standing, Upkeep
from firmware_bridge.drivers import Clock
from firmware_bridge.errors import DeviceFault, LineLost, NoAnswer, Refused
from firmware_bridge.transports import Line, Port

# Of one turn; between them the other devices have theirs. Silence costs the line half a second or more, so it has fewer
# tries than an answer that came damaged; one that gave none at its last turn either has a single one.
TRIES: Final = 3
SILENT_TRIES: Final = 2
LONGEST_SLEEP_S: Final = 60.0  # the clock may be set meanwhile

log = logging.getLogger(__name__)


class Bus(Generic[R]):
    """Does the errands of a line, the most urgent of those that are due first, one at a time.

    Args:
        port: opened again, with a growing pause, whenever the line is lost.
        errands: all that is to be done, for ever.
        report: told how each went; must not block.
        clock: the present time with its zone; it may jump.
        draw: gives numbers in [0, 1).

    Raises:
        ValueError: two errands have one name.
    """

    def __init__(
        self,
        port: Port,
        errands: Sequence[Errand[R]],
        report: Callable[[Report[R]], None],
        *,
        clock: Clock,
        draw: Callable[[], float],
    ) -> None:
        if len({errand.name for errand in errands}) != len(errands):
            raise ValueError(f"{port.name}: two errands have one name")
        self._upkeep = Upkeep(port, draw)
        self._report = report
        self._clock = clock
        self._draw = draw
        now = clock()
        self._turns = [Turn(errand.priority, 0, 0, errand.rhythm.next_turn(now, draw()), errand) for errand in errands]

    @property
    def standing(self) -> Standing:
        return self._upkeep.standing

    async def run(self) -> NoReturn:
        """Work until cancelled.

        Raises:
            Misconfigured: the port does not take its settings.
        """
        await self._upkeep.run(self._work)

    async def _work(self, line: Line) -> NoReturn:
        self._upkeep.works()
        while True:
            turn = self._most_urgent()
            if turn is None:
                await asyncio.sleep(self._idle_s())
            else:
                await self._take(turn, line)

    def _most_urgent(self) -> Turn[R] | None:
        """Pick what is due: by priority, then those that have not failed, then what has waited longest."""
        now = self._clock()
        return min((turn for turn in self._turns if turn.errand.rhythm.is_due(turn.due, now)), default=None)

    def _idle_s(self) -> float:
        """Seconds until something is due."""
        first = min((turn.due for turn in self._turns), default=None)
        wait_s = LONGEST_SLEEP_S if first is None else (first - self._clock()).total_seconds()
        return min(LONGEST_SLEEP_S, max(0.001, wait_s))

    async def _take(self, turn: Turn[R], line: Line) -> None:
        """Try one errand. A lost line leaves it due, but behind the others: some gateways hang up at one device."""
        try:
            given = await turn.errand.run(line)
        except LineLost:
            turn.failures += 1
            raise
        except DeviceFault as error:
            self._failed(turn, error)
        else:
            self._succeeded(turn)
            self._report(Report(turn.errand.name, given))

    def _succeeded(self, turn: Turn[R]) -> None:
        if turn.rests:
            log.warning("%s: 恢复应答 answers again", turn.errand.name)
        turn.rests = turn.failures = 0
        turn.due = turn.errand.rhythm.next_turn(self._clock(), self._draw())

    def _failed(self, turn: Turn[R], error: DeviceFault) -> None:
        """Leave it due, behind the others, until it has had its tries; then let it rest, longer each time."""
        turn.failures += 1
        if turn.failures < _tries(turn, error):
            return
        if not turn.rests:
            log.warning("%s", error)
        turn.rests, turn.failures = turn.rests + 1, 0
        turn.due = turn.errand.rhythm.again(self._clock(), turn.rests, self._draw())
        self._report(Report(turn.errand.name, error))


def _tries(turn: Turn[R], error: DeviceFault) -> int:
    """How many tries this turn has: asking again changes no refusal, and hardly what is dead already."""
    if turn.rests or isinstance(error, Refused):
        return 1
    return SILENT_TRIES if isinstance(error, NoAnswer) else TRIES
