"""What each line of a history changed, before and after; and a case as its history alone tells it."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, replace
from datetime import datetime
from typing import Final

from pydantic import JsonValue, TypeAdapter

from cloud.cases.domain import Case, HistoryEntry
from cloud.cases.vocabulary import Action, Stage

UNTOLD: Final = frozenset({"version", "updated_at"})  # they change with every line
TOLD: Final = tuple(field.name for field in fields(Case) if field.name not in UNTOLD)
_CASE: Final = TypeAdapter(Case)
_DEFAULTS: Final[Mapping[str, object]] = {
    field.name: field.default for field in fields(Case) if field.default is not MISSING
}


def changed_by(before: Case | None, after: Case, entry: HistoryEntry) -> HistoryEntry:
    """A line with everything in which two states of its case differ."""
    return _with(entry, before, after, _differing(before, after))


def completed(before: Case | None, after: Case, entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    """Lines that together tell everything in which two states differ.

    A stage belongs to the line that led to it. What no line says yet belongs to the first action, of a new case to its
    first line. What a line says is so in `after`, or a later line says otherwise: each step writes what it changed.
    """
    if not entries:
        return entries
    entries = _staged(before, entries)
    said = {name for entry in entries for name in entry.after}
    unsaid = [name for name in _differing(before, after) if name not in said]
    bearer = 0 if before is None else next((i for i, each in enumerate(entries) if isinstance(each.what, Action)), 0)
    told = list(entries)
    told[bearer] = _with(told[bearer], before, after, unsaid)
    return tuple(told)


def _staged(before: Case | None, entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    staged, stage = [], None if before is None else before.stage
    for entry in entries:
        moved = entry.stage is not stage and "stage" not in entry.after
        staged.append(_moved(entry, stage) if moved else entry)
        stage = entry.stage
    return tuple(staged)


def _moved(entry: HistoryEntry, before: Stage | None) -> HistoryEntry:
    was: dict[str, JsonValue] = {} if before is None else {"stage": before.value}
    return replace(entry, after={**entry.after, "stage": entry.stage.value}, before={**entry.before, **was})


def replayed(entries: Iterable[HistoryEntry]) -> Case:
    """A case as its lines tell it, in the order in which they were written; `version` and `updated_at` are not told.

    Raises:
        ValueError: they do not begin with the case's first line.
    """
    told: dict[str, JsonValue] = {}
    last: datetime | None = None
    for entry in entries:
        told |= entry.after
        last = entry.at
    if last is None or "id" not in told:
        raise ValueError("a history begins with what opened its case")
    return _CASE.validate_python({"version": 0, "updated_at": last, **told})


def alike(one: Case, other: Case) -> bool:
    """Whether two states are one, as far as a history tells."""
    return all(getattr(one, name) == getattr(other, name) for name in TOLD)


def _differing(before: Case | None, after: Case) -> list[str]:
    if before is None:
        return [name for name in TOLD if name not in _DEFAULTS or getattr(after, name) != _DEFAULTS[name]]
    return [name for name in TOLD if getattr(before, name) != getattr(after, name)]


def _with(entry: HistoryEntry, before: Case | None, after: Case, names: Iterable[str]) -> HistoryEntry:
    names = frozenset(names)
    if not names:
        return entry
    was = {} if before is None else _json(before, names)
    return replace(entry, before={**entry.before, **was}, after={**entry.after, **_json(after, names)})


def _json(case: Case, names: AbstractSet[str]) -> dict[str, JsonValue]:
    dumped: dict[str, JsonValue] = _CASE.dump_python(case, mode="json", include=set(names))
    return dumped
