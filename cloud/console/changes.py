"""What a line of a case's history changed: before and after, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from cloud.cases.domain import HistoryEntry
from cloud.cases.vocabulary import STAGE_NAMES, Action, Level, Priority, Stage
from cloud.console import desk_words as words
from cloud.console.facts import Eye, called, listed, word
from cloud.console.times import wall
from cloud.console.words import WORDS, Word

# What leads on along the road says so by its name; where it leads back, a reader is told from where.
AGAINST: Final = frozenset({Action.RETURN, Action.VERIFY_FAIL, Action.REOPEN, Action.VOID, Action.NOT_FILE})
NOTHING: Final = Word("无", "none")


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that a line changed."""

    label: Word
    before: Word
    after: Word


def changed(entry: HistoryEntry, eye: Eye) -> tuple[Changed, ...]:
    """What a reader is told of it: who answers, until when, how urgent; not what the program keeps beside."""
    names = [name for name in SHOWN if name in entry.after or name in entry.before]
    told = (_one(name, entry, eye) for name in names if name != "stage" or entry.what in AGAINST)
    return tuple(each for each in told if each.before != each.after)


def _one(name: str, entry: HistoryEntry, eye: Eye) -> Changed:
    label, say = SHOWN[name]
    return Changed(label, _said(entry.before.get(name), say, eye), _said(entry.after.get(name), say, eye))


Say = Callable[[JsonValue, Eye], Word]


def _said(value: JsonValue, say: Say, eye: Eye) -> Word:
    if value is None or value in ("", []):
        return NOTHING
    try:
        return say(value, eye)
    except (KeyError, TypeError, ValueError):  # of a newer program
        return _text(value, eye)


def _text(value: JsonValue, _eye: Eye) -> Word:
    text = "、".join(str(each) for each in value) if isinstance(value, list) else str(value)
    return Word(text, text.replace("、", ", "))


def _organisations(value: JsonValue, eye: Eye) -> Word:
    return listed([called(str(each), eye.names) for each in (value if isinstance(value, list) else [value])])


def _time(value: JsonValue, eye: Eye) -> Word:
    text = wall(datetime.fromisoformat(str(value)), eye.now, eye.zone)
    return Word(text, text)


def _stage(value: JsonValue, _eye: Eye) -> Word:
    return word(STAGE_NAMES[Stage(str(value))])


def _level(value: JsonValue, _eye: Eye) -> Word:
    return words.LEVELS[Level(int(str(value)))]


def _priority(value: JsonValue, _eye: Eye) -> Word:
    return words.PRIORITIES[Priority(int(str(value)))]


SHOWN: Final[Mapping[str, tuple[Word, Say]]] = {
    "stage": (WORDS["case.progress"], _stage),
    "level": (words.LEVEL, _level),
    "priority": (words.PRIORITY, _priority),
    "responsible": (words.RESPONSIBLE, _organisations),
    "handler": (words.HANDLER, _text),
    "assisting": (words.ASSISTING, _organisations),
    "due_at": (words.DUE, _time),
    "rating": (WORDS["case.rating"], _text),
    "reporter_rating": (WORDS["case.rating"], _text),
}
