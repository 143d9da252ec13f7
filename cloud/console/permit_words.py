"""What the page of permits says."""

from collections.abc import Mapping
from typing import Final

from cloud.console.word import Word

PERMITS: Final[Mapping[str, Word]] = {
    "permits.title": Word("停车许可名单", "Permits"),
    "permits.community": Word("小区", "Community"),
    "permits.no_community": Word("还没有登记网关的小区", "No community has a gateway yet"),
    "permits.private": Word(
        "车牌是个人信息，只用于判断能否停车，不要外传。",
        "Plates are personal data: for deciding who may stand, and nothing else.",
    ),
    "permits.for_leads": Word(
        "名单只有物业负责人能看，需要的话请找管理员。",
        "The list is for the property's lead: ask the administrator.",
    ),
    "permits.search": Word("按车牌查找（写一部分也行）", "Find a plate (a part will do)"),
    "permits.find": Word("查找", "Find"),
    "permits.total": Word("共 {n} 条", "{n} in all"),
    "permits.changed": Word("最近改动", "Last changed"),
    "permits.none": Word("名单是空的", "The list is empty"),
    "permits.none_found": Word("没有找到", "None found"),
    "permits.cut": Word("只显示前面一部分，请用车牌查找。", "Only the first are shown; find others by their plate."),
    "permits.holds": Word("有效期内", "In force"),
    "permits.not_yet": Word("还没开始", "Not yet"),
    "permits.ended": Word("已到期", "Ended"),
    "permits.always": Word("长期", "No limit"),
    "permits.from": Word("{first} 起", "from {first}"),
    "permits.until": Word("至 {last}", "until {last}"),
    "permits.between": Word("{first} 至 {last}", "{first} to {last}"),
    "weekday.mon": Word("周一", "Mon"),
    "weekday.tue": Word("周二", "Tue"),
    "weekday.wed": Word("周三", "Wed"),
    "weekday.thu": Word("周四", "Thu"),
    "weekday.fri": Word("周五", "Fri"),
    "weekday.sat": Word("周六", "Sat"),
    "weekday.sun": Word("周日", "Sun"),
    "permits.remove": Word("移除", "Remove"),
    "permits.removed": Word("已移除", "Removed"),
    "permits.gone": Word("名单上已没有这一条", "It is not on the list any more"),
    "permits.import": Word("导入名单", "Take in a list"),
    "permits.columns": Word(
        "CSV 文件，第一行是列名：车牌、种类（业主、访客、作业），可加 开始、结束、星期、时段、备注。",
        "A CSV whose first line names the columns: plate, kind (resident, visitor, service); also from, until, "
        "days, hours, note.",
    ),
    "permits.file": Word("CSV 文件", "CSV file"),
    "permits.whole": Word("用这个文件替换整个名单", "The list is this file from now on"),
    "permits.import_button": Word("导入", "Take in"),
    "permits.taken": Word("导入了 {lines} 条，名单现有 {total} 条", "{lines} taken in, the list has {total} now"),
    "permits.unread": Word("没有用到的列：{columns}", "Columns not read: {columns}"),
    "permits.not_taken": Word("没有导入，名单没变", "Not taken in, the list is as it was"),
}
