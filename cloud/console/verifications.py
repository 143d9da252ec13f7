"""What is said of whether a case that was reported handled is handled, and who has yet to say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Case, CaseView
from cloud.cases.endings import wait
from cloud.cases.vocabulary import Action, Note, Stage, Verification
from cloud.console import desk_words as words
from cloud.console.facts import Fact, phrase
from cloud.console.history import told
from cloud.console.times import span
from cloud.console.words import WORDS, Word


@dataclass(frozen=True, slots=True)
class Check:
    """What the camera or the device says about a case reported handled, and why; `hint` is for who waits."""

    state: str  # how it is coloured: looking, gone, still, blind
    text: Word
    why: Word | None
    hint: Word | None = None


UNDECIDED: Final[Mapping[Verification, str]] = {
    Verification.CANNOT_SEE: "verify.cannot_see",
    Verification.NO_ANSWER: "verify.cannot_see",
    Verification.IN_USE: "verify.in_use",
    Verification.NOTHING_LEFT: "verify.nothing_left",
    Verification.NOT_ENDED: "verify.not_ended",
    Verification.SAID_BEFORE: "verify.said_before",
}
# Of these the latest says whether the last rating reopened a case.
_RATED: Final = frozenset({Action.RATE, Action.REOPEN, Note.NOT_REOPENED})


def unopened(view: CaseView, paths: Mapping[str, str]) -> Fact | None:
    """That a bad rating did not reopen a case, with the number of the one that is open instead; None: none was so.

    Args:
        paths: where cases are that belong to it, by their numbers.
    """
    latest = next((line for line in reversed(view.history) if line.what in _RATED), None)
    if latest is None or latest.what is not Note.NOT_REOPENED or view.case.is_open:
        return None
    label = words.UNOPENED.fill(rating=view.case.reporter_rating)
    return Fact(label, Word(latest.note, latest.note), words.UNOPENED_WHY, paths.get(latest.note, ""))


def check(case: Case) -> Check | None:
    """What is said of a case; None where nobody was asked yet."""
    why = told(case.verification_reason) if case.verification_reason else None
    match case.verification:
        case Verification.NONE:
            return None
        case Verification.WAITING:
            return _waiting(case)
        case Verification.GONE | Verification.ENDED as over:
            return Check("gone", WORDS[f"verify.{over}"], why)
        case Verification.STILL_THERE:
            return Check("still", WORDS["verify.still_there"], why)
        case undecided:
            return _undecided(case, undecided, why)


def _undecided(case: Case, said: Verification, why: Word | None) -> Check:
    if case.stage in {Stage.CLOSED, Stage.EVALUATED}:
        return Check("gone", WORDS["verify.person"], None)
    asked_nobody = case.report is not None  # no camera or device looks at what somebody reported
    return Check("blind", WORDS["verify.report" if asked_nobody else UNDECIDED[said]], why)


def _waiting(case: Case) -> Check:
    if case.device is None:
        return Check("looking", WORDS["verify.looking"], None, WORDS["verify.looking_why"])
    longest = span(wait(case.device.kind, case.alarms).total_seconds())
    return Check("looking", WORDS["verify.ending"], None, phrase("verify.ending_why", longest))
