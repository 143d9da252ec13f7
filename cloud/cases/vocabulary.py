"""What cases are called: stages, actions, kinds, findings, levels and the lines of a history.

Stages as the 数字城管 standards name them (GB/T 30428 family, CJJ/T 106).
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

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
    NOT_REOPENED = "not_reopened"  # a bad rating did not, as another case of its place is open
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
    SAID_BEFORE = "said_before"  # it said so before the case was reopened, and nothing since


OPEN: Final = (Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED, Stage.HANDLING, Stage.REPORTED)

# A person decides only where neither camera nor device could.
FOR_A_PERSON: Final = frozenset(
    {
        Verification.CANNOT_SEE,
        Verification.NO_ANSWER,
        Verification.IN_USE,
        Verification.NOTHING_LEFT,
        Verification.NOT_ENDED,
        Verification.SAID_BEFORE,
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
