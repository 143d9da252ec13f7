"""The desk's words: what is left of a deadline, what is next, what else may be done, and what a change changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloud.accounts import Kind, Organisation, Role
from cloud.cases import flow
from cloud.cases.domain import Actor, Case, CaseView, Extension, HistoryEntry, Report, Term
from cloud.cases.flow import FLOW, Need
from cloud.cases.vocabulary import Action, Alert, Level, Priority, Source, Stage, Unit, Verification
from cloud.console.card_views import card
from cloud.console.changes import changed
from cloud.console.due import due
from cloud.console.facts import Eye
from cloud.console.today import item
from cloud.console.views import case_page
from cloud.console.who import who
from cloud.console.words import Word
from cloud.console.work import NEXT, work
from tests.unit.console.test_case_views import CASE

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)  # a working day, 9:00 to 12:00 and 13:30 to 17:30
EYE = Eye(MONDAY, CHINA)


def timed(amount: float, unit: Unit, *, passed: timedelta = timedelta(0)) -> Case:
    """A case whose term began so long before the reader looks."""
    begun = EYE.terms.resume(
        replace(CASE, term=Term(amount, unit), span_s=amount * (25_200 if unit is Unit.WORKING_DAYS else 3600)),
        MONDAY - passed,
    )
    return replace(begun, stage=Stage.HANDLING)


@pytest.mark.parametrize(
    ("name", "case", "zh", "en", "tone"),
    [
        ("hours", timed(30, Unit.HOURS), "还剩 1 天 6 小时", "1 d 6 h left", "fine"),
        ("hours, soon", timed(2, Unit.HOURS), "还剩 2 小时", "2 h left", "soon"),
        ("working hours", timed(8, Unit.WORKING_HOURS), "还剩 8 工作时", "8 working hours left", "fine"),
        ("one left", timed(1.5, Unit.WORKING_HOURS), "还剩 1 工作时", "1 working hour left", "soon"),
        (
            "less than one",
            timed(0.5, Unit.WORKING_HOURS),
            "还剩 30 分钟（工作时间）",
            "30 working minutes left",
            "soon",
        ),
        (
            "the last minute",
            timed(0.001, Unit.WORKING_HOURS),
            "还剩 1 分钟（工作时间）",
            "1 working minutes left",
            "soon",
        ),
        ("working days", timed(5, Unit.WORKING_DAYS), "还剩 5 工作日", "5 working days left", "fine"),
        ("a working day", timed(1, Unit.WORKING_DAYS), "还剩 1 工作日", "1 working day left", "fine"),
        (
            "overdue",
            timed(1, Unit.HOURS, passed=timedelta(hours=3)),
            "已超期 2 小时",
            "overdue by 2 h",
            "over",
        ),
    ],
)
def test_what_is_left_is_said_as_the_deadline_counts(name: str, case: Case, zh: str, en: str, tone: str) -> None:
    told = due(case, EYE)
    assert told is not None, name
    assert (told.text, told.tone) == (Word(zh, en), tone), name


def test_80_per_cent_of_a_long_term_presses_too() -> None:
    told = due(replace(timed(5, Unit.WORKING_DAYS), alert=Alert.SOON), EYE)
    assert told is not None
    assert told.tone == "soon"


def test_a_suspended_case_says_so_and_is_not_overdue() -> None:
    case = replace(timed(1, Unit.HOURS), suspended_at=MONDAY, due_at=None, runs_from=None)
    told = due(case, Eye(MONDAY + timedelta(days=9), CHINA))
    assert told is not None
    assert (told.tone, told.at) == ("still", None)
    assert "挂起" in told.text.zh


@pytest.mark.parametrize("case", [CASE, replace(timed(1, Unit.HOURS), stage=Stage.CLOSED)], ids=["no term", "ended"])
def test_where_nothing_runs_nothing_is_said(case: Case) -> None:
    assert due(case, EYE) is None


# --- what is next ---

STAFF, LEADER = Actor("wang.fang", Role.STAFF), Actor("li.lei", Role.LEAD)
REPORTED = replace(CASE, stage=Stage.REPORTED, verification=Verification.CANNOT_SEE, reported_by="han.mei")
ASKED = replace(
    timed(8, Unit.HOURS),
    extension=Extension(until=MONDAY + timedelta(days=1), reason="等配件", by="han.mei", asked_at=MONDAY),
)


@pytest.mark.parametrize(
    ("name", "case", "by", "buttons"),
    [
        ("to take", CASE, STAFF, [Action.ACCEPT]),
        ("to report", replace(CASE, stage=Stage.HANDLING), STAFF, [Action.REPORT]),
        ("a person decides", REPORTED, STAFF, [Action.VERIFY_PASS, Action.VERIFY_FAIL]),
        ("the camera decides", replace(REPORTED, verification=Verification.WAITING), STAFF, []),
        ("to file", replace(CASE, stage=Stage.COLLECTED), LEADER, [Action.FILE]),
        ("not theirs to file", replace(CASE, stage=Stage.COLLECTED), STAFF, []),
        ("an extension first", ASKED, LEADER, [Action.GRANT_EXTENSION]),
        ("which staff do not decide", ASKED, STAFF, [Action.REPORT]),
        ("resume first", replace(timed(8, Unit.HOURS), suspended_at=MONDAY), LEADER, [Action.RESUME]),
        ("a city viewer", CASE, Actor("zhou", Role.CITY), []),
    ],
)
def test_the_next_step_is_one_button(name: str, case: Case, by: Actor, buttons: list[Action]) -> None:
    offered = work(case, flow.possible(case, by), reads_only=by.role is Role.CITY)
    assert [button.action for button in offered.buttons] == buttons, name
    assert (offered.why is None) == bool(buttons), name


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("role", Role)
def test_whatever_is_possible_is_offered_once(stage: Stage, role: Role) -> None:
    case = replace(CASE, stage=stage, verification=Verification.CANNOT_SEE)
    possible = flow.possible(case, Actor("somebody", role))
    offered = work(case, possible, reads_only=False)
    rated = [Action.EVALUATE] if offered.rates else []
    shown = [button.action for button in offered.buttons] + [form.action for form in offered.forms] + rated
    assert sorted(shown) == sorted(possible)


def test_a_form_asks_for_what_its_action_takes() -> None:
    forms = {form.action: form for form in work(ASKED, flow.possible(ASKED, LEADER), reads_only=False).forms}
    assert forms[Action.SUSPEND].needs == {Need.REASON}
    assert not forms[Action.SUSPEND].note
    assert forms[Action.URGE].note
    assert forms[Action.VOID].danger
    assert all(form.needs == FLOW[action].needs for action, form in forms.items())


def test_a_case_that_ended_says_that_it_has() -> None:
    case = replace(CASE, stage=Stage.VOIDED)
    assert work(case, (), reads_only=True).why == Word("案件已办结", "The case has ended")


def test_on_the_page_of_today_what_asks_for_nothing_is_done_at_once() -> None:
    at_once = {action for action in NEXT if (step := item(CASE, EYE, (action,)).step) is not None and step.at_once}
    assert at_once == {Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.RESUME}


# --- who, and what changed ---


def test_who_answers_for_it() -> None:
    case = replace(
        CASE, level=Level.THREE_PARTY, responsible="蓝天物业", handler="wang.fang", assisting=("绿化队", "派出所")
    )
    names = {"蓝天物业": Organisation("蓝天物业", Kind.PROPERTY, None, "蓝天物业公司", "Lantian property")}
    told = who(CaseView(case, (), ()), replace(EYE, names=names))
    assert [rung.is_here for rung in told.levels] == [False, True, False]
    assert {fact.label.zh: fact.value.zh for fact in told.facts}["协办"] == "绿化队、派出所"
    assert {fact.label.en: fact.value for fact in told.facts}["Responsible"] == Word("蓝天物业公司", "Lantian property")
    assert {fact.label.zh: fact.value.zh for fact in told.facts}["经办人"] == "wang.fang"


def test_an_extension_that_waits_says_until_when_and_why() -> None:
    asked = who(CaseView(ASKED, (), ()), EYE).asked
    assert asked is not None
    assert asked.text.zh == "申请延期至 11-24 10:00"
    assert asked.why.zh == "han.mei：等配件"


def test_what_changed_is_told_in_words_from_before_to_after() -> None:
    entry = HistoryEntry(
        MONDAY,
        Action.ESCALATE,
        Stage.HANDLING,
        "li.lei",
        "",
        None,
        before={"level": 1, "priority": 3, "due_at": None, "look": None, "stage": "handling"},
        after={"level": 2, "priority": 1, "due_at": "2026-11-24T09:30:00+00:00", "look": "x", "stage": "handling"},
    )
    told = {each.label.zh: (each.before.zh, each.after.zh) for each in changed(entry, EYE)}
    assert told == {"办理级别": ("物业", "三方"), "优先级": ("一般", "特急"), "时限": ("无", "11-24 17:30")}


def test_a_value_of_a_newer_program_is_shown_as_it_is() -> None:
    entry = HistoryEntry(
        MONDAY, Action.ESCALATE, Stage.HANDLING, "x", "", None, before={"level": 1}, after={"level": 9}
    )
    assert [each.after.zh for each in changed(entry, EYE)] == ["9"]


# --- a report ---

TOLD = replace(
    CASE,
    report=Report(text="三号楼门口\n路灯不亮", place="3 号楼东单元", reporter="12345-20261123-7"),
    source=Source.HOTLINE,
    priority=Priority.HIGH,
    found=(),
)


def test_a_report_is_shown_by_its_words_and_place() -> None:
    shown = card(TOLD, None, EYE)
    assert (shown.zone.zh, shown.where, shown.dwell.zh) == ("12345 热线", "3 号楼东单元", "三号楼门口…")
    assert shown.presses == Word("急", "High")
    page = case_page(CaseView(TOLD, (), ()), EYE)
    assert page.who.told is not None
    assert page.who.told.text == "三号楼门口\n路灯不亮"
    assert not page.sheet
    assert {fact.label.zh for fact in page.facts} == {"立案"}


def test_a_long_report_is_cut_in_a_list() -> None:
    long = replace(TOLD, report=Report(text="漏" * 5000, place="", reporter=""))
    assert len(card(long, None, EYE).dwell.zh) == 61


@pytest.mark.parametrize(
    ("stage", "names"),
    [
        (Stage.NOT_FILED, ["信息收集", "不予立案"]),
        (Stage.VOIDED, ["信息收集", "案卷建立", "任务派遣", "作废"]),
        (Stage.MERGED, ["信息收集", "案卷建立", "任务派遣", "并案"]),
    ],
)
def test_a_case_that_ended_beside_the_road_shows_how_far_it_came(stage: Stage, names: list[str]) -> None:
    filed = None if stage is Stage.NOT_FILED else MONDAY
    case = replace(CASE, stage=stage, filed_at=filed, dispatched_at=filed)
    steps = case_page(CaseView(case, (), ()), EYE).steps
    assert [step.name.zh for step in steps] == names
    assert all(step.is_done for step in steps)


def test_utc_is_no_other_time() -> None:
    case = timed(8, Unit.WORKING_HOURS)
    assert due(case, Eye(MONDAY.astimezone(UTC), CHINA)) == due(case, EYE)
