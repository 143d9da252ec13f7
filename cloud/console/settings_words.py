"""What the page of settings says."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.accounts.organisations import Kind
from cloud.console.words import Word

SETTINGS: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("设置", "Settings"),
        "lead": Word(
            "这里只看不改：现在生效的时限、日历、保存期限，以及谁能登录。每一节写着在哪里改。",
            "What is in force, to be read and not changed here: each part says where it is changed.",
        ),
        "in_file": Word(
            "在云端机器的 cloud.toml 里改，改后重启 linli-cloud：",
            "Changed in cloud.toml on the cloud's machine; then linli-cloud is started again:",
        ),
        "by_command": Word("在云端机器上用命令改：", "Changed on the cloud's machine by command:"),
        # --- deadlines ---
        "deadlines": Word("办理时限", "Deadlines"),
        "deadlines_lead": Word(
            "从收到案件起算，挂起时不计。没有国家标准：由各市自己定。小区有自己一行的，按那一行。",
            "Counted from when a case is received, not while it is suspended. No standard sets them, each city does; a "
            "community's own row goes first.",
        ),
        "everywhere": Word("所有小区", "Every community"),
        "default": Word("默认值，尚未设定", "default, not set here"),
        # --- calendar ---
        "calendar": Word("工作日历", "Working days"),
        "hours": Word("工作时间", "Working hours"),
        "zone": Word("时区", "Time zone"),
        "free": Word("{year} 年放假", "Free days of {year}"),
        "worked": Word("{year} 年调休上班", "Weekends worked in {year}"),
        "unknown_year": Word(
            "本版本还没有国务院这一年的安排，只有周末休息；可用 free、worked 补上",
            "this version does not know that year's arrangement: weekends alone are free; set free and worked",
        ),
        "own_free": Word("本市另定放假", "Set free by the city"),
        "own_worked": Word("本市另定上班", "Set as worked by the city"),
        "none": Word("没有", "none"),
        # --- retention ---
        "retention": Word("保存期限", "How long what is kept"),
        "retention_lead": Word(
            "从案件结束算起，到期删除；法律保留的不删。",
            "Counted from when a case ended, then deleted; what is held by law stays.",
        ),
        "days": Word("{n} 天", "{n} days"),
        "pictures": Word("打码照片", "Masked pictures"),
        "films": Word("打码视频", "Masked films"),
        "pictures_of": Word("照片和视频：{kind}", "Pictures and films: {kind}"),
        "originals": Word("封存的原图", "Sealed originals"),
        "unclaimed": Word("没有成案的照片（从拍摄算起）", "Pictures that became no case, since they were taken"),
        "plates": Word("案件里的车牌", "Plates in cases"),
        "messages": Word("网关签名的消息（从收到算起）", "What gateways signed, since it came"),
        # --- people and organisations ---
        "people": Word("人员", "People"),
        "people_lead": Word("你所在单位和下级单位的账号。", "Accounts of your organisation and of those below it."),
        "revoked": Word("已停用", "Shut out"),
        "all_places": Word("不限单位", "everything there is"),
        "more_people": Word("更多人员", "More people"),
        "organisations": Word("单位", "Organisations"),
        "organisations_lead": Word(
            "上级在前；下级单位的人看不到上级的案件。", "The higher one first; whoever is below sees nothing above."
        ),
        "no_organisation": Word("还没有单位", "No organisation yet"),
        "more_organisations": Word(
            "还有 {n} 个，运行 linli-cloud organisation list 查看", "{n} more: linli-cloud organisation list"
        ),
    }
)
KINDS: Final[Mapping[Kind, Word]] = MappingProxyType(
    {
        Kind.CITY: Word("市", "City"),
        Kind.DISTRICT: Word("区县", "District"),
        Kind.STREET: Word("街道", "Street"),
        Kind.COMMUNITY: Word("小区", "Community"),
        Kind.PROPERTY: Word("物业公司", "Property company"),
    }
)
