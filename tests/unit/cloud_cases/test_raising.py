"""Who answers when, written out: what time does once a term is over, and what a person has done before or between."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cloud.accounts import Role
from cloud.cases import alerts, steps
from cloud.cases.calendar import CHINA
from cloud.cases.domain import Case, Term
from cloud.cases.effects import Given
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, CaseKind, Level, Note, Stage, Unit
from cloud.cases.wishes import Wish
from tests.people import person
from tests.unit.cloud_cases.flow_walk import START, _new

TERMS = Terms(deadlines={(CaseKind.PARKING, ""): Term(4, Unit.HOURS)})
UP = {level: f"org-{level}" for level in Level}
STREET = person("wang.jie", Role.STREET)

# Dispatched on Monday the 9th at 10:00, due at 14:00. Work begins at 9:00.
RAISES = [
    # name, what a person does when, when is supervised 督办, when is raised to which level
    ("by time alone", [], "10 09:00", [("11 09:00", 2), ("12 09:00", 3)]),
    ("raised by hand before it is over", [("09 11:00", "escalate")], "10 09:00", [("11 09:00", 3)]),
    ("raised twice before it is over", [("09 11:00", "escalate"), ("09 12:00", "escalate")], "10 09:00", []),
    (
        "supervised by hand before it is over",
        [("09 11:00", "supervise")],
        "10 09:00",
        [("11 09:00", 2), ("12 09:00", 3)],
    ),
    ("raised after it is over", [("09 16:00", "escalate")], "10 09:00", [("11 09:00", 3)]),
    ("raised once it is supervised", [("10 15:00", "escalate")], "10 09:00", [("12 09:00", 3)]),
    ("raised once time has raised it", [("11 15:00", "escalate")], "10 09:00", [("11 09:00", 2)]),
    ("over a weekend", [("09 11:00", "escalate"), ("09 12:00", "extend")], "13 09:00", [("16 09:00", 3)]),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=CHINA)


@pytest.mark.parametrize(("done", "supervised", "raised"), [row[1:] for row in RAISES], ids=[row[0] for row in RAISES])
def test_each_working_day_after_the_term_the_next_level_answers(
    done: list[tuple[str, str]], supervised: str, raised: list[tuple[str, int]]
) -> None:
    case = TERMS.begin(replace(_new(CaseKind.PARKING, "c1", START), stage=Stage.DISPATCHED), at("09 10:00"))
    told: list[tuple[Note, datetime, Level]] = []
    waiting = [(at(when), what) for when, what in done]
    while waiting or case.alert_at is not None:
        if waiting and (case.alert_at is None or waiting[0][0] < case.alert_at):
            now, what = waiting.pop(0)
            case = _act(case, what, now)
            continue
        assert case.alert_at is not None
        change = alerts.fire(case, TERMS, answering=UP, now=case.alert_at)
        told += [(Note(line.what), line.at, change.case.level) for line in change.entries]
        case = change.case
    assert [when for what, when, _ in told if what is Note.SUPERVISED] == [at(supervised)]
    assert [(when, level) for what, when, level in told if what is Note.RAISED] == [(at(at_), to) for at_, to in raised]
    assert case.level is Level.STREET
    assert case.responsible == UP[Level.STREET]


def _act(case: Case, what: str, now: datetime) -> Case:
    if what == "extend":
        return TERMS.extend(case, now + timedelta(days=3), now)
    return steps.act(case, Wish(Action(what), "说明"), Given(STREET, now, TERMS, answering=UP)).case
