"""Events from their signed bytes to committed cases, through the cloud's own reception; and what bounds it above."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.cases.events import Gateway, Signed
from cloud.cases.service import CaseService
from cloud.db import create_engine
from cloud.devices.service import DeviceService
from cloud.ingest.reception import Message, Reception
from cloud.ingest.worker import AT_ONCE

SINGLE: Final = 2000  # rows that are inserted one a transaction
# What one event leaves behind, in the order in which it can be copied.
WRITTEN: Final = (
    "inbox", "lanes", "cases", "case_numbers", "case_events", "case_photos", "case_history", "case_falls",
    "case_alarms", "case_words", "suspects",
)  # fmt: skip


class NotTaken(Exception):
    """A simulated event was refused: what follows would measure something else."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Events a second. `copied` and `inserted` bound it: a bare COPY of the same rows, a bare insert a transaction."""

    taken: float
    copied: float
    inserted: float


async def register(engine: AsyncEngine, gateways: Sequence[Gateway]) -> None:
    """Let the cloud know the gateways."""
    devices = DeviceService(engine)
    for gateway in gateways:
        await devices.register(gateway.community, "gw-1", gateway.public)


async def take(dsn: str, told: Sequence[Sequence[Signed]], now: datetime, tick: Callable[[int], None]) -> float:
    """Take events in as the worker does: each gateway's in their order, `AT_ONCE` gateways side by side.

    Returns:
        events a second, from signed bytes to a committed transaction each; the clock of the cloud stands at `now`.
    """
    engine = create_engine(dsn)
    reception = Reception(engine, CaseService(engine, clock=lambda: now), clock=lambda: now)
    waiting = list(reversed(told))

    async def work() -> None:
        while waiting:
            for signed in waiting.pop():
                fault = (await reception.take(Message(signed.topic, signed.body, "benchmark"))).fault
                if fault is not None:
                    raise NotTaken(f"{signed.topic}: {fault}")
                tick(1)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    took = time.perf_counter() - began
    await engine.dispose()
    return sum(map(len, told)) / took


def copied(source: str, target: str, events: int) -> float:
    """COPY everything that `events` events left in one database into another, migrated and empty; events a second.

    Indexes and constraints of the target are as the program has them.
    """
    with psycopg.connect(source) as old, psycopg.connect(target) as new:
        rows = {table: _read(old, table) for table in WRITTEN}
        began = time.perf_counter()
        for table, (columns, blocks) in rows.items():
            into = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(table), columns)
            with new.cursor().copy(into) as copy:
                for block in blocks:
                    copy.write(block)
        new.commit()
        return events / (time.perf_counter() - began)


def _read(connection: psycopg.Connection, table: str) -> tuple[sql.Composed, list[bytes]]:
    named = connection.execute(
        "select column_name from information_schema.columns where table_name = %s and table_schema = 'public' "
        "and is_generated = 'NEVER' order by ordinal_position",
        (table,),
    )
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in named)
    asked = sql.SQL("copy (select {} from {}) to stdout (format binary)").format(columns, sql.Identifier(table))
    with connection.cursor().copy(asked) as copy:
        return columns, [bytes(block) for block in copy]


def inserted(dsn: str, told: Sequence[Sequence[Signed]]) -> float:
    """Insert bodies of events into a bare table with a key, one row a transaction; rows a second."""
    bodies = [signed.body for each in told for signed in each][:SINGLE]
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table bare (id bigint primary key, body bytea not null)")
        began = time.perf_counter()
        for number, body in enumerate(bodies):
            connection.execute("insert into bare values (%s, %s)", (number, body))
        took = time.perf_counter() - began
        connection.execute("drop table bare")
    return len(bodies) / took
