"""What events of vehicles, of falls and of devices do to cases, inside the transaction that stores the event."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases import (
    alarm_findings,
    bonds,
    falls,
    opening,
    openings,
    relations,
    repository,
    stays,
    steps,
    suspects,
    throws,
)
from cloud.cases.alarms import AlarmEvent
from cloud.cases.domain import Bond, Case
from cloud.cases.practice import Practice
from cloud.cases.repository import Spot, Told
from cloud.cases.stays import Finding, Following, Later
from cloud.cases.steps import Change
from cloud.cases.suspects import ZombieEvent
from cloud.cases.vocabulary import SYSTEM
from cloud.devices import commands
from contract.parking import ParkingCleared, ParkingMilestone, ParkingOpened, ParkingVerification
from contract.throwing import ObjectThrown, ObjectThrownClip
from contract.vehicle import ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected

ParkingEvent = ParkingOpened | ParkingMilestone | ParkingCleared | ParkingVerification
ThrownEvent = ObjectThrown | ObjectThrownClip
CameraEvent = ParkingEvent | ZombieEvent | ThrownEvent
CaseEvent = CameraEvent | AlarmEvent


async def apply(
    connection: AsyncConnection, event: CaseEvent, *, received_at: datetime, odd_time: bool, practice: Practice
) -> None:
    """Open, append to, close or send back the case that an event is about. A suspicion opens none: it is listed.

    Args:
        received_at: by the cloud's clock.
        odd_time: the event's own time lies oddly far from it.
    """
    if isinstance(event, AlarmEvent):
        await alarm_findings.apply(connection, event, received_at=received_at, odd_time=odd_time, practice=practice)
    else:
        await _seen(connection, event, received_at, odd_time=odd_time, practice=practice)


async def _seen(
    connection: AsyncConnection, event: CameraEvent, received_at: datetime, *, odd_time: bool, practice: Practice
) -> None:
    place = event.data.facade if isinstance(event, ObjectThrown | ObjectThrownClip) else event.data.slot
    spot = Spot(event.community, event.gateway, event.epoch, event.data.camera, place)
    await repository.lock(connection, spot)
    match event:
        case ZombieSuspected() | ZombieConfirmed() | ZombieMilestone() | ZombieCleared():
            await suspects.keep(connection, event, spot, received_at=received_at, odd_time=odd_time)
        case _:
            pass
    match event:
        case ParkingOpened() | ZombieConfirmed():
            await _found(connection, event, spot, received_at, odd_time=odd_time, practice=practice)
        case ParkingMilestone() | ParkingCleared() | ZombieSuspected() | ZombieMilestone() | ZombieCleared():
            await _followed(connection, event, spot, received_at, practice)
        case ParkingVerification():
            await _answered(connection, event, spot, received_at)
        case ObjectThrown():
            await _thrown(connection, event, spot, received_at, odd_time=odd_time, practice=practice)
        case ObjectThrownClip():
            await _filmed(connection, event, spot, received_at)


async def _found(
    connection: AsyncConnection, event: Finding, spot: Spot, now: datetime, *, odd_time: bool, practice: Practice
) -> None:
    case = await repository.open_case(connection, spot) or await relations.gone_on(connection, spot)
    if case is None:
        plate = relations.read_whole(event.data.plate)
        # Before a number is taken: who holds a case's lock may wait for one.
        twin = plate and await relations.elsewhere_in_zone(connection, spot, event.data.zone, plate)
        case_id, number = await repository.new_names(connection, now, practice.zone)
        change = stays.collect(event, case_id=case_id, number=number, now=now, odd_time=odd_time)
        case = await openings.open_with(connection, change, practice, now)
        if twin:
            case = await _refer(connection, case, twin, now)
    else:
        change = stays.see_again(case, event, now=now, odd_time=odd_time)
        case = await _save(connection, case, change, spot, practice, found=True)
    await repository.record(connection, Told(spot, stays.found_of(event), now, event.data.evidence), case.id)
    for later, told_at in await repository.adopt(connection, case.id, spot, event.data.stay):
        change = stays.follow(case, later, now=now, told_at=told_at)
        case = await _save(connection, case, change, spot, practice)


async def _refer(connection: AsyncConnection, case: Case, twin: Case, now: datetime) -> Case:
    """Link a new case to the open one of the same vehicle in the same zone (ADR 24), as far as links go."""
    if len(await relations.links(connection, twin.id)) >= relations.MAX_LINKS:
        return case
    await relations.link(connection, case.id, twin.id, Bond.LINKED, by=SYSTEM, at=now)
    await repository.save(connection, twin, bonds.linked(twin, case, SYSTEM, now))
    return await repository.save(connection, case, bonds.linked(case, twin, SYSTEM, now))


async def _followed(
    connection: AsyncConnection, event: Following, spot: Spot, now: datetime, practice: Practice
) -> None:
    later = stays.later_of(event)
    case = await relations.going_on(connection, await repository.case_of_stay(connection, spot, later.stay))
    if case is not None and not case.is_open and _is_new_matter(case, event):
        case = None  # taken in by the case that it becomes, if it does
    await repository.record(connection, Told(spot, later, now, event.data.evidence), None if case is None else case.id)
    if case is not None:
        await _save(connection, case, stays.follow(case, later, now=now), spot, practice)


def _is_new_matter(case: Case, event: Following) -> bool:
    """Whether a stay that was seen to is spoken of as a zombie vehicle, which the closed case was not about."""
    if isinstance(event, ZombieSuspected):
        return True
    return isinstance(event, ZombieMilestone | ZombieCleared) and not case.is_zombie


async def _answered(connection: AsyncConnection, event: ParkingVerification, spot: Spot, now: datetime) -> None:
    data = event.data
    case = await _asked_for(connection, event)
    told = Told(spot, Later(event.id, event.type, data.stay, 0.0), now, data.evidence)
    await repository.record(connection, told, None if case is None else await relations.home_of(connection, case.id))
    if case is None:
        return
    # The case's lock is held, so no second answer and no deadline runs between reading the look and marking it.
    look = await repository.look(connection, data.command)
    if look is not None and not look.answered and steps.awaits(case, data.command):
        change = steps.answer(case, data.outcome, stay=data.stay, reason=data.reason, event_id=event.id, now=now)
    else:
        change = steps.answer_in_vain(case, data.outcome, reason=data.reason, event_id=event.id, now=now)
    await repository.save(connection, case, change)
    if look is not None and not look.answered:
        await repository.mark_answered(connection, data.command, outcome=data.outcome, at=now)
    await commands.settle(connection, data.command, now=now)


async def _asked_for(connection: AsyncConnection, event: ParkingVerification) -> Case | None:
    """The case that a command was for; a gateway answers for its own cases alone.

    It is locked after the one that goes on with it, where that is older: so does whoever else needs both.
    """
    look = await repository.look(connection, event.data.command)
    both = set() if look is None else {look.case_id, await relations.home_of(connection, look.case_id)}
    read = {each: await repository.locked(connection, each) for each in sorted(both)}
    case = None if look is None else read[look.case_id]
    if case is not None and (case.community, case.gateway) == (event.community, event.gateway):
        return case
    return None


async def _thrown(
    connection: AsyncConnection, event: ObjectThrown, spot: Spot, now: datetime, *, odd_time: bool, practice: Practice
) -> None:
    """Add a fall to the open case of its window, or open one; a film that came first goes with it."""
    before = throws.near(event.data, await falls.about(connection, spot, event.data.began_at))
    case = None if before is None else await relations.home(connection, before.case_id)
    if case is None or not case.is_open:
        case_id, number = await repository.new_names(connection, now, practice.zone)
        change = throws.collect(event, case_id=case_id, number=number, now=now, odd_time=odd_time)
        case = await openings.open_with(connection, change, practice, now)
    else:
        change = throws.throw_again(case, event, now=now, odd_time=odd_time)
        case = await _save(connection, case, change, spot, practice, found=True)
    await falls.add(connection, event, spot, case.id)
    await repository.record(connection, _told(event, spot, now), case.id)
    for later, told_at in await repository.adopt(connection, case.id, spot, event.data.fall):
        case = await repository.save(connection, case, throws.film(case, later.event_id, now=now, told_at=told_at))


async def _filmed(connection: AsyncConnection, event: ObjectThrownClip, spot: Spot, now: datetime) -> None:
    """Add a film to the case of its fall, open or not; it waits where nothing was told of the fall yet."""
    case = await relations.going_on(connection, await repository.case_of_stay(connection, spot, event.data.fall))
    await repository.record(connection, _told(event, spot, now), None if case is None else case.id)
    if case is not None:
        await repository.save(connection, case, throws.film(case, event.id, now=now, told_at=now))


async def _save(
    connection: AsyncConnection, case: Case, change: Change, spot: Spot, practice: Practice, *, found: bool = False
) -> Case:
    """Store what was told of a spot: of the case's own, or of one that was merged into it."""
    if not bonds.is_at(case, gateway=spot.gateway, epoch=spot.epoch, camera=spot.camera, place=spot.slot):
        change = bonds.beside(case, change, found=found)
    elif found:
        change = opening.weighed_again(case, change, practice.zone)
    return await repository.save(connection, case, change)


def _told(event: ThrownEvent, spot: Spot, now: datetime) -> Told:
    return Told(spot, Later(event.id, event.type, event.data.fall, 0.0), now, event.data.evidence)
