"""A plate goes from where it stands: an ended case, its history, what finds it, and what its gateway signed of it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.rows import case_of
from cloud.cases.search import words_of
from cloud.cases.tables import cases
from cloud.privacy.terms import Why

GONE: Final = "〔车牌已删除 plate deleted〕"
BETWEEN: Final = "[ ·・.-]?"  # what people write between a plate's characters
EVENTS: Final = ("case_events", "case_falls", "case_alarms")

# Empties messages by their events' ids; which have one to be emptied is for it to say.
Blank = Callable[[AsyncConnection, Sequence[str]], Awaitable[int]]

_HISTORY: Final = """
    update case_history set
        note = regexp_replace(note, :pattern, :gone, 'gi'),
        before = cast(regexp_replace(cast(before as text), :pattern, :gone, 'gi') as jsonb),
        after = cast(regexp_replace(cast(after as text), :pattern, :gone, 'gi') as jsonb)
    where case_id = :id and (note ~* :pattern or cast(before as text) ~* :pattern or cast(after as text) ~* :pattern)
"""
_REPORT: Final = """
    update cases set report = cast(regexp_replace(cast(report as text), :pattern, :gone, 'gi') as jsonb)
    where id = :id and cast(report as text) ~* :pattern
"""
_TOMBSTONE: Final = """
    insert into case_tombstones
        (case_id, what, media_type, kind, masked, sealed, size, deleted_at, why)
    values (:id, 'plate', '', '', false, false, 0, :now, :why)
"""


def pattern(plate: str) -> str:
    """A regular expression of PostgreSQL's that finds a plate as people write it: spaced, dotted, in small letters."""
    return BETWEEN.join(re.escape(character) for character in plate)


async def anonymise(
    connection: AsyncConnection, case_id: str, plate: str | None, why: Why, *, blank: Blank, now: datetime
) -> int:
    """Take the plate out of an ended case.

    Args:
        plate: as the case holds it; None: the case says of it only how it could not be read.
    Returns:
        how many messages of its gateway were emptied.
    """
    values = {"id": case_id, "now": now, "why": why.value}
    if plate is not None:
        # What was written of a case is guarded against every change but this one.
        await connection.execute(text("set local linli.erasing = 'on'"))
        for statement in (_HISTORY, _REPORT):
            await connection.execute(text(statement), {"id": case_id, "pattern": pattern(plate), "gone": GONE})
        await connection.execute(text("set local linli.erasing = 'off'"))
    await connection.execute(text("update cases set plate = null where id = :id"), {"id": case_id})
    await _find_otherwise(connection, case_id)
    await connection.execute(text(_TOMBSTONE), values)
    return await blank(connection, await events(connection, case_id))


async def events(connection: AsyncConnection, case_id: str) -> list[str]:
    """Ids of all events of a case."""
    each = " union ".join(f"select event_id from {table} where case_id = :id" for table in EVENTS)  # noqa: S608 - ours
    return [str(found) for found in (await connection.execute(text(each), {"id": case_id})).scalars()]


async def _find_otherwise(connection: AsyncConnection, case_id: str) -> None:
    """Let the case be found by what is left of it. What was remarked on it finds it no more: it may name the plate."""
    case = case_of((await connection.execute(select(cases).where(cases.c.id == case_id))).one())
    update = text("update case_words set words = array_to_tsvector(cast(:words as text[])) where case_id = :id")
    await connection.execute(update, {"id": case_id, "words": sorted(words_of(replace(case, plate=None)))})
