"""What parking events do to cases, inside the transaction that stores the event."""

from datetime import datetime, tzinfo
from os import urandom
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases import repository, steps
from cloud.cases.domain import Case
from cloud.cases.repository import Later, Spot, Told
from cloud.cases.steps import Change
from cloud.devices import commands
from contract.identifiers import ENTROPY_BYTES, uuid7
from contract.parking import ParkingCleared, ParkingMilestone, ParkingOpened, ParkingVerification

_CLEARED: Final = ParkingCleared.model_fields["type"].default

ParkingEvent = ParkingOpened | ParkingMilestone | ParkingCleared | ParkingVerification


async def apply(
    connection: AsyncConnection, event: ParkingEvent, *, received_at: datetime, odd_time: bool, zone: tzinfo
) -> None:
    """Open, append to, close or send back the case that an event is about.

    Args:
        received_at: by the cloud's clock.
        odd_time: the event's own time lies oddly far from it.
        zone: where the day of a case number begins and ends.
    """
    spot = Spot(event.community, event.gateway, event.epoch, event.data.camera, event.data.slot)
    await repository.lock(connection, spot)
    told = _told(event, spot, received_at)
    match event:
        case ParkingOpened():
            await _opened(connection, event, told, odd_time=odd_time, zone=zone)
        case ParkingMilestone() | ParkingCleared():
            await _followed(connection, told)
        case ParkingVerification():
            await _answered(connection, event, told)


def _told(event: ParkingEvent, spot: Spot, received_at: datetime) -> Told:
    dwell_s = 0.0 if isinstance(event, ParkingVerification) else event.data.dwell_s
    return Told(event.id, spot, event.data.stay, event.type, dwell_s, received_at, event.data.evidence)


async def _opened(
    connection: AsyncConnection, event: ParkingOpened, told: Told, *, odd_time: bool, zone: tzinfo
) -> None:
    now = told.received_at
    case = await repository.open_case(connection, told.spot)
    if case is None:
        number = await repository.next_number(connection, now.astimezone(zone).date())
        case_id = uuid7(now, urandom(ENTROPY_BYTES))
        change = steps.collect(event, case_id=case_id, number=number, now=now, odd_time=odd_time)
        await repository.add(connection, change)
        case = change.case
    else:
        case = await repository.save(connection, steps.see_again(case, event, now=now, odd_time=odd_time))
    await repository.record(connection, told, case.id)
    for later in await repository.adopt(connection, case.id, told.spot, told.stay):
        case = await repository.save(connection, _follow(case, later, now))


async def _followed(connection: AsyncConnection, told: Told) -> None:
    case = await repository.case_of_stay(connection, told.spot, told.stay)
    await repository.record(connection, told, None if case is None else case.id)
    if case is not None:
        later = Later(told.event_id, told.type, told.stay, told.dwell_s)
        await repository.save(connection, _follow(case, later, told.received_at))


def _follow(case: Case, later: Later, now: datetime) -> Change:
    step = steps.leave if later.type == _CLEARED else steps.stand
    return step(case, stay=later.stay, dwell_s=later.dwell_s, event_id=later.event_id, now=now)


async def _answered(connection: AsyncConnection, event: ParkingVerification, told: Told) -> None:
    data, now = event.data, told.received_at
    case = await _asked_for(connection, event)
    await repository.record(connection, told, None if case is None else case.id)
    if case is None:
        return
    # The case's lock is held, so no second answer and no deadline runs between reading the look and marking it.
    look = await repository.look(connection, data.command)
    if look is not None and not look.answered and steps.awaits(case, data.command):
        change = steps.answer(case, data.outcome, stay=data.stay, reason=data.reason, event_id=event.id, now=now)
    else:
        change = steps.answer_in_vain(case, data.outcome, reason=data.reason, event_id=event.id, now=now)
    await repository.save(connection, change)
    if look is not None and not look.answered:
        await repository.mark_answered(connection, data.command, outcome=data.outcome, at=now)
    await commands.settle(connection, data.command, now=now)


async def _asked_for(connection: AsyncConnection, event: ParkingVerification) -> Case | None:
    """The case that a command was for; a gateway answers for its own cases alone."""
    look = await repository.look(connection, event.data.command)
    case = None if look is None else await repository.locked(connection, look.case_id)
    if case is not None and (case.community, case.gateway) == (event.community, event.gateway):
        return case
    return None
