"""Alarm events of devices in PostgreSQL, each with its case."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases import repository
from cloud.cases.alarms import AlarmEvent, DeviceData, Ending, ending
from cloud.cases.domain import Case
from cloud.cases.repository import Owned
from cloud.cases.tables import case_alarms
from cloud.cases.vocabulary import CaseKind
from contract.gating import GateAlarmData, SensorAlarmData
from contract.metering import MeterAlarmData

_DATA: Final[Mapping[CaseKind, type[DeviceData]]] = {
    CaseKind.METER: MeterAlarmData,
    CaseKind.GATE: GateAlarmData,
    CaseKind.SENSOR: SensorAlarmData,
}


async def record(
    connection: AsyncConnection, event: AlarmEvent, owned: Owned, case_id: str | None, *, received_at: datetime
) -> None:
    """Keep an event for a case, or for the one that its alarm will open."""
    values = asdict(owned) | {
        "event_id": event.id,
        "case_id": case_id,
        "epoch": event.epoch,
        "alarm": event.data.alarm,
        "type": event.type,
        "said": event.data.model_dump(mode="json", exclude={"evidence"}),
        "received_at": received_at,
    }
    await connection.execute(insert(case_alarms).on_conflict_do_nothing(), values)
    await repository.keep_pictures(connection, event.id, event.data.evidence, case_id)


async def case_of_alarm(connection: AsyncConnection, event: AlarmEvent, owned: Owned) -> Case | None:
    """The latest case that an event's alarm belongs to, open or not, locked."""
    query = select(case_alarms.c.case_id).where(*_of(event, owned), case_alarms.c.case_id.is_not(None))
    case_id = (await connection.execute(query.order_by(case_alarms.c.case_id.desc()).limit(1))).scalar_one_or_none()
    return None if case_id is None else await repository.locked(connection, case_id)


async def adopt(
    connection: AsyncConnection, case_id: str, event: AlarmEvent, owned: Owned
) -> Sequence[tuple[Ending, datetime]]:
    """Give a case what was told of an event's alarm before it: that it is over.

    Returns:
        each with when it came.
    """
    query = select(case_alarms).where(*_of(event, owned), case_alarms.c.case_id.is_(None))
    rows = (await connection.execute(query.order_by(case_alarms.c.received_at))).all()
    await repository.give(connection, case_id, case_alarms, [row.event_id for row in rows])
    data = _DATA[CaseKind(owned.device_kind)]
    return [(ending(row.event_id, row.epoch, data.model_validate(row.said)), row.received_at) for row in rows]


def _of(event: AlarmEvent, owned: Owned) -> tuple[ColumnElement[bool], ...]:
    of_device = tuple(case_alarms.c[name] == value for name, value in asdict(owned).items())
    return (*of_device, case_alarms.c.epoch == event.epoch, case_alarms.c.alarm == event.data.alarm)
