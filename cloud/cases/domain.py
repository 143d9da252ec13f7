"""What a case holds: its stage, who is responsible, until when, and what was found.

Stages as the 数字城管 standards name them (GB/T 30428 family, CJJ/T 106); `flow` says how a case moves between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import JsonValue

from cloud.accounts import Role
from cloud.cases.vocabulary import (
    FOR_A_PERSON,
    OPEN,
    Action,
    Alert,
    CaseKind,
    Found,
    Level,
    Name,
    Note,
    Priority,
    Source,
    Stage,
    Unit,
    Verification,
)
from cloud.scope import EVERYTHING, Scope
from contract.plates import Permit, Plate
from contract.throwing import ThrownData
from contract.vehicle import SignHeld


class Refused(Exception):
    """The case does not allow this now; `zh` and `en` say why, for the person who asked."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh: Final = zh
        self.en: Final = en


class Stale(Exception):
    """Someone else changed the case since it was read: show it anew and let the person decide again."""


@dataclass(frozen=True, slots=True)
class Device:
    """What an alarm is of, as the gateway's configuration names it."""

    kind: CaseKind  # METER, GATE or SENSOR
    id: str
    name: str
    watches: str  # of a meter contract.metering.Medium, empty of a household; of a sensor contract.gating.SensorKind


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a device's latest alarm of one kind says; of a kind one is open at a time. Times by the gateway's clock."""

    kind: Found
    alarm: str  # joins what opened with what ended, within `epoch`
    epoch: str
    seq: int  # of the event that opened it
    began_at: datetime
    found_at: datetime
    words: Name
    times: int = 1  # it opened while the case was open
    ended_at: datetime | None = None
    ended: Name | None = None  # the words it ended with
    corroborated: tuple[str, ...] = ()  # contract.metering.Witness: what bears a welfare alarm out
    missing: tuple[str, ...] = ()  # and what could not be asked
    past: bool = False  # it was over when the case was reopened: that says nothing of how it is now


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person with a role, within the communities that are theirs."""

    name: str
    role: Role
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports from outside: 随手拍, 12345, or staff on their round."""

    text: str
    place: str
    reporter: str  # what the other system calls it; never a name or a telephone number
    photos: tuple[str, ...] = ()  # SHA-256 of evidence


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take."""

    amount: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline that is asked for, before the present one is over."""

    until: datetime
    reason: str
    by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One matter, from its finding to its evaluation. All times are aware.

    Of a vehicle, and of a fall, `camera` to `stay` say where; of a device they are empty, and `device` says which.
    """

    id: str
    number: str  # LL-20261121-0001: day in the cloud's time zone, counted from 1
    community: str
    gateway: str
    camera: str
    zone: str
    zone_kind: str  # contract.parking.ZoneKind
    zone_name: str
    slot: str
    stay: str  # of the vehicle seen last
    vehicle: str  # contract.parking.VehicleClass; empty where the case is of no vehicle
    stage: Stage
    verification: Verification
    verification_reason: str
    version: int  # rises by one with every change; `act` wants the one that was shown
    entered_at: datetime  # by the gateway's clock
    opened_at: datetime  # by the cloud's clock
    updated_at: datetime
    closed_at: datetime | None
    closed_by: str | None  # CAMERA, DEVICE, or a person's name
    dwell_s: float
    limit_s: float
    vehicle_present: bool
    sightings: int  # findings at this place while the case was open
    rework: int  # times it was sent back, 返工
    rating: int | None  # 1 to 5
    clock: str  # contract.envelope.ClockTrust of the finding
    odd_time: bool  # the finding's time lies oddly far from when it came
    simulated: bool
    epoch: str = ""  # of the gateway's store that named slot and stay
    stay_seq: int = 0  # sequence of the finding that told of `stay`: an older one does not take its place
    look: str | None = None  # the command whose answer counts
    found: tuple[Found, ...] = (Found.DWELL,)  # of the vehicle seen last, in the order it was found
    entered_within_s: float = 0.0  # it came at most so many seconds before `entered_at`
    last_seen_at: datetime | None = None  # it left between this
    missed_at: datetime | None = None  # and this
    plate: Plate | None = None
    permit: Permit | None = None
    behind: str | None = None  # the stay that it shuts in
    returns: str | None = None  # its earlier stay in the same slot
    standing_s: float | None = None  # how long it has not moved, where that was said
    standing_limit_s: float | None = None  # after how long it counts as a zombie vehicle
    signs: tuple[SignHeld, ...] = ()  # of disuse, as said last
    signs_gone: bool = False  # no sign holds any more: whether it is a zombie vehicle is for a person to say
    device: Device | None = None
    alarms: tuple[Alarm, ...] = ()  # of the device, the latest of each kind, in the order they came
    source: Source = Source.CAMERA
    report: Report | None = None
    priority: Priority = Priority.NORMAL
    # who
    level: Level = Level.PROPERTY
    responsible: str | None = None  # the organisation that answers for it
    handler: str | None = None  # the person who took it
    assisting: tuple[str, ...] = ()  # organisations
    reported_by: str | None = None  # who said last that it is handled: somebody else verifies
    # when: each by the cloud's clock, the latest where it happened more than once
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    reported_at: datetime | None = None
    evaluated_at: datetime | None = None
    # until when
    term: Term | None = None
    span_s: float | None = None  # the term with its extensions, as the calendar of its unit counts
    spent_s: float = 0.0  # of it, before `runs_from`
    runs_from: datetime | None = None  # None: it stands still
    due_at: datetime | None = None
    alert: Alert = Alert.NONE
    alert_at: datetime | None = None  # when the next alert is due
    suspended_at: datetime | None = None
    extension: Extension | None = None  # that is asked for and not decided
    # counts, for evaluation
    extensions: int = 0  # granted
    urged: int = 0
    supervised: int = 0
    returned: int = 0
    reopened: int = 0
    reporter_rating: int | None = None  # 1 to 5, the reporter's or a resident's
    handler_fault: bool = False  # a bad rating through the handler's fault
    rated_in: int | None = None  # `reopened` as it was then: reopened once more, it may be rated anew
    merged_into: str | None = None

    @property
    def kind(self) -> CaseKind:
        """What the case is of."""
        if self.device is not None:
            return self.device.kind
        if self.report is not None:
            return CaseKind.REPORT
        if self.is_thrown:
            return CaseKind.THROWN
        return CaseKind.ZOMBIE if self.is_zombie else CaseKind.PARKING

    @property
    def is_zombie(self) -> bool:
        """Whether the vehicle was confirmed as a zombie vehicle 僵尸车."""
        return Found.ZOMBIE in self.found

    @property
    def is_zombie_alone(self) -> bool:
        """Whether nothing else was found of it: where it stands it may."""
        return self.found == (Found.ZOMBIE,)

    @property
    def is_thrown(self) -> bool:
        """Whether something fell or was thrown 高空抛物; `entered_at` is then when it began to fall."""
        return Found.THROWN in self.found

    @property
    def is_of_vehicle(self) -> bool:
        """Whether it is about a vehicle that stands somewhere."""
        return self.device is None and self.report is None and not self.is_thrown

    @property
    def standing(self) -> tuple[Alarm, ...]:
        """The device's alarms that are not over."""
        return tuple(alarm for alarm in self.alarms if alarm.ended_at is None)

    @property
    def is_for_a_person(self) -> bool:
        """Whether it is reported handled and a person verifies it, as neither camera nor device can say."""
        return self.stage is Stage.REPORTED and self.verification in FOR_A_PERSON

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something yet."""
        return self.stage in OPEN


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a case's history."""

    at: datetime
    what: Action | Note
    stage: Stage  # after it
    actor: str  # SYSTEM, CAMERA, DEVICE or a person's name
    note: str
    event_id: str | None
    after: Mapping[str, JsonValue] = field(default_factory=dict)  # what it changed, as the case holds it then
    before: Mapping[str, JsonValue] = field(default_factory=dict)  # and what stood there


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that belongs to a case; it may still be on its way."""

    sha256: str
    media_type: str
    kind: str  # contract.envelope.PictureKind
    taken_at: datetime
    masked: bool
    size: int  # bytes
    arrived: bool
    original: str | None = None  # SHA-256 of the sealed file that holds the picture as it was before masking
    original_arrived: bool = False
    deleted_at: datetime | None = None  # its time was over, or somebody asked for it: a line is all that is left


@dataclass(frozen=True, slots=True)
class Fall:
    """One fall of a case, as its gateway told it; without its evidence, which is among the photos."""

    event_id: str
    case_id: str
    said: ThrownData


@dataclass(frozen=True, slots=True)
class Related:
    """Another case that this one names."""

    id: str
    number: str


class Bond(StrEnum):
    """How two cases belong together."""

    LINKED = "linked"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Link:
    """A case that belongs to this one.

    `outward`: this case is the one that was merged into it, or split off it; of two that are linked, the one that named
    the other. `related` is None where the other is of a community that whoever asks may not see.
    """

    kind: Bond
    related: Related | None
    outward: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything its page shows: history and photos oldest first.

    Of a case that others were merged into, theirs are among them.
    """

    case: Case
    history: tuple[HistoryEntry, ...]
    photos: tuple[Photo, ...]
    returns: Related | None = None  # the case of `Case.returns`, where there was one
    behind: Related | None = None  # the case of `Case.behind`, where there is one
    falls: tuple[Fall, ...] = ()  # where something fell: the latest, oldest first
    links: tuple[Link, ...] = ()
    merged: tuple[Case, ...] = ()  # cases that this one goes on with: their alarms and places are as they were then


@dataclass(frozen=True, slots=True)
class Suspect:
    """A vehicle that may become a zombie vehicle: shown, and no case."""

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
    told_at: datetime  # by the cloud's clock
    event_id: str | None  # what said it
    cover: Photo | None = None  # one of its pictures, the one that tells most
