"""Alarms of gates and alarm contacts in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from contract.gating import SensorKind
from edge.rules.alarms import AlarmKind, Words, local, spoken
from edge.rules.gating.settings import ContactSettings, GateSettings

WATCHED: Final = {
    SensorKind.PERIMETER: Words("周界", "perimeter"),
    SensorKind.GAS: Words("燃气", "gas"),
    SensorKind.SMOKE: Words("烟感", "smoke"),
    SensorKind.TANK_HIGH: Words("水箱高水位", "tank level high"),
    SensorKind.TANK_LOW: Words("水箱低水位", "tank level low"),
}


class Counted(Protocol):
    """What a gate has counted."""

    @property
    def tails(self) -> Sequence[datetime]:
        """Times of passes without a release."""
        ...

    @property
    def refused(self) -> Sequence[datetime]:
        """Times of refusals."""
        ...


def told(
    kind: AlarmKind, counted: Counted, began: datetime, at: datetime, *, opened: bool, settings: GateSettings
) -> Words:
    """Words of an alarm of a gate that opens or ends."""
    since, when = local(began, settings.timezone), local(at, settings.timezone)
    if not opened:
        length = spoken((at - began).total_seconds())
        return Words(
            f"{_NAMES[kind].zh}已结束（{when}），共 {length.zh}", f"{_NAMES[kind].en} over ({when}) after {length.en}"
        )
    if kind is AlarmKind.TAILGATE:
        passes = len(counted.tails)
        return Words(f"{when} 有 {passes} 次通行没有对应的放行", f"{passes} passed without a release by {when}")
    if kind is AlarmKind.REFUSALS:
        span, count = spoken(settings.refusals_s), len(counted.refused)
        return Words(
            f"{span.zh}内被拒 {count} 次（从 {since} 起）", f"refused {count} times within {span.en} (since {since})"
        )
    if kind is AlarmKind.FORCED:
        return Words(f"{since} 没有放行，门却打开了", f"opened at {since} without a release")
    length = spoken((at - began).total_seconds())
    seen = _SEEN[kind]
    return Words(f"{seen.zh} {length.zh}（从 {since} 起）", f"{seen.en} for {length.en} (since {since})")


def link(began: datetime, *, lost: bool, timezone: str) -> Words:
    """Words of a board that is not heard, or is again."""
    since = local(began, timezone)
    if lost:
        return Words(f"门控板失联（从 {since} 起）", f"the gate board is silent (since {since})")
    return Words(f"门控板恢复，此前从 {since} 起失联", f"the gate board is back, silent since {since}")


def contact(kind: AlarmKind, began: datetime, at: datetime, *, opened: bool, settings: ContactSettings) -> Words:
    """Words of an alarm contact."""
    what, since, when = WATCHED[settings.kind], local(began, settings.timezone), local(at, settings.timezone)
    said = _CONTACT[kind]
    if opened:
        return Words(f"{what.zh}{said.zh}（从 {since} 起）", f"{what.en}: {said.en} (since {since})")
    return Words(f"{what.zh}{said.zh}已结束（{when}）", f"{what.en}: {said.en} over ({when})")


_NAMES: Final = {
    AlarmKind.STUCK_OPEN: Words("门常开", "gate stuck open"),
    AlarmKind.FORCED: Words("强行开门", "forced opening"),
    AlarmKind.TAILGATE: Words("尾随", "tailgating"),
    AlarmKind.REFUSALS: Words("多次被拒", "repeated refusals"),
    AlarmKind.FIRE_LANE: Words("消防通道门前占用", "fire-lane gate blocked"),
}
_SEEN: Final = {
    AlarmKind.STUCK_OPEN: Words("门一直开着，无人通行已", "the gate has stood open with nobody passing"),
    AlarmKind.FIRE_LANE: Words("消防通道门前有车，已", "a vehicle has stood before the fire-lane gate"),
}
_CONTACT: Final = {
    AlarmKind.INPUT_ALARM: Words("报警", "alarm"),
    AlarmKind.INPUT_FAULT: Words("线路或设备故障", "line or device fault"),
    AlarmKind.INPUT_SILENT: Words("没有信号", "no sign of life"),
}
