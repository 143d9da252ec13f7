"""One sensor board: what it tells is judged and safe before it may forget it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Final, NoReturn

from contract.device import LineHealth
from edge.app.instruments.alarms import Alarms
from edge.app.instruments.gates import ContactDesk, GateDesk
from edge.app.instruments.households import HouseholdDesk
from edge.app.instruments.ledger import Ledger
from edge.config import Board
from edge.devices.board import told
from edge.devices.ports import port_of
from edge.devices.standing import health_of
from edge.errors import Misconfigured
from edge.values import Moment
from firmware_bridge.buses import BoardLine, Seen
from firmware_bridge.drivers import Clock
from firmware_bridge.errors import Misconfigured as BridgeMisconfigured
from firmware_bridge.transports import Port

SAVE_EVERY_S: Final = 60.0  # of what time alone changes; more often wears the SD card
QUIET_S: Final = 3.0  # without a word of the board, after which time runs on by itself


@dataclass(frozen=True, slots=True)
class Heard:
    """The last event that is safe: of which board, and its number there."""

    board: bytes | None
    number: int

    def to_bytes(self) -> bytes:
        """As `parse` reads it."""
        return f"{(self.board or b'').hex()} {self.number}".encode()

    @classmethod
    def parse(cls, raw: bytes) -> "Heard":
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: it is something else.
        """
        board, blank, number = raw.decode().partition(" ")
        if not blank:
            raise ValueError("not the last event of a board")
        return cls(bytes.fromhex(board), int(number))


class BoardDesk:
    """Takes what one board tells, for all that hangs on it.

    Args:
        clock: the gateway's.
        local: the same, as a bus wants it.
        port: instead of the one that the configuration names.
    """

    def __init__(
        self,
        board: Board,
        *,
        desks: Iterable[GateDesk | ContactDesk],
        households: Iterable[HouseholdDesk],
        ledger: Ledger,
        alarms: Alarms,
        clock: Callable[[], Moment],
        local: Clock,
        draw: Callable[[], float],
        port: Port | None = None,
    ) -> None:
        self.board: Final = board
        self._desks = tuple(desks)
        self._households = tuple(households)
        self._ledger = ledger
        self._alarms = alarms
        self._clock = clock
        self._name: Final = f"board/{board.id}"
        heard = ledger.read(self._name, Heard.parse) or Heard(None, 0)
        self._heard_s = self._saved_s = clock().at_s
        self._line = BoardLine(
            port or port_of(board.port, board.format),
            stored=heard.number,
            known=heard.board,
            take=self.take,
            clock=local,
            draw=draw,
        )

    async def run(self) -> NoReturn:
        """Listen until cancelled; a lost line and a silent board are survived.

        Raises:
            Misconfigured: the port does not take its settings.
        """
        try:
            await self._line.run()
        except BridgeMisconfigured as error:
            raise Misconfigured(f"boards {self.board.id}: {error}") from None

    async def take(self, seen: Seen) -> None:
        """Judge what the board has told; returns once its events, and what follows from them, are safe."""
        heard, now = told(seen), self._clock()
        self._heard_s = inf  # while its word waits for the disk it is not silent
        for desk in self._desks:
            desk.hear(heard, now.seen_at)
        for household in self._households:
            self._alarms.tell(household.hear(heard, now.seen_at), household.drafting)
        if seen.events:
            self._ledger.keep(self._name, Heard(seen.board, seen.events[-1].number).to_bytes)
        await self._saved(at_once=bool(seen.events))
        self._heard_s = self._clock().at_s

    async def tick(self) -> None:
        """Let time run where the board is silent."""
        now = self._clock()
        if now.at_s - self._heard_s < QUIET_S:
            return
        for desk in self._desks:
            desk.tick(now.seen_at)
        await self._saved(at_once=False)

    def health(self) -> LineHealth:
        """How its line is now."""
        standing = self._line.standing
        return health_of(self.board.id, standing, devices=1, answering=int(bool(standing.live)))

    async def _saved(self, *, at_once: bool) -> None:
        """Have all of it safe: what cannot be told again at once, what time alone has changed now and then."""
        now_s = self._clock().at_s
        if at_once or self._ledger.has_news or now_s - self._saved_s >= SAVE_EVERY_S:
            self._saved_s = now_s
            await self._ledger.commit()
