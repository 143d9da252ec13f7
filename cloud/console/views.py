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
    Fall,
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
from cloud.console.fall_views import FallView, fall_view, launch_word
from cloud.console.history import Line, line, told
from cloud.console.words import WORDS, Word
from contract.vehicle import SignHeld

FILM: Final = "video/mp4"
NOTED: Final = frozenset({Action.REPORT, Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.EVALUATE})


UNTAGGED: Final = frozenset({Found.DWELL, Found.THROWN})  # the usual one, and the one that is the title


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or a film with its caption; `path` is where it is once it has arrived."""

    path: str
    figure_path: str
    arrived: bool
    masked: bool
    kind: str
    caption: Word
    taken: Moment
    original: Word | None = None  # what is said of its sealed original
    film: str = ""  # its media type, where it is one


@dataclass(frozen=True, slots=True)
class Card:
    """A case in a list, and the head of its page."""

    id: str
    path: str
    number: str
    zone: Word
    where: str
    dwell: Word  # how long it has stood; of a fall, from where it fell
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
    masked: Word | None  # what was made unreadable, where one of them at least is masked
    falls: tuple[FallView, ...]
    more_falls: int  # that are not shown
    sheet: bool
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...]
    asks_note: bool
    rates: bool
    check: Check | None
    doubtful_clock: bool
    signs: Signs | None


def card(case: Case, cover: Photo | None, eye: Eye, *, fall: Fall | None = None) -> Card:
    """A case for the list.

    Args:
        fall: the latest, where something fell.
    """
    chip, tone = _chip(case)
    return Card(
        id=case.id,
        path=f"/cases/{case.id}",
        number=case.number,
        zone=WORDS["found.thrown"] if case.is_thrown else known("zone", case.zone_kind),
        where=case.zone_name or case.zone,
        dwell=launch_word(fall.said) if fall is not None else dwell(case, eye),
        stage=case.stage,
        chip=chip,
        tone=tone,
        opened=moment(case.opened_at, eye),
        simulated=case.simulated,
        cover=None if cover is None else picture(case.id, cover, eye),
        tags=tuple(known("found", found) for found in case.found if found not in UNTAGGED),
    )


def case_page(view: CaseView, eye: Eye) -> CasePage:
    """A case for its own page."""
    case = view.case
    actions = allowed(case)
    return CasePage(
        card=card(case, None, eye, fall=view.falls[-1] if view.falls else None),
        version=case.version,
        facts=tuple(facts(view, eye)),
        pictures=tuple(picture(case.id, photo, eye) for photo in view.photos),
        masked=_masked(view),
        falls=tuple(fall_view(fall, eye) for fall in view.falls),
        more_falls=max(0, case.sightings - len(view.falls)) if case.is_thrown else 0,
        sheet=not case.is_thrown,
        steps=_steps(case.stage),
        lines=tuple(line(entry, eye) for entry in view.history),
        buttons=tuple(_button(action) for action in actions if action is not Action.EVALUATE),
        asks_note=bool(NOTED & set(actions)),
        rates=Action.EVALUATE in actions,
        check=_check(case),
        doubtful_clock=doubtful(case),
        signs=_signs(case),
    )


def _masked(view: CaseView) -> Word | None:
    if not any(photo.masked for photo in view.photos):
        return None
    return WORDS["photo.masked_fall_why" if view.case.is_thrown else "photo.masked_why"]


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
        film=photo.media_type if photo.media_type == FILM else "",
    )


def _original(photo: Photo) -> Word | None:
    if photo.original is None:
        return None
    what = "film" if photo.media_type == FILM else "photo"
    return WORDS[f"{what}.sealed" if photo.original_arrived else f"{what}.sealed_coming"]


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
    tone = TONES[case.stage]
    return word(STAGE_NAMES[case.stage]), "alert" if case.is_thrown and tone == "todo" else tone


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
        case undecided:
            return Check("blind", WORDS[UNDECIDED[undecided]], why)


UNDECIDED: Final[Mapping[Verification, str]] = {
    Verification.CANNOT_SEE: "verify.cannot_see",
    Verification.NO_ANSWER: "verify.cannot_see",
    Verification.IN_USE: "verify.in_use",
    Verification.NOTHING_LEFT: "verify.nothing_left",
}
