"""Berths in PostgreSQL: named statements."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, Table, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.scope import Scope
from cloud.telemetry.domain import Berth, BerthChange, BerthKey
from cloud.telemetry.lives import Life, is_believed
from cloud.telemetry.tables import berth_cameras, berth_changes, berths
from contract.berth import Berth as ToldBerth
from contract.berth import BerthOccupancy, BerthState
from contract.envelope import ClockTrust

MAX_CAMERAS: Final = 256  # of one gateway, as many as its configuration may name
CHANGES: Final = 100  # of one berth that are kept
_KEY: Final = ("community", "gateway", "camera", "zone")


async def lock(connection: AsyncConnection, event: BerthOccupancy) -> None:
    """Wait until no other transaction takes in what this gateway tells of its berths; held until this one ends."""
    key = f"berths/{event.community}/{event.gateway}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def camera(connection: AsyncConnection, event: BerthOccupancy) -> Life | None:
    """From when a camera's berths are that are kept."""
    query = select(berth_cameras).where(*_of_camera(berth_cameras, event))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    believed = is_believed(row.clock, odd_time=row.odd_time)
    return Life(row.epoch, tuple(row.past_epochs), row.seq, row.observed_at, believed)


async def cameras(connection: AsyncConnection, event: BerthOccupancy) -> int:
    """How many cameras of the gateway have told of berths."""
    of_gateway = (berth_cameras.c.community == event.community, berth_cameras.c.gateway == event.gateway)
    count: int = (await connection.execute(select(func.count()).where(*of_gateway))).scalar_one()
    return count


async def keep_camera(
    connection: AsyncConnection, event: BerthOccupancy, life: Life, *, received_at: datetime, odd_time: bool
) -> None:
    """Note which event a camera's berths are from."""
    values = {
        "community": event.community,
        "gateway": event.gateway,
        "camera": event.data.camera,
        "epoch": life.epoch,
        "past_epochs": list(life.past_epochs),
        "seq": life.seq,
        "counted_since": event.data.counted_since,
        "observed_at": life.observed_at,
        "received_at": received_at,
        "clock": event.clock,
        "odd_time": odd_time,
        "simulated": event.data.simulated,
    }
    statement = insert(berth_cameras).values(values)
    where = [column.name for column in berth_cameras.primary_key]
    await connection.execute(statement.on_conflict_do_update(index_elements=where, set_=values))


async def states(connection: AsyncConnection, event: BerthOccupancy) -> dict[str, str]:
    """States of a camera's berths as kept, by zone."""
    query = select(berths.c.zone, berths.c.state).where(*_of_camera(berths, event))
    return {row.zone: row.state for row in await connection.execute(query)}


async def keep(connection: AsyncConnection, event: BerthOccupancy, told: Sequence[ToldBerth]) -> None:
    """Replace a camera's berths by those told."""
    of_camera = _of_camera(berths, event)
    zones = [berth.zone for berth in told]
    await connection.execute(delete(berths).where(*of_camera, berths.c.zone.not_in(zones)))
    rows = [_place(event, berth.zone) | berth.model_dump(exclude={"zone"}) for berth in told]
    statement = insert(berths)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in _KEY}
    await connection.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=rest), rows)


async def note_change(
    connection: AsyncConnection, event: BerthOccupancy, berth: ToldBerth, received_at: datetime
) -> None:
    """Keep a change of state, and of this berth's the newest `CHANGES` alone."""
    place = _place(event, berth.zone)
    values = place | {"state": berth.state, "since": berth.since, "received_at": received_at}
    await connection.execute(insert(berth_changes).values(values))
    of_berth = tuple(berth_changes.c[name] == value for name, value in place.items())
    surplus = select(berth_changes.c.id).where(*of_berth).order_by(berth_changes.c.id.desc()).offset(CHANGES)
    await connection.execute(delete(berth_changes).where(berth_changes.c.id.in_(surplus.scalar_subquery())))


async def page(
    connection: AsyncConnection,
    *,
    community: str | None,
    limit: int,
    after: BerthKey | None,
    told_since: datetime,
    scope: Scope,
) -> list[Berth]:
    """Berths by community, gateway, camera and zone, of cameras that have told of theirs since `told_since`."""
    joined = berths.join(berth_cameras)
    columns = [column for column in berth_cameras.c if column.name not in _KEY]
    query = select(*berths.c, *columns).select_from(joined).where(berth_cameras.c.received_at >= told_since)
    query = query.where(scope.within(berths.c.community))
    key = [berths.c[name] for name in _KEY]
    if community is not None:
        query = query.where(berths.c.community == community)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*asdict(after).values()))
    return [_berth(row) for row in await connection.execute(query.order_by(*key).limit(limit))]


async def changes(connection: AsyncConnection, key: BerthKey, scope: Scope) -> list[BerthChange]:
    """The latest changes of a berth, newest first."""
    where = tuple(berth_changes.c[name] == value for name, value in asdict(key).items())
    rows = await connection.execute(
        select(berth_changes).where(*where, scope.within(berth_changes.c.community)).order_by(berth_changes.c.id.desc())
    )
    return [BerthChange(BerthState(row.state), row.since, row.received_at) for row in rows]


def _place(event: BerthOccupancy, zone: str) -> dict[str, str]:
    return {"community": event.community, "gateway": event.gateway, "camera": event.data.camera, "zone": zone}


def _of_camera(table: Table, event: BerthOccupancy) -> tuple[ColumnElement[bool], ...]:
    place = _place(event, "")
    return tuple(table.c[name] == place[name] for name in ("community", "gateway", "camera"))


def _berth(row: Row[tuple[object, ...]]) -> Berth:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Berth(
        key=BerthKey(*(values[name] for name in _KEY)),
        name=values["name"],
        told=BerthState(values["state"]),
        since=values["since"],
        vehicle=values["vehicle"],
        came=values["came"],
        left=values["left"],
        counted_since=values["counted_since"],
        observed_at=values["observed_at"],
        received_at=values["received_at"],
        clock=ClockTrust(values["clock"]),
        odd_time=values["odd_time"],
        simulated=values["simulated"],
    )
