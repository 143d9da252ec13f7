"""A case on one page that a person can read and hand on: what was found, how surely, on which pictures and messages.

What stands on it comes from the case and, where the cloud still has it, from the signed message itself. Templates and
the PDF only lay it out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.cases.domain import Case, CaseView, Photo
from cloud.cases.vocabulary import Note
from cloud.console.facts import Eye, Fact, known
from cloud.console.sheet_words import SHEET, exact
from cloud.console.shots import Shot
from cloud.console.standard import OF_STAY, Check, checks, clock_word
from cloud.console.times import span
from cloud.console.words import WORDS, Word
from contract.events import AnyEvent
from contract.parking import StayData
from contract.plates import UNSURE, Plate
from contract.vehicle import ZombieData

MAX_SHOTS: Final = 4  # on one page; the others stay with the case
MAX_MESSAGES: Final = 4
TELLING: Final = frozenset({Note.COLLECTED, Note.SEEN_AGAIN, Note.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Message:
    """A signed message that a case rests on. `signature` and `chain` name words, as `valid` and `ok`."""

    event: AnyEvent
    signature: str
    chain: str


@dataclass(frozen=True, slots=True)
class Plaque:
    """A picture with what stands beside it. `fault` says why it is not shown."""

    shot: Shot
    path: str
    kind: Word
    taken: str
    notes: tuple[Word, ...]
    fault: Word | None
    compared: Word  # whether the file was found to be what its SHA-256 says


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on a sheet, in the order of reading."""

    number: str
    path: str
    case_path: str
    simulated: bool
    lead: Word
    facts: tuple[Fact, ...]
    plaques: tuple[Plaque, ...]
    masked: bool  # one of them at least
    more: Word | None
    checks: tuple[Check, ...]
    messages: tuple[Word, ...]
    models: str
    issued: Word


def findings_of(view: CaseView) -> tuple[str, ...]:
    """Ids of the latest messages that found something in this case, oldest first, at most `MAX_MESSAGES`."""
    told = [line.event_id for line in view.history if line.what in TELLING and line.event_id is not None]
    return tuple(dict.fromkeys(told))[-MAX_MESSAGES:]


def on_sheet(view: CaseView, messages: Sequence[Message]) -> tuple[Photo, ...]:
    """The photos for the sheet, oldest first: those of the finding, spread over the stay; then what came after."""
    named = {item.sha256 for finding in _of_stay(view.case, messages) for item in finding.data.evidence}
    first = [photo for photo in view.photos if photo.sha256 in named or (not named and photo.kind in OF_STAY)]
    first = first[: MAX_SHOTS - 1] + first[-1:] if len(first) > MAX_SHOTS else first
    rest = [photo for photo in view.photos if photo not in first]
    chosen = [*first, *rest[len(rest) - (MAX_SHOTS - len(first)) :]] if len(first) < MAX_SHOTS else first
    return tuple(sorted(chosen, key=lambda photo: photo.taken_at))


def sheet(view: CaseView, messages: Sequence[Message], shots: Sequence[Shot], eye: Eye, *, who: str) -> Sheet:
    """Word a sheet.

    Args:
        messages: of `findings_of`, those that are there and can be read.
        shots: of `on_sheet`, in its order.
        who: who asked for it.
    """
    case, of_stay = view.case, _of_stay(view.case, messages)
    found_at = of_stay[-1].event.time if of_stay else case.entered_at + timedelta(seconds=case.dwell_s)
    more = len(view.photos) - len(shots)
    models = {model for finding in of_stay for model in finding.data.models}
    return Sheet(
        number=case.number,
        path=f"/cases/{case.id}/sheet",
        case_path=f"/cases/{case.id}",
        simulated=case.simulated,
        lead=_lead(case, of_stay, found_at, eye),
        facts=tuple(_facts(case, of_stay, found_at, eye)),
        plaques=tuple(_plaque(case, shot, eye) for shot in shots),
        masked=any(shot.masked for shot in shots),
        more=SHEET["pictures.more"].fill(n=more) if more > 0 else None,
        checks=checks(shots, clock=case.clock, odd_time=case.odd_time, plate=case.plate),
        messages=tuple(map(_message, messages)) or (SHEET["rests.no_message"],),
        models=", ".join(sorted(models)),
        issued=SHEET["issued"].fill(at=exact(eye.now, eye.zone), who=who),
    )


def _of_stay(case: Case, messages: Sequence[Message]) -> list["_Finding"]:
    """Those about the stay that the case is about now."""
    found = []
    for message in messages:
        data = message.event.data
        if isinstance(data, StayData) and data.stay == case.stay:
            found.append(_Finding(message, data))
    return found


@dataclass(frozen=True, slots=True)
class _Finding:
    """A message about a stay."""

    message: Message
    data: StayData

    @property
    def event(self) -> AnyEvent:
        return self.message.event

    @property
    def stood_s(self) -> float:
        """How long the vehicle had stood when this was said."""
        stood: float = getattr(self.data, "standing_s" if isinstance(self.data, ZombieData) else "dwell_s", 0.0)
        return stood


def _stood_s(case: Case, of_stay: Sequence[_Finding]) -> float:
    return of_stay[-1].stood_s if of_stay else case.dwell_s


def _place(case: Case) -> Word:
    where, kind = case.zone_name or case.zone, known("zone", case.zone_kind)
    return Word(f"{where}（{kind.zh}）", f"{where} ({kind.en.lower()})")


def _found(case: Case) -> Word:
    words = [known("found", found) for found in case.found]
    return Word("、".join(each.zh for each in words), ", ".join(each.en for each in words))


def _lead(case: Case, of_stay: Sequence[_Finding], found_at: datetime, eye: Eye) -> Word:
    found, place, vehicle = _found(case), _place(case), known("vehicle", case.vehicle)
    stood, limit = span(_stood_s(case, of_stay)), span(case.limit_s)
    tail = (
        SHEET["lead.end"]
        if case.is_zombie_alone
        else Word(SHEET["lead.limit"].zh.format(limit=limit.zh), SHEET["lead.limit"].en.format(limit=limit.en))
    )
    times = {"entered": exact(case.entered_at, eye.zone), "found_at": exact(found_at, eye.zone)}
    said = SHEET["lead"]
    return Word(
        said.zh.format(place=place.zh, vehicle=vehicle.zh, found=found.zh, dwell=stood.zh, **times) + tail.zh,
        said.en.format(place=place.en, vehicle=vehicle.en.lower(), found=found.en, dwell=stood.en, **times) + tail.en,
    )


def _facts(case: Case, of_stay: Sequence[_Finding], found_at: datetime, eye: Eye) -> Iterator[Fact]:
    yield Fact(SHEET["found"], _found(case))
    yield Fact(SHEET["found_at"], Word.same(exact(found_at, eye.zone)))
    yield Fact(SHEET["place"], _place(case), hint=Word.same(f"{case.community}/{case.zone}"))
    yield Fact(SHEET["vehicle"], known("vehicle", case.vehicle))
    yield Fact(SHEET["plate"], _plate(case.plate))
    if case.permit is not None:
        yield Fact(SHEET["permit"], known("permit", case.permit.state))
    yield Fact(SHEET["entered"], _entered(case, eye))
    if case.last_seen_at is not None and case.missed_at is not None:
        yield Fact(SHEET["left"], _between("left.between", case.last_seen_at, case.missed_at, eye))
    elif case.vehicle_present:
        yield Fact(SHEET["left"], SHEET["left.not"])
    yield Fact(SHEET["dwell"], _stood(_stood_s(case, of_stay)))
    if not case.is_zombie_alone:
        due = exact(case.entered_at + timedelta(seconds=case.limit_s), eye.zone)
        yield Fact(SHEET["limit"], span(case.limit_s))
        yield Fact(SHEET["due"], Word.same(due))
    if case.signs:
        signs = case.signs
        words = Word("；".join(sign.words_zh for sign in signs), "; ".join(sign.words_en for sign in signs))
        yield Fact(SHEET["signs.gone" if case.signs_gone else "signs"], words)
    yield Fact(SHEET["device"], SHEET["device.of"].fill(gateway=case.gateway, camera=case.camera))
    yield Fact(SHEET["clock"], SHEET["clock.odd"] if case.odd_time else clock_word(case.clock))


def _stood(seconds: float) -> Word:
    length = span(seconds)
    return Word(f"{length.zh}（{int(seconds)} 秒）", f"{length.en} ({int(seconds)} s)") if seconds >= 60 else length


def _plate(plate: Plate | None) -> Word:
    if plate is None:
        return SHEET["plate.none"]
    if plate.text is None:
        return known("plate", plate.state)
    return SHEET["plate.unsure"].fill(text=plate.text) if UNSURE in plate.text else Word.same(plate.text)


def _entered(case: Case, eye: Eye) -> Word:
    if case.entered_within_s <= 0:
        return SHEET["entered.there"].fill(last=exact(case.entered_at, eye.zone))
    first = case.entered_at - timedelta(seconds=case.entered_within_s)
    return _between("entered.between", first, case.entered_at, eye)


def _between(key: str, first: datetime, last: datetime, eye: Eye) -> Word:
    return SHEET[key].fill(first=exact(first, eye.zone), last=exact(last, eye.zone))


def _plaque(case: Case, shot: Shot, eye: Eye) -> Plaque:
    notes = [SHEET["picture.masked" if shot.masked else "picture.unmasked"]]
    if shot.measured is not None and shot.measured.frame is not None:
        wide, high = shot.measured.frame
        notes.append(SHEET["picture.size"].fill(w=wide, h=high))
    if shot.original is not None:
        notes.append(SHEET["picture.sealed"])
    return Plaque(
        shot=shot,
        path=f"/cases/{case.id}/photos/{shot.sha256}",
        kind=known("photo", shot.kind),
        taken=exact(shot.taken_at, eye.zone),
        notes=tuple(notes),
        fault=_fault(shot),
        compared=SHEET["file.compared" if shot.sound else "file.not_compared"],
    )


def _fault(shot: Shot) -> Word | None:
    if shot.shown:
        return None
    if not shot.arrived:
        return SHEET["picture.gone" if shot.gone else "picture.coming"]
    if shot.closed:
        return WORDS["photo.closed"]
    return SHEET["picture.unreadable" if shot.sound or shot.body is None else "picture.broken"]


def _message(message: Message) -> Word:
    event, said = message.event, SHEET["rests.message"]
    signature, chain = SHEET[f"signature.{message.signature}"], SHEET[f"chain.{message.chain}"]
    same = {"id": event.id, "type": event.type, "seq": event.seq, "key": event.keyid}
    return Word(
        said.zh.format(signature=signature.zh, chain=chain.zh, **same),
        said.en.format(signature=signature.en, chain=chain.en, **same),
    )
