"""Points on their way to the point store, in PostgreSQL: put in with the readings, taken out once they are stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, any_, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.telemetry.batches import insertion, packed
from cloud.telemetry.tables import meter_point_losses, meter_points
from contract.metering import MeterReadings, MeterSeries

# The oldest go first. Those that are being stored just now are waited for: they are gone then, or waiting again.
_TRIM: Final = text("""
    delete from meter_points where id = any (array(select id from meter_points order by id limit :rows for update))
""")
_ADD: Final = insertion(meter_points, [column.name for column in meter_points.c if column.name != "id"])
_OF_READING: Final = ("origin", "at", "value", "voltage_v", "current_a", "power_kw")
_ONE_AT_A_TIME: Final = text("select pg_advisory_xact_lock(hashtextextended('meter_points', 0))")


class Loss(StrEnum):
    """Why points left the queue without being stored."""

    LIMIT = "limit"  # the store was away for so long that the queue was full
    REFUSED = "refused"  # the store will not have them


@dataclass(frozen=True, slots=True)
class QueuedPoint:
    """One reading of one meter."""

    id: int
    queued_at: datetime
    community: str
    gateway: str
    meter: str
    medium: str
    unit: str
    origin: str
    simulated: bool
    at: datetime
    value: Decimal
    voltage_v: Decimal | None
    current_a: Decimal | None
    power_kw: Decimal | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the queue stands.

    `since`: from when the oldest point waits; `lost`: points that were never stored, `lost_on`: the last day of these.
    """

    since: datetime | None
    lost: int
    lost_on: date | None


async def add(connection: AsyncConnection, event: MeterReadings, told: Iterable[MeterSeries], *, now: datetime) -> None:
    """Queue readings, in the transaction that takes them in."""
    rows = [
        {
            "queued_at": now,
            "community": event.community,
            "gateway": event.gateway,
            "meter": series.meter,
            "medium": series.medium,
            "unit": series.unit,
            "simulated": event.data.simulated,
            **{name: getattr(reading, name) for name in _OF_READING},
        }
        for series in told
        for reading in series.readings
    ]
    if rows:
        await connection.execute(_ADD, packed(rows))


async def claim(connection: AsyncConnection, limit: int) -> list[QueuedPoint]:
    """The oldest points, at most so many; others get other ones until this transaction ends."""
    query = select(meter_points).order_by(meter_points.c.id).limit(limit).with_for_update(skip_locked=True)
    return [QueuedPoint(*row) for row in await connection.execute(query)]


async def remove(connection: AsyncConnection, points: Sequence[QueuedPoint]) -> None:
    """Take points out that were claimed in this transaction."""
    ids = literal([point.id for point in points], ARRAY(BigInteger))
    await connection.execute(delete(meter_points).where(meter_points.c.id == any_(ids)))


async def trim(connection: AsyncConnection, limit: int, *, at_most: int) -> int:
    """Drop the oldest beyond `limit`, at most so many; how many it was."""
    await connection.execute(_ONE_AT_A_TIME)
    waiting: int = (await connection.execute(select(func.count()).select_from(meter_points))).scalar_one()
    surplus = min(waiting - limit, at_most)
    return 0 if surplus <= 0 else (await connection.execute(_TRIM, {"rows": surplus})).rowcount


async def note_loss(connection: AsyncConnection, reason: Loss, points: int, *, on: date) -> None:
    """Count points that were lost."""
    statement = insert(meter_point_losses).values(day=on, reason=reason, points=points)
    added = meter_point_losses.c.points + statement.excluded.points
    statement = statement.on_conflict_do_update(index_elements=["day", "reason"], set_={"points": added})
    await connection.execute(statement)


async def backlog(connection: AsyncConnection) -> Backlog:
    """How the queue stands."""
    oldest = select(meter_points.c.queued_at).order_by(meter_points.c.id).limit(1)
    losses = select(func.sum(meter_point_losses.c.points), func.max(meter_point_losses.c.day))
    since = (await connection.execute(oldest)).scalar_one_or_none()
    lost, lost_on = (await connection.execute(losses)).one()
    return Backlog(since, int(lost or 0), lost_on)
