"""Facts of a case, each a label and what it says: what was found, of which vehicle, since when and how surely."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from cloud.accounts import Organisation
from cloud.cases.domain import Case, CaseView, Device, Related
from cloud.cases.terms import Terms
from cloud.cases.vocabulary import CaseKind, Found, Name
from cloud.console.times import ago, clock, iso, span, wall
from cloud.console.words import WORDS, Word
from contract.plates import UNSURE, Permit, Plate

SYNCED: Final = "synced"


@dataclass(frozen=True, slots=True)
class Eye:
    """Whose time it is: now, the community's zone, what deadlines are counted in; and organisations by their ids."""

    now: datetime
    zone: tzinfo
    terms: Terms = field(default_factory=Terms)
    names: Mapping[str, Organisation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as text, for a person and for a machine."""

    text: str
    ago: Word
    iso: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says."""

    label: Word
    value: Word
    hint: Word | None = None
    path: str = ""  # of the page that the value leads to


def word(name: Name) -> Word:
    """A name of the domain as something to show."""
    return Word(name.zh, name.en)


def name_of(organisation: Organisation) -> Word:
    """What it is called."""
    return Word(organisation.name_zh, organisation.name_en)


def called(organisation: str, names: Mapping[str, Organisation]) -> Word:
    """What an organisation is called; one that is not among `names` is called by its id."""
    found = names.get(organisation)
    return Word(organisation, organisation) if found is None else name_of(found)


def listed(several: Sequence[Word]) -> Word:
    """Some words in a row."""
    return Word("、".join(each.zh for each in several), ", ".join(each.en for each in several))


def known(prefix: str, value: str) -> Word:
    """The word for a value of the contract; a value newer than this program is shown as it is."""
    return WORDS.get(f"{prefix}.{value}", Word(value, value))


def moment(at: datetime, eye: Eye) -> Moment:
    return Moment(text=wall(at, eye.now, eye.zone), ago=ago(at, eye.now), iso=iso(at.astimezone(eye.zone)))


def dwell(case: Case, eye: Eye) -> Word:
    """How long it has stood, while it stands until now; by times that cannot be believed, at least what was told."""
    if not (case.vehicle_present and case.is_open):
        return phrase("dwell.stood", span(case.dwell_s))
    if doubtful(case):
        return phrase("dwell.at_least", span(case.dwell_s))
    return phrase("dwell.standing", span(max(case.dwell_s, (eye.now - case.entered_at).total_seconds())))


def doubtful(case: Case) -> bool:
    return case.clock != SYNCED or case.odd_time


def phrase(key: str, length: Word) -> Word:
    """A word with a length of time in it."""
    found = WORDS[key]
    return Word(found.zh.format(time=length.zh), found.en.format(time=length.en))


def facts(view: CaseView, eye: Eye) -> list[Fact]:
    """What is known of a case, in the order that a reader asks."""
    case = view.case
    told = [
        *([] if case.report is not None else [Fact(WORDS["case.found"], _found(case))]),
        *_subject(view, eye),
        Fact(WORDS["case.opened"], Word.same(moment(case.opened_at, eye).text)),
    ]
    if case.closed_at is not None:
        told.append(Fact(WORDS["case.closed"], Word.same(moment(case.closed_at, eye).text)))
    for label, number in (("sightings", case.sightings), ("rework", case.rework), ("rating", case.rating)):
        if number is not None and number > (label == "sightings"):  # found once goes without saying
            told.append(Fact(WORDS[f"case.{label}"], Word.same(str(number))))
    if case.report is not None:
        return told
    if case.device is None:
        told.append(Fact(WORDS["case.camera"], Word.same(case.camera), hint=Word.same(case.gateway)))
    else:
        told.append(Fact(WORDS["case.gateway"], Word.same(case.gateway)))
    return told


def _subject(view: CaseView, eye: Eye) -> list[Fact]:
    case = view.case
    if case.device is not None:
        return _alarmed(case, case.device, eye)
    if case.report is not None:
        return []
    return [_fell(case, eye)] if case.is_thrown else _stood(view, eye)


def _alarmed(case: Case, device: Device, eye: Eye) -> list[Fact]:
    return [
        Fact(WORDS["case.device"], Word.same(device.id), hint=device_word(device)),
        Fact(WORDS["alarm.began"], Word.same(clock(case.entered_at, eye.now, eye.zone))),
    ]


def device_word(device: Device) -> Word:
    """What sort of device it is."""
    return known("of", icon(device))


def icon(device: Device) -> str:
    """The picture of such a device in static/devices.svg, for want of a photo."""
    return f"{device.kind}-{device.watches}" if device.watches else device.kind.value


def _fell(case: Case, eye: Eye) -> Fact:
    return Fact(WORDS["case.fell"], Word.same(clock(case.entered_at, eye.now, eye.zone)))


def _stood(view: CaseView, eye: Eye) -> list[Fact]:
    case = view.case
    return [
        Fact(WORDS["case.vehicle"], known("vehicle", case.vehicle)),
        *plate_facts(case.plate, case.permit),
        Fact(WORDS["case.entered"], entered_word(case.entered_at, case.entered_within_s, eye)),
        *_left(case, eye),
        Fact(WORDS["case.dwell"], dwell(case, eye)),
        *_limits(case),
        *_related(view),
    ]


def found_word(case: Case, found: Found) -> Word:
    """What was found; of a sensor with what it watches: 燃气报警."""
    word = known("found", found)
    if case.device is None or case.device.kind is not CaseKind.SENSOR:
        return word
    watched = device_word(case.device)
    return Word(f"{watched.zh}{word.zh}", f"{watched.en}: {word.en.lower()}")


def _found(case: Case) -> Word:
    words = [found_word(case, found) for found in case.found]
    return Word("、".join(each.zh for each in words), ", ".join(each.en for each in words))


def plate_facts(plate: Plate | None, permit: Permit | None) -> list[Fact]:
    """The plate and what lists say of it; nothing where nobody read or kept any."""
    told = []
    if plate is not None:
        told.append(Fact(WORDS["case.plate"], *_plate(plate)))
    if permit is not None:
        kind = None if permit.kind is None else known("permit_kind", permit.kind)
        told.append(Fact(WORDS["case.permit"], known("permit", permit.state), hint=kind))
    return told


def _plate(plate: Plate) -> tuple[Word, Word | None]:
    if plate.text is None:
        return known("plate", plate.state), None
    return Word.same(plate.text), WORDS["plate.unsure"] if UNSURE in plate.text else None


def entered_word(at: datetime, within_s: float, eye: Eye) -> Word:
    """When it came, and how much earlier it may have come: the gap to the look before."""
    text, within = clock(at, eye.now, eye.zone), span(math.ceil(within_s))
    if within_s <= 0:
        return Word.same(text)
    found = WORDS["case.entered_within"]
    return Word(found.zh.format(time=text, within=within.zh), found.en.format(time=text, within=within.en))


def _left(case: Case, eye: Eye) -> list[Fact]:
    if case.last_seen_at is None or case.missed_at is None:
        return []
    first, last = (clock(at, eye.now, eye.zone) for at in (case.last_seen_at, case.missed_at))
    return [Fact(WORDS["case.left"], WORDS["case.left_between"].fill(first=first, last=last))]


def _limits(case: Case) -> list[Fact]:
    told = [] if case.is_zombie_alone else [Fact(WORDS["case.limit"], span(case.limit_s))]
    if case.standing_s is not None:
        told.append(Fact(WORDS["case.standing"], span(case.standing_s)))
    if case.standing_limit_s is not None:
        told.append(Fact(WORDS["case.standing_limit"], span(case.standing_limit_s)))
    return told


def _related(view: CaseView) -> list[Fact]:
    told = []
    if view.case.behind is not None:
        told.append(Fact(WORDS["case.behind"], _case_of(view.behind, "case.behind_stay"), path=_path(view.behind)))
    if view.case.returns is not None:
        text = WORDS["case.returns_stay"]
        if view.returns is not None:
            text = WORDS["case.returns_case"].fill(number=view.returns.number)
        told.append(Fact(WORDS["case.returns"], text, path=_path(view.returns)))
    return told


def _case_of(related: Related | None, otherwise: str) -> Word:
    return WORDS[otherwise] if related is None else Word.same(related.number)


def _path(related: Related | None) -> str:
    return "" if related is None else f"/cases/{related.id}"
