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
from cloud.cases.domain import Actor, Case, Refused
from cloud.cases.vocabulary import ACTION_NAMES, FOR_A_PERSON, OPEN, STAGE_NAMES, Action, Level, Stage


class Need(StrEnum):
    """What an action takes beside the case."""

    REASON = "reason"  # a note that is not empty
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
        # Of those who are measured by it nobody hands it in: neither the property's staff nor their lead.
        Action.RATE: Rule(
            _from(Stage.CLOSED, Stage.EVALUATED), None, _ABOVE | {Role.INTEGRATOR}, frozenset({Need.RATING})
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


OWN_REPORT: Final = (
    "自己上报处理完毕的，须由他人核实",
    "whoever reported it handled does not verify it: somebody else does",
)
SUSPENDED: Final = ("案件已挂起，请先恢复", "the case is suspended: resume it first")
NOT_YOURS: Final = ("您的角色不能做这一步", "your role may not do this")
NO_CASE: Final = ("没有这个案件", "there is no such case")


def person_may(case: Case, action: Action, by: Actor, *, alone: bool = False) -> None:
    """Check that a person may do this now; what a camera is being asked, or a device has yet to say, is theirs to say.

    Args:
        alone: nobody else could verify what `by` has reported handled: a lead, and nobody below, then verifies it
            alone, and the history shows that the two are one.
    Raises:
        Refused: and says why.
    """
    rule = FLOW[action]
    if not by.scope.covers(case.community):
        raise Refused(*NO_CASE)
    if by.role not in rule.by:
        raise Refused(*NOT_YOURS)
    advance(case.stage, action)
    if case.suspended_at is not None and not rule.suspended:
        raise Refused(*SUSPENDED)
    if action in VERIFIES and case.verification not in FOR_A_PERSON:
        raise Refused(*(CAMERA_ASKED if case.device is None else DEVICE_AWAITED))
    if own_report(case, action, by) and not (alone and by.role in _LEADS):
        raise Refused(*OWN_REPORT)
    _fits(case, action, by)


def own_report(case: Case, action: Action, by: Actor) -> bool:
    """Whether somebody would close what they themselves reported handled; sending it back is free to them."""
    return action is Action.VERIFY_PASS and case.reported_by == by.name


def _fits(case: Case, action: Action, by: Actor) -> None:
    """What an action wants of the case beside its stage."""
    match action:
        case Action.RESUME if case.suspended_at is None:
            raise Refused("案件没有挂起", "the case is not suspended")
        case Action.ASK_EXTENSION if case.extension is not None:
            raise Refused("已有延期申请在等待审批", "an extension has been asked for and is not decided")
        case Action.ASK_EXTENSION if case.due_at is None:
            raise Refused("案件没有时限", "the case has no deadline")
        case Action.GRANT_EXTENSION | Action.REFUSE_EXTENSION:
            _decides(case, by)
        case Action.ESCALATE if case.level is max(Level):
            raise Refused("已是最高一级", "there is no level above")
        case Action.RATE if case.rated_in == case.reopened:
            raise Refused("群众已评价过", "the reporter has rated it already")
        case _:
            pass


def _decides(case: Case, by: Actor) -> None:
    if case.extension is None:
        raise Refused("没有待审批的延期申请", "no extension has been asked for")
    if case.extension.by == by.name:
        raise Refused("延期须由他人审批", "somebody else decides on an extension")


def possible(case: Case, by: Actor, *, alone: bool = True) -> tuple[Action, ...]:
    """What a person may do now, in the table's order; what each takes says `FLOW[action].needs`.

    Args:
        alone: as `person_may`; where that is not known, the answer to a lead's own report may still be no.
    """
    return tuple(action for action in FLOW if _may(case, action, by, alone=alone))


def _may(case: Case, action: Action, by: Actor, *, alone: bool) -> bool:
    try:
        person_may(case, action, by, alone=alone)
    except Refused:
        return False
    return True


def allowed(case: Case) -> tuple[Action, ...]:
    """What leads on along the straight road now, whoever does it, in the table's order."""
    verifiable = case.verification in FOR_A_PERSON
    actions = (action for action in ROAD if case.stage in FLOW[action].start)
    return tuple(action for action in actions if verifiable or action not in VERIFIES)
