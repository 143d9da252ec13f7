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

    Or that something fell or was thrown: such a case is of no vehicle.
    """

    DWELL = "dwell"
    NO_PERMIT = "no_permit"
    DOUBLE_PARKED = "double_parked"
    ZOMBIE = "zombie"
    THROWN = "thrown"


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


class Verification(StrEnum):
    """What the camera says of a case that is reported handled."""

    NONE = "none"
    WAITING = "waiting"
    GONE = "gone"
    STILL_THERE = "still_there"
    CANNOT_SEE = "cannot_see"
    NO_ANSWER = "no_answer"
    IN_USE = "in_use"  # it stands, and no sign says any more that nobody uses it
    NOTHING_LEFT = "nothing_left"  # a fall is over: there is nothing that a camera could look at again


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

# A person decides only where the camera could not.
FOR_A_PERSON: Final = frozenset(
    {Verification.CANNOT_SEE, Verification.NO_ANSWER, Verification.IN_USE, Verification.NOTHING_LEFT}
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

# In a history: what was done.
DONE_NAMES: Final[dict[Action, Name]] = {
    Action.FILE: Name("立案", "Filed"),
    Action.DISPATCH: Name("派遣", "Dispatched"),
    Action.ACCEPT: Name("接单", "Accepted"),
    Action.REPORT: Name("上报处理完毕", "Reported handled"),
    Action.VERIFY_PASS: Name("核实通过", "Verified"),
    Action.VERIFY_FAIL: Name("返工", "Sent back"),
    Action.EVALUATE: Name("评价", "Evaluated"),
}

NOTE_NAMES: Final[dict[Note, Name]] = {
    Note.COLLECTED: Name("发现", "Found"),
    Note.SEEN_AGAIN: Name("同一位置再次发现", "Found again at the same place"),
    Note.SUSPECTED: Name("疑似僵尸车", "Suspected zombie vehicle"),
    Note.CONFIRMED: Name("确认为僵尸车", "Confirmed as a zombie vehicle"),
    Note.SIGNS_GONE: Name("车还在，但僵尸车迹象已消失", "It stands, but shows no sign of disuse any more"),
    Note.STILL_STANDING: Name("车辆仍在", "Vehicle still there"),
    Note.LEFT: Name("车辆已离开", "Vehicle left"),
    Note.LOOK_ASKED: Name("请摄像机复核", "Camera asked to look again"),
    Note.ANSWERED: Name("摄像机答复", "Camera answered"),
    Note.UNANSWERED: Name("摄像机未答复", "Camera did not answer"),
    Note.FILMED: Name("坠落视频已生成", "Film of the fall made"),
}

VERIFICATION_NAMES: Final[dict[Verification, Name]] = {
    Verification.NONE: Name("未核实", "Not verified"),
    Verification.WAITING: Name("等待摄像机复核", "Waiting for the camera"),
    Verification.GONE: Name("摄像机核实：已离开", "Camera: gone"),
    Verification.STILL_THERE: Name("摄像机核实：仍在", "Camera: still there"),
    Verification.CANNOT_SEE: Name("摄像机无法看清，待人工核实", "Camera cannot see: a person decides"),
    Verification.NO_ANSWER: Name("摄像机未答复，待人工核实", "Camera did not answer: a person decides"),
    Verification.IN_USE: Name("车仍在，迹象已消失，待人工核实", "It stands and shows no signs: a person decides"),
    Verification.NOTHING_LEFT: Name("摄像机无从复核，待人工核实", "Nothing is left to look at: a person decides"),
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
class Case:
    """One matter, from its finding to its evaluation. All times are aware."""

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
    closed_by: str | None  # CAMERA, or a person's name
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
    def is_open(self) -> bool:
        """Whether somebody has to do something yet."""
        return self.stage in OPEN


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a case's history."""

    at: datetime
    what: Action | Note
    stage: Stage  # after it
    actor: str  # SYSTEM, CAMERA or a person's name
    note: str
    event_id: str | None

    @property
    def name(self) -> Name:
        """What happened, for staff."""
        return DONE_NAMES[self.what] if isinstance(self.what, Action) else NOTE_NAMES[self.what]


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


def person_may(case: Case, action: Action) -> None:
    """Check that a person may do this now; what the camera is being asked is the camera's to answer.

    Raises:
        Refused: and says why.
    """
    advance(case.stage, action)
    verifies = action in {Action.VERIFY_PASS, Action.VERIFY_FAIL}
    if verifies and case.verification not in FOR_A_PERSON:
        raise Refused(
            "正在等待摄像机复核，暂不能人工核实", "the camera has been asked; a person decides if it cannot see"
        )


def allowed(case: Case) -> tuple[Action, ...]:
    """What a person may do with the case now, in the table's order."""
    actions = (action for stage, action in TRANSITIONS if stage is case.stage)
    verifiable = case.verification in FOR_A_PERSON
    return tuple(action for action in actions if verifiable or action not in {Action.VERIFY_PASS, Action.VERIFY_FAIL})
