"""What text finds a case by, as the database keeps it: a named statement, no decisions."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.domain import Case
from cloud.cases.search import texts_of, words, words_of
from cloud.cases.steps import Change
from cloud.cases.vocabulary import Action

MAX_WORDS: Final = 20_000  # of one case; a tsvector ends at 1 MiB
# Nothing is written where nothing is new.
_KEEP: Final = text("""
    insert into case_words as kept (case_id, words) values (:case_id, array_to_tsvector(cast(:words as text[])))
    on conflict (case_id) do update set words = kept.words || excluded.words
    where length(kept.words) < :most and kept.words is distinct from kept.words || excluded.words
""")


async def keep(connection: AsyncConnection, before: Case | None, change: Change) -> None:
    """Let a case be found by what it says now, and by what people noted with this change.

    Args:
        before: the case as it was; None: it is new.
    """
    after = change.case
    notes = words(entry.note for entry in change.entries if isinstance(entry.what, Action))
    if before is not None and not notes and (before.plate, texts_of(before)) == (after.plate, texts_of(after)):
        return
    values = {"case_id": after.id, "words": sorted(words_of(after) | notes), "most": MAX_WORDS}
    await connection.execute(_KEEP, values)
