"""docs/property-staff.md says what the console says."""

import pytest

from cloud.cases.endings import HOLDS, TOLD_WITHIN
from cloud.cases.filters import Show
from cloud.cases.vocabulary import ACTION_NAMES, STAGE_NAMES, Action, CaseKind, Found, Note, Stage, Verification
from cloud.console import desk_words
from cloud.console.case_words import NOTES, VERIFICATIONS
from cloud.console.desk_words import SECTIONS
from cloud.console.list_words import LIST, SHOWS
from cloud.console.plan_words import PLAN
from cloud.console.times import span
from cloud.console.words import WORDS, Word
from cloud.telemetry.domain import STALE
from contract.berth import BerthState
from contract.envelope import PictureKind
from contract.gating import GateAlarmKind, SensorAlarmKind, SensorKind
from contract.metering import MeterAlarmKind
from contract.parking import ZoneKind
from contract.plates import PermitState
from tests.unit.docs.pages import read

STAFF = read("docs/property-staff.md")
BY_A_PERSON = (Action.ACCEPT, Action.REPORT, Action.VERIFY_PASS, Action.VERIFY_FAIL)
WORDS_QUOTED = (
    "verify.looking",
    "verify.gone",
    "verify.still_there",
    "verify.cannot_see",
    "case.simulated",
    "cases.none_open",
    "photo.coming",
    "photo.unmasked",
    "fault.stale",
    "language.both",
    "case.signs",
    "case.signs_gone",
    "case.returns",
    "case.behind",
    "case.left",
    "photo.sealed",
    "camera.moved",
    "film.coming",
    "verify.nothing_left",
    "verify.ending",
    "verify.not_ended",
    "alarm.standing",
    "alarm.over",
    "alarm.chart",
    "alarm.corroborated",
    "alarm.missing",
    "fall.floor_unknown",
    "fall.by_grid",
    "fall.by_physics",
    "fall.path",
    "permits.title",
    "permits.whole",
    "nav.berths",
    "nav.permits",
    *(f"found.{found.value}" for found in Found),
    *(f"berth.{state.value}" for state in BerthState),
    *(f"permit.{state.value}" for state in PermitState if state is not PermitState.UNSURE),
    *(f"photo.{kind.value}" for kind in PictureKind),
)


DESK = (
    SHOWS[Show.OPEN],
    SHOWS[Show.CLOSED],
    LIST["suspects"],
    desk_words.TODAY_NONE,
    desk_words.MORE,
    desk_words.READS_ONLY,
    desk_words.PAUSED,
    desk_words.WHO,
    desk_words.RESPONSIBLE,
    desk_words.HANDLER,
    desk_words.ASSISTING,
    desk_words.REPORT,
    PLAN["case_plan"],
    PLAN["upload"],
    PLAN["place"],
)


# Alarms that stand in one row, by what the row begins with.
TOGETHER = {"防拆报警": "防拆报警、表盖打开", "表盖打开": "防拆报警、表盖打开", "报警": "周界报警"}
TOGETHER |= {"故障": "…故障、…失声", "失声": "…故障、…失声"}


@pytest.mark.parametrize("action", BY_A_PERSON)
def test_every_button_is_called_what_it_is_called(action: Action) -> None:
    assert f"**{ACTION_NAMES[action].zh}**" in STAFF


@pytest.mark.parametrize("action", Action)
def test_everything_that_may_be_done_is_explained(action: Action) -> None:
    assert f"**{ACTION_NAMES[action].zh}**" in STAFF


@pytest.mark.parametrize("part", SECTIONS)
def test_every_part_of_the_page_of_today_is_explained(part: str) -> None:
    assert f"| **{SECTIONS[part].zh}** |" in STAFF


@pytest.mark.parametrize("word", DESK, ids=lambda word: word.en)
def test_what_is_quoted_from_the_desk_stands_there(word: Word) -> None:
    assert word.zh in STAFF


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_in_the_line_of_stages(stage: Stage) -> None:
    assert STAGE_NAMES[stage].zh in STAFF


@pytest.mark.parametrize("name", WORDS_QUOTED)
def test_what_is_quoted_from_the_page_stands_on_the_page(name: str) -> None:
    assert WORDS[name].zh in STAFF


@pytest.mark.parametrize("name", ["dwell.standing", "dwell.at_least"])
def test_how_long_it_has_stood_is_told_as_on_the_page(name: str) -> None:
    assert WORDS[name].zh.format(time="…") in STAFF


@pytest.mark.parametrize("note", [Note.SUSPECTED, Note.CONFIRMED, Note.STILL_STANDING, Note.SIGNS_GONE])
def test_the_stages_of_a_zombie_vehicle_are_called_what_they_are_called(note: Note) -> None:
    assert f"**{NOTES[note].zh}**" in STAFF


@pytest.mark.parametrize("found", HOLDS)
def test_how_long_a_device_is_waited_for_is_told(found: Found) -> None:
    kinds = {CaseKind.METER: MeterAlarmKind, CaseKind.GATE: GateAlarmKind, CaseKind.SENSOR: SensorAlarmKind}
    (sort,) = (sort for sort, values in kinds.items() if found.value in set(values))
    title = WORDS[f"found.{found}"].zh
    (row,) = (line for line in STAFF.splitlines() if line.startswith(f"| {TOGETHER.get(title, title)} |"))
    longest = HOLDS[found] + TOLD_WITHIN[sort]
    assert row.split("|")[-2].strip() == span(longest.total_seconds()).zh


@pytest.mark.parametrize("sensor", SensorKind)
def test_every_sensor_is_called_as_on_the_page(sensor: SensorKind) -> None:
    assert f"{WORDS[f'of.sensor-{sensor}'].zh}{WORDS['found.alarm'].zh}" in STAFF


def test_how_long_a_berth_holds_is_told() -> None:
    assert f"{STALE.total_seconds() / 60:.0f} 分钟没有新消息" in STAFF
    assert f"({STALE.total_seconds() / 60:.0f} min)" in read("docs/contract.md")


def test_a_floor_is_told_as_on_the_page() -> None:
    assert WORDS["fall.floor_about"].zh.format(n=12, low=11, high=13) in STAFF
    assert NOTES[Note.SEEN_AGAIN].zh in STAFF


def test_a_camera_that_does_not_answer_is_told() -> None:
    assert VERIFICATIONS[Verification.NO_ANSWER].zh in STAFF


@pytest.mark.parametrize("kind", ZoneKind)
def test_every_kind_of_zone_is_told_to_installers_and_named_as_on_the_page(kind: ZoneKind) -> None:
    assert f"| `{kind.value}` | " in read("docs/installers.md")
    assert f"`{kind.value}` {WORDS[f'zone.{kind.value}'].zh}" in read("docs/contract.md")
