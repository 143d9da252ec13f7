"""The history of a case as it is shown: each line worded in both languages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cloud.cases import vocabulary
from cloud.cases.bonds import NAMING
from cloud.cases.domain import HistoryEntry
from cloud.cases.vocabulary import Note
from cloud.console.case_words import entry_word
from cloud.console.changes import Changed, changed
from cloud.console.facts import Eye, Moment, known, moment, phrase
from cloud.console.times import span
from cloud.console.words import WORDS, Word

HAN: Final = re.compile(r"[\u3400-\u9fff]")
LATIN: Final = re.compile(r"[a-zA-Z]")
# Their notes begin with seconds; signs may follow.
MEASURED: Final = frozenset(
    {Note.COLLECTED, Note.STILL_STANDING, Note.LEFT, Note.SUSPECTED, Note.CONFIRMED, Note.SIGNS_GONE}
)
# Of a device: a kind, then its words in both languages.
ALARMS: Final = frozenset({Note.COLLECTED, Note.ALARMED, Note.ENDED, Note.UNWATCHED})
FINDINGS: Final = frozenset({Note.COLLECTED, Note.SEEN_AGAIN})  # they may name a rule, or a fall in two languages
NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    what: Word
    actor: Word
    at: Moment
    note: Word | None
    changes: tuple[Changed, ...] = ()
    path: str = ""  # of the case that the note names


def told(text: str) -> Word:
    """What a gateway says in one text, Chinese first and English after it; any other text is the same in both."""
    start = found.start() if (found := LATIN.search(text)) else 0
    zh, en = text[:start], text[start:]
    apart = zh.endswith(" ") and HAN.search(zh) and not HAN.search(en)
    return Word(zh.rstrip(), en) if apart else Word(text, text)


def line(entry: HistoryEntry, eye: Eye, paths: Mapping[str, str] = NOWHERE) -> Line:
    """A line of a history.

    Args:
        paths: where cases are that it may name, by their numbers.
    """
    return Line(
        what=entry_word(entry),
        actor=actor(entry.actor),
        at=moment(entry.at, eye),
        note=_said(entry),
        changes=changed(entry, eye),
        path=paths.get(entry.note, "") if entry.what in NAMING else "",
    )


def _said(entry: HistoryEntry) -> Word | None:
    of_device = entry.actor == vocabulary.DEVICE and entry.what in ALARMS
    return _alarm_note(entry.note) if of_device else _note(entry)


def _note(entry: HistoryEntry) -> Word | None:
    """What the entry says beside its name: a person's words as they are, the camera's in both languages."""
    if not entry.note:
        return None
    outcome, _, reason = entry.note.partition(": ")
    if entry.what is Note.ANSWERED and f"verify.{outcome}" in WORDS:
        found = WORDS[f"verify.{outcome}"]
        why = told(reason)
        return Word(f"{found.zh}：{why.zh}", f"{found.en}: {why.en}") if reason else found
    if entry.what in FINDINGS and f"found.{entry.note}" in WORDS:
        return WORDS[f"found.{entry.note}"]
    first, *signs = entry.note.split("\n")
    if entry.what in FINDINGS and len(signs) == 1:
        return Word(first, signs[0])
    if entry.what in MEASURED and (seconds := first.removesuffix(" s")).isdecimal():
        return _with_signs(phrase("dwell.stood", span(float(seconds))), signs)
    return Word(entry.note, entry.note)


def _alarm_note(note: str) -> Word:
    """Which alarm a device tells of, and its words in each language."""
    kind, zh, en = (*note.split("\n"), "", "")[:3]
    found = known("found", kind)
    return Word(f"{found.zh}：{zh}", f"{found.en}: {en}")


def _with_signs(stood: Word, signs: Sequence[str]) -> Word:
    """How long it stood, and the signs that held, which stand in Chinese and English by turns."""
    return Word("；".join((stood.zh, *signs[::2])), "; ".join((stood.en, *signs[1::2])))


def actor(name: str) -> Word:
    """Who did it: a person by name, else the camera or the program."""
    match name:
        case vocabulary.SYSTEM:
            return WORDS["case.system"]
        case vocabulary.CAMERA:
            return WORDS["case.camera"]
        case vocabulary.DEVICE:
            return WORDS["case.device"]
        case _:
            return Word(name, name)
