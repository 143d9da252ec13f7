"""What text of a case is found by: words and pairs of Chinese characters, without a dictionary. Pure.

PostgreSQL's own parsers know no Chinese. So the text is cut here, and the cloud keeps what is cut as a `tsvector`:

- of a run of Chinese, Japanese or Korean characters, every pair of neighbours, and the last character by itself;
- of everything else the words, in lower case; `LL-20261121-0001` both whole and in its parts;
- of a plate also what begins at its second character, its third and so on, for people remember how one ends.

What is sought is cut in the same way; each part of it must be there, a word only as far as it is typed. So any two
neighbouring Chinese characters of a field find it, and so does the beginning of any word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cloud.cases.domain import Case

MAX_QUERY: Final = 100  # characters of a search
MAX_TERMS: Final = 40  # of a search; what it says beyond them is not looked at
MAX_TEXT: Final = 5_000  # characters of one field that are looked at
MAX_WORD: Final = 64  # characters of a word; PostgreSQL has room for 2,046 bytes
PLATE_END: Final = 3  # the shortest end of a plate that finds it
MAX_PLATE: Final = 7  # characters of a plate after its province

_CJK: Final = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[-._]+[^\W_{_CJK}]+)*")
_IS_CJK: Final = re.compile(rf"[{_CJK}]")
_JOINTS: Final = re.compile(r"[-._]+")
_NUMBER: Final = re.compile(r"ll-\d.*")  # of a case, as far as it is typed


def words_of(case: Case) -> frozenset[str]:
    """Everything that a case itself is found by. What people remark on it comes beside: `words`."""
    return case_words(texts_of(case), "" if case.plate is None else case.plate.text or "")


def texts_of(case: Case) -> tuple[str, ...]:
    """The texts of a case that are sought, without its plate."""
    device, report = case.device, case.report
    fields: tuple[str, ...] = (
        case.number,
        case.community,
        case.gateway,
        case.camera,
        case.zone,
        case.zone_name,
        case.slot,
    )
    if device is not None:
        fields += (device.id, device.name)
    if report is not None:
        fields += (report.text, report.place)
    return fields + tuple(text for alarm in case.alarms for text in (alarm.words.zh, alarm.words.en))


def case_words(fields: Iterable[str], plate: str) -> frozenset[str]:
    """What a case is found by, of its texts and of its plate."""
    return words(fields) | frozenset(_ends(plate[:MAX_WORD]))


def words(fields: Iterable[str]) -> frozenset[str]:
    """What some texts are found by; nothing joins the end of one with the beginning of the next."""
    return frozenset(word for field in fields for run in _runs(field[:MAX_TEXT]) for word in _kept(run))


def query_of(text: str) -> str | None:
    """What a `tsquery` is read from, for a person's words; None: they say nothing that could be sought.

    Whatever is typed gives a query that PostgreSQL understands: each term is quoted, and holds neither a quote nor a
    backslash.
    """
    terms = [term for run in _runs(text[:MAX_QUERY]) for term in _sought(run)]
    return " & ".join(dict.fromkeys(terms[:MAX_TERMS])) or None


def plate_query(text: str) -> str | None:
    """As `query_of`, for a plate or a piece of it: its blanks and points say nothing."""
    return query_of("".join(run for run in _runs(text[:MAX_QUERY])))


def may_be_plate(text: str) -> bool:
    """Whether words of a search would find a plate: one with a digit that is as long as an end of it, and no longer."""
    runs = (run for run in _runs(text[:MAX_QUERY]) if not _NUMBER.fullmatch(run))
    parts = (part for run in runs for part in _JOINTS.split(run))  # as `_sought` looks for them
    return any(PLATE_END <= len(part) <= MAX_PLATE and any(map(str.isdigit, part)) for part in parts)


def _runs(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return (found.group() for found in _RUN.finditer(folded))


def _kept(run: str) -> Iterator[str]:
    if _IS_CJK.match(run):
        yield from _pairs(run)
        yield run[-1]
        return
    yield run[:MAX_WORD]
    yield from (part[:MAX_WORD] for part in _JOINTS.split(run))


def _sought(run: str) -> Iterator[str]:
    if _IS_CJK.match(run):
        yield from (_term(pair) for pair in _pairs(run)) if len(run) > 1 else (_term(run, goes_on=True),)
    elif _NUMBER.fullmatch(run):
        yield _term(run[:MAX_WORD], goes_on=True)
    else:
        yield from (_term(part[:MAX_WORD], goes_on=_may_go_on(part)) for part in _JOINTS.split(run))


def _may_go_on(word: str) -> bool:
    """Whether a word is perhaps half typed: a single digit is not, or building 3 would be every building from 30 on."""
    return len(word) > 1 or not word.isnumeric()


def _pairs(run: str) -> Sequence[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _ends(plate: str) -> Iterator[str]:
    """A plate whole, its province, and its ends; a character that could not be read is left out."""
    for run in _runs(plate):
        yield from _kept(run)
        if not _IS_CJK.match(run):
            yield from (run[at:] for at in range(1, len(run) - PLATE_END + 1))


def _term(word: str, *, goes_on: bool = False) -> str:
    return f"'{word}':*" if goes_on else f"'{word}'"
