"""LISTEN and NOTIFY: being told of a change without asking again and again."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Final

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.db.engine import CONNECT_S, driver_url

log: Final = logging.getLogger(__name__)

MISSED: Final = ""
MAX_PAUSE_S: Final = 10.0


async def notify(connection: AsyncConnection, channel: str, payload: str) -> None:
    """Tell listeners of `channel` when this transaction commits; a transaction that fails tells nobody."""
    await connection.execute(text("select pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


async def listen(dsn: str, *channels: str) -> AsyncGenerator[str, None]:
    """Yield what is told on any of `channels`, for ever; survives restarts of the database.

    Yields:
        each payload, and `MISSED` (an empty text) whenever listening begins, at first and after the connection was
        lost: whoever listens looks for itself then, for what was told in between is gone.
    """
    url = driver_url(dsn).set(drivername="postgresql").render_as_string(hide_password=False)
    pause = 0.1
    lost = False
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                url, autocommit=True, connect_timeout=CONNECT_S
            ) as connection:
                for channel in channels:
                    await connection.execute(psycopg.sql.SQL("listen {}").format(psycopg.sql.Identifier(channel)))
                if lost:
                    log.info("listening on %s again", " ".join(channels))
                pause, lost = 0.1, False
                yield MISSED
                async for told in connection.notifies():
                    yield told.payload
        except psycopg.OperationalError:
            if not lost:
                log.warning("cannot listen on %s: PostgreSQL is gone", " ".join(channels))
            lost = True
        await asyncio.sleep(pause)
        pause = min(MAX_PAUSE_S, pause * 2)
