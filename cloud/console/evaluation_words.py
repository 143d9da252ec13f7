"""What the pages of evaluation say, Chinese first with English beside it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.console.words import Word
from cloud.evaluation.periods import Period, Span

EVALUATION: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("考核评价", "Evaluation"),
        "lead": Word(
            "按案件现在的情况计算：结了案又重开的，不再算结案；退回返工的，以最后一次上报为准；到期后才作废、并案、不予立案的，仍算超期。",
            "By how cases stand now: one that is reopened is closed no more, one that was sent back counts by its last "
            "report, and voiding, merging or not filing after the deadline leaves it overdue.",
        ),
        "rounded": Word(
            "百分数不四舍五入：越高越好的舍去，越低越好的进位，所以 100.00 % 就是全部。0 件中的 0 件显示“—”。",
            "Percentages are rounded against whoever is measured: 100.00 % is all, and 0 of 0 is “—”.",
        ),
        "confirm": Word("口径由各市确定", "each city confirms the formula"),
        "sure": Word("通行口径", "common formula"),
        "period": Word("考核周期", "Period"),
        "period.1": Word("月", "Month"),
        "period.6": Word("半年", "Half-year"),
        "period.12": Word("年", "Year"),
        "earlier": Word("上一期", "Earlier"),
        "later": Word("下一期", "Later"),
        "running": Word("本期还没有结束", "the period is not over yet"),
        "organisation": Word("考核对象", "Who is evaluated"),
        "organisation.all": Word("全部", "All"),
        "choose": Word("查看", "Show"),
        "cut": Word("只列出前 {n} 个，请进入下一级查看", "Only {n} are listed: go into one of them for the rest"),
        "simulated": Word("模拟数据，不是真实案件", "Simulated: no real case"),
        "left_out": Word(
            "有真实案件，所以只算真实案件：本期 {period} 件、近 12 个月 {year} 件模拟案件没有计入",
            "There are real cases, so they alone count: {period} simulated ones of this period and {year} of the last "
            "12 months are left out",
        ),
        "simulated_mark": Word("模拟", "Simulated"),
        "export": Word("导出", "Export"),
        "measures": Word("指标", "Measures"),
        "measure": Word("指标", "Measure"),
        "value": Word("数值", "Value"),
        "top": Word("分子", "Numerator"),
        "bottom": Word("分母", "Denominator"),
        "made_of": Word("分子 / 分母", "Numerator / denominator"),
        "jump": Word("本页内容", "On this page"),
        "formula": Word("口径", "Formula"),
        "kind": Word("类型", "Kind"),
        "by_organisation": Word("按组织", "By organisation"),
        "by_month": Word("近 12 个月", "The last 12 months"),
        "month": Word("月份", "Month"),
        "chart.kinds": Word("每月上报案件，按种类", "Cases collected each month, by kind"),
        "chart.rates": Word("按期处置率与按时结案率（%）", "Handled and closed in time (%)"),
        "chart.lengths": Word("平均处置时长（小时）", "Mean time to handle (h)"),
        "none": Word("这段时间没有案件", "No case in this time"),
        # --- 问题小区 ---
        "problems": Word("问题小区", "Communities with problems"),
        "problems.count": Word(
            "投诉量前 5 % 的小区列为问题小区（小区数的 5 % 向下取整，投诉不足 3 件的不列）：居民、12345 反映的全部算，"
            "摄像机、设备和巡查发现的只算立案成立的。不是所有小区都登记了户数，所以按件数排。",
            "The top 5 % by complaints, rounded down, and none with fewer than 3: all from residents and the hotline, "
            "and of what cameras, devices and staff found what was upheld. Ranked by count, as the number of "
            "households is not known of each.",
        ),
        "problems.size": Word(
            "每百户投诉量前 5 % 的小区列为问题小区（小区数的 5 % 向下取整，投诉不足 3 件的不列）："
            "居民、12345 反映的全部算，摄像机、设备和巡查发现的只算立案成立的。",
            "The top 5 % by complaints per 100 households, rounded down, and none with fewer than 3: all from "
            "residents and the hotline, and of what cameras, devices and staff found what was upheld.",
        ),
        "problems.few": Word(
            "这里共 {n} 个小区，不足 20 个，5 % 不到一个：不评问题小区，只按投诉量列出。",
            "Communities here: {n}. Of fewer than 20, 5 % is not one, so none is named; they are listed by complaints.",
        ),
        "problems.mark": Word("问题小区", "top 5 %"),
        "ranked": Word("投诉最多的小区", "Most complaints"),
        "problems.none": Word("这段时间没有投诉", "Nothing was complained of in this time"),
        "problems.open": Word("一院一案", "its page"),
        "community": Word("小区", "Community"),
        "complaints": Word("投诉量", "Complaints"),
        "reported": Word("居民、12345 反映", "From residents and the hotline"),
        "found": Word("发现并成立", "Found and upheld"),
        "overdue": Word("超期未处置", "Overdue"),
        "households": Word("户数", "Households"),
        "per_hundred": Word("每百户", "Per 100 households"),
        "unknown": Word("未登记", "not known"),
        # --- 一院一案 ---
        "dossier": Word("一院一案", "One community, one case"),
        "back": Word("返回考核评价", "Back to the evaluation"),
        "rank": Word("投诉量排名", "Place by complaints"),
        "rank.of": Word("第 {place} 位，共 {all} 个小区", "{place} of {all} communities"),
        "rank.none": Word("没有投诉", "nothing complained of"),
        "is_problem": Word("本期列为问题小区", "one of the top 5 % in this period"),
        "before": Word("上一期", "Period before"),
        "now": Word("本期", "This period"),
        "causes": Word("成因", "Causes"),
        "causes.kinds": Word("事由", "What"),
        "causes.sources": Word("来源", "Told by"),
        "causes.places": Word("地点", "Where"),
        "causes.hours": Word("时段", "At what hour"),
        "standing": Word("现在超期未处置的案件（不论哪一期）", "Cases that are overdue now, of whatever period"),
        "standing.none": Word("没有", "None"),
        "standing.more": Word("另有 {n} 件没有列出，见案件列表", "{n} more are not listed here: see the list of cases"),
        "due": Word("期限", "Due"),
        "rework": Word("返工", "Sent back"),
        "plan": Word("整治措施（手写）", "What will be done (to be written)"),
        "plan.what": Word("措施", "What"),
        "plan.who": Word("责任人", "Who"),
        "plan.until": Word("完成时限", "Until when"),
        "pdf": Word("下载 PDF", "Download PDF"),
        "issued": Word("由 {who} 于 {at} 制作", "Made by {who} at {at}"),
        "source.camera": Word("摄像机", "Camera"),
        "source.device": Word("设备", "Device"),
        "source.resident": Word("居民随手拍", "Resident"),
        "source.hotline": Word("12345 热线", "Hotline 12345"),
        "source.staff": Word("巡查", "Staff"),
        "kind.parking": Word("违停", "Parking"),
        "kind.zombie": Word("僵尸车", "Zombie vehicle"),
        "kind.thrown": Word("高空抛物", "Thrown object"),
        "kind.meter": Word("表计", "Meter"),
        "kind.gate": Word("门禁道闸", "Gate"),
        "kind.sensor": Word("感应器", "Sensor"),
        "kind.report": Word("上报事项", "Report"),
        "of.city": Word("市", "City"),
        "of.district": Word("区", "District"),
        "of.street": Word("街道", "Street"),
        "of.community": Word("小区", "Community"),
        "of.property": Word("物业", "Property"),
    }
)


def span_word(span: Span) -> Word:
    """What a period of such a length is called."""
    return EVALUATION[f"period.{span.value}"]


def period_word(period: Period) -> Word:
    """What a period is called."""
    first = period.first
    match period.span:
        case Span.MONTH:
            return Word(f"{first:%Y}年{first.month}月", f"{first:%B %Y}")
        case Span.HALF:
            zh, en = ("上半年", "First half") if first.month == 1 else ("下半年", "Second half")
            return Word(f"{first:%Y}年{zh}", f"{en} of {first:%Y}")
        case Span.YEAR:
            return Word(f"{first:%Y}年", f"{first:%Y}")
