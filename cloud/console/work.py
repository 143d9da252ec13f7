"""What somebody may do to a case now: the next step as one button, and everything else with a form of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from cloud.cases.domain import Case
from cloud.cases.flow import FLOW, Need
from cloud.cases.vocabulary import ACTION_NAMES, Action, CaseKind
from cloud.console import desk_words as words
from cloud.console.facts import word
from cloud.console.words import Word

# What leads on, in the order in which it is asked for. An extension and a case that stands still come before the road.
NEXT: Final = (
    Action.GRANT_EXTENSION,
    Action.RESUME,
    Action.FILE,
    Action.DISPATCH,
    Action.ACCEPT,
    Action.REPORT,
    Action.VERIFY_PASS,
    Action.EVALUATE,
)
# A decision has two sides: the other stands beside the first.
OTHER_SIDE: Final = {Action.VERIFY_PASS: Action.VERIFY_FAIL}
NOTED: Final = frozenset({Action.REPORT, Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.EVALUATE})
PICTURED: Final = frozenset({Action.REPORT, Action.VERIFY_PASS, Action.VERIFY_FAIL})
DANGEROUS: Final = frozenset({Action.VERIFY_FAIL, Action.VOID, Action.NOT_FILE})


@dataclass(frozen=True, slots=True)
class Button:
    """Something a person may do now."""

    action: Action
    label: Word
    main: bool
    danger: bool


@dataclass(frozen=True, slots=True)
class Form:
    """Another thing a person may do, and what it asks for."""

    action: Action
    label: Word
    hint: Word | None
    needs: frozenset[Need]
    note: bool  # a note may be given
    danger: bool


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a reader may do to a case; `why` says why there is nothing, where there is nothing."""

    buttons: tuple[Button, ...]  # the next step first
    forms: tuple[Form, ...]
    asks_note: bool
    needs_proof: bool  # neither camera nor device can see what was done: words or a photo say it
    takes_photos: bool
    rates: bool  # the next step is a rating
    why: Word | None
    mark: str  # another whenever something else may be done: what is typed into a form does not outlive it


def work(case: Case, possible: Sequence[Action], *, reads_only: bool) -> Work:
    """What to offer.

    Args:
        possible: what the reader may do now.
        reads_only: the reader may never do anything.
    """
    step = next((action for action in NEXT if action in possible), None)
    beside = OTHER_SIDE.get(step) if step is not None else None
    shown = tuple(action for action in (step, beside) if action is not None and action in possible)
    rates = step is Action.EVALUATE
    return Work(
        buttons=() if rates else tuple(_button(action) for action in shown),
        forms=tuple(_form(action) for action in possible if action not in shown),
        asks_note=bool(NOTED & set(shown)),
        needs_proof=step is Action.REPORT and case.kind is CaseKind.REPORT,
        takes_photos=bool(PICTURED & set(shown)),
        rates=rates,
        why=None if step is not None else _why(case, reads_only=reads_only),
        mark=f"{crc32('-'.join((*possible, case.responsible or '', *case.assisting)).encode()):08x}",
    )


def _why(case: Case, *, reads_only: bool) -> Word:
    if not case.is_open:
        return words.ENDED
    return words.READS_ONLY if reads_only else words.NOTHING_TO_DO


def _button(action: Action) -> Button:
    return Button(
        action=action,
        label=word(ACTION_NAMES[action]),
        main=action is not Action.VERIFY_FAIL,
        danger=action in DANGEROUS,
    )


def _form(action: Action) -> Form:
    needs = FLOW[action].needs
    return Form(
        action=action,
        label=word(ACTION_NAMES[action]),
        hint=words.HINTS.get(action),
        needs=needs,
        note=Need.REASON not in needs,
        danger=action in DANGEROUS,
    )
