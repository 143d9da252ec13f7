"""Reopening what was never filed, written out: 立案 is then, and the road is told whole."""

from datetime import timedelta

import pytest

from cloud.cases import bonds, steps
from cloud.cases.domain import Report
from cloud.cases.effects import Given
from cloud.cases.journal import alike, replayed
from cloud.cases.vocabulary import Action, Source, Stage
from cloud.cases.wishes import Wish
from tests.people import person
from tests.unit.cloud_cases.flow_walk import START

LEAD = person("li.lei")
DAY = timedelta(days=1)

ROADS = [
    # name,             what was done on which day,                            filed on day, lines of the last step
    ("not filed", [("not_file", 0), ("reopen", 3)], 3, ["reopen", "file", "dispatch"]),
    ("void before it was filed", [("void", 0), ("reopen", 3)], 3, ["reopen", "file", "dispatch"]),
    ("void after it was filed", [("file", 0), ("void", 1), ("reopen", 3)], 0, ["reopen"]),
    ("void a second time", [("not_file", 0), ("reopen", 3), ("void", 4), ("reopen", 5)], 3, ["reopen"]),
]


@pytest.mark.parametrize(("road", "filed", "lines"), [row[1:] for row in ROADS], ids=[row[0] for row in ROADS])
def test_what_was_never_filed_is_filed_by_being_reopened(
    road: list[tuple[str, int]], filed: int, lines: list[str]
) -> None:
    opened = bonds.reported(
        Report("路灯不亮", "3 号楼", "1"),
        community="demo",
        source=Source.HOTLINE,
        by=LEAD,
        case_id="c1",
        number="c1",
        now=START,
    )
    case, history, change = opened.case, list(opened.entries), opened
    for what, day in road:
        change = steps.act(case, Wish(Action(what), "说明"), Given(LEAD, START + day * DAY))
        case, history = change.case, [*history, *change.entries]
    assert (case.stage, case.filed_at) == (Stage.DISPATCHED, START + filed * DAY)
    assert [entry.what for entry in change.entries] == lines
    assert [entry.note for entry in change.entries] == ["说明", *[""] * (len(lines) - 1)]
    assert alike(replayed(history), case)
    assert case.dispatched_at == START + road[-1][1] * DAY
