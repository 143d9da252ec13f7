"""Which lines of a history people outside may want to be told of."""

from collections.abc import Sequence
from typing import Final

from cloud.cases.domain import HistoryEntry

# Remarks, links, and what a camera or a device goes on saying are read in the history.
from cloud.cases.vocabulary import SYSTEM, Action, Note

TELLING: Final[frozenset[Action | Note]] = (frozenset(Action) - {Action.REMARK, Action.LINK, Action.EVALUATE}) | {
    Note.COLLECTED,
    Note.CONFIRMED,
    Note.ALARMED,
    Note.UNANSWERED,
    Note.NOT_ENDED,
    Note.HALF_OVER,
    Note.SOON_OVER,
    Note.EXPIRED,
    Note.SUPERVISED,
    Note.RAISED,
    Note.MERGED_IN,
    Note.SPLIT_OFF,
    Note.REPORTED_AGAIN,
}
_BY_ITSELF: Final = frozenset({Action.FILE, Action.DISPATCH})


def news(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """Those of a change's lines. That a new case is dispatched by itself is no news beside that it is there."""
    return [
        entry for entry in entries if entry.what in TELLING and not (entry.what in _BY_ITSELF and entry.actor == SYSTEM)
    ]
