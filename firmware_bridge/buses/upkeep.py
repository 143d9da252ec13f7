"""A line that is opened again and again, and how it stands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from firmware_bridge.errors import BridgeError, LineLost, Misconfigured
from firmware_bridge.transports import Line, Port

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
HOLDS_S: Final = 5.0  # a gateway that accepts and closes again at once has not come back
_MOST_DOUBLINGS: Final = 16

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a line can be worked on.

    Attributes:
        live: None before it was opened for the first time.
        detail: why it is not live; empty while it is.
    """

    live: bool | None
    detail: str = ""


class Upkeep:
    """Opens a port whenever it is lost, with a pause that grows; says so once when it goes and once when it is back.

    Args:
        draw: gives numbers in [0, 1).
        survives: what ends the work on an open line, but not for good.
        longest_pause_s: between two openings.
        holds_s: how long a line that was lost must be good before it is back.
    """

    def __init__(
        self,
        port: Port,
        draw: Callable[[], float],
        *,
        survives: tuple[type[BridgeError], ...] = (LineLost,),
        longest_pause_s: float = LONGEST_PAUSE_S,
        holds_s: float = HOLDS_S,
    ) -> None:
        self._port = port
        self._draw = draw
        self._survives = survives
        self._longest_pause_s = longest_pause_s
        self._holds_s = holds_s
        self._losses = 0
        self._holding: asyncio.TimerHandle | None = None
        self.standing = Standing(None)

    async def run(self, work: Callable[[Line], Awaitable[T]]) -> T:
        """Do the work on each line that the port gives, until it is done; it calls `works` when it can begin.

        Raises:
            Misconfigured: the port does not take its settings. Where it was lost or has worked before, that is
                survived like a loss.
        """
        while True:
            try:
                return await self._opened(work)
            except self._survives as error:
                self._lost(error)
            except Misconfigured as error:
                if self.standing.live is None:
                    raise
                self._lost(error)  # such as an adapter that was plugged in again, whose permissions are not set yet
            await asyncio.sleep(self._pause_s())

    def works(self) -> None:
        """Say that the line is good: from now on if it never was lost, else once it has held for `holds_s`."""
        if self._losses:
            self._holding = asyncio.get_running_loop().call_later(self._holds_s, self._holds)
        else:
            self._holds()

    async def _opened(self, work: Callable[[Line], Awaitable[T]]) -> T:
        line = await self._port.open()
        try:
            return await work(line)
        finally:
            if self._holding is not None:
                self._holding.cancel()
            await line.close()

    def _holds(self) -> None:
        if self._losses:
            log.warning("%s: 线路恢复 the line is back", self._port.name)
        elif self.standing.live is None:
            log.info("%s: 线路接通 the line is open", self._port.name)
        self._losses = 0
        self.standing = Standing(live=True)

    def _lost(self, error: BridgeError) -> None:
        if not self._losses:
            log.warning("%s: 线路中断 line lost: %s", self._port.name, str(error).removeprefix(f"{self._port.name}: "))
        self._losses += 1
        self.standing = Standing(live=False, detail=str(error))

    def _pause_s(self) -> float:
        doubled: float = min(self._longest_pause_s, FIRST_PAUSE_S * 2.0 ** min(self._losses - 1, _MOST_DOUBLINGS))
        return doubled * (0.5 + 0.5 * self._draw())
