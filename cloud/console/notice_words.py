"""What the pages of notices say: Chinese first, English beside."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.console.words import Word

NOTICES: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("通知", "Notices"),
        "tab.state": Word("发送", "Sending"),
        "tab.rules": Word("规则", "Rules"),
        "tab.roster": Word("值班", "Roster"),
        "stuck": Word(
            "{n} 个发送对象收不到通知，最早从 {since} 起", "{n} destinations receive nothing, the first since {since}"
        ),
        "today": Word("收不到通知的发送对象", "Destinations that receive no notices"),
        "destinations": Word("发送对象", "Destinations"),
        "none": Word(
            "还没有发送对象。先在下面加一个，再到“规则”里选谁收什么。",
            "No destination yet. Add one below, then say in “Rules” who is told of what.",
        ),
        "works": Word("正常", "Works"),
        "unknown": Word("还没发过", "Nothing sent yet"),
        "fails": Word("失败，正在重试", "Fails, tried again"),
        "is_stuck": Word("收不到", "Stuck"),
        "off": Word("已停用", "Switched off"),
        "away": Word("外出到 {until}", "Away until {until}"),
        "since": Word("从 {since} 起：{why}", "since {since}: {why}"),
        "last": Word("最近送达 {at}", "last arrived {at}"),
        "quiet": Word("免打扰 {hours}", "quiet {hours}"),
        "window": Word("合并 {n} 秒", "gathers {n} s"),
        "test": Word("发一条测试", "Send a test"),
        "tested": Word("测试已发出，刷新看结果", "The test is on its way: reload to see"),
        "edit": Word("修改", "Change"),
        "remove": Word("删除", "Remove"),
        "removed": Word("已删除", "Removed"),
        "stored": Word("已保存", "Stored"),
        "not_stored": Word("没有保存", "Not stored"),
        "add": Word("新增发送对象", "Add a destination"),
        "name": Word("名称", "Name"),
        "address": Word("地址（含密钥，存后不再显示）", "Address (holds a key; never shown again)"),
        "address.keep": Word("新地址（不改就留空）", "Another address (empty: as it is)"),
        "examples": Word(
            "企业微信群机器人 wecombot://密钥；钉钉 dingtalk://令牌；飞书 feishu://令牌；邮件 mailtos://用户:密码@域名?to=收件人；"
            "ntfy ntfys://主机/主题；接口 jsons://主机/路径",
            "WeCom wecombot://key, DingTalk dingtalk://token, Feishu feishu://token, mail "
            "mailtos://user:pass@host?to=…, ntfys://host/topic, webhook jsons://host/path",
        ),
        "language": Word("语言", "Language"),
        "language.zh": Word("中文", "Chinese"),
        "language.en": Word("英文", "English"),
        "language.both": Word("中英文", "Both"),
        "quiet_from": Word("免打扰从", "Quiet from"),
        "quiet_until": Word("到", "until"),
        "quiet.why": Word(
            "紧急的不受免打扰限制；别的到时间合并成一条再发。",
            "What is urgent passes. The rest comes as one message afterwards.",
        ),
        "window_s": Word("等多少秒，合并成一条（0 到 3600）", "Seconds to gather more (0 to 3600)"),
        "enabled": Word("启用", "Switched on"),
        "away_from": Word("外出从", "Away from"),
        "away_until": Word("到", "until"),
        "save": Word("保存", "Store"),
        "messages": Word("最近的通知", "Latest messages"),
        "no_messages": Word("还没有发过", "None yet"),
        "tells": Word("{n} 条", "{n} things"),
        "attempts": Word("试了 {n} 次", "tried {n} times"),
        "state.waiting": Word("等待发送", "Waiting"),
        "state.failed": Word("失败，再试", "Failed, tried again"),
        "state.sent": Word("已送达", "Sent"),
        "state.given_up": Word("已放弃", "Given up"),
        "lane.normal": Word("普通", "Normal"),
        "lane.urgent": Word("紧急", "Urgent"),
        "lane.test": Word("测试", "Test"),
        "twice": Word(
            "发送途中断电时，同一条可能来两次，编号相同。",
            "After a power cut a message may come twice, with the same number.",
        ),
        # --- rules ---
        "rules.none": Word("还没有规则：不会发任何通知。", "No rules: nobody is told of anything."),
        "rules.add": Word("新增规则", "Add a rule"),
        "rules.need": Word("先加一个发送对象，再写规则。", "Add a destination first."),
        "rules.when": Word("什么时候", "When"),
        "rules.untaken": Word(
            "多少分钟没人接单时（填了这里，上面不用选）",
            "When nobody has taken it for so many minutes (then choose nothing above)",
        ),
        "rules.untaken_is": Word("{n} 分钟无人接单", "untaken for {n} min"),
        "rules.kinds": Word("哪些案件（不选就是全部）", "Which cases (none chosen: all)"),
        "rules.found": Word("发现什么（不选就是全部）", "What was found (none chosen: all)"),
        "rules.zones": Word("哪类区域（不选就是全部）", "Which zones (none chosen: all)"),
        "rules.communities": Word("哪些小区（不选就是全部）", "Which communities (none chosen: all)"),
        "rules.place": Word("地点名称里有（可不填）", "The place's name has (may be empty)"),
        "rules.from": Word("几点起（可不填）", "From (may be empty)"),
        "rules.until": Word("到几点", "until"),
        "rules.priority": Word("优先级至少", "Priority at least"),
        "rules.to": Word("发给", "Tell"),
        "rules.by_duty": Word(
            "发给值班的人；没人值班时发给上面这个", "Whoever is on duty; where nobody is, the one above"
        ),
        "rules.duty": Word("值班的人", "who is on duty"),
        "rules.else": Word("没人值班时 {name}", "else {name}"),
        "rules.urgent": Word("算紧急：立刻发，免打扰也发", "Urgent: at once, in quiet hours too"),
        "rules.off": Word("停用", "Switch off"),
        "rules.on": Word("启用", "Switch on"),
        "rules.reach": Word("只管本单位和下属的小区。", "Of your own organisation's communities alone."),
        "priority.1": Word("紧急", "Urgent"),
        "priority.2": Word("高", "High"),
        "priority.3": Word("一般", "Normal"),
        "priority.4": Word("全部", "All"),
        # --- roster ---
        "roster.none": Word(
            "值班表是空的：按值班发的规则都发给规则里的那一个。",
            "Nobody is on duty: rules by duty tell their own destination.",
        ),
        "roster.add": Word("新增一班", "Add a shift"),
        "roster.day": Word("星期", "Day"),
        "roster.from": Word("从", "From"),
        "roster.until": Word("到（早于开始就是到第二天）", "until (before the start: the next day)"),
        "roster.who": Word("谁", "Who"),
        "roster.substitute": Word("替班（外出、停用或收不到时）", "Substitute (while away, off or stuck)"),
        "roster.nobody": Word("没有", "Nobody"),
        "roster.for": Word("替班 {name}", "substitute {name}"),
        "roster.now": Word("现在值班", "on duty now"),
    }
)
