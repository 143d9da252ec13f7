"""What the list of cases says: its tabs, what narrows it, and what is kept."""

from collections.abc import Mapping
from typing import Final

from cloud.cases.filters import Order, Show, Timing
from cloud.cases.vocabulary import CaseKind
from cloud.console.words import Word

KINDS: Final[Mapping[CaseKind, Word]] = {
    CaseKind.PARKING: Word("违规停车", "Parking"),
    CaseKind.ZOMBIE: Word("僵尸车", "Zombie vehicle"),
    CaseKind.THROWN: Word("高空抛物", "Thrown object"),
    CaseKind.METER: Word("表计与住户", "Meter or household"),
    CaseKind.GATE: Word("门禁", "Gate"),
    CaseKind.SENSOR: Word("探测器", "Sensor"),
    CaseKind.REPORT: Word("群众上报", "Reported"),
}
SHOWS: Final[Mapping[Show, Word]] = {
    Show.OPEN: Word("进行中", "Open"),
    Show.CLOSED: Word("已结束", "Over"),
    Show.ALL: Word("全部", "All"),
}
TIMINGS: Final[Mapping[Timing, Word]] = {
    Timing.OVERDUE: Word("已超期", "Overdue"),
    Timing.SOON: Word("快到期", "Due soon"),
    Timing.SUSPENDED: Word("已挂起", "Suspended"),
}
ORDERS: Final[Mapping[Order, Word]] = {
    Order.NEWEST: Word("最新在前", "Newest first"),
    Order.DUE: Word("最先到期在前", "Due first"),
    Order.PRIORITY: Word("最急在前", "Most pressing first"),
    Order.CHANGED: Word("最近变动在前", "Last changed first"),
}

FOLDS: Final[Mapping[str, Word]] = {
    "where": Word("在哪里、从哪里来", "Where, and from whom"),
    "stage": Word("环节、优先级", "Stage and priority"),
    "who": Word("车牌、谁在办", "Plate, and who handles it"),
    "when": Word("立案日期", "When it was opened"),
    "order": Word("顺序、每页多少", "Order, and how many"),
}
LIST: Final[Mapping[str, Word]] = {
    "tabs": Word("常用列表", "Lists"),
    "mine": Word("我的", "Mine"),
    "suspects": Word("疑似僵尸车", "Suspected"),
    "search": Word("搜索", "Search"),
    "search.hint": Word("案号、车牌、地点、设备、备注", "Number, plate, place, device, remark"),
    "search.button": Word("搜", "Go"),
    "filter": Word("筛选", "Filter"),
    "filter.apply": Word("显示", "Show"),
    "filter.reset": Word("清除筛选", "Clear"),
    "filter.on": Word("当前筛选", "Filtered by"),
    "filter.drop": Word("去掉：{what}", "Remove: {what}"),
    "show": Word("状态", "State"),
    "order": Word("顺序", "Order"),
    "size": Word("每页", "A page has"),
    "kind": Word("类型", "Kind"),
    "stage": Word("环节", "Stage"),
    "community": Word("小区", "Community"),
    "source": Word("来源", "From"),
    "priority": Word("优先级", "Priority"),
    "timing": Word("时限", "Deadline"),
    "timing.any": Word("不限", "Any"),
    "zone_kind": Word("区域", "Zone"),
    "responsible": Word("责任单位", "Responsible"),
    "handler": Word("经办人", "Handled by"),
    "mine.only": Word("只看我经办的", "Only those I handle"),
    "opened_from": Word("立案从", "Opened from"),
    "opened_until": Word("立案到", "Opened until"),
    "plate": Word("车牌", "Plate"),
    "plate.hint": Word("可只写一部分", "a part of it will do"),
    "q": Word("文字", "Text"),
    "next": Word("下一页", "Next page"),
    "first": Word("回到第一页", "First page"),
    "none": Word("没有符合条件的案件", "No case matches"),
    "none.hint": Word("去掉一个条件再试。", "Try with one condition less."),
    "saved": Word("已保存的筛选", "Saved filters"),
    "save": Word("保存这个筛选", "Save this filter"),
    "save.name": Word("名称", "Name"),
    "save.button": Word("保存", "Save"),
    "save.remove": Word("删除“{name}”", "Delete “{name}”"),
    "save.edit": Word("管理已保存的", "Manage saved filters"),
    "cards": Word("{n} 张", "{n} cards"),
}
