"""Everything the console says, in one place, Chinese first with English beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Language(StrEnum):
    """What a reader wants to see."""

    BOTH = "both"
    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to say, in both languages. `{name}` stands for what is filled in."""

    zh: str
    en: str

    def fill(self, **values: object) -> "Word":
        """Put values into both."""
        return Word(self.zh.format(**values), self.en.format(**values))

    def plain(self, language: Language = Language.BOTH) -> str:
        """As text without markup, for titles and labels."""
        match language:
            case Language.ZH:
                return self.zh
            case Language.EN:
                return self.en
            case Language.BOTH:
                return self.zh if self.zh == self.en else f"{self.zh} {self.en}"


WORDS: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "product": Word("邻里", "Linli"),
        "skip": Word("跳到正文", "Skip to content"),
        "nav": Word("主菜单", "Main menu"),
        "nav.cases": Word("案件", "Cases"),
        "nav.berths": Word("泊位", "Berths"),
        "nav.permits": Word("许可", "Permits"),
        "nav.devices": Word("设备", "Devices"),
        "nav.logout": Word("退出", "Log out"),
        "language": Word("语言", "Language"),
        "language.both": Word("中/En", "中/En"),
        "language.zh": Word("中文", "中文"),
        "language.en": Word("English", "English"),
        "live.on": Word("实时", "Live"),
        "live.off": Word("连接断开，正在重连", "Connection lost, reconnecting"),
        # --- log in ---
        "login.title": Word("登录", "Log in"),
        "login.name": Word("用户名", "Name"),
        "login.password": Word("密码", "Password"),
        "login.button": Word("登录", "Log in"),
        "login.refused": Word("用户名或密码不对", "The name or the password is wrong"),
        "login.wait": Word("尝试次数太多，请 {n} 秒后再试", "Too many attempts, try again in {n} s"),
        "login.lead": Word("小区停车管理", "Parking in your community"),
        # --- list ---
        "cases.title": Word("案件", "Cases"),
        "cases.open": Word("进行中", "Open"),
        "cases.closed": Word("已结案", "Closed"),
        "cases.suspects": Word("疑似僵尸车", "Suspected"),
        "suspects.title": Word("疑似僵尸车", "Suspected zombie vehicles"),
        "suspects.lead": Word(
            "停了很多天、像是没人用的车。只是提醒，不是案件；到了规定天数还这样，会自动立案。",
            "Stood for days and seem unused. A hint and no case; if nothing changes, a case opens by itself.",
        ),
        "suspects.none": Word("没有疑似僵尸车", "No vehicle is suspected"),
        "suspects.told": Word("最近上报", "Last told"),
        "suspects.cut": Word("只列出停得最久的 {n} 辆", "Only the {n} that have stood longest are listed"),
        "suspects.dismiss": Word("不再列出", "Take off the list"),
        "suspects.dismiss_lead": Word(
            "车开走了、解除了，会自动从这里消失。核实过有人用，或者摄像机已拆掉的，点“不再列出”；以后要是确认为僵尸车，照样会立案。",
            "One that leaves or shows no sign any more goes from here by itself. Take off those that you know to be "
            "used, or whose camera is gone; one that is confirmed later still becomes a case.",
        ),
        "cases.filter": Word("按状态筛选", "Filter by state"),
        "cases.none_open": Word("没有待办案件", "Nothing to do"),
        "cases.none_open_hint": Word("有新案件时会自动出现在这里。", "A new case appears here by itself."),
        "cases.none_closed": Word("还没有结案的案件", "No case closed yet"),
        "cases.arrived": Word("来了 {n} 件新案件", "{n} new"),
        "cases.older": Word("更早的", "Older"),
        "cases.newest": Word("回到最新", "Newest"),
        # --- a case ---
        "case.number": Word("案件 {id}", "Case {id}"),
        "case.back": Word("返回列表", "Back to the list"),
        "case.opened": Word("立案", "Opened"),
        "case.closed": Word("结案", "Closed"),
        "case.place": Word("地点", "Place"),
        "case.camera": Word("摄像机", "Camera"),
        "case.gateway": Word("网关", "Gateway"),
        "case.vehicle": Word("车辆", "Vehicle"),
        "case.entered": Word("驶入", "Came"),
        "case.fell": Word("坠落", "Fell"),
        "case.left": Word("驶离", "Left"),
        "case.dwell": Word("停留", "Stood"),
        "case.limit": Word("允许", "Allowed"),
        "case.found": Word("事由", "Found"),
        "case.plate": Word("车牌", "Plate"),
        "case.permit": Word("许可", "Permit"),
        "case.behind": Word("被堵住的车", "Shuts in"),
        "case.behind_stay": Word("停在后面的车", "The vehicle behind it"),
        "case.returns": Word("再次停入", "Returned"),
        "case.returns_case": Word("上次停在这里：{number}", "Stood here before: {number}"),
        "case.returns_stay": Word("这辆车以前在这里停过", "It has stood here before"),
        "case.standing": Word("未移动", "Not moved for"),
        "case.standing_limit": Word("多久算僵尸车", "A zombie vehicle after"),
        "case.entered_within": Word("{time}，误差不超过 {within}", "{time}, at most {within} earlier"),
        "case.left_between": Word("{first} 至 {last} 之间", "between {first} and {last}"),
        "case.signs": Word("僵尸车迹象", "Signs of disuse"),
        "case.signs_suspected": Word("疑似僵尸车的迹象", "Signs of disuse (suspected)"),
        "case.signs_gone": Word("迹象已消失，请人工判断", "No sign holds any more: please decide"),
        "case.signs_gone_why": Word(
            "车还停着，但已不像没人用。请到现场看看，再决定怎么办。",
            "It still stands, but does not look unused any more. Please look on the spot, then decide.",
        ),
        "case.facts": Word("概况", "Facts"),
        "case.history": Word("经过", "History"),
        "case.photos": Word("照片", "Photos"),
        "case.progress": Word("进度", "Progress"),
        "case.actions": Word("下一步", "Next step"),
        "case.note": Word("备注（可不填）", "Note (optional)"),
        "case.rate": Word("评价处理得怎么样", "How well was it handled"),
        "case.rate_button": Word("评价", "Rate"),
        "case.rating": Word("评分", "Rating"),
        "case.sightings": Word("发现次数", "Times found"),
        "case.rework": Word("返工次数", "Sent back"),
        "case.sheet": Word("取证单", "Evidence sheet"),
        "case.simulated": Word("模拟画面", "Simulated footage"),
        "case.simulated_short": Word("模拟", "Simulated"),
        "case.simulated_why": Word("画面为演示编排，并非实情", "arranged for a demonstration, not a real event"),
        "case.system": Word("系统", "System"),
        "case.clock": Word("设备时钟未校准，时间仅供参考", "The device's clock was not set: take its times as a hint"),
        "dwell.standing": Word("已停 {time}", "parked {time}"),
        "dwell.at_least": Word("至少已停 {time}", "parked at least {time}"),
        "dwell.stood": Word("停了 {time}", "parked {time}"),
        # --- falls ---
        "fall.title": Word("坠落数据", "What was measured"),
        "fall.path": Word("坠落轨迹", "Path of the fall"),
        "fall.floor": Word("楼层", "Floor"),
        "fall.floor_one": Word("约 {n} 层", "about floor {n}"),
        "fall.floor_about": Word("约 {n} 层（{low}–{high}）", "about floor {n} ({low} to {high})"),
        "fall.floor_unknown": Word("楼层无法判断", "floor not known"),
        "fall.by_grid": Word("按安装时画的楼层网格", "by the grid of floors drawn at installation"),
        "fall.by_physics": Word("按坠落的物理规律估算", "worked out from how it fell"),
        "fall.column": Word("窗口", "Window"),
        "fall.column_of": Word("左起第 {n} 列", "column {n} from the left"),
        "fall.height": Word("起抛高度", "Height of launch"),
        "fall.fell": Word("看到的下落", "Seen to fall"),
        "fall.metres": Word("{n} 米（{low}–{high}）", "{n} m ({low} to {high})"),
        "fall.speed": Word("末段速度", "Speed at the end"),
        "fall.across": Word("水平速度", "Speed across"),
        "fall.metres_a_second": Word("{n} 米/秒（{kmh} 公里/小时）", "{n} m/s ({kmh} km/h)"),
        "fall.score": Word("判定把握", "How sure"),
        "fall.more": Word("另有 {n} 次较早的坠落，见经过", "{n} earlier falls, see the history"),
        # --- photos ---
        "photo.enter": Word("驶入时", "On arrival"),
        "photo.interval": Word("停放中", "In between"),
        "photo.due": Word("超时时", "When time was up"),
        "photo.suspected": Word("列为疑似时", "When it was suspected"),
        "photo.leave": Word("驶离时", "On leaving"),
        "photo.look": Word("复查", "Second look"),
        "photo.fall": Word("坠落全程合成图", "The whole fall in one picture"),
        "photo.clip": Word("坠落视频", "Film of the fall"),
        "photo.masked": Word("已打码", "Masked"),
        "photo.masked_why": Word("行人和其他车牌已打码。", "People and all other plates are made unreadable."),
        "photo.masked_fall_why": Word(
            "行人和起抛窗口以外的窗户已打码。",
            "People, and all windows but the one it came from, are made unreadable.",
        ),
        "photo.unmasked": Word("未打码，请勿外传", "Not masked: do not pass on"),
        "photo.sealed": Word("原图已加密封存", "Sealed original kept"),
        "photo.sealed_coming": Word("加密原图在路上", "Sealed original on its way"),
        "photo.coming": Word("照片在路上", "Photo on its way"),
        "film.sealed": Word("原视频已加密封存", "Sealed original kept"),
        "film.sealed_coming": Word("加密原视频在路上", "Sealed original on its way"),
        "film.coming": Word("视频在路上", "Film on its way"),
        "photo.none": Word("没有照片", "No photo"),
        "photo.enlarge": Word("看大图", "Enlarge"),
        # --- verification ---
        "verify.title": Word("核查", "Check"),
        "verify.looking": Word("摄像机核查中", "The camera is looking again"),
        "verify.looking_why": Word("通常一两分钟内有结果。", "It usually knows within a minute or two."),
        "verify.gone": Word("摄像机确认车已驶离", "The camera saw that the vehicle is gone"),
        "verify.still_there": Word("车还在，请再处理", "The vehicle is still there: please handle it again"),
        "verify.cannot_see": Word("摄像机看不清，请到现场确认", "The camera cannot see: please check on the spot"),
        "verify.in_use": Word(
            "车还在，但僵尸车迹象已消失，请人工判断",
            "It still stands, but shows no sign of disuse any more: please decide",
        ),
        "verify.nothing_left": Word(
            "东西已经落下，摄像机无从复核，请人工核实",
            "The fall is over and no camera can look again: a person decides",
        ),
        # --- problems ---
        "fault.400": Word("地址不对", "There is something wrong with the address"),
        "fault.400_why": Word("请从案件列表重新打开。", "Please start again from the list of cases."),
        "fault.404": Word("没有这个页面", "There is no such page"),
        "fault.404_why": Word("它可能已被移走，或者地址不对。", "It may have moved, or the address is wrong."),
        "fault.403": Word("不能这样做", "Not allowed"),
        "fault.403_why": Word("页面可能已过期，请刷新后再试。", "The page may have expired. Reload it and try again."),
        "fault.405": Word("这里不能这样用", "Not possible here"),
        "fault.413": Word("内容太多", "Too much at once"),
        "fault.422": Word("填写的内容不对", "Something is filled in wrongly"),
        "fault.429": Word("太频繁了，请稍后再试", "Too often, try again later"),
        "fault.500": Word("出错了", "Something broke"),
        "fault.500_why": Word("已经记录下来，请稍后再试。", "It has been noted. Please try again later."),
        "fault.503": Word("暂时用不了", "Not available just now"),
        "fault.503_why": Word("几秒后会自动恢复，请稍后再试。", "It comes back by itself, try again in a moment."),
        "fault.home": Word("回到案件列表", "To the list of cases"),
        "fault.stale": Word("有人先改了", "Someone changed it first"),
        "fault.stale_why": Word(
            "下面是最新情况，请看过再决定。", "This is how it stands now: look again, then decide."
        ),
        "fault.refused": Word("现在不能这样做", "That is not possible now"),
        "fault.expired": Word("登录已过期，请重新登录", "Your session has ended, please log in again"),
        # --- berths ---
        "berths.title": Word("泊位", "Berths"),
        "berths.none": Word("还没有泊位", "No berth yet"),
        "berths.none_hint": Word(
            "安装人员把车位画成区域后，这里会显示空位。",
            "Berths appear here once an installer has drawn them as zones.",
        ),
        "berths.cut": Word("只显示、只统计前 {n} 个泊位", "Only the first {n} are shown and counted"),
        "berths.counts": Word("进 {came} · 出 {left}", "in {came} · out {left}"),
        "berths.since": Word("从", "Since"),
        "berths.told": Word("最近上报", "Last told"),
        "berths.counted": Word("进出从这时算起", "In and out counted since"),
        "berths.stale": Word("超过 {time}没有新消息", "nothing new for more than {time}"),
        "berth.free": Word("空", "Free"),
        "berth.taken": Word("有车", "Taken"),
        "berth.unknown": Word("不确定", "Unknown"),
        # --- the list of permits ---
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
        "permits.cut": Word(
            "只显示前面一部分，请用车牌查找。", "Only the first are shown; find others by their plate."
        ),
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
        # --- devices ---
        "devices.title": Word("设备", "Devices"),
        "devices.none": Word("还没有网关", "No gateway yet"),
        "devices.none_hint": Word(
            "网关登记后，第一次上线就会出现在这里。", "A registered gateway appears here once it has come online."
        ),
        "devices.seen": Word("最近通信", "Last heard"),
        "devices.never": Word("从未通信", "Never heard"),
        "devices.online": Word("在线", "Online"),
        "devices.offline": Word("离线", "Offline"),
        "devices.stopped": Word("已关机", "Stopped"),
        "devices.camera": Word("摄像机", "Camera"),
        "devices.revoked": Word("已停用", "Revoked"),
        "devices.software": Word("软件版本", "Software"),
        "devices.quarantine": Word("隔离区有 {n} 条消息待查看", "{n} messages in quarantine to be looked at"),
        "devices.quarantine_none": Word("隔离区是空的", "Quarantine is empty"),
        # --- times ---
        "time.now": Word("刚刚", "just now"),
        "time.seconds": Word("{n} 秒", "{n} s"),
        "time.minutes": Word("{n} 分钟", "{n} min"),
        "time.hours": Word("{n} 小时", "{n} h"),
        "time.hours_minutes": Word("{h} 小时 {m} 分", "{h} h {m} min"),
        "time.days": Word("{n} 天", "{n} d"),
        "time.days_hours": Word("{d} 天 {h} 小时", "{d} d {h} h"),
        "time.ago": Word("{time}前", "{time} ago"),
        # --- cameras ---
        "camera.starting": Word("启动中", "Starting"),
        "camera.live": Word("正常", "Working"),
        "camera.lost": Word("无信号", "No signal"),
        "camera.frozen": Word("画面卡住", "Frozen"),
        "camera.dark": Word("画面太暗", "Dark"),
        "camera.moved": Word("摄像机被移动，请调整", "Moved: put it right"),
        # --- zones and vehicles ---
        "zone.fire_lane": Word("消防通道", "Fire lane"),
        "zone.road": Word("道路", "Road"),
        "zone.green": Word("绿地", "Green space"),
        "zone.gate_mouth": Word("出入口", "Gate"),
        "zone.berth": Word("车位", "Berth"),
        "zone.lift_lobby": Word("电梯厅", "Lift lobby"),
        "zone.path": Word("人行道", "Footpath"),
        "vehicle.car": Word("小汽车", "Car"),
        "vehicle.truck": Word("货车", "Truck"),
        "vehicle.bus": Word("客车", "Bus"),
        "vehicle.motorcycle": Word("摩托车", "Motorcycle"),
        "vehicle.bicycle": Word("自行车", "Bicycle"),
        # --- what was found ---
        "found.dwell": Word("停放超时", "Parked too long"),
        "found.no_permit": Word("无许可停放", "Parked without a permit"),
        "found.double_parked": Word("并排停车，堵住了别的车", "Double-parked, shuts another in"),
        "found.zombie": Word("僵尸车", "Zombie vehicle"),
        "found.thrown": Word("高空抛物", "Thrown object"),
        # --- plates and permits ---
        "plate.read": Word("已识别", "Read"),
        "plate.unreadable": Word("车牌看不清", "Plate cannot be read"),
        "plate.missing": Word("多次查看都没看到车牌", "No plate seen in many looks"),
        "plate.unknown": Word("还没看清车牌", "Plate not known yet"),
        "plate.unsure": Word("? 是没看清的字", "? stands for a character nobody is sure of"),
        "permit.valid": Word("许可有效", "Valid permit"),
        "permit.expired": Word("许可已过期", "Permit has expired"),
        "permit.not_now": Word("许可现在不生效", "Permit does not hold at this time"),
        "permit.none": Word("不在许可名单上", "On no list"),
        "permit.unsure": Word("车牌没看全，无法判断许可", "Plate not read well enough to say"),
        "permit_kind.resident": Word("业主", "Resident"),
        "permit_kind.visitor": Word("访客", "Visitor"),
        "permit_kind.service": Word("作业车", "Service"),
    }
)
