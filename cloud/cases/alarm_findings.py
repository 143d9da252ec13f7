"""What alarms of devices do to cases, inside the transaction that stores the event."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases import alarm_log, alarms, bonds, opening, openings, relations, repository
from cloud.cases.alarms import AlarmEvent, Cleared, Opened
from cloud.cases.domain import Case
from cloud.cases.practice import Practice
from cloud.cases.repository import Owned
from cloud.cases.vocabulary import Verification


async def apply(
    connection: AsyncConnection, event: AlarmEvent, *, received_at: datetime, odd_time: bool, practice: Practice
) -> None:
    """Open, append to or close the case of a meter, a gate or a sensor; what `findings.apply` says holds here too."""
    device = alarms.device_of(event)
    owned = Owned(event.community, event.gateway, device.kind, device.id)
    await repository.lock(connection, owned)
    if isinstance(event, Opened):
        await _opened(connection, event, owned, received_at, odd_time=odd_time, practice=practice)
    else:
        await _cleared(connection, event, owned, received_at)


async def _opened(
    connection: AsyncConnection, event: Opened, owned: Owned, now: datetime, *, odd_time: bool, practice: Practice
) -> None:
    """Add an alarm to the open case of its device, or open one; that it is over may have come first."""
    case = await repository.open_case_of_device(connection, owned) or await relations.gone_on(connection, owned)
    if case is None:
        case_id, number = await repository.new_names(connection, now, practice.zone)
        change = alarms.collect(event, case_id=case_id, number=number, now=now, odd_time=odd_time)
        case = await openings.open_with(connection, change, practice, now)
    else:
        change = alarms.alarm_again(case, event, now=now, odd_time=odd_time)
        if _is_own(case, owned):
            change = opening.weighed_again(case, change, practice.zone)
        else:
            change = bonds.beside(case, change, found=True)
        case = await repository.save(connection, case, change)
    await alarm_log.record(connection, event, owned, case.id, received_at=now)
    for over, told_at in await alarm_log.adopt(connection, case.id, event, owned):
        case = await _clear(connection, case, owned, over, now, told_at=told_at)


async def _cleared(connection: AsyncConnection, event: Cleared, owned: Owned, now: datetime) -> None:
    """Note in the case of an alarm, open or not, that it is over; it waits where nothing was told of the alarm yet."""
    case = await relations.going_on(connection, await alarm_log.case_of_alarm(connection, event, owned))
    await alarm_log.record(connection, event, owned, None if case is None else case.id, received_at=now)
    if case is not None:
        await _clear(connection, case, owned, alarms.ending(event.id, event.epoch, event.data), now, told_at=now)


async def _clear(
    connection: AsyncConnection, case: Case, owned: Owned, over: alarms.Ending, now: datetime, *, told_at: datetime
) -> Case:
    change = alarms.clear(case, over, now=now, told_at=told_at)
    if not _is_own(case, owned):
        change = bonds.beside(case, change, found=False)
    cleared = await repository.save(connection, case, change)
    if case.is_open and not cleared.is_open and cleared.look is not None:
        await repository.mark_answered(connection, cleared.look, outcome=Verification.ENDED, at=now)
    return cleared


def _is_own(case: Case, owned: Owned) -> bool:
    """Whether a device is the case's own, and not that of one that was merged into it."""
    device = case.device
    return device is not None and (case.gateway, device.kind, device.id) == (
        owned.gateway,
        owned.device_kind,
        owned.device,
    )
