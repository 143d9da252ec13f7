"""What a case holds: its stage, who is responsible, until when, and what was found.

Stages as the 数字城管 standards name them (GB/T 30428 family, CJJ/T 106); `flow` says how a case moves between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from pydantic import JsonValue

from cloud.accounts import Role
from cloud.scope import EVERYTHING, Scope
from contract.plates import Permit, Plate
from contract.throwing import ThrownData
from contract.vehicle import SignHeld

SYSTEM: Final = "system"
CAMERA: Final = "camera"
DEVICE: Final = "device"


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called, for staff: Chinese first, English beside."""

    zh: str
    en: str


class Stage(StrEnum):
    """Where a case stands: the seven stages, and the three ways in which it ends beside them."""

    COLLECTED = "collected"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    REPORTED = "reported"
    CLOSED = "closed"
    EVALUATED = "evaluated"
    NOT_FILED = "not_filed"  # 不予立案
    VOIDED = "voided"  # 作废
    MERGED = "merged"  # 并案: another case goes on with it


class Action(StrEnum):
    """What somebody does to a case. Those that lead to another stage stand first."""

    FILE = "file"
    NOT_FILE = "not_file"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    RETURN = "return"
    REPORT = "report"
    VERIFY_PASS = "verify_pass"  # noqa: S105 - no password
    VERIFY_FAIL = "verify_fail"
    EVALUATE = "evaluate"
    REOPEN = "reopen"
    VOID = "void"
    MERGE = "merge"
    # and those that leave the stage as it is
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SUSPEND = "suspend"
    RESUME = "resume"
    URGE = "urge"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    ASSIST = "assist"
    PRIORITISE = "prioritise"
    LINK = "link"
    SPLIT = "split"
    REMARK = "remark"
    RATE = "rate"


class Found(StrEnum):
    """What was found of the vehicle: the rules of `contract.parking.Rule`, and that nobody seems to use it.

    Or that something fell or was thrown, or what a meter, a gate or a sensor is in alarm for: such a case is of no
    vehicle.
    """

    DWELL = "dwell"
    NO_PERMIT = "no_permit"
    DOUBLE_PARKED = "double_parked"
    ZOMBIE = "zombie"
    THROWN = "thrown"
    # contract.metering.MeterAlarmKind
    LEAK = "leak"
    BURST = "burst"
    WELFARE = "welfare"
    REVERSE = "reverse"
    JUMP = "jump"
    STANDSTILL = "standstill"
    TAMPER = "tamper"
    COVER = "cover"
    BATTERY_LOW = "battery_low"
    CLOCK_OFF = "clock_off"
    OFFLINE = "offline"
    OVER_LOAD = "over_load"
    VOLTAGE = "voltage"
    # contract.gating.GateAlarmKind
    STUCK_OPEN = "stuck_open"
    FORCED = "forced"
    TAILGATE = "tailgate"
    REFUSALS = "refusals"
    FIRE_LANE = "fire_lane"
    LINK_LOST = "link_lost"
    # contract.gating.SensorAlarmKind
    ALARM = "alarm"
    FAULT = "fault"
    SILENT = "silent"


class Source(StrEnum):
    """Where a case comes from."""

    CAMERA = "camera"
    DEVICE = "device"
    RESIDENT = "resident"  # 随手拍
    HOTLINE = "hotline"  # 12345
    STAFF = "staff"


class Priority(IntEnum):
    """How much it presses; the first is worked on first."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


class Level(IntEnum):
    """Who answers for a case: the property, the three parties together (物管会 / 业委会 / 物业), the street."""

    PROPERTY = 1
    THREE_PARTY = 2
    STREET = 3


class Alert(IntEnum):
    """How far a deadline has been told of. It only rises within one term, so that each is told once."""

    NONE = 0
    HALF = 1  # 50 % of the term is over
    SOON = 2  # 80 %
    EXPIRED = 3  # 催办
    SUPERVISED = 4  # 督办
    RAISED = 5  # the next level answers for it


class Unit(StrEnum):
    """What a deadline counts."""

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


class CaseKind(StrEnum):
    """What a case is of: a vehicle that stands, one that nobody uses, a fall, a device, or what somebody reports."""

    PARKING = "parking"
    ZOMBIE = "zombie"
    THROWN = "thrown"
    METER = "meter"  # or a household, as its meters show it
    GATE = "gate"
    SENSOR = "sensor"
    REPORT = "report"


class Note(StrEnum):
    """What a history tells beside actions: it moves nothing."""

    COLLECTED = "collected"
    SEEN_AGAIN = "seen_again"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    SIGNS_GONE = "signs_gone"
    STILL_STANDING = "still_standing"
    LEFT = "left"
    LOOK_ASKED = "look_asked"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    FILMED = "filmed"
    ALARMED = "alarmed"
    ENDED = "ended"
    END_AWAITED = "end_awaited"
    NOT_ENDED = "not_ended"
    UNWATCHED = "unwatched"
    TERM_SET = "term_set"  # a deadline begins, or another
    HALF_OVER = "half_over"
    SOON_OVER = "soon_over"
    EXPIRED = "expired"
    SUPERVISED = "supervised"
    RAISED = "raised"
    MERGED_IN = "merged_in"
    SPLIT_OFF = "split_off"
    LINKED = "linked"
    REPORTED_AGAIN = "reported_again"
    TOLD = "told"  # somebody was told of it


class Verification(StrEnum):
    """What the camera, or the device, says of a case that is reported handled."""

    NONE = "none"
    WAITING = "waiting"
    GONE = "gone"
    STILL_THERE = "still_there"
    CANNOT_SEE = "cannot_see"
    NO_ANSWER = "no_answer"
    IN_USE = "in_use"  # it stands, and no sign says any more that nobody uses it
    NOTHING_LEFT = "nothing_left"  # a fall is over: there is nothing that a camera could look at again
    ENDED = "ended"  # the device said that each of its alarms is over
    NOT_ENDED = "not_ended"  # it has not, in the time that it needs to


OPEN: Final = (Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED, Stage.HANDLING, Stage.REPORTED)

# A person decides only where neither camera nor device could.
FOR_A_PERSON: Final = frozenset(
    {
        Verification.CANNOT_SEE,
        Verification.NO_ANSWER,
        Verification.IN_USE,
        Verification.NOTHING_LEFT,
        Verification.NOT_ENDED,
    }
)

STAGE_NAMES: Final[dict[Stage, Name]] = {
    Stage.COLLECTED: Name("信息收集", "Collected"),
    Stage.FILED: Name("案卷建立", "Filed"),
    Stage.DISPATCHED: Name("任务派遣", "Dispatched"),
    Stage.HANDLING: Name("任务处理", "Handling"),
    Stage.REPORTED: Name("处理反馈", "Reported handled"),
    Stage.CLOSED: Name("核实结案", "Verified and closed"),
    Stage.EVALUATED: Name("综合评价", "Evaluated"),
    Stage.NOT_FILED: Name("不予立案", "Not filed"),
    Stage.VOIDED: Name("作废", "Void"),
    Stage.MERGED: Name("并案", "Merged"),
}

ACTION_NAMES: Final[dict[Action, Name]] = {
    Action.FILE: Name("立案", "File"),
    Action.NOT_FILE: Name("不予立案", "Do not file"),
    Action.DISPATCH: Name("派遣", "Dispatch"),
    Action.ACCEPT: Name("接单", "Accept"),
    Action.RETURN: Name("退回", "Return"),
    Action.REPORT: Name("上报处理完毕", "Report handled"),
    Action.VERIFY_PASS: Name("核实通过", "Verify"),
    Action.VERIFY_FAIL: Name("返工", "Send back"),
    Action.EVALUATE: Name("评价", "Evaluate"),
    Action.REOPEN: Name("重开", "Reopen"),
    Action.VOID: Name("作废", "Void"),
    Action.MERGE: Name("并案", "Merge"),
    Action.ASK_EXTENSION: Name("申请延期", "Ask for an extension"),
    Action.GRANT_EXTENSION: Name("准予延期", "Grant the extension"),
    Action.REFUSE_EXTENSION: Name("不准延期", "Refuse the extension"),
    Action.SUSPEND: Name("挂起", "Suspend"),
    Action.RESUME: Name("恢复", "Resume"),
    Action.URGE: Name("催办", "Urge"),
    Action.SUPERVISE: Name("督办", "Supervise"),
    Action.ESCALATE: Name("提级", "Raise to the next level"),
    Action.ASSIST: Name("协办", "Ask to assist"),
    Action.PRIORITISE: Name("调整优先级", "Set the priority"),
    Action.LINK: Name("关联", "Link"),
    Action.SPLIT: Name("拆分", "Split"),
    Action.REMARK: Name("备注", "Remark"),
    Action.RATE: Name("群众评价", "Reporter's rating"),
}


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


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything its page shows: history and photos oldest first."""

    case: Case
    history: tuple[HistoryEntry, ...]
    photos: tuple[Photo, ...]
    returns: Related | None = None  # the case of `Case.returns`, where there was one
    behind: Related | None = None  # the case of `Case.behind`, where there is one
    falls: tuple[Fall, ...] = ()  # where something fell: the latest, oldest first


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
