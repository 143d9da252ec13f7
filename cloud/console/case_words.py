"""What a case's history tells, and what is said of one that was reported handled; stages and steps name themselves."""

from collections.abc import Mapping
from typing import Final

from cloud.cases.domain import HistoryEntry
from cloud.cases.vocabulary import Action, Note, Verification
from cloud.console.words import Word

# In a history: what was done.
DONE: Final[Mapping[Action, Word]] = {
    Action.FILE: Word("立案", "Filed"),
    Action.NOT_FILE: Word("不予立案", "Not filed"),
    Action.DISPATCH: Word("派遣", "Dispatched"),
    Action.ACCEPT: Word("接单", "Accepted"),
    Action.RETURN: Word("退回", "Returned"),
    Action.REPORT: Word("上报处理完毕", "Reported handled"),
    Action.VERIFY_PASS: Word("核实通过", "Verified"),
    Action.VERIFY_FAIL: Word("返工", "Sent back"),
    Action.EVALUATE: Word("评价", "Evaluated"),
    Action.REOPEN: Word("重开", "Reopened"),
    Action.VOID: Word("作废", "Made void"),
    Action.MERGE: Word("并入另一个案件", "Merged into another case"),
    Action.ASK_EXTENSION: Word("申请延期", "Asked for an extension"),
    Action.GRANT_EXTENSION: Word("准予延期", "Granted the extension"),
    Action.REFUSE_EXTENSION: Word("不准延期", "Refused the extension"),
    Action.SUSPEND: Word("挂起", "Suspended"),
    Action.RESUME: Word("恢复", "Resumed"),
    Action.URGE: Word("催办", "Urged"),
    Action.SUPERVISE: Word("督办", "Supervised"),
    Action.ESCALATE: Word("提级", "Raised to the next level"),
    Action.ASSIST: Word("请求协办", "Asked to assist"),
    Action.PRIORITISE: Word("调整优先级", "Priority set"),
    Action.LINK: Word("关联案件", "Linked"),
    Action.SPLIT: Word("拆分", "Split"),
    Action.REMARK: Word("备注", "Remark"),
    Action.RATE: Word("群众评价", "Rated by the reporter"),
}

NOTES: Final[Mapping[Note, Word]] = {
    Note.COLLECTED: Word("发现", "Found"),
    Note.SEEN_AGAIN: Word("同一位置再次发现", "Found again at the same place"),
    Note.SUSPECTED: Word("疑似僵尸车", "Suspected zombie vehicle"),
    Note.CONFIRMED: Word("确认为僵尸车", "Confirmed as a zombie vehicle"),
    Note.SIGNS_GONE: Word("车还在，但僵尸车迹象已消失", "It stands, but shows no sign of disuse any more"),
    Note.STILL_STANDING: Word("车辆仍在", "Vehicle still there"),
    Note.LEFT: Word("车辆已离开", "Vehicle left"),
    Note.LOOK_ASKED: Word("请摄像机复核", "Camera asked to look again"),
    Note.ANSWERED: Word("摄像机答复", "Camera answered"),
    Note.UNANSWERED: Word("摄像机未答复", "Camera did not answer"),
    Note.FILMED: Word("坠落视频已生成", "Film of the fall made"),
    Note.ALARMED: Word("设备又报警", "In alarm again"),
    Note.ENDED: Word("设备报告已结束", "The device says it is over"),
    Note.END_AWAITED: Word("等设备报告结束", "Waiting for the device to say it is over"),
    Note.NOT_ENDED: Word("到时间设备仍未报告结束", "The device has not said it is over in time"),
    Note.UNWATCHED: Word("设备已不再看管，是否恢复不知道", "Not watched any more: nobody knows whether it is over"),
    Note.TERM_SET: Word("开始计时", "A deadline was set"),
    Note.HALF_OVER: Word("时限过半", "Half of the time is over"),
    Note.SOON_OVER: Word("时限将到（已过 80%）", "Time nearly over (80 %)"),
    Note.EXPIRED: Word("超期，自动催办", "Overdue: urged"),
    Note.SUPERVISED: Word("超期未办，自动督办", "Still overdue: supervised"),
    Note.RAISED: Word("超期未办，提到上一级", "Still overdue: raised to the next level"),
    Note.MERGED_IN: Word("并入了另一个案件", "Another case was merged into this"),
    Note.SPLIT_OFF: Word("从另一个案件拆分而来", "Split off from another case"),
    Note.LINKED: Word("关联案件", "Linked"),
    Note.REPORTED_AGAIN: Word("又有人反映", "Reported again"),
    Note.NOT_REOPENED: Word(
        "没有重开：同一位置（设备、诉求）另有未结案件",
        "Not reopened: another case of its place, device or report is open",
    ),
    Note.TOLD: Word("已通知", "Told"),
}

VERIFICATIONS: Final[Mapping[Verification, Word]] = {
    Verification.NONE: Word("未核实", "Not verified"),
    Verification.WAITING: Word("等待摄像机复核", "Waiting for the camera"),
    Verification.GONE: Word("摄像机核实：已离开", "Camera: gone"),
    Verification.STILL_THERE: Word("摄像机核实：仍在", "Camera: still there"),
    Verification.CANNOT_SEE: Word("摄像机无法看清，待人工核实", "Camera cannot see: a person decides"),
    Verification.NO_ANSWER: Word("摄像机未答复，待人工核实", "Camera did not answer: a person decides"),
    Verification.IN_USE: Word("车仍在，迹象已消失，待人工核实", "It stands and shows no signs: a person decides"),
    Verification.NOTHING_LEFT: Word("摄像机无从复核，待人工核实", "Nothing is left to look at: a person decides"),
    Verification.ENDED: Word("设备核实：已结束", "Device: over"),
    Verification.NOT_ENDED: Word("设备未报告结束，待人工核实", "Device has not said it is over: a person decides"),
    Verification.SAID_BEFORE: Word("设备报告结束在重开之前，待人工核实", "Over before the reopening: a person decides"),
}


def entry_word(entry: HistoryEntry) -> Word:
    """What happened."""
    return DONE[entry.what] if isinstance(entry.what, Action) else NOTES[entry.what]
