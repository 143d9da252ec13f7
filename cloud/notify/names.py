"""What cases are called in messages; as the console calls them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cloud.cases.domain import Case
from cloud.cases.vocabulary import CaseKind, Found, Name
from cloud.notify.rules import place_of
from contract.gating import SensorKind
from contract.parking import ZoneKind

MAX_PLACE: Final = 40  # characters

FOUND: Final[Mapping[str, Name]] = MappingProxyType(
    {
        Found.DWELL: Name("停放超时", "Parked too long"),
        Found.NO_PERMIT: Name("无许可停放", "Parked without a permit"),
        Found.DOUBLE_PARKED: Name("并排停车，堵住了别的车", "Double-parked, shuts another in"),
        Found.ZOMBIE: Name("僵尸车", "Zombie vehicle"),
        Found.THROWN: Name("高空抛物", "Thrown object"),
        Found.LEAK: Name("漏水", "Leak"),
        Found.BURST: Name("大流量，可能爆管", "Very high flow, perhaps a burst"),
        Found.WELFARE: Name("独居关怀：很久没人用水", "Welfare: no water used for long"),
        Found.REVERSE: Name("表计反向", "Meter ran back"),
        Found.JUMP: Name("读数跳变", "Reading jumped"),
        Found.STANDSTILL: Name("表计停走", "Meter stands still"),
        Found.TAMPER: Name("防拆报警", "Tamper flag"),
        Found.COVER: Name("表盖打开", "Cover opened"),
        Found.BATTERY_LOW: Name("电池欠压", "Battery low"),
        Found.CLOCK_OFF: Name("表计时钟不准", "Meter's clock is off"),
        Found.OFFLINE: Name("表计失联", "Meter not heard"),
        Found.OVER_LOAD: Name("用电过载", "Overload"),
        Found.VOLTAGE: Name("电压越限", "Voltage out of range"),
        Found.STUCK_OPEN: Name("门常开", "Gate stuck open"),
        Found.FORCED: Name("门被强开", "Gate forced"),
        Found.TAILGATE: Name("尾随通过", "Tailgating"),
        Found.REFUSALS: Name("多次被拒", "Refused many times"),
        Found.FIRE_LANE: Name("消防通道门前被占", "Fire-lane gate blocked"),
        Found.LINK_LOST: Name("门控板失联", "Gate board not heard"),
        Found.ALARM: Name("报警", "Alarm"),
        Found.FAULT: Name("故障", "Fault"),
        Found.SILENT: Name("失声", "Silent"),
    }
)

ZONES: Final[Mapping[str, Name]] = MappingProxyType(
    {
        ZoneKind.FIRE_LANE: Name("消防通道", "Fire lane"),
        ZoneKind.ROAD: Name("道路", "Road"),
        ZoneKind.GREEN: Name("绿地", "Green space"),
        ZoneKind.GATE_MOUTH: Name("出入口", "Gate"),
        ZoneKind.BERTH: Name("车位", "Berth"),
        ZoneKind.LIFT_LOBBY: Name("电梯厅", "Lift lobby"),
        ZoneKind.PATH: Name("人行道", "Footpath"),
    }
)

SENSORS: Final[Mapping[str, Name]] = MappingProxyType(
    {
        SensorKind.PERIMETER: Name("周界", "Perimeter"),
        SensorKind.GAS: Name("燃气探头", "Gas detector"),
        SensorKind.SMOKE: Name("烟感", "Smoke detector"),
        SensorKind.TANK_HIGH: Name("水箱高水位", "Tank, high level"),
        SensorKind.TANK_LOW: Name("水箱低水位", "Tank, low level"),
    }
)

KINDS: Final[Mapping[CaseKind, Name]] = MappingProxyType(
    {
        CaseKind.PARKING: Name("违停", "Parking"),
        CaseKind.ZOMBIE: Name("僵尸车", "Zombie vehicles"),
        CaseKind.THROWN: Name("高空抛物", "Thrown objects"),
        CaseKind.METER: Name("表计", "Meters"),
        CaseKind.GATE: Name("门", "Gates"),
        CaseKind.SENSOR: Name("探测器", "Sensors"),
        CaseKind.REPORT: Name("上报诉求", "Reports"),
    }
)
REPORTED: Final = Name("上报诉求", "Reported matter")
NOT_SAID: Final = Name("点开查看", "see the case")


@dataclass(frozen=True, slots=True)
class Called:
    """What those are called that cases name: communities as gateways call them, and organisations by their ids."""

    communities: Mapping[str, Name] = field(default_factory=dict)
    organisations: Mapping[str, Name] = field(default_factory=dict)


def what(case: Case) -> Name:
    """What was found: the first of it. What somebody wrote stays on the case's page."""
    if case.report is not None:
        return REPORTED
    latest = case.standing[-1].kind if case.standing else case.found[0] if case.found else None
    if latest is None:
        return KINDS[case.kind]
    name = FOUND.get(latest, Name(latest, latest))
    if case.device is not None and case.kind is CaseKind.SENSOR:
        watched = SENSORS.get(case.device.watches)
        return name if watched is None else Name(f"{watched.zh}{name.zh}", f"{watched.en}: {name.en.lower()}")
    return name


def where(case: Case) -> Name:
    """The place, on one line. Of whom a welfare alarm is, a chat of another company's is not told."""
    if Found.WELFARE in case.found or any(alarm.kind is Found.WELFARE for alarm in case.alarms):
        return NOT_SAID
    if place := brief(place_of(case)):
        return Name(place, place)
    return ZONES.get(case.zone_kind, NOT_SAID)


def community(case: Case, called: Called) -> Name:
    """What the case's community is called; one in no tree is called as gateways call it."""
    found = called.communities.get(case.community, Name(case.community, case.community))
    return Name(brief(found.zh), brief(found.en))


def assisting(case: Case, called: Called) -> Name:
    """Who was asked to assist, the latest first: a long list is cut."""
    asked = [called.organisations.get(each, Name(each, each)) for each in reversed(case.assisting)]
    return Name(brief("、".join(each.zh for each in asked)), brief(", ".join(each.en for each in asked)))


def brief(text: str) -> str:
    """A name on one line, cut where it is long."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= MAX_PLACE else line[: MAX_PLACE - 1] + "…"
