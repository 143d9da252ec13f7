"""A case in a list, on the map, and at the head of its own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Case, Fall, Photo
from cloud.cases.vocabulary import STAGE_NAMES, Action, Found, Priority, Stage, Verification
from cloud.console.alarm_views import URGENT, is_urgent, lasting, tag_words, title_word
from cloud.console.case_words import DONE, VERIFICATIONS
from cloud.console.desk_words import PRIORITIES, SOURCES
from cloud.console.due import Due, due
from cloud.console.facts import Eye, Moment, dwell, icon, known, moment, word
from cloud.console.fall_views import launch_word
from cloud.console.picture_views import Cover, cover
from cloud.console.words import WORDS, Word

SUMMARY: Final = 60  # characters of a report in a list
UNTAGGED: Final = frozenset({Found.DWELL, Found.THROWN})  # the usual one, and the one that is the title
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
    cover: Cover | None
    tags: tuple[Word, ...] = ()  # what was found beyond standing too long, or beyond the alarm that is the title
    icon: str = ""  # of a device, for which there is no photo
    due: Due | None = None
    presses: Word | None = None  # its priority, where it is more urgent than most


def card(case: Case, photo: Photo | None, eye: Eye, *, fall: Fall | None = None) -> Card:
    """A case for the list.

    Args:
        photo: its cover, where it has one.
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
        cover=None if photo is None else cover(case.id, photo),
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


def _chip(case: Case) -> tuple[Word, str]:
    if case.stage is Stage.REPORTED and case.verification is Verification.WAITING:
        return WORDS["verify.looking" if case.device is None else "verify.ending"], "wait"
    if case.stage is Stage.REPORTED and case.report is not None:
        return WORDS["verify.report"], "alert"
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
