"""A case as it is shown: every word chosen, every time in the community's zone. Templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import (
    ACTION_NAMES,
    DONE_NAMES,
    OPEN,
    STAGE_NAMES,
    VERIFICATION_NAMES,
    Action,
    Case,
    CaseView,
    Found,
    Photo,
    Stage,
    Verification,
    allowed,
)
from cloud.console.facts import (
    Eye,
    Fact,
    Moment,
    doubtful,
    dwell,
    facts,
    known,
    moment,
    word,
)
from cloud.console.history import Line, line, told
from cloud.console.words import WORDS, Word
from contract.vehicle import SignHeld

NOTED: Final = frozenset({Action.REPORT, Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.EVALUATE})


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
    original: Word | None = None  # what is said of its sealed original


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
    tags: tuple[Word, ...] = ()  # what was found beyond standing too long


@dataclass(frozen=True, slots=True)
class Step:
    """One of the seven stages in the progress bar."""

    name: Word
    is_here: bool
    is_done: bool  # a closed case has nothing under way: where it stands is done


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
class Signs:
    """Why nobody seems to use a vehicle, in the gateway's words."""

    title: Word
    words: tuple[Word, ...]
    gone: bool


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
    signs: Signs | None


def card(case: Case, cover: Photo | None, eye: Eye) -> Card:
    """A case for the list."""
    chip, tone = _chip(case)
    return Card(
        id=case.id,
        path=f"/cases/{case.id}",
        number=case.number,
        zone=known("zone", case.zone_kind),
        where=case.zone_name or case.zone,
        dwell=dwell(case, eye),
        stage=case.stage,
        chip=chip,
        tone=tone,
        opened=moment(case.opened_at, eye),
        simulated=case.simulated,
        cover=None if cover is None else picture(case.id, cover, eye),
        tags=tuple(known("found", found) for found in case.found if found is not Found.DWELL),
    )


def case_page(view: CaseView, eye: Eye) -> CasePage:
    """A case for its own page."""
    case = view.case
    actions = allowed(case)
    return CasePage(
        card=card(case, None, eye),
        version=case.version,
        facts=tuple(facts(view, eye)),
        pictures=tuple(picture(case.id, photo, eye) for photo in view.photos),
        masked=any(photo.masked for photo in view.photos),
        steps=_steps(case.stage),
        lines=tuple(line(entry, eye) for entry in view.history),
        buttons=tuple(_button(action) for action in actions if action is not Action.EVALUATE),
        asks_note=bool(NOTED & set(actions)),
        rates=Action.EVALUATE in actions,
        check=_check(case),
        doubtful_clock=doubtful(case),
        signs=_signs(case),
    )


def picture(case_id: str, photo: Photo, eye: Eye) -> Picture:
    """A picture of a case."""
    return picture_at(f"/cases/{case_id}", photo, eye)


def picture_at(page: str, photo: Photo, eye: Eye) -> Picture:
    """A picture below a page's address."""
    path = f"{page}/photos/{photo.sha256}"
    return Picture(
        path=path,
        figure_path=f"{path}/figure",
        arrived=photo.arrived,
        masked=photo.masked,
        kind=photo.kind,
        caption=known("photo", photo.kind),
        taken=moment(photo.taken_at, eye),
        original=_original(photo),
    )


def _original(photo: Photo) -> Word | None:
    if photo.original is None:
        return None
    return WORDS["photo.sealed" if photo.original_arrived else "photo.sealed_coming"]


def _signs(case: Case) -> Signs | None:
    if not case.signs or (case.signs_gone and not case.is_zombie):
        return None
    title = WORDS["case.signs" if case.is_zombie else "case.signs_suspected"]
    return Signs(title, sign_words(case.signs), gone=case.signs_gone)


def sign_words(signs: Sequence[SignHeld]) -> tuple[Word, ...]:
    """Signs as the gateway words them."""
    return tuple(Word(sign.words_zh, sign.words_en) for sign in signs)


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


def _steps(stage: Stage) -> tuple[Step, ...]:
    stages = tuple(Stage)
    here = stages.index(stage)
    return tuple(
        Step(word(STAGE_NAMES[each]), is_here=at == here, is_done=at < here or (at == here and stage not in OPEN))
        for at, each in enumerate(stages)
    )


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
        case Verification.IN_USE:
            return Check("blind", WORDS["verify.in_use"], why)
