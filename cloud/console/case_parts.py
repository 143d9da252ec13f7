"""What belongs to a case, as documents: its device, alarms, history, pictures, falls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import Field, JsonValue

from cloud.cases.domain import Alarm, Device, Extension, Fall, HistoryEntry, Photo, Related, Report, Term
from cloud.cases.vocabulary import Found, Stage, Unit
from cloud.console.case_words import entry_word
from cloud.console.documents import Closed
from contract.throwing import Estimate, FloorEstimate, PathPoint


class DeviceOut(Closed):
    """What a case of a device is of; `watches` is a meter's medium or what a sensor watches, else empty."""

    id: str
    name: str
    watches: str

    @classmethod
    def of(cls, device: Device | None) -> Self | None:
        return None if device is None else cls(id=device.id, name=device.name, watches=device.watches)


class AlarmOut(Closed):
    """The latest alarm of one kind of a case's device."""

    kind: Found
    began_at: datetime
    found_at: datetime
    words_zh: str
    words_en: str
    times: int
    ended_at: datetime | None
    ended_zh: str | None
    ended_en: str | None
    corroborated: tuple[str, ...]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, alarm: Alarm) -> Self:
        return cls(
            kind=alarm.kind,
            began_at=alarm.began_at,
            found_at=alarm.found_at,
            words_zh=alarm.words.zh,
            words_en=alarm.words.en,
            times=alarm.times,
            ended_at=alarm.ended_at,
            ended_zh=None if alarm.ended is None else alarm.ended.zh,
            ended_en=None if alarm.ended is None else alarm.ended.en,
            corroborated=alarm.corroborated,
            missing=alarm.missing,
        )


class TermOut(Closed):
    """How long a case may take."""

    amount: float
    unit: Unit

    @classmethod
    def of(cls, term: Term | None) -> Self | None:
        return None if term is None else cls(amount=term.amount, unit=term.unit)


class ExtensionOut(Closed):
    """A later deadline that is asked for and not decided."""

    until: datetime
    reason: str
    by: str
    asked_at: datetime

    @classmethod
    def of(cls, asked: Extension | None) -> Self | None:
        if asked is None:
            return None
        return cls(until=asked.until, reason=asked.reason, by=asked.by, asked_at=asked.asked_at)


class ReportedOut(Closed):
    """What was reported from outside; `reference` is what the reporter's system calls it."""

    text: str
    place: str
    reference: str
    photos: tuple[str, ...] = Field(description="SHA-256 of each")

    @classmethod
    def of(cls, report: Report | None) -> Self | None:
        if report is None:
            return None
        return cls(text=report.text, place=report.place, reference=report.reporter, photos=report.photos)


class RelatedOut(Closed):
    """Another case that this one names."""

    id: str
    number: str

    @classmethod
    def of(cls, related: Related | None) -> Self | None:
        return None if related is None else cls(id=related.id, number=related.number)


class HistoryOut(Closed):
    """One line of the history, with its name in both languages, and what it changed."""

    at: datetime
    what: str
    zh: str
    en: str
    stage: Stage
    actor: str
    note: str
    event_id: str | None
    before: Mapping[str, JsonValue]
    after: Mapping[str, JsonValue]

    @classmethod
    def of(cls, entry: HistoryEntry) -> Self:
        name = entry_word(entry)
        return cls(
            at=entry.at,
            what=entry.what,
            zh=name.zh,
            en=name.en,
            stage=entry.stage,
            actor=entry.actor,
            note=entry.note,
            event_id=entry.event_id,
            before=entry.before,
            after=entry.after,
        )


def file_path(case_id: str, sha256: str) -> str:
    """Where a program fetches a photo or a film of a case."""
    return f"/api/cases/{case_id}/photos/{sha256}"


class PhotoOut(Closed):
    """A photo or a film; `path`, an operation of this interface, answers 404 until it has arrived.

    What is not `masked` it gives to those who work on the case: 403 `unmasked` for anybody else.
    """

    sha256: str
    path: str
    kind: str
    media_type: str
    taken_at: datetime
    masked: bool
    size: int
    arrived: bool
    original: str | None  # SHA-256 of the sealed file that holds it unmasked

    @classmethod
    def of(cls, case_id: str, photo: Photo) -> Self:
        return cls(
            sha256=photo.sha256,
            path=file_path(case_id, photo.sha256),
            kind=photo.kind,
            media_type=photo.media_type,
            taken_at=photo.taken_at,
            masked=photo.masked,
            size=photo.size,
            arrived=photo.arrived,
            original=photo.original,
        )


class FallOut(Closed):
    """One fall, as `object.thrown.v1` said it."""

    fall: str
    began_at: datetime
    ended_at: datetime
    floor: FloorEstimate | None
    column: int | None
    height_m: Estimate
    fell_m: Estimate
    speed_m_s: float
    horizontal_m_s: float
    metres_per_pixel: float
    picture_size: tuple[int, int]
    score: float
    path: tuple[PathPoint, ...]
    words_zh: str
    words_en: str

    @classmethod
    def of(cls, fall: Fall) -> Self:
        return cls(**{name: getattr(fall.said, name) for name in cls.model_fields})
