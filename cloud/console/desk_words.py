"""What the desk says beside `words`: who answers for a case and until when, what may be done to it, and what waits."""

from collections.abc import Mapping
from typing import Final

from cloud.accounts import Role
from cloud.cases.domain import Bond
from cloud.cases.vocabulary import Action, Level, Priority, Source
from cloud.console.words import Word

ROLES: Final[Mapping[Role, Word]] = {
    Role.STAFF: Word("物业员工", "Property staff"),
    Role.LEAD: Word("物业负责人", "Property lead"),
    Role.COMMUNITY: Word("社区（三方）", "Community"),
    Role.STREET: Word("街道", "Street"),
    Role.CITY: Word("市级查看", "City viewer"),
    Role.INSTALLER: Word("安装人员", "Installer"),
    Role.AUDITOR: Word("审计", "Auditor"),
    Role.INTEGRATOR: Word("接口账号", "Integrator"),
}
LEVELS: Final[Mapping[Level, Word]] = {
    Level.PROPERTY: Word("物业", "Property"),
    Level.THREE_PARTY: Word("三方", "Three parties"),
    Level.STREET: Word("街道", "Street"),
}
LEVELS_WHY: Final[Mapping[Level, Word]] = {
    Level.PROPERTY: Word("物业公司办理", "the property company handles it"),
    Level.THREE_PARTY: Word("物管会、业委会、物业一起办", "residents' committees and the property together"),
    Level.STREET: Word("街道办理", "the street office handles it"),
}
PRIORITIES: Final[Mapping[Priority, Word]] = {
    Priority.URGENT: Word("特急", "Urgent"),
    Priority.HIGH: Word("急", "High"),
    Priority.NORMAL: Word("一般", "Normal"),
    Priority.LOW: Word("不急", "Low"),
}
SOURCES: Final[Mapping[Source, Word]] = {
    Source.CAMERA: Word("摄像机发现", "Camera"),
    Source.DEVICE: Word("设备报警", "Device"),
    Source.RESIDENT: Word("居民随手拍", "A resident"),
    Source.HOTLINE: Word("12345 热线", "Hotline 12345"),
    Source.STAFF: Word("员工巡查", "Staff on their round"),
}

# --- until when ---
DUE: Final = Word("时限", "Deadline")
DUE_AT: Final = Word("截止", "due")
LEFT_HOURS: Final = Word("还剩 {n} 工作时", "{n} working hours left")
LEFT_HOUR: Final = Word("还剩 1 工作时", "1 working hour left")
LEFT_DAYS: Final = Word("还剩 {n} 工作日", "{n} working days left")
LEFT_DAY: Final = Word("还剩 1 工作日", "1 working day left")
LEFT_MINUTES: Final = Word("还剩 {n} 分钟（工作时间）", "{n} working minutes left")
LEFT: Final = Word("还剩 {time}", "{time} left")
OVER: Final = Word("已超期 {time}", "overdue by {time}")
PAUSED: Final = Word("已挂起，不计时", "Suspended: the clock stands")
NO_TERM: Final = Word("没有时限", "No deadline")
TERM_HOURS: Final = Word("规定 {n} 小时", "{n} h allowed")
TERM_WORKING_HOURS: Final = Word("规定 {n} 工作时", "working hours allowed: {n}")
TERM_WORKING_DAYS: Final = Word("规定 {n} 工作日", "working days allowed: {n}")

# --- who ---
WHO: Final = Word("谁在办", "Who handles it")
RESPONSIBLE: Final = Word("责任单位", "Responsible")
HANDLER: Final = Word("经办人", "Handled by")
ASSISTING: Final = Word("协办", "Assisting")
LEVEL: Final = Word("办理级别", "Level")
PRIORITY: Final = Word("优先级", "Priority")
SOURCE: Final = Word("来源", "Source")
NOBODY: Final = Word("还没有人接", "Nobody yet")
UNNAMED: Final = Word("未指定", "Not named")
LINKS: Final = Word("相关案件", "Related cases")
# Whether this case is the one that was merged or split off.
BONDS: Final[Mapping[tuple[Bond, bool], Word]] = {
    (Bond.LINKED, True): Word("关联", "Linked"),
    (Bond.LINKED, False): Word("关联", "Linked"),
    (Bond.MERGED, True): Word("已并入", "Merged into"),
    (Bond.MERGED, False): Word("并入本案", "Merged into this"),
    (Bond.SPLIT, True): Word("拆分自", "Split off from"),
    (Bond.SPLIT, False): Word("拆分出", "Split off from this"),
}
ELSEWHERE: Final = Word("别的小区的案件", "A case of another community")
EXTENSION: Final = Word("申请延期至 {until}", "Extension asked for until {until}")
EXTENSION_BY: Final = Word("{by}：{reason}", "{by}: {reason}")
REPORT: Final = Word("反映的问题", "What was reported")
REPORT_PLACE: Final = Word("地点", "Place")
REPORT_NUMBER: Final = Word("来件编号", "Its number there")

# --- what may be done ---
MORE: Final = Word("更多", "More")
NOTHING_TO_DO: Final = Word("你现在不用操作", "Nothing for you to do now")
READS_ONLY: Final = Word("你的账号只能查看", "Your account may look, and change nothing")
ENDED: Final = Word("案件已办结", "The case has ended")
REASON: Final = Word("原因", "Reason")
NOTE: Final = Word("说明（可不填）", "A few words (optional)")
UNTIL: Final = Word("延到什么时候", "Until when")
OTHER_CASE: Final = Word("另一个案件的编号", "The other case's number")
OTHER_CASE_HINT: Final = Word("例如 LL-20261121-0001", "such as LL-20261121-0001")
ORGANISATION: Final = Word("单位", "Organisation")
CHOOSE: Final = Word("请选择", "Choose one")
RESULT: Final = Word("处理结果（文字或照片）", "What was done (words or a photo)")
FAULT: Final = Word("是经办人的责任（2 分以下会重新办理）", "Through the handler's fault (2 or less reopens it)")
UNOPENED: Final = Word(
    "群众评价 {rating} 分，是经办人的责任，但没有重开", "Rated {rating} through the handler's fault, and not reopened"
)
UNOPENED_WHY: Final = Word(
    "评价时，同一位置（设备、诉求）另有未结案件，请在那里继续：",
    "When it was rated, another case of its place, device or report was open. Go on with that one:",
)
GOES_ALONG: Final = Word("哪些发现归新案件", "Findings that go along")

# --- photos that staff take on the spot ---
SHOOT: Final = Word("拍照", "Photo")
ALBUM: Final = Word("相册", "Album")
SEND: Final = Word("上传照片", "Send the photo")
SENDING: Final = Word("正在上传", "Sending")
GO_ALONG: Final = Word("随下一步附上的照片", "Photos that go along")
TAKEN_AT: Final = Word("{time} 拍的照片", "Photo of {time}")
PHOTO_KEPT: Final = Word("照片已收下", "The photo is kept")
PHOTO_REFUSED: Final = Word("照片没有收下", "The photo was not taken in")
PHOTO_NONE: Final = Word("还没有选照片。", "No photo was chosen.")
PHOTO_UNFIT: Final = Word(
    "这个文件不是完整的 JPEG 或 PNG 照片。其余内容都还在，请重拍一张。",
    "This file is no sound JPEG or PNG. Everything else is still here: please take another.",
)
PHOTO_LARGE: Final = Word(
    "一张照片最多 8 MB。其余内容都还在，请换一张小些的。",
    "A photo has at most 8 MB. Everything else is still here: please take a smaller one.",
)
UNSENT: Final = Word("没有送到", "Not delivered")
UNSENT_WHY: Final = Word(
    "网络可能断了，或服务暂时用不了。写的字和选的照片都还在，请再点一次。",
    "The network or the service may be away. What you wrote and chose is still here: press once more.",
)
YOUR_NOTE: Final = Word("你写的话", "What you wrote")

# What an action does, where its name alone does not say so.
HINTS: Final[Mapping[Action, Word]] = {
    Action.NOT_FILE: Word("不属于要办的事。", "Not a matter to handle."),
    Action.RETURN: Word("不归我办：退回重新派遣。", "Not mine to handle: goes back to be dispatched anew."),
    Action.REOPEN: Word("没真正解决：重新派遣。", "Not truly solved: dispatched again."),
    Action.VOID: Word("立错了：不再办理，也不算在考核里。", "Opened by mistake: handled no more, and counted nowhere."),
    Action.MERGE: Word("同一件事：以后在另一个案件里办。", "The same matter: the other case goes on with it."),
    Action.ASK_EXTENSION: Word("要在到期以前申请，由上级决定。", "Before the time is up; the next level decides."),
    Action.SUSPEND: Word("等别的事（如备件、法院）：不计时。", "Waits for something else: the clock stands."),
    Action.ESCALATE: Word(
        "物业办不了：提到三方，再到街道。", "Beyond the property: to the three parties, then the street."
    ),
    Action.ASSIST: Word("请别的单位一起办。", "Another organisation helps."),
    Action.SPLIT: Word("其实是两件事：另立一个案件。", "Two matters in truth: another case opens."),
    Action.LINK: Word("有关系，但各办各的。", "They belong together, and each is handled by itself."),
    Action.RATE: Word("反映人怎么说。", "What the one who reported it says."),
}
# --- today ---
TODAY: Final = Word("今天", "Today")
TODAY_ALL: Final = Word("看全部案件", "All cases")
TODAY_NONE: Final = Word("都办好了，辛苦了", "All done, thank you")
TODAY_NONE_HINT: Final = Word("有新的事会自动出现在这里。", "Whatever comes next appears here by itself.")
TODAY_MORE: Final = Word("还有 {n} 件", "{n} more")
SECTIONS: Final[Mapping[str, Word]] = {
    "overdue": Word("已超期", "Overdue"),
    "soon": Word("快到期", "Due soon"),
    "extensions": Word("等你批延期", "Extensions to decide"),
    "approvals": Word("等你审批", "Approvals to decide"),
    "verify": Word("等人核实", "To verify"),
    "sort": Word("等立案、派遣", "To file and dispatch"),
    "take": Word("等人接单", "To take"),
    "mine": Word("我在办的", "Mine under way"),
}
NAV: Final[Mapping[str, Word]] = {
    "today": Word("今天", "Today"),
    "map": Word("地图", "Map"),
    "more": Word("更多", "More"),
    "evaluation": Word("评价", "Evaluation"),
    "audit": Word("审计", "Audit"),
    "account": Word("我的账号", "My account"),
    "notices": Word("通知", "Notices"),
    "originals": Word("原图审批", "Originals"),
}
