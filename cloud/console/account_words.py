"""Words of the pages on one's own account and on the audit log."""

from typing import Final

from cloud.accounts import Role
from cloud.audit import Deed
from cloud.console.words import Word

ACCOUNT: Final[dict[str, Word]] = {
    "not_for_role": Word(
        "你的角色不使用这个页面；需要时请管理员调整角色",
        "your role does not use this page; an administrator can give you another role",
    ),
    "enrol": Word(
        "你的角色需要动态码：先在“账号”页设置",
        "your role wants a second factor: set it up on the account page first",
    ),
    # the code at the door
    "code_title": Word("输入动态码", "Enter the code"),
    "code_lead": Word(
        "打开手机上的验证器，输入六位数字；手机丢了就用一个恢复码。",
        "Six digits from the app on your phone; if it is lost, one of your recovery codes.",
    ),
    "code": Word("动态码", "Code"),
    "code_go": Word("继续", "Go on"),
    "code_wrong": Word("动态码不对，或已经用过", "The code is wrong, or was used before"),
    "sign_on_failed": Word(
        "统一身份认证没有成功；多次这样请找管理员",
        "Single sign-on did not succeed; if it stays so, ask the administrator",
    ),
    "sign_on_no_place": Word(
        "统一身份认证认得你，但你不在可以使用本系统的组里；需要时请管理员把你加进去",
        "Single sign-on knows you, but you are in no group that may use this console; ask the administrator",
    ),
    "sign_on_no_claim": Word(
        "统一身份认证没有说明你属于哪个组，所以不能登录；请告诉管理员",
        "Single sign-on did not say which groups you belong to, so you cannot come in; tell the administrator",
    ),
    "code_unreadable": Word(
        "这个账号的动态码已无法核对：请用一个恢复码，或请管理员重置第二验证",
        "Codes of this account cannot be checked any more: use a recovery code, or have it reset by an administrator",
    ),
    # one's own account
    "title": Word("账号", "Account"),
    "role": Word("角色", "Role"),
    "factor": Word("第二验证", "Second factor"),
    "factor_off": Word("还没有设置：登录只要密码。", "Not set up: the password alone logs you in."),
    "factor_must": Word("你的角色必须设置，设好才能继续。", "Your role wants one: the rest opens once it is set up."),
    "factor_since": Word("已设置，从", "Set up since"),
    "factor_left": Word("剩余恢复码", "Recovery codes left"),
    "begin": Word("设置", "Set up"),
    "scan": Word(
        "用验证器扫这个码，或手工输入下面的密钥；然后输入它显示的六位数字。",
        "Scan this with an authenticator app, or type the key below into it; then enter the six digits it shows.",
    ),
    "secret": Word("密钥", "Key"),
    "picture": Word("二维码", "QR code"),
    "confirm": Word("确认", "Confirm"),
    "codes": Word("恢复码", "Recovery codes"),
    "codes_lead": Word(
        "只显示这一次。抄下来放好：手机丢了，每个可以代替动态码用一次。",
        "Shown this once. Keep them safe: each stands in for the phone once.",
    ),
    "codes_new": Word("换一批恢复码", "Other recovery codes"),
    "off": Word("停用", "Turn off"),
    "wanted": Word("你的角色不能停用第二验证", "Your role does not do without a second factor"),
    "manage": Word("换恢复码或停用", "Change or turn off"),
    "sessions": Word("登录在哪里", "Where you are logged in"),
    "since": Word("登录时间", "Since"),
    "from": Word("地址", "Address"),
    "agent": Word("浏览器", "Browser"),
    "here": Word("本机", "This one"),
    "end": Word("结束", "End"),
    # the audit log
    "audit": Word("审计", "Audit"),
    "audit_lead": Word(
        "谁在什么时候看了什么、改了什么。只增不改；查看本页也会记录。",
        "Who saw or changed what, and when. Only ever added to; looking at this page is noted, too.",
    ),
    "actor": Word("人", "Who"),
    "about": Word("对象", "Of what"),
    "from_day": Word("从", "From"),
    "show": Word("查看", "Show"),
    "at": Word("时间", "When"),
    "what": Word("做了什么", "What"),
    "detail": Word("说明", "More"),
    "older": Word("更早", "Earlier"),
    "none": Word("没有记录", "Nothing is noted"),
}
ROLES: Final[dict[Role, Word]] = {
    Role.STAFF: Word("物业人员", "Property staff"),
    Role.LEAD: Word("物业负责人", "Property lead"),
    Role.COMMUNITY: Word("小区（物管会、业委会、物业）", "Community"),
    Role.STREET: Word("街道", "Street"),
    Role.CITY: Word("市级查看", "City viewer"),
    Role.INSTALLER: Word("安装人员", "Installer"),
    Role.AUDITOR: Word("审计人员", "Auditor"),
    Role.INTEGRATOR: Word("对接系统", "Integrator"),
}
DEEDS: Final[dict[Deed, Word]] = {
    Deed.PHOTO_VIEWED: Word("看照片", "Saw a photo"),
    Deed.PHOTO_REFUSED: Word("未打码的照片未给看", "Was refused an unmasked photo"),
    Deed.FILM_VIEWED: Word("看视频", "Saw a film"),
    Deed.FIGURE_VIEWED: Word("看大图", "Saw a figure"),
    Deed.SHEET_VIEWED: Word("看证据单", "Saw a sheet"),
    Deed.SHEET_EXPORTED: Word("导出证据单", "Took a sheet"),
    Deed.PLATE_SEARCHED: Word("按车牌查找", "Looked for a plate"),
    Deed.EXPORTED: Word("导出", "Exported"),
    Deed.ORIGINAL_ASKED: Word("申请看原图", "Asked for an original"),
    Deed.ORIGINAL_DECIDED: Word("审批原图", "Decided on an original"),
    Deed.ORIGINAL_VIEWED: Word("看原图", "Saw an original"),
    Deed.ORIGINAL_REFUSED: Word("原图未给看", "Was refused an original"),
    Deed.AUDIT_VIEWED: Word("看审计记录", "Saw the audit log"),
    Deed.CASE_ACTED: Word("办理案件", "Acted on a case"),
    Deed.CASE_REPORTED: Word("上报案件", "Reported a case"),
    Deed.SUSPECT_DISMISSED: Word("移出疑似名单", "Dismissed a suspect"),
    Deed.PERMITS_VIEWED: Word("看许可名单", "Saw the permits"),
    Deed.PERMITS_CHANGED: Word("改许可名单", "Changed the permits"),
    Deed.GATEWAY_CHANGED: Word("改网关", "Changed a gateway"),
    Deed.USER_ADDED: Word("添加用户", "Added a user"),
    Deed.USER_CHANGED: Word("改用户", "Changed a user"),
    Deed.USER_REVOKED: Word("停用用户", "Revoked a user"),
    Deed.ORGANISATION_CHANGED: Word("改机构", "Changed an organisation"),
    Deed.SETTING_CHANGED: Word("改设置", "Changed a setting"),
    Deed.EVIDENCE_DELETED: Word("删除证据", "Deleted evidence"),
    Deed.HOLD_CHANGED: Word("改保全", "Changed a hold"),
    Deed.LOGGED_IN: Word("登录", "Logged in"),
    Deed.LOGIN_FAILED: Word("登录未成", "Failed to log in"),
    Deed.LOGGED_OUT: Word("退出", "Logged out"),
    Deed.SESSION_ENDED: Word("结束登录", "Ended a session"),
    Deed.SECOND_FACTOR_CHANGED: Word("改第二验证", "Changed a second factor"),
}


def role_word(role: Role) -> Word:
    """What a role is called."""
    return ROLES[role]


def deed_word(what: str) -> Word:
    """What a deed is called; one of a newer program keeps its own name."""
    try:
        return DEEDS[Deed(what)]
    except (KeyError, ValueError):
        return Word(what, what)
