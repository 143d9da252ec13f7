"""Alarms of meters, households, gates and alarm contacts: what is raised, and what was seen, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from contract.metering import Witness


class AlarmKind(StrEnum):
    """What is wrong."""

    LEAK = "leak"
    BURST = "burst"
    WELFARE = "welfare"  # somebody who lives alone uses nothing
    REVERSE = "reverse"
    JUMP = "jump"
    STANDSTILL = "standstill"
    TAMPER = "tamper"
    COVER = "cover"
    BATTERY_LOW = "battery_low"
    CLOCK_OFF = "clock_off"
    OFFLINE = "offline"
    OVER_LOAD = "over_load"
    VOLTAGE = "voltage"
    STUCK_OPEN = "stuck_open"
    FORCED = "forced"
    TAILGATE = "tailgate"
    REFUSALS = "refusals"
    FIRE_LANE = "fire_lane"
    LINK_LOST = "link_lost"
    INPUT_ALARM = "input_alarm"
    INPUT_FAULT = "input_fault"
    INPUT_SILENT = "input_silent"


class Phase(StrEnum):
    """An alarm opens, and it ends."""

    OPENED = "opened"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Words:
    """What was seen, with figures and times; Chinese and English say the same."""

    zh: str
    en: str

    def __add__(self, other: "Words") -> "Words":
        return Words(self.zh + other.zh, self.en + other.en)


@dataclass(frozen=True, slots=True)
class AlarmFinding:
    """A rule's word on one meter, household, gate or contact. Of one subject and kind, opened and cleared alternate.

    Attributes:
        at: when the rule was fulfilled, by the times of what was seen; not when it was worked out.
        began: since when it was so.
        corroborated, missing: of a welfare alarm: what bears it out, and what could not be asked.
    """

    kind: AlarmKind
    phase: Phase
    subject: str
    at: datetime
    began: datetime
    words: Words
    corroborated: tuple[Witness, ...] = ()
    missing: tuple[Witness, ...] = ()


def local(at: datetime, timezone: str) -> str:
    """Month, day, hour and minute at a place, as people there write them: `11-22 08:05`."""
    return at.astimezone(zone(timezone)).strftime("%m-%d %H:%M")


def spoken(seconds: float) -> Words:
    """A length of time, rounded down to what people say: seconds, minutes, hours with one decimal, days."""
    if seconds < 120:
        return Words(f"{seconds:.0f} 秒", f"{seconds:.0f} s")
    if seconds < 7200:
        return Words(f"{seconds // 60:.0f} 分钟", f"{seconds // 60:.0f} min")
    if seconds < 2 * 86400:
        hours = f"{seconds // 360 / 10:g}"
        return Words(f"{hours} 小时", f"{hours} h")
    return Words(f"{seconds // 86400:.0f} 天", f"{seconds // 86400:.0f} days")


def joined(parts: Sequence[Words]) -> Words:
    """Several words as one sentence."""
    return Words("；".join(part.zh for part in parts) + "。", "; ".join(part.en for part in parts) + ".")


@lru_cache(maxsize=16)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    return ZoneInfo(name)
