"""What a case's history tells, and what is said of one that was reported handled; stages and steps name themselves."""

from collections.abc import Mapping
from typing import Final

from cloud.cases.domain import Action, HistoryEntry, Note, Verification
from cloud.console.words import Word

# In a history: what was done.
DONE: Final[Mapping[Action, Word]] = {
    Action.FILE: Word("立案", "Filed"),
    Action.DISPATCH: Word("派遣", "Dispatched"),
    Action.ACCEPT: Word("接单", "Accepted"),
    Action.REPORT: Word("上报处理完毕", "Reported handled"),
    Action.VERIFY_PASS: Word("核实通过", "Verified"),
    Action.VERIFY_FAIL: Word("返工", "Sent back"),
    Action.EVALUATE: Word("评价", "Evaluated"),
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
}


def entry_word(entry: HistoryEntry) -> Word:
    """What happened."""
    return DONE[entry.what] if isinstance(entry.what, Action) else NOTES[entry.what]
