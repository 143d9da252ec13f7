"""What can be asked of a list of cases: what is asked most lies open, the rest is folded by what it is of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.filters import MAX_NAME
from cloud.console.case_filter import Choices, choices
from cloud.console.list_query import MAX_PLATE, PageQuery
from cloud.console.list_words import FOLDS, LIST
from cloud.console.words import Word

OPEN: Final = ("show", "timing", "kind")
# Each row and field of the others by the fold that it lies in, in the order in which they are asked for.
FOLDED: Final = {
    "where": ("community", "zone_kind", "source"),
    "stage": ("stage", "priority"),
    "who": ("plate", "responsible", "handler"),
    "when": ("opened_from", "opened_until"),
    "order": ("order", "size"),
}
DAYS: Final = FOLDED["when"]


@dataclass(frozen=True, slots=True)
class Field:
    """Something to write, or a day."""

    name: str
    label: Word
    value: str
    hint: Word | None = None
    most: int | None = None  # characters; None: it is a day


@dataclass(frozen=True, slots=True)
class Fold:
    """A part of the drawer that opens by itself; `held` is how much of it narrows or orders the list now."""

    name: str
    label: Word
    rows: tuple[Choices, ...]
    fields: tuple[Field, ...]
    held: int


@dataclass(frozen=True, slots=True)
class Drawer:
    """What can be asked of a list."""

    rows: tuple[Choices, ...]
    folds: tuple[Fold, ...]


def drawer(query: PageQuery, communities: Mapping[str, Word]) -> Drawer:
    """What can be asked of the list that is shown."""
    rows = {row.name: row for row in choices(query, communities)}
    fields = {field.name: field for field in _fields(query)}
    folds = [
        _fold(name, [rows[each] for each in names if each in rows], [fields[each] for each in names if each in fields])
        for name, names in FOLDED.items()
    ]
    return Drawer(tuple(rows[name] for name in OPEN), tuple(folds))


def _fold(name: str, rows: Sequence[Choices], fields: Sequence[Field]) -> Fold:
    held = sum(map(_held, rows)) + sum(bool(field.value) for field in fields)
    return Fold(name, FOLDS[name], tuple(rows), tuple(fields), held)


def _held(row: Choices) -> int:
    """How many of a row are chosen; of one from which something is always chosen, whether it is not the first."""
    return sum(option.chosen for option in (row.options if row.several else row.options[1:]))


def _fields(query: PageQuery) -> Iterator[Field]:
    yield Field("plate", LIST["plate"], query.plate, hint=LIST["plate.hint"], most=MAX_PLATE)
    yield Field("responsible", LIST["responsible"], query.responsible, most=MAX_NAME)
    yield Field("handler", LIST["handler"], query.handler, most=MAX_NAME)
    for name in DAYS:
        day = getattr(query, name)
        yield Field(name, LIST[name], "" if day is None else f"{day:%Y-%m-%d}")
