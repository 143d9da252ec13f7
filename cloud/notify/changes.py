"""What a setting was and became, in words for the audit log; no address is ever among it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cloud.notify.domain import Conditions, Destination, Rule
from cloud.notify.hours import Hours

MAX_SIDE: Final = 140  # characters of what it was, and of what it became: both fit into one text of the log


def rule_changes(before: Rule | None, after: Rule) -> dict[str, str]:
    """Each part of a rule that changed, as `before → after`; of a new one each that is set."""
    return _changes({} if before is None else _of_rule(before), _of_rule(after))


def destination_changes(before: Destination | None, after: Destination) -> dict[str, str]:
    """The same of a destination."""
    return _changes({} if before is None else _of_destination(before), _of_destination(after))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"{_short(before.get(name, ''))} → {_short(became)}"
        for name, became in after.items()
        if became != before.get(name, "")
    }


def _of_rule(rule: Rule) -> dict[str, str]:
    named = {
        "name": rule.name,
        "destination": rule.destination,
        "by_duty": _text(rule.by_duty),
        "urgent": _text(rule.urgent),
        "enabled": _text(rule.enabled),
    }
    return named | {name: _text(getattr(rule.when, name)) for name in Conditions.model_fields}


def _of_destination(each: Destination) -> dict[str, str]:
    return {
        name: _text(getattr(each, name))
        for name in ("name", "channel", "language", "quiet", "window_s", "enabled", "away_from", "away_until")
    }


def _text(value: object) -> str:
    """A value in words; what is not set is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Hours):
        return f"{value.start:%H:%M}–{value.end:%H:%M}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(map(str, value)))
    return "" if value is None else str(value)


def _short(text: str) -> str:
    return text if len(text) <= MAX_SIDE else text[: MAX_SIDE - 1] + "…"
