"""Whoever must verify is told so, by whatever way a case came to a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cloud.cases import bonds, steps
from cloud.cases.domain import Case, Report
from cloud.cases.effects import Given
from cloud.cases.news import UNVERIFIED, news
from cloud.cases.steps import Change
from cloud.cases.vocabulary import FOR_A_PERSON, Action, CaseKind, Source, Stage
from cloud.cases.wishes import Wish
from cloud.notify.domain import OCCASION_OF, Occasion
from contract.parking import Outcome
from tests.people import LEAD
from tests.unit.cloud_cases.flow_walk import START, _new

LATER = START + timedelta(hours=1)


def handled(kind: CaseKind, **more: object) -> Case:
    """One that somebody works on."""
    return replace(_new(kind, "c1", START), stage=Stage.HANDLING, handler=LEAD.name, **more)  # type: ignore[arg-type]


def from_outside() -> Case:
    report = Report("路灯不亮", "3 号楼", "1")
    made = bonds.reported(
        report, community="demo", source=Source.HOTLINE, by=LEAD, case_id="c1", number="c1", now=START
    )
    return replace(made.case, stage=Stage.HANDLING, handler=LEAD.name)


def over(case: Case) -> Case:
    """Its device had said that it was over, before the case was reopened."""
    return replace(case, alarms=tuple(replace(each, ended_at=START, past=True) for each in case.alarms))


def reported(case: Case) -> Change:
    return steps.act(case, Wish(Action.REPORT, "好了"), Given(LEAD, START, look="look-1"))


def answered(outcome: Outcome) -> Callable[[Case], Change]:
    return lambda case: steps.answer(case, outcome, stay=case.stay, reason="", event_id="", now=LATER)


def given_up(case: Case) -> Change:
    return steps.give_up(case, now=LATER)


WAYS = [
    # name, the case, what is said after it was reported handled
    ("the camera cannot see", handled(CaseKind.PARKING), answered(Outcome.CANNOT_SEE)),
    ("the camera does not answer", handled(CaseKind.PARKING), given_up),
    ("the vehicle is in use", handled(CaseKind.ZOMBIE, signs_gone=True), answered(Outcome.STILL_THERE)),
    ("the device does not end", handled(CaseKind.METER), given_up),
    ("the device said so before", over(handled(CaseKind.METER)), None),
    ("a fall leaves nothing to see", handled(CaseKind.THROWN), None),
    ("a report from outside", from_outside(), None),
]


@pytest.mark.parametrize(("case", "said"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS])
def test_that_a_person_must_verify_is_told_once(case: Case, said: Callable[[Case], Change] | None) -> None:
    changes = [(case, reported(case))]
    if said is not None:
        changes.append((changes[0][1].case, said(changes[0][1].case)))
    last = changes[-1][1].case
    changes.append((last, steps.act(last, Wish(Action.REMARK, "看过了"), Given(LEAD, LATER))))
    told = [each.what for before, change in changes for each in news(before, change.case, change.entries)]
    assert last.verification in FOR_A_PERSON
    assert told == [Action.REPORT, UNVERIFIED]
    assert OCCASION_OF[told[-1]] is Occasion.UNVERIFIED


def test_the_ways_are_all_there_are() -> None:
    ends = {(said(reported(case).case) if said else reported(case)).case.verification for _, case, said in WAYS}
    assert ends == FOR_A_PERSON
