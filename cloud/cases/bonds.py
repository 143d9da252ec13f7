"""Cases that belong together, as pure steps: linked, merged into one that goes on, and a part split off."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import Actor, Case, HistoryEntry, Refused, Report
from cloud.cases.journal import changed_by
from cloud.cases.priority import reported_often
from cloud.cases.steps import Change
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import Action, Note, Source, Stage, Verification
from cloud.cases.wishes import Wish

# Lines whose note is another case's number.
NAMING: Final = frozenset({Note.LINKED, Note.MERGED_IN, Note.SPLIT_OFF, Note.NOT_REOPENED})


def without(lines: Sequence[HistoryEntry], numbers: Collection[str]) -> tuple[HistoryEntry, ...]:
    """Lines that do not name some cases: that there was one stays."""
    return tuple(replace(line, note="") if line.what in NAMING and line.note in numbers else line for line in lines)


def linked(case: Case, other: Case, by: str, now: datetime) -> Change:
    """What a link tells of the other case."""
    return _told(case, replace(case, updated_at=now), Note.LINKED, by, other.number)


def merged_in(survivor: Case, case: Case, by: Actor, terms: Terms, now: datetime) -> Change:
    """A case goes on with another's findings; the more pressing priority holds, and of two deadlines the earlier one.

    A deadline that has passed stays with the case that missed it.
    """
    joined = replace(
        survivor,
        sightings=survivor.sightings + case.sightings,
        priority=min(survivor.priority, case.priority),
        simulated=survivor.simulated or case.simulated,
        updated_at=now,
    )
    if case.report is not None:
        joined = _often(survivor, joined)
    if case.due_at is not None and case.due_at > now:
        joined = terms.hasten(joined, case.due_at, now)
    return _told(survivor, joined, Note.MERGED_IN, by.name, case.number)


def may_merge(case: Case, survivor: Case) -> None:
    """Check that one case can go on with another.

    A device that is in alarm closes its own case: it is not merged while it is.

    Raises:
        Refused: and says why.
    """
    if survivor.community != case.community:
        raise Refused("只能并入同一小区的案件", "a case goes on with one of the same community")
    if not survivor.is_open:
        raise Refused("只能并入未结的案件", "the other case is not open")
    if case.standing:
        raise Refused("设备仍在告警，不能并案", "its device is still in alarm")


def is_at(case: Case, *, gateway: str, epoch: str, camera: str, place: str) -> bool:
    """Whether a slot, or a façade, is the case's own, and not that of one that was merged into it."""
    same = (case.gateway, case.epoch, case.camera) == (gateway, epoch, camera)
    return same and place in {case.slot, case.zone}


def beside(case: Case, change: Change, *, found: bool) -> Change:
    """What was told of a case that has been merged is told of the one that goes on; its own place stays as it was.

    Args:
        change: as it would be, were it told of the case itself.
        found: it is a further finding.
    """
    simulated = case.simulated or change.case.simulated
    goes_on = replace(case, sightings=case.sightings + found, simulated=simulated, updated_at=change.case.updated_at)
    return Change(goes_on, change.entries[:1])


def split_off(case: Case, wish: Wish, by: Actor, *, case_id: str, number: str, now: datetime) -> Change:
    """A part of a case becomes one of its own, which a person has described; it waits to be dispatched."""
    part = reported(
        Report(wish.note, _place(case), ""),
        community=case.community,
        source=Source.STAFF,
        by=by,
        case_id=case_id,
        number=number,
        now=now,
    )
    first = replace(part.case, priority=case.priority, simulated=case.simulated)
    filed = replace(first, stage=Stage.FILED, filed_at=now)
    return Change(
        filed,
        (
            changed_by(None, first, HistoryEntry(now, Note.SPLIT_OFF, first.stage, by.name, case.number, None)),
            changed_by(first, filed, HistoryEntry(now, Action.FILE, filed.stage, by.name, "", None)),
        ),
    )


def _place(case: Case) -> str:
    if case.report is not None:
        return case.report.place
    return (case.device.name if case.device is not None else case.zone_name) or case.number


def reported(
    report: Report, *, community: str, source: Source, by: Actor, case_id: str, number: str, now: datetime
) -> Change:
    """A case of what somebody reports from outside; a person files it."""
    case = Case(
        id=case_id,
        number=number,
        community=community,
        gateway="",
        camera="",
        zone="",
        zone_kind="",
        zone_name="",
        slot="",
        stay="",
        vehicle="",
        stage=Stage.COLLECTED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=now,
        opened_at=now,
        updated_at=now,
        closed_at=None,
        closed_by=None,
        dwell_s=0.0,
        limit_s=0.0,
        vehicle_present=False,
        sightings=1,
        rework=0,
        rating=None,
        clock="synced",
        odd_time=False,
        simulated=False,
        found=(),
        source=source,
        report=report,
    )
    entry = HistoryEntry(now, Note.COLLECTED, case.stage, by.name, "", None)
    return Change(case, (changed_by(None, case, entry),))


def reported_again(case: Case, report: Report, by: Actor, now: datetime) -> Change:
    """The same report once more, with other words: it belongs to the case, whose first words stand."""
    again = _often(case, replace(case, sightings=case.sightings + 1, updated_at=now))
    place = None if case.report is None else case.report.place
    return _told(case, again, Note.REPORTED_AGAIN, by.name, words_at(place, report))


def _often(before: Case, now: Case) -> Case:
    """What is reported often presses more; how often a camera found something is weighed where it opens a case."""
    if now.report is None:
        return now
    return replace(now, priority=reported_often(now.priority, before.sightings, now.sightings))


def words_at(place: str | None, report: Report) -> str:
    """What the history of a case at a place says of a further report: its words, and its own place where it differs."""
    return report.text if place == report.place else f"{report.place}：{report.text}"


def _told(before: Case, after: Case, what: Note, by: str, note: str) -> Change:
    entry = HistoryEntry(after.updated_at, what, after.stage, by, note, None)
    return Change(after, (changed_by(before, after, entry),))
