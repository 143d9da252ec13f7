"""One message, one transaction: checked, stored, applied, counted. Then there is something to send a receipt for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.cases.findings import CaseEvent
from cloud.db import transaction
from cloud.devices import seeing
from cloud.devices import service as devices
from cloud.errors import Transient
from cloud.ingest import inbox, quarantine
from cloud.ingest.reading import Letter, Reason, Rejected, authentic, read
from cloud.ingest.watermark import MAX_RANGES, LaneKey, Received
from cloud.telemetry import service as telemetry
from cloud.telemetry.intake import Intake
from contract.berth import BerthOccupancy
from contract.device import DeviceBirth, DeviceConfig, DeviceDeath, DeviceGap, DeviceHealth
from contract.events import AnyEvent
from contract.gating import GateAlarmCleared, GateAlarmOpened, SensorAlarmCleared, SensorAlarmOpened
from contract.metering import MeterAlarmCleared, MeterAlarmOpened, MeterReadings
from contract.parking import ParkingCleared, ParkingMilestone, ParkingOpened, ParkingVerification
from contract.signatures import digest
from contract.throwing import ObjectThrown, ObjectThrownClip
from contract.vehicle import ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected

log: Final = logging.getLogger(__name__)

AHEAD: Final = timedelta(minutes=5)
BEHIND: Final = timedelta(days=30)

Watermarks = dict[LaneKey, Received]


class Cases(Protocol):
    """What events of vehicles, of falls and of alarms change."""

    async def apply(
        self, connection: AsyncConnection, event: CaseEvent, *, received_at: datetime, odd_time: bool
    ) -> None:
        """Open, append to, close or send back a case, inside the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a broker delivered. `via`: name of the source it came through; None: none, it lay in quarantine."""

    topic: str
    body: bytes
    via: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message.

    Args:
        watermarks: what is committed of each lane it touched: the receipts to send. A repeated message gives them
            again; one that cannot be ascribed to a gateway gives none.
        fault: why it is in quarantine, where it is.
    """

    watermarks: Watermarks
    fault: Rejected | None


def _now() -> datetime:
    return datetime.now(UTC)


class Reception:
    """Takes messages in. It keeps no state of its own, so any number of them work side by side."""

    def __init__(
        self,
        engine: AsyncEngine,
        cases: Cases,
        *,
        meters: Intake | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._engine = engine
        self._cases = cases
        self._meters = meters or Intake()
        self._clock = clock

    async def take(self, message: Message) -> Taken:
        """Commit a message to the inbox or to quarantine; the broker may forget it then.

        Raises:
            DatabaseLost: nothing is known to be committed: take it again.
        """
        try:
            async with transaction(self._engine) as connection:
                return await self._take(connection, message)
        except Rejected as rejected:
            return await self._reject(message, rejected)
        except Transient:
            raise
        except Exception:  # a bug must not stand in the way of all that comes after; the bytes are kept for the repair
            log.exception("a message on %r could not be taken in; it is in quarantine", message.topic[:200])
            return await self._reject(message, Rejected(Reason.FAULT, "the program failed on it; see its log"))

    async def retake(self, topic: str, body: bytes) -> bool:
        """Take a message in again that was in quarantine; whether it is understood now.

        Raises:
            DatabaseLost: as `take`.
        """
        return (await self.take(Message(topic, body, via=None))).fault is None

    async def _take(self, connection: AsyncConnection, message: Message) -> Taken:
        now = self._clock()
        letter = read(message.topic, message.body)
        await _known(connection, letter)
        known = await inbox.stored(connection, letter.envelope.id)
        if known is None:
            marks = await self._add(connection, letter, now)
        else:
            marks = await self._repeat(connection, letter, known, now)
        if letter.fault is not None:
            await quarantine.keep(connection, message.topic, message.body, letter.fault, now=now, event=letter.envelope)
        if message.via is not None:
            await devices.seen(connection, letter.envelope.community, letter.envelope.gateway, at=now, via=message.via)
        return Taken(marks, letter.fault)

    async def _add(self, connection: AsyncConnection, letter: Letter, now: datetime) -> Watermarks:
        key, seq = letter.lane, letter.envelope.seq
        # First of all the lane's lock: whoever works on it at the same time has finished when it is ours.
        marks = {} if key is None else {key: await _count_in(connection, key, seq, seq)}
        chain = await inbox.add(connection, letter, now=now, odd_time=_odd(letter, now))
        if chain is None:
            known = await inbox.stored(connection, letter.envelope.id)
            if known is not None and known.digest == digest(letter.body):
                return marks  # another worker has taken the same message in since this one looked
            raise Rejected(Reason.CONFLICT, "another event has this one's id or its place in the lane", lane=key)
        if key is not None and marks[key].holds(seq + 1):
            await inbox.close_chain(connection, letter)
        if chain == inbox.BROKEN:
            log.warning("broken chain: %s does not follow the event before it", letter.envelope.id)
        return marks if letter.event is None else marks | await self._apply(connection, letter, letter.event, now)

    async def _repeat(
        self, connection: AsyncConnection, letter: Letter, known: inbox.Stored, now: datetime
    ) -> Watermarks:
        key = letter.lane
        if known.digest != digest(letter.body):
            raise Rejected(Reason.CONFLICT, "another event has this one's id", lane=key)
        # The lock keeps a second worker from applying the same event at the same time.
        marks = {} if key is None else {key: await inbox.received(connection, key, lock=True)}
        again = await inbox.stored(connection, letter.envelope.id)
        if letter.event is None or again is None or again.applied:
            return marks
        await inbox.mark_applied(connection, letter.envelope.id)
        return marks | await self._apply(connection, letter, letter.event, now)

    async def _apply(self, connection: AsyncConnection, letter: Letter, event: AnyEvent, now: datetime) -> Watermarks:
        match event:
            case (
                ParkingOpened()
                | ParkingMilestone()
                | ParkingCleared()
                | ParkingVerification()
                | ZombieSuspected()
                | ZombieConfirmed()
                | ZombieMilestone()
                | ZombieCleared()
                | ObjectThrown()
                | ObjectThrownClip()
                | MeterAlarmOpened()
                | MeterAlarmCleared()
                | GateAlarmOpened()
                | GateAlarmCleared()
                | SensorAlarmOpened()
                | SensorAlarmCleared()
            ):
                await self._cases.apply(connection, event, received_at=now, odd_time=_odd(letter, now))
            case DeviceBirth() | DeviceDeath() | DeviceHealth() | DeviceConfig():
                await devices.apply(connection, event.community, event.gateway, event.data, at=now)
                if isinstance(event, DeviceHealth):
                    await self._note_seeing(connection, event, now)
            case BerthOccupancy():
                await telemetry.apply(connection, event, received_at=now, odd_time=_odd(letter, now))
            case MeterReadings():
                await self._meters.apply(connection, event, received_at=now, odd_time=_odd(letter, now))
            case DeviceGap():
                return await _fill(connection, event, now)
        return {}

    async def _note_seeing(self, connection: AsyncConnection, event: DeviceHealth, now: datetime) -> None:
        told = (event.community, event.gateway, event.data)
        await seeing.note(connection, *told, told_at=event.time, now=now, zone=self._meters.zone)

    async def _reject(self, message: Message, why: Rejected) -> Taken:
        async with transaction(self._engine) as connection:
            await quarantine.keep(connection, message.topic, message.body, why, now=self._clock(), event=None)
            marks = {} if why.lane is None else {why.lane: await inbox.received(connection, why.lane)}
        return Taken(marks, why)


async def _known(connection: AsyncConnection, letter: Letter) -> None:
    said = letter.envelope
    key = await devices.key_of(connection, said.community, said.gateway)
    if key is None:
        raise Rejected(Reason.UNKNOWN_GATEWAY, f"{said.community}/{said.gateway} is not registered, or revoked")
    authentic(letter, key)


async def _count_in(connection: AsyncConnection, key: LaneKey, first: int, last: int) -> Received:
    received = await inbox.count_in(connection, key, first, last)
    if len(received.ranges) > MAX_RANGES:
        raise Rejected(Reason.HOLES, f"the lane has {MAX_RANGES} holes already; fill some first")
    return received


async def _fill(connection: AsyncConnection, event: DeviceGap, now: datetime) -> Watermarks:
    """Count what will never come as received: nobody waits for it any more, and `gaps` says that it is lost."""
    gap = event.data
    key = LaneKey(event.community, event.gateway, event.epoch, gap.in_lane)
    await inbox.note_gap(connection, event.id, key, gap, now=now)
    return {key: await _count_in(connection, key, gap.first, gap.last)}


def _odd(letter: Letter, now: datetime) -> bool:
    return not now - BEHIND <= letter.observed_at <= now + AHEAD
