"""Welfare alarms in words: what was seen, what bears it out, what could not be asked."""

from dataclasses import dataclass
from datetime import datetime

from edge.rules.alarms import Words, joined, local, spoken
from edge.rules.metering.presence import Presence


@dataclass(frozen=True, slots=True)
class Seen:
    """What an alarm rests on.

    Attributes:
        quiet_s: for how long nothing was used.
        used_l: litres in that time, over what drips.
        opened: half hour in which the door was opened last; None: not known.
        dark: whether no electricity was used beyond the appliances' own; None: not known.
    """

    quiet_s: float
    used_l: float
    presence: Presence
    opened: datetime | None
    dark: bool | None


def raised(seen: Seen, at: datetime, *, timezone: str) -> Words:
    """Words of an alarm that opens."""
    length, when = spoken(seen.quiet_s), local(at, timezone)
    used = f"{max(0.0, seen.used_l) / 1000:.3f} m³"
    water = Words(
        f"到 {when} 已 {length.zh}没有人用水（共 {used}）", f"nobody used water for {length.en} up to {when} ({used})"
    )
    return joined([water, _door(seen, timezone), _electricity(seen)])


def stirred(at: datetime, openings: int, used_l: float | None, *, timezone: str) -> Words:
    """Words of an alarm that ends."""
    when = local(at, timezone)
    if openings:
        return joined([Words(f"到 {when} 门开过 {openings} 次", f"door openings up to {when}: {openings}")])
    if used_l is not None:
        return joined([Words(f"到 {when} 又用水 {used_l:.0f} 升", f"{used_l:.0f} l of water used up to {when}")])
    return joined([Words(f"已登记外出（{when}）", f"an absence has been announced ({when})")])


def _door(seen: Seen, timezone: str) -> Words:
    if seen.presence is Presence.UNKNOWN:
        return Words("门：没有门磁数据，无法印证", "door: no data, so it bears nothing out")
    last = local(seen.opened, timezone) if seen.opened else None
    opened = Words(f"最后一次开门约 {last}", f"last opened about {last}") if last else Words("没有开过", "not opened")
    if seen.presence is Presence.INSIDE:
        return Words(f"门：{opened.zh}，看来人在家", f"door: {opened.en}; somebody seems to be at home")
    if seen.presence is Presence.PERHAPS:
        return Words(f"门：{opened.zh}，说不准人在不在家", f"door: {opened.en}; perhaps somebody is at home")
    return Words(
        f"门：{opened.zh}，此后没有用水，可能外出未登记", f"door: {opened.en}, nothing used since: perhaps away"
    )


def _electricity(seen: Seen) -> Words:
    if seen.dark is None:
        return Words("用电：数据不足，无法印证", "electricity: too little data to bear it out")
    if seen.dark:
        return Words("用电：只有常开电器的用量", "electricity: no more than appliances use by themselves")
    return Words(
        "用电：仍高于常开电器（也可能是灯、电视、空调没有关）",
        "electricity: more than appliances use by themselves (perhaps left on)",
    )
