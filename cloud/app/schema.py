"""Whether the database is at this program's version."""

import asyncio
import logging
from typing import Final

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cloud.db import reading
from cloud.db.migrate import SCRIPTS
from cloud.errors import DatabaseLost, Misconfigured

PAUSE_S: Final = 1.0

_log = logging.getLogger(__name__)

EXISTS: Final = text("select to_regclass('alembic_version') is not null")
VERSION: Final = text("select version_num from alembic_version")


async def wait_until_migrated(engine: AsyncEngine) -> None:
    """Wait until the database answers, then check its version.

    Raises:
        Misconfigured: it is of another version; the text says what to do.
    """
    said = False
    while True:
        try:
            found = await _version(engine)
        except DatabaseLost as error:
            if not said:
                _log.warning("waiting for the database: %s", error)
            said = True
            await asyncio.sleep(PAUSE_S)
        else:
            return _check(found)


async def _version(engine: AsyncEngine) -> str | None:
    async with reading(engine) as connection:
        if not (await connection.execute(EXISTS)).scalar_one():
            return None
        version: str | None = (await connection.execute(VERSION)).scalar_one_or_none()
        return version


def _check(found: str | None) -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    wanted = scripts.get_current_head()
    if found == wanted:
        return
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise Misconfigured(f"database: it is at version {found} of a newer program; this one knows {wanted}")
    raise Misconfigured(f"database: it is at version {found or 'none'}, wanted is {wanted}: run `linli-cloud migrate`")
