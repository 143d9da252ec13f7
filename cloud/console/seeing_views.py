"""The honest measure of discovery: for how much of the time a camera could be believed, times how much it could see.

A camera that is blind finds nothing, and a rate of what was found would not show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cloud.console.words import Word
from cloud.devices.seeing import DAY_S, SHOWN, CameraDay

HEIGHT: Final = 40.0  # units of a bar that is a whole day
WIDTH: Final = 22.0
GAP: Final = 6.0
HOUR_S: Final = 3600.0
PER_CENT: Final = 100

TITLE: Final = Word("看得见的时间", "Time that it could see")
MEASURE: Final = Word("实际看得到 {percent}%", "{percent} % truly watched")
HOURS: Final = Word("{seen} 小时可信，共 {all} 小时", "{seen} h of {all} h to be believed")
UNKNOWN_HOURS: Final = Word("其中 {n} 小时没有消息，不知道", "of these nothing was told for {n} h")
VISIBLE: Final = Word("复查 {answered} 次，{saw} 次看得清", "second looks: {answered}, of which {saw} could see")
VISIBLE_UNKNOWN: Final = Word(
    "区域看不看得清：没有复查过，不知道", "no second look: whether it sees its zones is unknown"
)
NEVER: Final = Word("最近 7 天没有消息，不知道看见了多少", "Nothing was told for 7 days: nobody knows what it saw")
DAY: Final = Word("{day}：{seen} 小时可信", "{day}: {seen} h to be believed")
DAY_UNKNOWN: Final = Word("{day}：没有消息", "{day}: nothing was told")
WHY: Final = Word(
    "可信的小时数 × 看得清的比例，最近 7 天。摄像机没看见的时候，“没有发现”不等于没有事。",
    "Hours to be believed × the share of looks that could see, over 7 days. Where a camera saw nothing, nothing found "
    "does not mean that nothing was there.",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day. `seen` and `told` are heights in units of the drawing; what is above `told` is unknown."""

    x: float
    seen: float
    told: float
    label: Word


@dataclass(frozen=True, slots=True)
class Seeing:
    """What a camera could see in the days shown. `measure` is None where nothing is known."""

    measure: Word | None
    lines: tuple[Word, ...]
    bars: tuple[Bar, ...]
    width: float
    height: float


def seeing(days: Sequence[CameraDay], share: tuple[int, int] | None, *, today: date) -> Seeing:
    """The whole days before `today`, which is not over yet.

    Args:
        days: of the camera; those that nobody told of may be missing.
        share: second looks answered, and those that could see; None: there was none.
    """
    by_day = {each.day: each for each in days}
    shown = [today - timedelta(days=ago) for ago in range(SHOWN, 0, -1)]
    told = [by_day.get(day, CameraDay(day, 0.0, 0.0)) for day in shown]
    bars = tuple(_bar(at, each) for at, each in enumerate(told))
    width = SHOWN * (WIDTH + GAP) - GAP
    if not any(each.told_s for each in told):
        return Seeing(None, (NEVER,), bars, width, HEIGHT)
    return Seeing(_measure(told, share), tuple(_lines(told, share)), bars, width, HEIGHT)


def _measure(told: Sequence[CameraDay], share: tuple[int, int] | None) -> Word | None:
    """Hours × what is in view. Where the second is not known, neither is the product."""
    if share is None or share[0] == 0:
        return None
    hours = sum(min(each.seen_s, DAY_S) for each in told) / (SHOWN * DAY_S)
    return MEASURE.fill(percent=int(PER_CENT * hours * share[1] / share[0]))


def _lines(told: Sequence[CameraDay], share: tuple[int, int] | None) -> list[Word]:
    seen, known = sum(each.seen_s for each in told), sum(each.told_s for each in told)
    whole = SHOWN * DAY_S
    lines = [HOURS.fill(seen=int(seen / HOUR_S), all=int(whole / HOUR_S))]
    if (missing := round((whole - known) / HOUR_S)) > 0:
        lines.append(UNKNOWN_HOURS.fill(n=missing))
    lines.append(VISIBLE_UNKNOWN if not share or not share[0] else VISIBLE.fill(answered=share[0], saw=share[1]))
    return lines


def _bar(at: int, told: CameraDay) -> Bar:
    day = f"{told.day:%m-%d}"
    label = DAY.fill(day=day, seen=f"{told.seen_s / HOUR_S:.1f}") if told.told_s else DAY_UNKNOWN.fill(day=day)
    return Bar(at * (WIDTH + GAP), _height(told.seen_s), _height(told.told_s), label)


def _height(length_s: float) -> float:
    return round(min(length_s / DAY_S, 1.0) * HEIGHT, 1)
