"""One line of meters: read for ever, and what came of it handed on."""

import logging
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final, NoReturn, Protocol

from contract.device import LineHealth
from edge.config import Line
from edge.devices.errands import FREEZE, Given, Name, errands
from edge.devices.ports import port_of
from edge.devices.shown import Shown, Unfit, shown
from edge.devices.standing import health_of
from edge.errors import Misconfigured
from firmware_bridge.buses import Bus, Report, Standing
from firmware_bridge.devices import MeterRead
from firmware_bridge.drivers import Clock
from firmware_bridge.errors import DeviceFault
from firmware_bridge.errors import Misconfigured as BridgeMisconfigured
from firmware_bridge.transports import Port

log = logging.getLogger(__name__)


class Reader(Protocol):
    """Who takes what the meters show; none of it may block."""

    def shown(self, meter: str, one: Shown) -> None:
        """Take a reading of now."""

    def failed(self, meter: str) -> None:
        """Take note that a meter could not be read at its turn."""

    def frozen(self, meter: str, days: tuple[Shown, ...]) -> None:
        """Take what a meter kept of days that lacked."""

    def days_due(self, meter: str) -> int:
        """How many of the last days to ask a meter for; once it has answered, not again on the same day."""
        ...


class MeterLine:
    """Reads the meters of one line.

    Args:
        reader: takes what they show.
        clock: the present time in the zone of the meters' clocks; it may jump.
        draw: gives numbers in [0, 1).
        port: instead of the one that the configuration names.

    Raises:
        Misconfigured: a device or its register map cannot be used; the text names the meter.
    """

    def __init__(
        self,
        line: Line,
        reader: Reader,
        *,
        clock: Clock,
        zone: tzinfo,
        draw: Callable[[], float],
        port: Port | None = None,
    ) -> None:
        self.line: Final = line
        self._reader = reader
        self._zone = zone
        self._media = {meter.id: meter.medium for meter in line.meters}
        self._answered: dict[str, bool] = {}
        self._unfit: set[str] = set()
        todo = list(errands(line, clock, reader.days_due))
        self._bus = Bus(port or port_of(line.port, line.format), todo, self._take, clock=clock, draw=draw)

    async def run(self) -> NoReturn:
        """Read until cancelled; a lost line and dead meters are survived.

        Raises:
            Misconfigured: the port does not take its settings.
        """
        try:
            await self._bus.run()
        except BridgeMisconfigured as error:
            raise Misconfigured(f"lines {self.line.id}: {error}") from None

    def health(self) -> LineHealth:
        """How the line is now; starting until a meter on it was asked."""
        standing = self._bus.standing
        if standing.live and not self._answered:
            standing = Standing(None)
        answering = sum(self._answered.values()) if standing.live else 0
        return health_of(self.line.id, standing, devices=len(self.line.meters), answering=answering)

    def _take(self, report: Report[Given]) -> None:
        name = Name.of(report.errand)
        if not name.meter:
            return
        if isinstance(report.outcome, DeviceFault):
            self._answered[name.meter] = False
            if not name.what:
                self._reader.failed(name.meter)
        elif name.what == FREEZE:
            self._freezes(name.meter, report.outcome)
        else:
            self._answered[name.meter] = True
            for read in report.outcome:
                self._live(name.meter, shown(read, self._media[name.meter], self._zone))

    def _freezes(self, meter: str, reads: Sequence[MeterRead]) -> None:
        days = (shown(read, self._media[meter], self._zone) for read in reads)
        self._reader.frozen(meter, tuple(day for day in days if isinstance(day, Shown)))

    def _live(self, meter: str, one: Shown | Unfit) -> None:
        """Hand on a reading; one that is none counts as failed, and is said once."""
        if isinstance(one, Shown):
            if meter in self._unfit:
                log.warning("meter %s: 读数恢复可用 its readings can be used again", meter)
            self._unfit.discard(meter)
            self._reader.shown(meter, one)
            return
        if meter not in self._unfit:
            log.warning("meter %s: %s", meter, one.why)
        self._unfit.add(meter)
        self._reader.failed(meter)
