"""What the JSON interface takes and gives: closed documents, and how they are made of what the cloud knows."""

from datetime import datetime
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from cloud.accounts import Session
from cloud.cases.domain import (
    Action,
    Alarm,
    Case,
    CaseKind,
    CaseView,
    Device,
    Fall,
    Found,
    HistoryEntry,
    Photo,
    Related,
    Stage,
    Suspect,
    Verification,
)
from cloud.cases.flow import allowed
from cloud.cases.steps import MAX_NOTE
from cloud.console.case_words import entry_word
from contract.plates import Permit, Plate
from contract.throwing import Estimate, FloorEstimate, PathPoint
from contract.vehicle import SignHeld


class Closed(BaseModel):
    """What travels: closed, and not changed on its way."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginIn(Closed):
    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class SessionOut(Closed):
    """Who is logged in, and the token that each POST carries in `X-CSRF-Token`."""

    user: str
    csrf: str
    expires_at: AwareDatetime

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(user=session.user, csrf=session.csrf, expires_at=session.expires_at)


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


class CaseOut(Closed):
    """A case as it stands; `actions` is what a person may do with it now."""

    id: str
    number: str
    version: int
    kind: CaseKind
    found: tuple[Found, ...]
    stage: Stage
    verification: Verification
    verification_reason: str
    open: bool
    community: str
    gateway: str
    camera: str
    zone: str
    zone_kind: str
    zone_name: str
    vehicle: str
    vehicle_present: bool
    entered_at: datetime
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    dwell_s: float
    limit_s: float
    sightings: int
    rework: int
    rating: int | None
    clock: str
    odd_time: bool
    simulated: bool
    entered_within_s: float
    last_seen_at: datetime | None
    missed_at: datetime | None
    plate: Plate | None
    permit: Permit | None
    standing_s: float | None
    standing_limit_s: float | None
    signs: tuple[SignHeld, ...]
    signs_gone: bool
    device: DeviceOut | None
    alarms: tuple[AlarmOut, ...]
    actions: tuple[Action, ...]

    @classmethod
    def of(cls, case: Case) -> Self:
        own = {"open", "device", "alarms", "actions"}
        same = {name: getattr(case, name) for name in cls.model_fields if name not in own}
        alarms = tuple(AlarmOut.of(alarm) for alarm in case.alarms)
        device = DeviceOut.of(case.device)
        return cls(open=case.is_open, device=device, alarms=alarms, actions=allowed(case), **same)


class SuspectOut(Closed):
    """A vehicle that may become a zombie vehicle. It is no case and asks nobody to do anything."""

    community: str
    gateway: str
    camera: str
    zone: str
    zone_kind: str
    zone_name: str
    slot: str
    stay: str
    vehicle: str
    entered_at: datetime
    entered_within_s: float
    standing_s: float
    limit_s: float
    signs: tuple[SignHeld, ...]
    plate: Plate | None
    permit: Permit | None
    clock: str
    odd_time: bool
    simulated: bool
    told_at: datetime

    @classmethod
    def of(cls, suspect: Suspect) -> Self:
        return cls(**{name: getattr(suspect, name) for name in cls.model_fields})


class SuspectsOut(Closed):
    """Those suspected now, the longest standing first."""

    suspects: tuple[SuspectOut, ...]


class RelatedOut(Closed):
    """Another case that this one names."""

    id: str
    number: str

    @classmethod
    def of(cls, related: Related | None) -> Self | None:
        return None if related is None else cls(id=related.id, number=related.number)


class HistoryOut(Closed):
    """One line of the history, with its name in both languages."""

    at: datetime
    what: str
    zh: str
    en: str
    stage: Stage
    actor: str
    note: str
    event_id: str | None

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
        )


class PhotoOut(Closed):
    """A photo or a film; `path` answers 404 until it has arrived."""

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
            path=f"/cases/{case_id}/photos/{photo.sha256}",
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


class CasesOut(Closed):
    """A page of the list, newest first; `before` asks for the next one."""

    cases: tuple[CaseOut, ...]
    before: str | None


class CaseViewOut(Closed):
    """A case with its history, its photos and films, and its latest falls, oldest first."""

    case: CaseOut
    history: tuple[HistoryOut, ...]
    photos: tuple[PhotoOut, ...]
    returns: RelatedOut | None
    behind: RelatedOut | None
    falls: tuple[FallOut, ...]

    @classmethod
    def of(cls, view: CaseView) -> Self:
        return cls(
            returns=RelatedOut.of(view.returns),
            behind=RelatedOut.of(view.behind),
            case=CaseOut.of(view.case),
            history=tuple(HistoryOut.of(entry) for entry in view.history),
            photos=tuple(PhotoOut.of(view.case.id, photo) for photo in view.photos),
            falls=tuple(FallOut.of(fall) for fall in view.falls),
        )


class ActionIn(Closed):
    """What to do, on the version of the case that was read."""

    action: Action
    version: int = Field(ge=0, le=2**31 - 1)
    note: str = Field(default="", max_length=MAX_NOTE)
    rating: int | None = Field(default=None, ge=1, le=5)
