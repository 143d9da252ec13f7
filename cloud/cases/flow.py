"""How a case moves: one literal table of who may do what, from where to where, and what it takes.

The straight road is 信息收集 → 案卷建立 → 任务派遣 → 任务处理 → 处理反馈 → 核实结案 → 综合评价 (GB/T 30428 family);
beside it stand the actions that people of the field expect: 不予立案, 退回, 延期, 挂起 / 恢复, 催办, 督办, 返工, 作废,
重开.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cloud.accounts import Role
from cloud.cases.domain import ACTION_NAMES, FOR_A_PERSON, OPEN, STAGE_NAMES, Action, Case, Refused, Stage


class Need(StrEnum):
    """What an action takes beside the case."""

    REASON = "reason"  # a note that is not empty
    PHOTO = "photo"  # a picture of how it is now, where no camera and no device can say
    UNTIL = "until"  # a date
    RATING = "rating"  # 1 to 5
    CASE = "case"  # another case
    ORGANISATION = "organisation"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `to` None leaves the stage as it is; `suspended` says whether it may be done to a case that is."""

    start: frozenset[Stage]
    to: Stage | None
    by: frozenset[Role]
    needs: frozenset[Need] = frozenset()
    suspended: bool = False


_WORKERS: Final = frozenset({Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET})
_LEADS: Final = _WORKERS - {Role.STAFF}
_ABOVE: Final = _LEADS - {Role.LEAD}
_STREET: Final = frozenset({Role.STREET})
_RUNNING: Final = frozenset({Stage.DISPATCHED, Stage.HANDLING})
_OPEN: Final = frozenset(OPEN)
_ENDED: Final = frozenset(Stage) - _OPEN
_REASON: Final = frozenset({Need.REASON})


def _from(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


FLOW: Final[Mapping[Action, Rule]] = MappingProxyType(
    {
        # the straight road
        Action.FILE: Rule(_from(Stage.COLLECTED), Stage.FILED, _LEADS),
        Action.NOT_FILE: Rule(_from(Stage.COLLECTED), Stage.NOT_FILED, _LEADS, _REASON),
        Action.DISPATCH: Rule(_from(Stage.FILED), Stage.DISPATCHED, _LEADS),
        Action.ACCEPT: Rule(_from(Stage.DISPATCHED), Stage.HANDLING, _WORKERS),
        Action.RETURN: Rule(_RUNNING, Stage.FILED, _WORKERS, _REASON),
        Action.REPORT: Rule(_from(Stage.HANDLING), Stage.REPORTED, _WORKERS),
        Action.VERIFY_PASS: Rule(_from(Stage.REPORTED), Stage.CLOSED, _WORKERS),
        Action.VERIFY_FAIL: Rule(_from(Stage.REPORTED), Stage.HANDLING, _WORKERS),
        Action.EVALUATE: Rule(_from(Stage.CLOSED), Stage.EVALUATED, _WORKERS, frozenset({Need.RATING})),
        Action.REOPEN: Rule(_ENDED - {Stage.MERGED}, Stage.DISPATCHED, _LEADS, _REASON),
        Action.VOID: Rule(_OPEN, Stage.VOIDED, _LEADS, _REASON, suspended=True),
        Action.MERGE: Rule(_OPEN, Stage.MERGED, _LEADS, frozenset({Need.CASE})),
        # beside it
        Action.ASK_EXTENSION: Rule(_RUNNING, None, _WORKERS, frozenset({Need.REASON, Need.UNTIL})),
        Action.GRANT_EXTENSION: Rule(_RUNNING, None, _ABOVE | {Role.LEAD}, suspended=True),
        Action.REFUSE_EXTENSION: Rule(_RUNNING, None, _ABOVE | {Role.LEAD}, _REASON, suspended=True),
        Action.SUSPEND: Rule(_RUNNING, None, _LEADS, _REASON),
        Action.RESUME: Rule(_RUNNING, None, _LEADS, suspended=True),
        Action.URGE: Rule(_OPEN, None, _LEADS),
        Action.SUPERVISE: Rule(_OPEN, None, _ABOVE, _REASON),
        Action.ESCALATE: Rule(_RUNNING, None, _LEADS, _REASON),
        Action.ASSIST: Rule(_RUNNING, None, _LEADS, frozenset({Need.ORGANISATION})),
        Action.PRIORITISE: Rule(_OPEN, None, _LEADS, frozenset({Need.PRIORITY, Need.REASON}), suspended=True),
        Action.LINK: Rule(frozenset(Stage), None, _WORKERS, frozenset({Need.CASE}), suspended=True),
        Action.SPLIT: Rule(_RUNNING, None, _LEADS, _REASON),
        Action.REMARK: Rule(frozenset(Stage), None, _WORKERS, _REASON, suspended=True),
        Action.RATE: Rule(
            _from(Stage.CLOSED, Stage.EVALUATED), None, _LEADS | {Role.INTEGRATOR}, frozenset({Need.RATING})
        ),
    }
)

ROAD: Final = (
    Action.FILE,
    Action.DISPATCH,
    Action.ACCEPT,
    Action.REPORT,
    Action.VERIFY_PASS,
    Action.VERIFY_FAIL,
    Action.EVALUATE,
)

CAMERA_ASKED: Final = (
    "正在等待摄像机复核，暂不能人工核实",
    "the camera has been asked; a person decides if it cannot see",
)
DEVICE_AWAITED: Final = (
    "正在等设备报告结束，暂不能人工核实",
    "the device has yet to say that it is over; a person decides if it does not",
)
VERIFIES: Final = frozenset({Action.VERIFY_PASS, Action.VERIFY_FAIL})


def advance(stage: Stage, action: Action) -> Stage:
    """The stage that follows; the same where the action leaves it.

    Raises:
        Refused: `action` does not start from `stage`.
    """
    rule = FLOW[action]
    if stage not in rule.start:
        here, wanted = STAGE_NAMES[stage], ACTION_NAMES[action]
        raise Refused(
            f"案件处于“{here.zh}”阶段，不能“{wanted.zh}”", f"the case is at “{here.en}”: “{wanted.en}” is not possible"
        )
    return stage if rule.to is None else rule.to


def person_may(case: Case, action: Action) -> None:
    """Check that a person may do this now; what a camera is being asked, or a device has yet to say, is theirs to say.

    Raises:
        Refused: and says why.
    """
    advance(case.stage, action)
    if action in VERIFIES and case.verification not in FOR_A_PERSON:
        raise Refused(*(CAMERA_ASKED if case.device is None else DEVICE_AWAITED))


def allowed(case: Case) -> tuple[Action, ...]:
    """What a person may do now that leads on along the straight road, in the table's order."""
    verifiable = case.verification in FOR_A_PERSON
    actions = (action for action in ROAD if case.stage in FLOW[action].start)
    return tuple(action for action in actions if verifiable or action not in VERIFIES)
