"""Cases as documents, and what may be done with one."""

from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import Path
from pydantic import AwareDatetime, Field, StringConstraints

from cloud.cases.domain import Case, CaseView
from cloud.cases.flow import FLOW, Need, allowed
from cloud.cases.vocabulary import (
    ACTION_NAMES,
    Action,
    Alert,
    CaseKind,
    Found,
    Level,
    Priority,
    Source,
    Stage,
    Verification,
)
from cloud.cases.wishes import MAX_EVENTS, MAX_NOTE, MAX_PHOTOS
from cloud.console.case_parts import (
    AlarmOut,
    DeviceOut,
    ExtensionOut,
    FallOut,
    HistoryOut,
    PhotoOut,
    RelatedOut,
    ReportedOut,
    TermOut,
)
from cloud.console.documents import NO_NUL, Closed
from contract.identifiers import EventId, Sha256
from contract.plates import Permit, Plate
from contract.vehicle import SignHeld

MAX_VERSION: Final = 2**31 - 1


class CaseOut(Closed):
    """A case as it stands; `actions` is what leads it on along the straight road now."""

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
    source: Source
    report: ReportedOut | None
    priority: Priority
    level: Level
    responsible: str | None
    handler: str | None
    assisting: tuple[str, ...]
    filed_at: datetime | None
    dispatched_at: datetime | None
    accepted_at: datetime | None
    reported_at: datetime | None
    evaluated_at: datetime | None
    term: TermOut | None
    due_at: datetime | None
    alert: Alert
    alert_at: datetime | None
    suspended_at: datetime | None
    extension: ExtensionOut | None
    extensions: int
    urged: int
    supervised: int
    returned: int
    reopened: int
    reporter_rating: int | None
    handler_fault: bool
    merged_into: str | None
    device: DeviceOut | None
    alarms: tuple[AlarmOut, ...]
    actions: tuple[Action, ...]

    @classmethod
    def of(cls, case: Case) -> Self:
        made: dict[str, object] = {
            "open": case.is_open,
            "device": DeviceOut.of(case.device),
            "alarms": tuple(AlarmOut.of(alarm) for alarm in case.alarms),
            "report": ReportedOut.of(case.report),
            "term": TermOut.of(case.term),
            "extension": ExtensionOut.of(case.extension),
            "actions": allowed(case),
        }
        same = {name: getattr(case, name) for name in cls.model_fields if name not in made}
        return cls.model_validate(same | made)


class CasesOut(Closed):
    """A page of the list in the order that was asked for; `after` asks for the next one."""

    cases: tuple[CaseOut, ...]
    after: str | None


class PossibleOut(Closed):
    """What the one who asks may do with the case now, and what it takes beside the version."""

    action: Action
    zh: str
    en: str
    needs: tuple[Need, ...]

    @classmethod
    def of(cls, action: Action) -> Self:
        name = ACTION_NAMES[action]
        return cls(action=action, zh=name.zh, en=name.en, needs=tuple(sorted(FLOW[action].needs)))


class CaseViewOut(Closed):
    """A case with its history, its photos and films, and its latest falls, oldest first."""

    case: CaseOut
    history: tuple[HistoryOut, ...]
    photos: tuple[PhotoOut, ...]
    returns: RelatedOut | None
    behind: RelatedOut | None
    falls: tuple[FallOut, ...]
    possible: tuple[PossibleOut, ...]

    @classmethod
    def of(cls, view: CaseView, possible: tuple[Action, ...]) -> Self:
        return cls(
            returns=RelatedOut.of(view.returns),
            behind=RelatedOut.of(view.behind),
            case=CaseOut.of(view.case),
            history=tuple(HistoryOut.of(entry) for entry in view.history),
            photos=tuple(PhotoOut.of(view.case.id, photo) for photo in view.photos),
            falls=tuple(FallOut.of(fall) for fall in view.falls),
            possible=tuple(PossibleOut.of(action) for action in possible),
        )


CaseKey = Annotated[str, Path(max_length=64, description="a case's `id`")]
Other = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
NoteText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE, pattern=NO_NUL)]


class ActionIn(Closed):
    """What to do, on the version of the case that was read. `possible` of a case says what each action needs."""

    action: Action
    version: int = Field(ge=0, le=MAX_VERSION)
    note: NoteText = Field(default="", description="a reason or a remark")
    rating: int | None = Field(default=None, ge=1, le=5, description="with `evaluate` and `rate`")
    until: AwareDatetime | None = Field(default=None, description="with `ask_extension`: the later deadline, zoned")
    other: Other | None = Field(default=None, description="with `link` and `merge`: the other case's id or number")
    organisation: str | None = Field(default=None, min_length=1, max_length=63, pattern=NO_NUL)
    priority: Priority | None = Field(default=None, description="with `prioritise`: 1 urgent … 4 low")
    fault: bool = Field(default=False, description="with `rate`: a bad rating through the handler's fault")
    photos: tuple[Sha256, ...] = Field(
        default=(), max_length=MAX_PHOTOS, description="photos of the case that were handed in: of how it is now"
    )
    events: tuple[EventId, ...] = Field(
        default=(), max_length=MAX_EVENTS, description="with `split`: findings that go along"
    )


class RatingIn(Closed):
    """What the reporter or a resident says of how it was handled: 1 very bad … 5 very good."""

    version: int = Field(ge=0, le=MAX_VERSION)
    rating: int = Field(ge=1, le=5)
    fault: bool = Field(
        default=False, description="it is bad through the handler's fault: 1 or 2 then reopens the case"
    )
    note: NoteText = ""
