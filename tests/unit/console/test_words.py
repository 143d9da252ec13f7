"""Everything is said in both languages, with the same things filled in, and nothing is said that is not there."""

import re
from string import Formatter

import pytest

from cloud.cases.vocabulary import ACTION_NAMES, STAGE_NAMES, Action, Found, Note, Stage, Verification
from cloud.console.case_words import DONE, NOTES, VERIFICATIONS
from cloud.console.rendering import HERE, markup
from cloud.console.words import WORDS, Language, Word
from contract.berth import BerthState
from contract.device import CameraState
from contract.envelope import PictureKind
from contract.gating import GateAlarmKind, SensorAlarmKind, SensorKind
from contract.metering import Medium, MeterAlarmKind, Witness
from contract.parking import Rule, VehicleClass, ZoneKind
from contract.plates import PermitKind, PermitState, PlateState

HAN = re.compile(r"[\u4e00-\u9fff]")
NO_CHINESE = {"language.en"}
NO_ENGLISH = {"language.zh"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", WORDS)
def test_each_word_is_there_in_both_languages(key: str) -> None:
    word = WORDS[key]
    assert word.zh.strip()
    assert word.en.strip()
    assert HAN.search(word.zh) or key in NO_CHINESE
    assert not HAN.search(word.en) or key in NO_ENGLISH or key == "language.both"


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_fill_in_the_same(key: str) -> None:
    assert fields(WORDS[key].zh) == fields(WORDS[key].en)


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("zone", ZoneKind),
        ("vehicle", VehicleClass),
        ("photo", PictureKind),
        ("camera", CameraState),
        ("found", Rule),
        ("found", Found),
        ("plate", PlateState),
        ("permit", PermitState),
        ("permit_kind", PermitKind),
        ("berth", BerthState),
        ("found", MeterAlarmKind),
        ("found", GateAlarmKind),
        ("found", SensorAlarmKind),
        ("of.meter-", Medium),
        ("of.sensor-", SensorKind),
        ("witness", Witness),
    ],
)
def test_each_value_of_the_contract_has_a_word(prefix: str, values: type[ZoneKind]) -> None:
    stem = prefix if prefix.endswith("-") else f"{prefix}."
    assert [value for value in values if f"{stem}{value}" not in WORDS] == []


def test_stages_steps_notes_and_verifications_have_names() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert set(ACTION_NAMES) == set(Action)
    assert (set(DONE), set(NOTES), set(VERIFICATIONS)) == (set(Action), set(Note), set(Verification))
    assert all(HAN.search(word.zh) and not HAN.search(word.en) for word in (*NOTES.values(), *VERIFICATIONS.values()))


def test_templates_use_words_that_are_there_and_hold_no_text_of_their_own() -> None:
    for template in (HERE / "templates").glob("*.html"):
        text = template.read_text()
        asked = set(re.findall(r"(?:say|plain)\([\"']([a-z0-9_.]+)[\"']\s*[,)]", text))
        assert asked <= set(WORDS), template.name
        assert not HAN.search(text), f"{template.name}: text belongs into words.py"


def test_no_word_lies_about_unused() -> None:
    said = "".join(path.read_text() for path in HERE.rglob("*") if path.suffix in {".py", ".html"})
    built: tuple[str, ...] = ("language.", "zone.", "vehicle.", "camera.", "photo.", "verify.", "case.", "fault.")
    built += ("berth.", "found.", "plate.", "permit.", "permit_kind.", "weekday.", "fall.by_", "film.sealed")
    built += ("of.", "witness.", "alarm.corroborated", "alarm.missing")
    unused = [key for key in WORDS if said.count(f'"{key}"') + said.count(f"'{key}'") < 2 and not key.startswith(built)]
    assert unused == []


@pytest.mark.parametrize(
    ("language", "html"),
    [
        (Language.BOTH, '<span lang="zh-CN">案件</span> <span class="en" lang="en">Cases</span>'),
        (Language.ZH, '<span lang="zh-CN">案件</span>'),
        (Language.EN, '<span lang="en">Cases</span>'),
    ],
)
def test_markup_says_which_language_is_which(language: Language, html: str) -> None:
    assert markup(WORDS["nav.cases"], language) == html


def test_what_comes_from_outside_is_escaped() -> None:
    assert "<b>" not in markup(Word("<b>", "<b>x"), Language.BOTH)
    assert "<b>" not in markup(Word("<b>", "<b>"), Language.BOTH)
