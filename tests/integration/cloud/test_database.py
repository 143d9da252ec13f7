"""Migrations, and being told of changes across a restart."""

import asyncio
import threading
from contextlib import aclosing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine as create_sync_engine

import cloud.accounts.tables
import cloud.audit.tables
import cloud.cases.tables
import cloud.devices.tables
import cloud.evidence.tables
import cloud.ingest.tables
import cloud.notify.tables
import cloud.permits.tables
import cloud.plans.tables
import cloud.telemetry.tables  # noqa: F401 - each declares its tables
from cloud.db import create_engine, driver_url, listen, metadata, migrate, transaction
from cloud.errors import DatabaseLost, Misconfigured
from tests.integration.cloud.ground import running_postgres


def test_the_migrations_make_the_tables_that_the_program_uses(database: str) -> None:
    engine = create_sync_engine(driver_url(database))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_programs_that_start_at_once_take_turns(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database several_starters")
    dsn = postgres.replace("/postgres?", "/several_starters?")
    faults: list[BaseException] = []

    def start() -> None:
        try:
            migrate(dsn)
        except BaseException as error:  # noqa: BLE001 - a thread's fault is the test's
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize("dsn", ["", "nonsense", "mysql://u:hunter2@h/d", "postgresql://u:hunter2@h:port/d"])
def test_an_address_that_is_none_is_refused_without_its_password(dsn: str) -> None:
    with pytest.raises(Misconfigured, match=r"database\.dsn") as refused:
        create_engine(dsn)
    assert "hunter2" not in str(refused.value)


async def test_a_database_that_is_not_there_is_transient_and_keeps_the_password(tmp_path: Path) -> None:
    dsn = f"postgresql://postgres:hunter2@/d?host={tmp_path}"
    with pytest.raises(DatabaseLost) as lost:
        await asyncio.to_thread(migrate, dsn)
    assert "hunter2" not in str(lost.value)
    engine = create_engine(dsn)
    with pytest.raises(DatabaseLost) as lost:
        async with transaction(engine):
            pass
    assert "hunter2" not in str(lost.value)
    await engine.dispose()


async def test_listening_survives_a_restart_and_says_that_something_may_be_missed() -> None:
    with running_postgres() as server:
        dsn = server.get_uri()
        async with aclosing(listen(dsn, "changes")) as changes:
            assert await anext(changes) == ""
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("notify changes, 'first'")
            assert await asyncio.wait_for(anext(changes), 5) == "first"
            waiting = asyncio.ensure_future(anext(changes))
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            assert await asyncio.wait_for(waiting, 30) == ""
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("notify changes, 'second'")
            assert await asyncio.wait_for(anext(changes), 5) == "second"
