"""A case's own page: every word chosen, every time in the community's zone. Templates only lay it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Case, CaseView, HistoryEntry
from cloud.cases.vocabulary import OPEN, STAGE_NAMES, Action, Note, Stage
from cloud.console.alarm_views import DeviceView, device_view
from cloud.console.card_views import Card, card
from cloud.console.facts import Eye, Fact, Moment, doubtful, facts, word
from cloud.console.fall_views import FallView, fall_view
from cloud.console.history import Line, line
from cloud.console.picture_views import Picture, fresh, masked_word, picture
from cloud.console.verifications import Check, check, unopened
from cloud.console.who import Who, paths, who
from cloud.console.words import WORDS, Word
from cloud.console.work import Work, work
from contract.vehicle import SignHeld

SPLITTABLE: Final = frozenset({Note.SEEN_AGAIN, Note.ALARMED, Note.REPORTED_AGAIN})
SEVEN: Final = (*OPEN, Stage.CLOSED, Stage.EVALUATED)
SHAM_FOOTAGE: Final = (WORDS["case.simulated"], WORDS["case.simulated_why"])
SHAM_DEVICE: Final = (WORDS["alarm.simulated"], WORDS["alarm.simulated_why"])


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
    fresh: tuple[Picture, ...]  # those of the pictures that may go along with the next step
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
    unopened: Fact | None  # that a bad rating did not reopen it, and the case that is open instead
    doubtful_clock: bool
    signs: Signs | None
    device: DeviceView | None
    simulated_as: tuple[Word, Word]  # what is simulated, where something is, and what that means


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
    case, leads = view.case, paths(view)
    return CasePage(
        card=card(case, None, eye, fall=view.falls[-1] if view.falls else None),
        version=case.version,
        facts=tuple(facts(view, eye)),
        pictures=tuple(picture(case.id, photo, eye) for photo in view.photos),
        fresh=tuple(picture(case.id, photo, eye) for photo in fresh(view)),
        masked=masked_word(view),
        falls=tuple(fall_view(fall, eye) for fall in view.falls),
        more_falls=max(0, case.sightings - len(view.falls)) if case.is_thrown else 0,
        sheet=case.is_of_vehicle,
        steps=_steps(case),
        lines=tuple(line(entry, eye, leads) for entry in view.history),
        who=who(view, eye),
        work=work(case, possible, reads_only=reads_only),
        findings=tuple(_finding(entry, eye) for entry in view.history if entry.what in SPLITTABLE and entry.event_id),
        check=check(case),
        unopened=unopened(view, leads),
        doubtful_clock=doubtful(case),
        signs=_signs(case),
        device=None if case.device is None else device_view(case, case.device, eye),
        simulated_as=SHAM_FOOTAGE if case.device is None else SHAM_DEVICE,
    )


def _signs(case: Case) -> Signs | None:
    if not case.signs or (case.signs_gone and not case.is_zombie):
        return None
    title = WORDS["case.signs" if case.is_zombie else "case.signs_suspected"]
    return Signs(title, sign_words(case.signs), gone=case.signs_gone)


def sign_words(signs: Sequence[SignHeld]) -> tuple[Word, ...]:
    """Signs as the gateway words them."""
    return tuple(Word(sign.words_zh, sign.words_en) for sign in signs)


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
