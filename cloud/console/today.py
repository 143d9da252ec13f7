"""The page of today: what needs its reader, as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.agenda import COUNTED, Part, Waiting
from cloud.cases.domain import Case
from cloud.cases.flow import FLOW
from cloud.cases.vocabulary import ACTION_NAMES, Action
from cloud.console.card_views import Card, card
from cloud.console.desk_words import SECTIONS
from cloud.console.facts import Eye, word
from cloud.console.words import Word
from cloud.console.work import NEXT

TONES: Final = {Part.OVERDUE: "over", Part.SOON: "soon"}
AT_ONCE: Final = frozenset({Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.RESUME})  # they ask for nothing


@dataclass(frozen=True, slots=True)
class Step:
    """What is next: a button that does it where it asks for nothing, else the way to where it is done."""

    action: Action
    label: Word
    at_once: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A case that needs its reader."""

    card: Card
    version: int
    step: Step | None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page. `count` is as text: beyond `COUNTED` it is not counted."""

    id: str
    title: Word
    tone: str
    count: str
    items: tuple[Item, ...]
    more: int  # that are not shown; the list has them
    path: str  # of the list that has them all


@dataclass(frozen=True, slots=True)
class Notice:
    """Something beside cases that waits for its reader's decision."""

    title: Word
    count: int
    path: str


LISTS: Final[Mapping[Part, str]] = {
    Part.OVERDUE: "/cases?timing=overdue",
    Part.SOON: "/cases?timing=soon",
    Part.EXTENSIONS: "/cases",
    Part.VERIFY: "/cases?stage=reported",
    Part.SORT: "/cases?stage=filed",
    Part.TAKE: "/cases?stage=dispatched",
    Part.MINE: "/cases?stage=handling",
}


def section(waiting: Waiting, eye: Eye, possible: Mapping[str, Sequence[Action]]) -> Section:
    """A part as it is shown.

    Args:
        possible: what the reader may do, by the case's id.
    """
    items = tuple(item(case, eye, possible.get(case.id, ())) for case in waiting.cases)
    return Section(
        id=waiting.part.value,
        title=SECTIONS[waiting.part],
        tone=TONES.get(waiting.part, ""),
        count=str(waiting.count) if waiting.count <= COUNTED else f"{COUNTED}+",
        items=items,
        more=max(0, waiting.count - len(items)),
        path=LISTS[waiting.part],
    )


def item(case: Case, eye: Eye, possible: Sequence[Action]) -> Item:
    """A case with its next step."""
    action = next((each for each in NEXT if each in possible), None)
    step = None if action is None else Step(action, word(ACTION_NAMES[action]), _at_once(action))
    return Item(card(case, None, eye), case.version, step)


def _at_once(action: Action) -> bool:
    return action in AT_ONCE and not FLOW[action].needs
