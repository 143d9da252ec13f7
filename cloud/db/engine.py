"""The database engine, and transactions whose failures are sorted by who is at fault."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from psycopg.errors import ReadOnlySqlTransaction
from pydantic_core import from_json
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cloud.errors import DatabaseLost, Misconfigured

CONNECT_S: Final = 5
POOL: Final = 8


def driver_url(dsn: str) -> URL:
    """The address of a database as SQLAlchemy wants it, with psycopg 3 as the driver.

    Raises:
        Misconfigured: `dsn` is not `postgresql://…`. The text does not repeat it: it may hold a password.
    """
    try:
        url = make_url(dsn)
    except (ArgumentError, ValueError):
        raise Misconfigured("database.dsn: not an address; postgresql://user@host/name is one") from None
    if url.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise Misconfigured("database.dsn: Linli keeps its data in PostgreSQL: postgresql://user@host/name")
    return url.set(drivername="postgresql+psycopg")


def create_engine(dsn: str, *, pool: int = POOL) -> AsyncEngine:
    """Make an engine; it connects when first used.

    Args:
        dsn: `postgresql://user:password@host/name`, or with `?host=/folder` for a socket.
        pool: connections kept open at most; as many again are opened under load.
    Raises:
        Misconfigured: as `driver_url`.
    """
    return create_async_engine(
        driver_url(dsn),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        pool_timeout=CONNECT_S * 2,
        json_deserializer=from_json,  # a case's row holds several, and json.loads takes five times as long
        # A pooler between us and PostgreSQL gives each transaction another server connection: nothing is prepared.
        connect_args={"connect_timeout": CONNECT_S, "prepare_threshold": None},
        hide_parameters=True,
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction: committed when the block ends, rolled back when it raises.

    Raises:
        DatabaseLost: the server is gone, restarts, is full, takes no changes now, or ended this transaction (deadlock);
            nothing was committed, or it is not known whether it was: what is done inside must bear being done again.
    """
    try:
        async with engine.begin() as connection:
            yield connection
    except InternalError as error:
        if isinstance(error.orig, ReadOnlySqlTransaction):  # a standby, until it is made the primary
            raise DatabaseLost(f"PostgreSQL: {_first_line(error)}") from None
        raise
    except (OperationalError, InterfaceError, PoolExhausted) as error:
        raise DatabaseLost(f"PostgreSQL: {_first_line(error)}") from None


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees one state of the database throughout and changes nothing.

    Raises:
        DatabaseLost: as `transaction`.
    """
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
    except (OperationalError, InterfaceError, PoolExhausted) as error:
        raise DatabaseLost(f"PostgreSQL: {_first_line(error)}") from None


def _first_line(error: OperationalError | InterfaceError | InternalError | PoolExhausted) -> str:
    cause = error if isinstance(error, PoolExhausted) else error.orig
    lines = str(cause).strip().splitlines()
    return lines[0][:200] if lines else type(cause).__name__
