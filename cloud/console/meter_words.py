"""What the pages of meters say, Chinese first with English beside it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.console.words import Word

METER: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("表计", "Meters"),
        "filter": Word("筛选", "Filter"),
        "all": Word("全部", "All"),
        "only.all": Word("全部", "All"),
        "only.silent": Word("没有读数", "Silent"),
        "only.alarm": Word("有告警", "Alarm"),
        "by.medium": Word("按种类", "By kind"),
        "by.only": Word("只看", "Only"),
        "by.community": Word("按小区", "By community"),
        "private": Word(
            "用量看得出住户的作息，是个人信息：只用于核对表计和办案，不要外传。",
            "Use tells when people are at home, which is personal data: for checking meters and working cases alone.",
        ),
        "none": Word("还没有表计", "No meter yet"),
        "none_hint": Word(
            "网关接上表、第一次抄到数后，这里会自动出现。",
            "A meter appears here once a gateway has read it for the first time.",
        ),
        "none_such": Word("没有符合条件的表", "No meter is like that"),
        "next": Word("下一页", "Next page"),
        "first_page": Word("回到第一页", "First page"),
        "sought": Word(
            "一次只查 {n} 块表，后面的在下一页。", "{n} meters are looked through at a time; the next page goes on."
        ),
        # --- kinds of meters ---
        "medium.water": Word("水表", "Water"),
        "medium.electricity": Word("电表", "Electricity"),
        "medium.gas": Word("燃气表", "Gas"),
        "medium.heat": Word("热量表", "Heat"),
        # --- what is wrong with one ---
        "in_case": Word("有案件", "Open case"),
        "case": Word("进行中的案件", "Open case"),
        # --- how new a reading is ---
        "never": Word("还没有读数", "No reading yet"),
        "stale": Word("已 {time}没有读数", "No reading for {time}"),
        "silent_told": Word(
            "这是最后一次抄到的数，不是现在的数。", "This is what it showed last, and not what it shows now."
        ),
        "failed": Word("上一刻钟有 {n} 次没抄到", "Turns that failed in the last quarter hour: {n}"),
        # --- a meter ---
        "back": Word("返回表计列表", "Back to the meters"),
        "latest": Word("最近读数", "Latest reading"),
        "told": Word("最近上报", "Last told"),
        "voltage": Word("电压", "Voltage"),
        "current": Word("电流", "Current"),
        "power": Word("功率", "Power"),
        "flags": Word("状态", "Status"),
        "flags_none": Word("没有异常", "Nothing wrong"),
        "flags_untold": Word("没有报来", "Not told"),
        "undated": Word("时间不可信的读数", "Readings without a time"),
        "undated_why": Word("不在图里", "not in the chart"),
        "clock": Word("网关时钟未校准，时间仅供参考", "The gateway's clock was not set: take times as a hint"),
        "simulated": Word("模拟数据", "Simulated data"),
        "simulated_why": Word("由模拟表产生，不是真实用量", "told by a simulated meter, nobody's real use"),
        # --- its chart ---
        "use": Word("用量", "Use"),
        "register": Word("表底数", "Register"),
        "readings": Word("读数次数", "Readings"),
        "span": Word("看多长时间", "How long"),
        "span.day": Word("日", "Day"),
        "span.week": Word("周", "Week"),
        "span.month": Word("月", "Month"),
        "span.year": Word("年", "Year"),
        "use.day": Word("每刻钟用量", "Use by the quarter hour"),
        "use.week": Word("每天用量", "Use by the day"),
        "use.month": Word("每天用量", "Use by the day"),
        "use.year": Word("每月用量", "Use by the month"),
        "slot.day": Word("时刻", "From"),
        "slot.week": Word("日期", "Day"),
        "slot.month": Word("日期", "Day"),
        "slot.year": Word("月份", "Month"),
        "earlier": Word("往前", "Earlier"),
        "later": Word("往后", "Later"),
        "total": Word("合计", "Total"),
        "gap": Word("没有读数", "No reading"),
        "missing": Word("缺 {n} 天", "days missing: {n}"),
        "ahead": Word("还没到", "Not yet"),
        "use_unknown": Word("用量未知", "use not known"),
        "gaps": Word(
            "有 {n} 段没有读数（图上是斜纹）：不是没有用，是不知道用了多少，也不在合计里。",
            "{n} without a reading, hatched in the chart: what was used then is not known, and is not in the total.",
        ),
        "nothing": Word("这段时间没有任何读数", "There is no reading in this time"),
        "old": Word(
            "每刻钟的数只保留一段时间，这么早的请看周、月、年。",
            "Quarter hours are kept for some time only: see the week, the month or the year.",
        ),
        "to_latest": Word("看最近有读数的那段", "To where it was read last"),
        "chart_hint": Word(
            "点一下图，或选中图后按左右方向键，看每一段的数；下面的表里有同样的数。",
            "Touch the chart, or focus it and press the arrow keys, to read a bar; the table below says the same.",
        ),
    }
)
