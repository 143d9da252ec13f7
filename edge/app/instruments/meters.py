"""All meters of a gateway: readings wait on disk, and each quarter hour they are judged and told."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from contract.metering import MeterSeries, Origin
from edge.app.instruments.alarms import Alarms
from edge.app.instruments.batches import batches
from edge.app.instruments.households import HouseholdDesk
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.meter_desk import MeterDesk
from edge.devices.shown import Shown
from edge.rules.metering.slots import SlotUse
from edge.values import ClockTrust, Moment

DRAIN_S: Final = 5.0  # what a kill may take of readings; the meter is read again at the next start
QUARTER_S: Final = 900
AFTER_S: Final = 240  # the turn: by then a line of 64 meters has been read, and who is late has been asked again
MAX_WAITING: Final = 4096  # readings in memory while the disk is full; the oldest give way
TOLD: Final = "meters"

Taken = Callable[[MeterDesk], None]

log = logging.getLogger(__name__)


class Meters:
    """Takes what lines read, as their `Reader`, and sees to it each quarter hour.

    Args:
        clock: the gateway's.
    """

    def __init__(
        self,
        desks: Iterable[MeterDesk],
        households: Iterable[HouseholdDesk],
        *,
        ledger: Ledger,
        alarms: Alarms,
        clock: Callable[[], Moment],
        timezone: str,
    ) -> None:
        self._desks = {desk.meter.id: desk for desk in desks}
        self._households = tuple(households)
        self._ledger = ledger
        self._alarms = alarms
        self._clock = clock
        self._zone = ZoneInfo(timezone)
        self._inbox: deque[tuple[str, Taken]] = deque(maxlen=MAX_WAITING)
        self._answered: dict[str, date] = {}
        self._told_to = ledger.read(TOLD, lambda raw: datetime.fromisoformat(raw.decode()))
        self._turn = _turn(self._told_to or clock().seen_at)
        self._full = False

    def shown(self, meter: str, one: Shown, origin: Origin = Origin.LIVE) -> None:
        """Take a reading at its turn. How far a meter's clock is off, only a clock that is believed can tell."""
        if self._clock().trust is ClockTrust.UNSYNCED:
            one = replace(one, clock_offset_s=None)
        self._put(meter, lambda desk: desk.take(one, one.at.astimezone(self._zone), origin))

    @property
    def told_to(self) -> datetime | None:
        """Up to when readings have been judged and told; None: never."""
        return self._told_to

    def failed(self, meter: str) -> None:
        """Take note that a meter could not be read at its turn."""
        self._put(meter, MeterDesk.fail)

    def frozen(self, meter: str, days: tuple[Shown, ...]) -> None:
        """Take what a meter kept of days that lacked."""
        today = self._today()
        if self._desks[meter].days_lacking(today):
            self._answered[meter] = today
        if days:
            dated = tuple((one.at.astimezone(self._zone).date(), one) for one in days)
            self._put(meter, lambda desk: desk.take_freezes(dated, today))

    def days_due(self, meter: str) -> int:
        """How many of the last days to ask a meter for; once it has answered, not again on the same day."""
        today = self._today()
        return 0 if self._answered.get(meter) == today else self._desks[meter].days_lacking(today)

    async def run(self) -> NoReturn:
        """Keep readings safe as they come, and judge and tell them each quarter hour, until cancelled."""
        while True:
            await asyncio.sleep(DRAIN_S)
            drained, due = self.drain(), self.is_due()
            if due:
                self.judge()
            if drained or due:  # else gates would be written with each turn of this, which wears the SD card
                await self._ledger.commit()

    def is_due(self) -> bool:
        """Whether a quarter hour has gone since the last one that was told, with the time that readings take."""
        return self._turn != _turn(self._clock().seen_at)

    def drain(self) -> int:
        """Have what has come kept with the next commit; how much that was."""
        count, self._full = len(self._inbox), False
        for _ in range(count):
            meter, taken = self._inbox.popleft()
            taken(self._desks[meter])
        return count

    def judge(self) -> None:
        """Judge all that waits by the rules, and have it told with the next commit."""
        now = self._clock()
        self._turn = _turn(now.seen_at)
        uses: dict[str, tuple[SlotUse, ...]] = {}
        told: dict[bool, list[MeterSeries]] = {False: [], True: []}
        for meter, desk in self._desks.items():
            findings, uses[meter] = desk.judged(now.seen_at)
            self._alarms.tell(findings, desk.drafting)
            told[desk.subject.simulated] += desk.emptied()
        for household in self._households:
            self._look_after(household, uses, now.seen_at)
        self._tell(told, now)

    def _put(self, meter: str, taken: Taken) -> None:
        if len(self._inbox) == MAX_WAITING and not self._full:
            self._full = True
            log.warning("读数等磁盘空间太久，最旧的丢弃 readings wait for room too long: the oldest are dropped")
        self._inbox.append((meter, taken))

    def _look_after(self, household: HouseholdDesk, uses: Mapping[str, tuple[SlotUse, ...]], now: datetime) -> None:
        water = self._desks[household.household.water]
        electricity = household.household.electricity
        findings = household.judged(
            now,
            water=uses[water.meter.id],
            energy=uses[electricity] if electricity else (),
            resolution=water.resolution,
        )
        self._alarms.tell(findings, household.drafting)

    def _tell(self, told: Mapping[bool, list[MeterSeries]], now: Moment) -> None:
        since = self._told_to or now.seen_at - timedelta(seconds=QUARTER_S)
        for simulated, series in told.items():
            for draft in batches(series, since, now.seen_at, simulated=simulated, now=now):
                self._ledger.tell(draft)
        self._told_to = now.seen_at
        self._ledger.keep(TOLD, partial(_encoded, now.seen_at))

    def _today(self) -> date:
        return self._clock().seen_at.astimezone(self._zone).date()


def _encoded(at: datetime) -> bytes:
    return at.astimezone(UTC).isoformat().encode()


def _turn(at: datetime) -> int:
    """Which quarter hour is the last that is to be told."""
    return int((at.timestamp() - AFTER_S) // QUARTER_S)
