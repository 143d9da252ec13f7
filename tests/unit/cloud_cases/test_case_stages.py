"""The seven stages, walked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.cases import stays, steps
from cloud.cases.domain import Case, Refused
from cloud.cases.effects import Given
from cloud.cases.flow import advance, allowed, person_may
from cloud.cases.stays import Later
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import ACTION_NAMES, FOR_A_PERSON, OPEN, STAGE_NAMES, Action, Stage, Verification
from cloud.cases.wishes import Wish
from contract.envelope import ClockTrust
from contract.parking import OpenedData, Outcome, ParkingOpened, VehicleClass, ZoneKind
from tests.people import person

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TERMS = Terms()
LOOK = "01930f6e-7a2b-7c3d-8e4f-0123456789ab"

WALKS = [
    # name,                        actions,                                                    ends at
    ("by itself", "file dispatch", Stage.DISPATCHED),
    ("handled and verified", "file dispatch accept report verify_pass", Stage.CLOSED),
    ("to its evaluation", "file dispatch accept report verify_pass evaluate", Stage.EVALUATED),
    ("sent back once", "file dispatch accept report verify_fail", Stage.HANDLING),
    ("sent back and done", "file dispatch accept report verify_fail report verify_pass", Stage.CLOSED),
    ("sent back twice", "file dispatch accept report verify_fail report verify_fail", Stage.HANDLING),
]

DEAD_ENDS = [
    ("dispatched before it is filed", "dispatch"),
    ("filed twice", "file file"),
    ("accepted before it is dispatched", "file accept"),
    ("reported before it is accepted", "file dispatch report"),
    ("accepted twice", "file dispatch accept accept"),
    ("verified before it is reported", "file dispatch accept verify_pass"),
    ("closed twice", "file dispatch accept report verify_pass verify_pass"),
    ("sent back when closed", "file dispatch accept report verify_pass verify_fail"),
    ("evaluated when open", "file dispatch accept report evaluate"),
    ("evaluated twice", "file dispatch accept report verify_pass evaluate evaluate"),
    ("anything after the end", "file dispatch accept report verify_pass evaluate accept"),
]


def walk(actions: str) -> Stage:
    stage = Stage.COLLECTED
    for name in actions.split():
        stage = advance(stage, Action(name))
    return stage


@pytest.mark.parametrize(("actions", "end"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_a_walk_ends_where_it_should(actions: str, end: Stage) -> None:
    assert walk(actions) is end


@pytest.mark.parametrize("actions", [row[1] for row in DEAD_ENDS], ids=[row[0] for row in DEAD_ENDS])
def test_a_wrong_turn_is_refused_in_both_languages(actions: str) -> None:
    walk(actions.rpartition(" ")[0])
    with pytest.raises(Refused) as refused:
        walk(actions)
    assert "不能" in refused.value.zh
    assert "not possible" in refused.value.en


def test_stages_and_steps_have_a_name_in_both_languages() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert set(ACTION_NAMES) == set(Action)
    assert [STAGE_NAMES[stage].zh for stage in Stage] == [
        "信息收集",
        "案卷建立",
        "任务派遣",
        "任务处理",
        "处理反馈",
        "核实结案",
        "综合评价",
        "不予立案",
        "作废",
        "并案",
    ]
    for names in (STAGE_NAMES, ACTION_NAMES):
        assert all(name.zh and name.en for name in names.values())


def test_a_case_is_open_until_it_is_closed() -> None:
    assert set(Stage) - set(OPEN) == {
        Stage.CLOSED,
        Stage.EVALUATED,
        Stage.NOT_FILED,
        Stage.VOIDED,
        Stage.MERGED,
    }


def opened(*, seq: int = 1, stay: str = "s1.1", dwell_s: float = 300) -> ParkingOpened:
    data = OpenedData(
        camera="cam1",
        zone="lane",
        zone_kind=ZoneKind.FIRE_LANE,
        slot="s1",
        stay=stay,
        vehicle=VehicleClass.CAR,
        score=0.9,
        box=(0, 0, 1, 1),
        entered_at=NOW,
        entered_within_s=1,
        dwell_s=dwell_s,
        limit_s=300,
    )
    return ParkingOpened(
        id=LOOK,
        source="/linli/demo/gw-1",
        time=NOW,
        community="demo",
        gateway="gw-1",
        epoch="0" * 16,
        seq=seq,
        clock=ClockTrust.SYNCED,
        configversion="0" * 12,
        prevhash="0" * 64,
        keyid="0" * 16,
        sig="AAAA",
        data=data,
    )


def new() -> Case:
    return stays.collect(opened(), case_id=LOOK, number="LL-20261121-0001", now=NOW, odd_time=False).case


def act(case: Case, action: Action, *, rating: int | None = None) -> Case:
    look = LOOK if action is Action.REPORT else None
    return steps.act(case, Wish(action, rating=rating), Given(person("li"), NOW, TERMS, alone=True, look=look)).case


def reported() -> Case:
    return act(act(new(), Action.ACCEPT), Action.REPORT)


@pytest.mark.parametrize("verification", list(Verification))
def test_a_person_verifies_only_where_the_camera_could_not(verification: Verification) -> None:
    case = replace(reported(), verification=verification)
    may = verification.value in {"cannot_see", "no_answer", "in_use", "nothing_left", "not_ended", "said_before"}
    assert (verification in FOR_A_PERSON) == may
    assert allowed(case) == ((Action.VERIFY_PASS, Action.VERIFY_FAIL) if may else ())
    if may:
        person_may(case, Action.VERIFY_PASS, person("zhao.min"))
    else:
        with pytest.raises(Refused, match="camera"):
            person_may(case, Action.VERIFY_PASS, person("zhao.min"))


@pytest.mark.parametrize(
    ("outcome", "stage", "rework", "present", "lines"),
    [
        (Outcome.GONE, Stage.CLOSED, 0, False, ["answered", "verify_pass"]),
        (Outcome.STILL_THERE, Stage.HANDLING, 1, True, ["answered", "verify_fail"]),
        (Outcome.CANNOT_SEE, Stage.REPORTED, 0, True, ["answered"]),
    ],
)
def test_what_the_camera_answers(outcome: Outcome, stage: Stage, rework: int, present: bool, lines: list[str]) -> None:
    case = reported()
    change = steps.answer(case, outcome, stay=case.stay, reason="", event_id=LOOK, now=NOW)
    assert (change.case.stage, change.case.rework, change.case.vehicle_present) == (stage, rework, present)
    assert [entry.what for entry in change.entries] == lines


@pytest.mark.parametrize(
    ("name", "case", "awaits"),
    [
        ("waiting", reported(), True),
        ("nobody answered, nobody decided", steps.give_up(reported(), now=NOW).case, True),
        ("another command", replace(reported(), look="other"), False),
        ("a person closed it", act(steps.give_up(reported(), now=NOW).case, Action.VERIFY_PASS), False),
        ("a person sent it back", act(steps.give_up(reported(), now=NOW).case, Action.VERIFY_FAIL), False),
        ("not reported", new(), False),
    ],
)
def test_an_answer_moves_a_case_only_while_it_waits(name: str, case: Case, awaits: bool) -> None:
    assert steps.awaits(case, LOOK) == awaits, name


def test_the_newest_stay_is_the_one_that_counts() -> None:
    case = stays.see_again(new(), opened(seq=5, stay="s1.2", dwell_s=310), now=NOW, odd_time=False).case
    assert (case.stay, case.sightings, case.dwell_s) == ("s1.2", 2, 310)
    case = stays.see_again(case, opened(seq=3, stay="s1.0"), now=NOW, odd_time=False).case
    assert (case.stay, case.sightings) == ("s1.2", 3)
    later = NOW + timedelta(hours=1)
    case = stays.follow(case, left("s1.0", 9999), now=later).case
    assert (case.vehicle_present, case.dwell_s, case.missed_at) == (True, 310, None)
    case = stays.follow(case, left("s1.2", 400), now=later).case
    assert (case.vehicle_present, case.dwell_s, case.updated_at, case.missed_at) == (False, 400, later, NOW)
    case = stays.follow(case, Later(LOOK, "parking.milestone.v1", "s1.2", 350), now=later).case
    assert (case.vehicle_present, case.dwell_s) == (False, 400), "a milestone that comes late brings nothing back"


def left(stay: str, dwell_s: float) -> Later:
    return Later(LOOK, "parking.cleared.v1", stay, dwell_s, moved=True, last_seen_at=NOW, missed_at=NOW)
