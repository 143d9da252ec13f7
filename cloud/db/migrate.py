"""Bring a database to this program's version."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.pool import NullPool

from cloud import migrations
from cloud.db.engine import CONNECT_S, driver_url
from cloud.errors import DatabaseLost, Misconfigured

_LOCK: Final = 0x4C4E_4C49  # "LNLI": two programs that start at once take turns
SCRIPTS: Final = Path(migrations.__file__).parent


def migrate(dsn: str) -> None:
    """Run the migrations that are missing, all in one transaction; none is no work.

    Blocks: call it before an event loop runs, or in a thread.

    Raises:
        DatabaseLost: the server cannot be reached.
        Misconfigured: `dsn` is no address of a PostgreSQL database, or the database belongs to a newer program.
    """
    engine = create_engine(driver_url(dsn), poolclass=NullPool, connect_args={"connect_timeout": CONNECT_S})
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise Misconfigured(f"database: it is at a version of a newer program; run that one ({error})") from None
    except (OperationalError, InterfaceError) as error:
        reason = str(error.orig).strip().splitlines() or ["no answer"]
        raise DatabaseLost(f"PostgreSQL: {reason[0][:200]}") from None
