"""What a case's page says: how long the vehicle has stood, and what the camera found, each once in each language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.cases.domain import Case, CaseView, HistoryEntry, Report
from cloud.cases.vocabulary import CAMERA, Action, Note, Stage, Verification
from cloud.console.card_views import card
from cloud.console.facts import Eye
from cloud.console.history import told
from cloud.console.verifications import check
from cloud.console.views import case_page
from cloud.console.words import Word
from edge.rules import verification

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CASE = Case(
    id="0192aaaa-0000-7000-8000-000000000000",
    number="LL-20261121-0001",
    community="lantian",
    gateway="gw-east",
    camera="cam1",
    zone="north-lane",
    zone_kind="fire_lane",
    zone_name="",
    slot="cam1.1",
    stay="cam1.1.1",
    vehicle="car",
    stage=Stage.DISPATCHED,
    verification=Verification.NONE,
    verification_reason="",
    version=3,
    entered_at=NOW - timedelta(minutes=12),
    opened_at=NOW - timedelta(minutes=7),
    updated_at=NOW,
    closed_at=None,
    closed_by=None,
    dwell_s=22,
    limit_s=20,
    vehicle_present=True,
    sightings=1,
    rework=0,
    rating=None,
    clock="synced",
    odd_time=False,
    simulated=False,
)
EYE = Eye(NOW, UTC)


@pytest.mark.parametrize(
    ("name", "case", "zh", "en"),
    [
        ("it stands", CASE, "已停 12 分钟", "parked 12 min"),
        ("the clock was not set", replace(CASE, clock="unsynced"), "至少已停 22 秒", "parked at least 22 s"),
        ("an odd time", replace(CASE, odd_time=True), "至少已停 22 秒", "parked at least 22 s"),
        ("it left", replace(CASE, vehicle_present=False), "停了 22 秒", "parked 22 s"),
        ("it left, clock not set", replace(CASE, vehicle_present=False, clock="unsynced"), "停了 22 秒", "parked 22 s"),
    ],
)
def test_how_long_it_has_stood(name: str, case: Case, zh: str, en: str) -> None:
    assert card(case, None, EYE).dwell == Word(zh, en), name


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (verification.LEFT, "车辆已离开，位置空出", "the vehicle has left, its place is empty"),
        (verification.REPLACED, "原位置已是另一辆车", "another vehicle stands there now"),
        ("too dark", "too dark", "too dark"),
        ("被挡住", "被挡住", "被挡住"),
        ("车牌 A12345 看不清 too dark", "车牌 A12345 看不清 too dark", "车牌 A12345 看不清 too dark"),
        ("too dark 太暗", "too dark 太暗", "too dark 太暗"),
        ("太暗 dark 了", "太暗 dark 了", "太暗 dark 了"),
        ("太暗\ndark", "太暗\ndark", "太暗\ndark"),
        ("", "", ""),
    ],
)
def test_a_gateways_text_is_split_only_where_its_languages_are_apart(text: str, zh: str, en: str) -> None:
    assert told(text) == Word(zh, en)


@pytest.mark.parametrize(
    "text",
    [
        verification.STILL_THERE,
        verification.LEFT,
        verification.REPLACED,
        verification.NO_PICTURE,
        verification.HIDDEN,
        verification.UNDECIDED,
    ],
)
def test_each_reason_a_gateway_gives_has_both_languages(text: str) -> None:
    assert told(text).zh != told(text).en
    assert told(text).plain() == text


def test_a_hostile_text_is_split_in_no_time() -> None:
    assert told("车 " * 20_000).zh.startswith("车")


def test_the_cameras_reason_is_said_once_in_each_language() -> None:
    reason = verification.LEFT
    case = replace(CASE, stage=Stage.CLOSED, verification=Verification.GONE, verification_reason=reason)
    entry = HistoryEntry(NOW, Note.ANSWERED, Stage.CLOSED, CAMERA, f"gone: {reason}", None)
    page = case_page(CaseView(case, (entry,), ()), EYE)
    assert page.check is not None
    assert page.check.why == Word("车辆已离开，位置空出", "the vehicle has left, its place is empty")
    assert page.lines[0].note == Word(
        "摄像机确认车已驶离：车辆已离开，位置空出",
        "The camera saw that the vehicle is gone: the vehicle has left, its place is empty",
    )
    assert not page.work.buttons


@pytest.mark.parametrize(
    ("stage", "done", "here"),
    [(Stage.COLLECTED, 0, 0), (Stage.DISPATCHED, 2, 2), (Stage.CLOSED, 6, 5), (Stage.EVALUATED, 7, 6)],
)
def test_where_a_closed_case_stands_is_done(stage: Stage, done: int, here: int) -> None:
    steps = case_page(CaseView(replace(CASE, stage=stage), (), ()), EYE).steps
    assert [step.is_done for step in steps] == [True] * done + [False] * (7 - done)
    assert [step.is_here for step in steps].index(True) == here


def test_a_history_says_what_was_done() -> None:
    history = tuple(HistoryEntry(NOW, action, Stage.FILED, CAMERA, "", None) for action in Action)
    said = [line.what.en for line in case_page(CaseView(CASE, history, ()), EYE).lines]
    assert len(set(said)) == len(Action)
    assert [said[list(Action).index(each)] for each in (Action.REPORT, Action.VERIFY_FAIL)] == [
        "Reported handled",
        "Sent back",
    ]


def test_a_report_is_verified_by_a_person_and_no_camera_is_spoken_of() -> None:
    reported = replace(
        CASE, report=Report("路灯不亮", "3 号楼", "1"), stage=Stage.REPORTED, verification=Verification.CANNOT_SEE
    )
    asked = check(reported)
    assert asked is not None
    assert (asked.state, asked.text.zh) == ("blind", "请到现场核实")
    assert card(reported, None, EYE).chip.zh == "请到现场核实"


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.EVALUATED])
@pytest.mark.parametrize("said", [Verification.CANNOT_SEE, Verification.NOT_ENDED, Verification.NOTHING_LEFT])
def test_a_case_that_a_person_verified_asks_nobody_to_look(stage: Stage, said: Verification) -> None:
    told_of = check(replace(CASE, stage=stage, closed_at=NOW, closed_by="zhang.lei", verification=said))
    assert told_of is not None
    assert (told_of.state, told_of.text.en) == ("gone", "Verified by a person")
