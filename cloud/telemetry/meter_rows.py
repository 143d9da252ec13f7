"""Meters in PostgreSQL: named statements, each for all meters of a batch at once."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, Table, case, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.scope import EVERYTHING, Scope
from cloud.telemetry.batches import insertion, packed
from cloud.telemetry.lives import Life, is_believed
from cloud.telemetry.registers import Bucket, Meter, MeterKey, Step
from cloud.telemetry.standing import Latest, Standing
from cloud.telemetry.tables import meter_days, meter_quarters, meters
from contract.envelope import ClockTrust
from contract.metering import Medium, MeterReadings, ReadingFlag, Unit

_KEY: Final = ("community", "gateway", "meter")
_ROLLUPS: Final = {Step.QUARTER: meter_quarters, Step.DAY: meter_days}
# The coarse index finds the blocks; a bounded number of rows goes at once, and two processes forget different ones.
_FORGET: Final = text("""
    delete from meter_quarters where ctid = any (array(
        select ctid from meter_quarters where at < :before limit :rows for update skip locked))
""")


_BUCKET: Final = tuple(field.name for field in fields(Bucket))


async def lock(connection: AsyncConnection, event: MeterReadings) -> None:
    """Wait until no other transaction takes in what this gateway tells of its meters; held until this one ends."""
    key = f"meters/{event.community}/{event.gateway}"
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def standing(connection: AsyncConnection, event: MeterReadings) -> dict[str, Standing]:
    """What is kept of the meters that an event tells of, by their names."""
    names = [told.meter for told in event.data.meters]
    query = select(meters).where(*_of_gateway(event), meters.c.meter.in_(names))
    return {row.meter: _standing(row) for row in await connection.execute(query)}


async def known(connection: AsyncConnection, event: MeterReadings) -> int:
    """How many meters the gateway has told of."""
    count: int = (await connection.execute(select(func.count()).where(*_of_gateway(event)))).scalar_one()
    return count


async def keep(connection: AsyncConnection, event: MeterReadings, kept: Mapping[str, Standing]) -> dict[str, int]:
    """Write meters down as they stand now; their ids, by their names."""
    place = {"community": event.community, "gateway": event.gateway}
    rows = packed({**place, "meter": name, **_columns(each)} for name, each in kept.items())
    written = await connection.execute(_KEEP.returning(meters.c.meter, meters.c.id), rows)
    return {row.meter: row.id for row in written}


async def join(connection: AsyncConnection, step: Step, told: Iterable[tuple[int, Bucket]]) -> None:
    """Join what meters, by their ids, have shown to what is kept of the same stretches of time."""
    rows = [{"meter_id": meter_id, **{name: getattr(bucket, name) for name in _BUCKET}} for meter_id, bucket in told]
    if rows:
        await connection.execute(_JOIN[step], packed(rows))


async def forget_quarters(connection: AsyncConnection, *, before: datetime, rows: int) -> int:
    """Forget quarters of an hour that began before a time, at most so many; how many it was."""
    return (await connection.execute(_FORGET, {"before": before, "rows": rows})).rowcount


async def page(
    connection: AsyncConnection, *, community: str | None, limit: int, after: MeterKey | None, scope: Scope = EVERYTHING
) -> list[Meter]:
    """Meters by community, gateway and name."""
    key = [meters.c[name] for name in _KEY]
    query = select(meters).where(scope.within(meters.c.community)).order_by(*key).limit(limit)
    if community is not None:
        query = query.where(meters.c.community == community)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*asdict(after).values()))
    return [_meter(row) for row in await connection.execute(query)]


async def find(connection: AsyncConnection, key: MeterKey, scope: Scope = EVERYTHING) -> Meter | None:
    """One meter."""
    row = (await connection.execute(select(meters).where(*_is(key), scope.within(meters.c.community)))).one_or_none()
    return None if row is None else _meter(row)


async def buckets(
    connection: AsyncConnection,
    key: MeterKey,
    step: Step,
    *,
    since: datetime,
    until: datetime,
    limit: int,
    scope: Scope = EVERYTHING,
) -> list[Bucket]:
    """The oldest stretches of a meter that begin from `since` on and before `until`, in order of time."""
    table = _ROLLUPS[step]
    columns = [column for column in table.c if column.name != "meter_id"]
    query = select(*columns).join(meters).where(*_is(key), table.c.at >= since, table.c.at < until)
    query = query.where(scope.within(meters.c.community))
    return [Bucket(*row) for row in await connection.execute(query.order_by(table.c.at).limit(limit))]


def _keeping() -> Insert:
    """What was kept is replaced: whoever writes has read it before, and nobody else writes."""
    statement = insertion(meters, [column.name for column in meters.c if column.name != "id"])
    rest = {column.name: statement.excluded[column.name] for column in meters.c if column.name not in {"id", *_KEY}}
    return statement.on_conflict_do_update(index_elements=list(_KEY), set_=rest)


def _joining(table: Table) -> Insert:
    """The lesser and the greater of both, so that what comes late is joined as if it had come in time."""
    statement = insertion(table, ["meter_id", *_BUCKET])
    told, kept = statement.excluded, table.c
    earlier = tuple_(told.first_at, told.first) < tuple_(kept.first_at, kept.first)
    later = tuple_(told.last_at, told.last) > tuple_(kept.last_at, kept.last)
    joined = {
        "first": case((earlier, told.first), else_=kept.first),
        "first_at": func.least(told.first_at, kept.first_at),
        "last": case((later, told.last), else_=kept.last),
        "last_at": func.greatest(told.last_at, kept.last_at),
        "least": func.least(told.least, kept.least),
        "most": func.greatest(told.most, kept.most),
        "count": told["count"] + kept["count"],
    }
    return statement.on_conflict_do_update(index_elements=["meter_id", "at"], set_=joined)


def _of_gateway(event: MeterReadings) -> tuple[ColumnElement[bool], ...]:
    return (meters.c.community == event.community, meters.c.gateway == event.gateway)


def _is(key: MeterKey) -> tuple[ColumnElement[bool], ...]:
    return tuple(meters.c[name] == value for name, value in asdict(key).items())


def _columns(kept: Standing) -> dict[str, object]:
    latest = kept.latest
    return {
        "name": kept.name,
        "medium": kept.medium,
        "unit": kept.unit,
        "failed": kept.failed,
        "simulated": kept.simulated,
        "epoch": kept.life.epoch,
        "past_epochs": list(kept.life.past_epochs),
        "seq": kept.life.seq,
        "observed_at": kept.life.observed_at,
        "received_at": kept.received_at,
        "clock": kept.clock,
        "odd_time": kept.odd_time,
        "undated": kept.undated,
        "latest_at": latest and latest.at,
        "value": latest and latest.value,
        "flags": None if latest is None or latest.flags is None else list(latest.flags),
        "clock_offset_s": latest and latest.clock_offset_s,
        "voltage_v": latest and latest.voltage_v,
        "current_a": latest and latest.current_a,
        "power_kw": latest and latest.power_kw,
        "latest_received_at": latest and latest.received_at,
        "latest_clock": latest and latest.clock,
        "latest_odd_time": latest and latest.odd_time,
    }


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    believed = is_believed(values["clock"], odd_time=values["odd_time"])
    return Standing(
        life=Life(values["epoch"], tuple(values["past_epochs"]), values["seq"], values["observed_at"], believed),
        name=values["name"],
        medium=values["medium"],
        unit=values["unit"],
        failed=values["failed"],
        simulated=values["simulated"],
        received_at=values["received_at"],
        clock=ClockTrust(values["clock"]),
        odd_time=values["odd_time"],
        undated=values["undated"],
        latest=None if values["latest_at"] is None else _latest(row),
    )


def _latest(row: Row[tuple[object, ...]]) -> Latest:
    values = row._mapping  # noqa: SLF001 - as above
    return Latest(
        at=values["latest_at"],
        value=values["value"],
        flags=_flags(values["flags"]),
        clock_offset_s=values["clock_offset_s"],
        voltage_v=values["voltage_v"],
        current_a=values["current_a"],
        power_kw=values["power_kw"],
        received_at=values["latest_received_at"],
        clock=ClockTrust(values["latest_clock"]),
        odd_time=values["latest_odd_time"],
    )


def _meter(row: Row[tuple[object, ...]]) -> Meter:
    values = row._mapping  # noqa: SLF001 - as above
    kept = _standing(row)
    source = kept.latest or kept
    return Meter(
        key=MeterKey(*(values[name] for name in _KEY)),
        name=kept.name,
        medium=Medium(kept.medium),
        unit=Unit(kept.unit),
        value=values["value"],
        latest_at=values["latest_at"],
        latest_received_at=values["latest_received_at"],
        flags=_flags(values["flags"]),
        clock_offset_s=values["clock_offset_s"],
        voltage_v=values["voltage_v"],
        current_a=values["current_a"],
        power_kw=values["power_kw"],
        failed=kept.failed,
        received_at=kept.received_at,
        clock=source.clock,
        odd_time=source.odd_time,
        undated=kept.undated,
        simulated=kept.simulated,
    )


def _flags(stored: list[str] | None) -> tuple[ReadingFlag, ...] | None:
    return None if stored is None else tuple(ReadingFlag(flag) for flag in stored)


_KEEP: Final = _keeping()
_JOIN: Final = {step: _joining(table) for step, table in _ROLLUPS.items()}
