"""A case as it is shown: every word chosen, every time in the community's zone. Templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Case, CaseView, Fall, HistoryEntry, Photo
from cloud.cases.vocabulary import OPEN, STAGE_NAMES, Action, Found, Note, Priority, Stage, Verification
from cloud.console.alarm_views import URGENT, DeviceView, device_view, is_urgent, lasting, tag_words, title_word
from cloud.console.case_words import DONE, VERIFICATIONS
from cloud.console.desk_words import PRIORITIES, SOURCES
from cloud.console.due import Due, due
from cloud.console.facts import (
    Eye,
    Fact,
    Moment,
    doubtful,
    dwell,
    facts,
    icon,
    known,
    moment,
    word,
)
from cloud.console.fall_views import FallView, fall_view, launch_word
from cloud.console.history import Line, line
from cloud.console.original_words import ORIGINALS
from cloud.console.verifications import Check, check
from cloud.console.who import Who, who
from cloud.console.words import WORDS, Word
from cloud.console.work import Work, work
from contract.vehicle import SignHeld

FILM: Final = "video/mp4"
SPLITTABLE: Final = frozenset({Note.SEEN_AGAIN, Note.ALARMED, Note.REPORTED_AGAIN})
SUMMARY: Final = 60  # characters of a report in a list
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
    gone: Word | None = None  # that it was deleted


@dataclass(frozen=True, slots=True)
class Card:
    """A case in a list, and the head of its page."""

    id: str
    path: str
    number: str
    zone: Word
    where: str
    dwell: Word  # how long it has stood; of a fall, from where it fell; of an alarm, how long it has been so
    stage: Stage
    chip: Word
    tone: str  # how the chip is coloured: todo, busy, wait, alert, done
    opened: Moment
    simulated: bool
    cover: Picture | None
    tags: tuple[Word, ...] = ()  # what was found beyond standing too long, or beyond the alarm that is the title
    icon: str = ""  # of a device, for which there is no photo
    due: Due | None = None
    presses: Word | None = None  # its priority, where it is more urgent than most


@dataclass(frozen=True, slots=True)
class Step:
    """One of the seven stages in the progress bar."""

    name: Word
    is_here: bool
    is_done: bool  # a closed case has nothing under way: where it stands is done


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found while the case was open."""

    event_id: str
    what: Word
    at: Moment


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
    who: Who
    work: Work
    findings: tuple[Finding, ...]  # that a split may take along
    check: Check | None
    doubtful_clock: bool
    signs: Signs | None
    device: DeviceView | None
    simulated_as: tuple[Word, Word]  # what is simulated, where something is, and what that means


def card(case: Case, cover: Photo | None, eye: Eye, *, fall: Fall | None = None) -> Card:
    """A case for the list.

    Args:
        fall: the latest, where something fell.
    """
    chip, tone = _chip(case)
    device = case.device
    return Card(
        id=case.id,
        path=f"/cases/{case.id}",
        number=case.number,
        zone=_title(case),
        where=_where(case),
        dwell=_lasting(case, fall, eye),
        stage=case.stage,
        chip=chip,
        tone=tone,
        opened=moment(case.opened_at, eye),
        simulated=case.simulated,
        cover=None if cover is None else picture(case.id, cover, eye),
        tags=_tags(case),
        icon="report" if case.report is not None else "" if device is None else icon(device),
        due=due(case, eye),
        presses=PRIORITIES[case.priority] if case.is_open and case.priority < Priority.NORMAL else None,
    )


def _where(case: Case) -> str:
    if case.report is not None:
        return case.report.place
    return case.zone_name or case.zone if case.device is None else case.device.name or case.device.id


def _title(case: Case) -> Word:
    if case.device is not None:
        return title_word(case, case.device)
    if case.report is not None:
        return SOURCES[case.source]
    return WORDS["found.thrown"] if case.is_thrown else known("zone", case.zone_kind)


def _lasting(case: Case, fall: Fall | None, eye: Eye) -> Word:
    if case.device is not None:
        return lasting(case, eye)
    if case.report is not None:
        first, *rest = case.report.text.split("\n", 1)
        text = first if len(first) <= SUMMARY and not rest else f"{first[:SUMMARY]}…"
        return Word(text, text)
    return dwell(case, eye) if fall is None else launch_word(fall.said)


def _tags(case: Case) -> tuple[Word, ...]:
    if case.device is not None:
        return tag_words(case)
    if case.report is not None:
        return ()
    return tuple(known("found", found) for found in case.found if found not in UNTAGGED)


def case_page(
    view: CaseView,
    eye: Eye,
    *,
    possible: Sequence[Action] = (),
    reads_only: bool = False,
) -> CasePage:
    """A case for its own page.

    Args:
        possible: what the reader may do to it now.
        reads_only: the reader may never do anything.
    """
    case = view.case
    return CasePage(
        card=card(case, None, eye, fall=view.falls[-1] if view.falls else None),
        version=case.version,
        facts=tuple(facts(view, eye)),
        pictures=tuple(picture(case.id, photo, eye) for photo in view.photos),
        masked=_masked(view),
        falls=tuple(fall_view(fall, eye) for fall in view.falls),
        more_falls=max(0, case.sightings - len(view.falls)) if case.is_thrown else 0,
        sheet=case.is_of_vehicle,
        steps=_steps(case),
        lines=tuple(line(entry, eye) for entry in view.history),
        who=who(view, eye),
        work=work(case, possible, reads_only=reads_only),
        findings=tuple(_finding(entry, eye) for entry in view.history if entry.what in SPLITTABLE and entry.event_id),
        check=check(case),
        doubtful_clock=doubtful(case),
        signs=_signs(case),
        device=None if case.device is None else device_view(case, case.device, eye),
        simulated_as=SHAM_FOOTAGE if case.device is None else SHAM_DEVICE,
    )


SHAM_FOOTAGE: Final = (WORDS["case.simulated"], WORDS["case.simulated_why"])
SHAM_DEVICE: Final = (WORDS["alarm.simulated"], WORDS["alarm.simulated_why"])


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
        gone=None if photo.deleted_at is None else ORIGINALS["deleted"],
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
    Stage.NOT_FILED: "done",
    Stage.VOIDED: "done",
    Stage.MERGED: "done",
}
SEVEN: Final = (*OPEN, Stage.CLOSED, Stage.EVALUATED)


def _chip(case: Case) -> tuple[Word, str]:
    if case.stage is Stage.REPORTED and case.verification is Verification.WAITING:
        return WORDS["verify.looking" if case.device is None else "verify.ending"], "wait"
    if case.stage is Stage.REPORTED:
        return VERIFICATIONS[case.verification], "alert"
    if case.stage is Stage.HANDLING and case.rework:
        return DONE[Action.VERIFY_FAIL], "alert"
    return word(STAGE_NAMES[case.stage]), "alert" if _presses(case) else TONES[case.stage]


def _presses(case: Case) -> bool:
    """Whether somebody may be hurt: until it is taken up, and an alarm as long as it is not over.

    An urgent alarm may join a case that was taken up for a battery.
    """
    if case.stage is Stage.HANDLING:
        return is_urgent(case)
    return TONES[case.stage] == "todo" and bool({Found.THROWN, *URGENT} & set(case.found))


def _finding(entry: HistoryEntry, eye: Eye) -> Finding:
    told = line(entry, eye)
    return Finding(entry.event_id or "", told.note or told.what, told.at)


def _steps(case: Case) -> tuple[Step, ...]:
    """The seven stages; of a case that ended beside them those it went through, and its end."""
    stages = SEVEN if case.stage in SEVEN else (*_reached(case), case.stage)
    here = stages.index(case.stage)
    return tuple(
        Step(word(STAGE_NAMES[each]), is_here=at == here, is_done=at < here or (at == here and not case.is_open))
        for at, each in enumerate(stages)
    )


def _reached(case: Case) -> tuple[Stage, ...]:
    times = (case.opened_at, case.filed_at, case.dispatched_at, case.accepted_at, case.reported_at)
    return tuple(stage for stage, at in zip(OPEN, times, strict=True) if at is not None)
