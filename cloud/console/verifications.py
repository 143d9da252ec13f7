"""What is said of whether a case that was reported handled is handled, and who has yet to say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Case
from cloud.cases.endings import wait
from cloud.cases.vocabulary import Stage, Verification
from cloud.console.facts import phrase
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
