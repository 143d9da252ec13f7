"""A case as it is shown: every word chosen, every time in the community's zone. Templates only lay it out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from cloud.cases import domain
from cloud.cases.domain import (
    ACTION_NAMES,
    DONE_NAMES,
    OPEN,
    STAGE_NAMES,
    VERIFICATION_NAMES,
    Action,
    Case,
    CaseView,
    HistoryEntry,
    Name,
    Note,
    Photo,
    Stage,
    Verification,
    allowed,
)
from cloud.console.times import ago, iso, span, wall
from cloud.console.words import WORDS, Word

HAN: Final = re.compile(r"[\u3400-\u9fff]")
LATIN: Final = re.compile(r"[a-zA-Z]")
SYNCED: Final = "synced"
MEASURED: Final = frozenset({Note.STILL_STANDING, Note.LEFT})  # their notes are seconds
NOTED: Final = frozenset({Action.REPORT, Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.EVALUATE})


@dataclass(frozen=True, slots=True)
class Eye:
    """Whose time it is: now, and the community's zone."""

    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as text, for a person and for a machine."""

    text: str
    ago: Word
    iso: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo with its caption; `path` is where it is once it has arrived."""

    path: str
    figure_path: str
    arrived: bool
    masked: bool
    kind: str
    caption: Word
    taken: Moment


@dataclass(frozen=True, slots=True)
class Card:
    """A case in a list, and the head of its page."""

    id: str
    path: str
    number: str
    zone: Word
    where: str
    dwell: Word
    stage: Stage
    chip: Word
    tone: str  # how the chip is coloured: todo, busy, wait, alert, done
    opened: Moment
    simulated: bool
    cover: Picture | None


@dataclass(frozen=True, slots=True)
class Step:
    """One of the seven stages in the progress bar."""

    name: Word
    is_here: bool
    is_done: bool  # a closed case has nothing under way: where it stands is done


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    what: Word
    actor: Word
    at: Moment
    note: Word | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says."""

    label: Word
    value: Word
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something a person may do now."""

    action: Action
    label: Word
    main: bool
    danger: bool


@dataclass(frozen=True, slots=True)
class Check:
    """What the camera says about a case reported handled."""

    state: str
    text: Word
    why: Word | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on a case's page."""

    card: Card
    version: int
    facts: tuple[Fact, ...]
    pictures: tuple[Picture, ...]
    masked: bool  # one of them at least
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...]
    asks_note: bool
    rates: bool
    check: Check | None
    doubtful_clock: bool


def word(name: Name) -> Word:
    """A name of the domain as something to show."""
    return Word(name.zh, name.en)


def known(prefix: str, value: str) -> Word:
    """The word for a value of the contract; a value newer than this program is shown as it is."""
    return WORDS.get(f"{prefix}.{value}", Word(value, value))


def told(text: str) -> Word:
    """What a gateway says in one text, Chinese first and English after it; any other text is the same in both."""
    start = found.start() if (found := LATIN.search(text)) else 0
    zh, en = text[:start], text[start:]
    apart = zh.endswith(" ") and HAN.search(zh) and not HAN.search(en)
    return Word(zh.rstrip(), en) if apart else Word(text, text)


def moment(at: datetime, eye: Eye) -> Moment:
    return Moment(text=wall(at, eye.now, eye.zone), ago=ago(at, eye.now), iso=iso(at.astimezone(eye.zone)))


def card(case: Case, cover: Photo | None, eye: Eye) -> Card:
    """A case for the list."""
    chip, tone = _chip(case)
    return Card(
        id=case.id,
        path=f"/cases/{case.id}",
        number=case.number,
        zone=known("zone", case.zone_kind),
        where=case.zone_name or case.zone,
        dwell=_dwell(case, eye),
        stage=case.stage,
        chip=chip,
        tone=tone,
        opened=moment(case.opened_at, eye),
        simulated=case.simulated,
        cover=None if cover is None else picture(case.id, cover, eye),
    )


def case_page(view: CaseView, eye: Eye) -> CasePage:
    """A case for its own page."""
    case = view.case
    actions = allowed(case)
    return CasePage(
        card=card(case, None, eye),
        version=case.version,
        facts=tuple(_facts(case, eye)),
        pictures=tuple(picture(case.id, photo, eye) for photo in view.photos),
        masked=any(photo.masked for photo in view.photos),
        steps=_steps(case.stage),
        lines=tuple(_line(entry, eye) for entry in view.history),
        buttons=tuple(_button(action) for action in actions if action is not Action.EVALUATE),
        asks_note=bool(NOTED & set(actions)),
        rates=Action.EVALUATE in actions,
        check=_check(case),
        doubtful_clock=_doubtful(case),
    )


def picture(case_id: str, photo: Photo, eye: Eye) -> Picture:
    path = f"/cases/{case_id}/photos/{photo.sha256}"
    return Picture(
        path=path,
        figure_path=f"{path}/figure",
        arrived=photo.arrived,
        masked=photo.masked,
        kind=photo.kind,
        caption=known("photo", photo.kind),
        taken=moment(photo.taken_at, eye),
    )


def _dwell(case: Case, eye: Eye) -> Word:
    """How long it has stood, while it stands until now; by times that cannot be believed, at least what was told."""
    if not (case.vehicle_present and case.is_open):
        return _phrase("dwell.stood", span(case.dwell_s))
    if _doubtful(case):
        return _phrase("dwell.at_least", span(case.dwell_s))
    return _phrase("dwell.standing", span(max(case.dwell_s, (eye.now - case.entered_at).total_seconds())))


def _doubtful(case: Case) -> bool:
    return case.clock != SYNCED or case.odd_time


TONES: Final[Mapping[Stage, str]] = {
    Stage.COLLECTED: "todo",
    Stage.FILED: "todo",
    Stage.DISPATCHED: "todo",
    Stage.HANDLING: "busy",
    Stage.REPORTED: "wait",
    Stage.CLOSED: "done",
    Stage.EVALUATED: "done",
}


def _chip(case: Case) -> tuple[Word, str]:
    if case.stage is Stage.REPORTED and case.verification is Verification.WAITING:
        return WORDS["verify.looking"], "wait"
    if case.stage is Stage.REPORTED:
        return word(VERIFICATION_NAMES[case.verification]), "alert"
    if case.stage is Stage.HANDLING and case.rework:
        return word(DONE_NAMES[Action.VERIFY_FAIL]), "alert"
    return word(STAGE_NAMES[case.stage]), TONES[case.stage]


def _facts(case: Case, eye: Eye) -> list[Fact]:
    entered, opened = moment(case.entered_at, eye), moment(case.opened_at, eye)
    facts = [
        Fact(WORDS["case.vehicle"], known("vehicle", case.vehicle)),
        Fact(WORDS["case.entered"], Word(entered.text, entered.text)),
        Fact(WORDS["case.dwell"], _dwell(case, eye)),
        Fact(WORDS["case.limit"], span(case.limit_s)),
        Fact(WORDS["case.opened"], Word(opened.text, opened.text)),
    ]
    if case.closed_at is not None:
        closed = moment(case.closed_at, eye)
        facts.append(Fact(WORDS["case.closed"], Word(closed.text, closed.text)))
    for label, number in (("sightings", case.sightings), ("rework", case.rework), ("rating", case.rating)):
        if number is not None and number > (label == "sightings"):  # found once goes without saying
            facts.append(Fact(WORDS[f"case.{label}"], Word(str(number), str(number))))
    facts.append(Fact(WORDS["case.camera"], Word(case.camera, case.camera), hint=case.gateway))
    return facts


def _steps(stage: Stage) -> tuple[Step, ...]:
    stages = tuple(Stage)
    here = stages.index(stage)
    return tuple(
        Step(word(STAGE_NAMES[each]), is_here=at == here, is_done=at < here or (at == here and stage not in OPEN))
        for at, each in enumerate(stages)
    )


def _line(entry: HistoryEntry, eye: Eye) -> Line:
    return Line(what=word(entry.name), actor=actor(entry.actor), at=moment(entry.at, eye), note=_note(entry))


def _note(entry: HistoryEntry) -> Word | None:
    """What the entry says beside its name: a person's words as they are, the camera's in both languages."""
    if not entry.note:
        return None
    outcome, _, reason = entry.note.partition(": ")
    if entry.what is Note.ANSWERED and f"verify.{outcome}" in WORDS:
        found = WORDS[f"verify.{outcome}"]
        why = told(reason)
        return Word(f"{found.zh}：{why.zh}", f"{found.en}: {why.en}") if reason else found
    if entry.what in MEASURED and (seconds := entry.note.removesuffix(" s")).isdecimal():
        return _phrase("dwell.stood", span(float(seconds)))
    return Word(entry.note, entry.note)


def _phrase(key: str, length: Word) -> Word:
    phrase = WORDS[key]
    return Word(phrase.zh.format(time=length.zh), phrase.en.format(time=length.en))


def actor(name: str) -> Word:
    """Who did it: a person by name, else the camera or the program."""
    match name:
        case domain.SYSTEM:
            return WORDS["case.system"]
        case domain.CAMERA:
            return WORDS["case.camera"]
        case _:
            return Word(name, name)


def _button(action: Action) -> Button:
    return Button(
        action=action,
        label=word(ACTION_NAMES[action]),
        main=action is not Action.VERIFY_FAIL,
        danger=action is Action.VERIFY_FAIL,
    )


def _check(case: Case) -> Check | None:
    why = told(case.verification_reason) if case.verification_reason else None
    match case.verification:
        case Verification.NONE:
            return None
        case Verification.WAITING:
            return Check("looking", WORDS["verify.looking"], None)
        case Verification.GONE:
            return Check("gone", WORDS["verify.gone"], why)
        case Verification.STILL_THERE:
            return Check("still", WORDS["verify.still_there"], why)
        case Verification.CANNOT_SEE | Verification.NO_ANSWER:
            return Check("blind", WORDS["verify.cannot_see"], why)
