"""What of a change to a case people outside may want to be told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud.cases.domain import Case, HistoryEntry

# Remarks, links, and what a camera or a device goes on saying are read in the history.
from cloud.cases.vocabulary import SYSTEM, Action, Note

TELLING: Final[frozenset[Action | Note]] = (frozenset(Action) - {Action.REMARK, Action.LINK, Action.EVALUATE}) | {
    Note.COLLECTED,
    Note.CONFIRMED,
    Note.ALARMED,
    Note.HALF_OVER,
    Note.SOON_OVER,
    Note.EXPIRED,
    Note.SUPERVISED,
    Note.RAISED,
    Note.MERGED_IN,
    Note.SPLIT_OFF,
    Note.REPORTED_AGAIN,
}
UNVERIFIED: Final = "unverified"  # of no line: from now on a person must verify, however the case came to that
_BY_ITSELF: Final = frozenset({Action.FILE, Action.DISPATCH})


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news: an action, a note of the history, or `UNVERIFIED`."""

    what: str
    at: datetime
    actor: str


def news(before: Case | None, after: Case, entries: Sequence[HistoryEntry]) -> list[Piece]:
    """What a change tells. That a new case is dispatched by itself is no news beside that it is there."""
    told = [
        Piece(entry.what, entry.at, entry.actor)
        for entry in entries
        if entry.what in TELLING and not (entry.what in _BY_ITSELF and entry.actor == SYSTEM)
    ]
    if after.is_for_a_person and not (before is not None and before.is_for_a_person):
        told.append(Piece(UNVERIFIED, after.updated_at, SYSTEM))
    return told
