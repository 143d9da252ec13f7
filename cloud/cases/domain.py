"""The seven stages of a case as a table, and what a case holds.

Stages as the 数字城管 standards name them (GB/T 30428 family, CJJ/T 106).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

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
    """Where a case stands."""

    COLLECTED = "collected"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    REPORTED = "reported"
    CLOSED = "closed"
    EVALUATED = "evaluated"


class Action(StrEnum):
    """What moves a case from one stage to another."""

    FILE = "file"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    REPORT = "report"
    VERIFY_PASS = "verify_pass"  # noqa: S105 - no password
    VERIFY_FAIL = "verify_fail"
    EVALUATE = "evaluate"


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


class CaseKind(StrEnum):
    """What a case is of: a vehicle that stands, one that nobody uses, a fall, or a device."""

    PARKING = "parking"
    ZOMBIE = "zombie"
    THROWN = "thrown"
    METER = "meter"  # or a household, as its meters show it
    GATE = "gate"
    SENSOR = "sensor"


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


TRANSITIONS: Final[dict[tuple[Stage, Action], Stage]] = {
    (Stage.COLLECTED, Action.FILE): Stage.FILED,
    (Stage.FILED, Action.DISPATCH): Stage.DISPATCHED,
    (Stage.DISPATCHED, Action.ACCEPT): Stage.HANDLING,
    (Stage.HANDLING, Action.REPORT): Stage.REPORTED,
    (Stage.REPORTED, Action.VERIFY_PASS): Stage.CLOSED,
    (Stage.REPORTED, Action.VERIFY_FAIL): Stage.HANDLING,  # 返工
    (Stage.CLOSED, Action.EVALUATE): Stage.EVALUATED,
}

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
}

ACTION_NAMES: Final[dict[Action, Name]] = {
    Action.FILE: Name("立案", "File"),
    Action.DISPATCH: Name("派遣", "Dispatch"),
    Action.ACCEPT: Name("接单", "Accept"),
    Action.REPORT: Name("上报处理完毕", "Report handled"),
    Action.VERIFY_PASS: Name("核实通过", "Verify"),
    Action.VERIFY_FAIL: Name("返工", "Send back"),
    Action.EVALUATE: Name("评价", "Evaluate"),
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

    @property
    def kind(self) -> CaseKind:
        """What the case is of."""
        if self.device is not None:
            return self.device.kind
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
        return self.device is None and not self.is_thrown

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


def advance(stage: Stage, action: Action) -> Stage:
    """The stage that follows.

    Raises:
        Refused: `action` does not start from `stage`.
    """
    following = TRANSITIONS.get((stage, action))
    if following is None:
        here, wanted = STAGE_NAMES[stage], ACTION_NAMES[action]
        raise Refused(
            f"案件处于“{here.zh}”阶段，不能“{wanted.zh}”", f"the case is at “{here.en}”: “{wanted.en}” is not possible"
        )
    return following


CAMERA_ASKED: Final = (
    "正在等待摄像机复核，暂不能人工核实",
    "the camera has been asked; a person decides if it cannot see",
)
DEVICE_AWAITED: Final = (
    "正在等设备报告结束，暂不能人工核实",
    "the device has yet to say that it is over; a person decides if it does not",
)


def person_may(case: Case, action: Action) -> None:
    """Check that a person may do this now; what a camera is being asked, or a device has yet to say, is theirs to say.

    Raises:
        Refused: and says why.
    """
    advance(case.stage, action)
    verifies = action in {Action.VERIFY_PASS, Action.VERIFY_FAIL}
    if verifies and case.verification not in FOR_A_PERSON:
        raise Refused(*(CAMERA_ASKED if case.device is None else DEVICE_AWAITED))


def allowed(case: Case) -> tuple[Action, ...]:
    """What a person may do with the case now, in the table's order."""
    actions = (action for stage, action in TRANSITIONS if stage is case.stage)
    verifiable = case.verification in FOR_A_PERSON
    return tuple(action for action in actions if verifiable or action not in {Action.VERIFY_PASS, Action.VERIFY_FAIL})
