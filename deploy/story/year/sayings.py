"""What gateways say: the data of events, by what was found. All of it is made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from cloud.cases.domain import Case, Device
from cloud.cases.vocabulary import CaseKind, Found

DAY_S: Final = 86_400.0
HOUR_S: Final = 3600.0
Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """An event's type, lane and data."""

    kind: str
    lane: str
    data: Data


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a device can be in alarm for."""

    of: CaseKind
    kind: Found
    device: str  # what its name begins with
    called: str
    words: tuple[str, str]  # in Chinese and in English
    watches: str = ""  # of a meter its medium, of a sensor what it is


ZONES: Final = (
    ("fire_lane", "{n}号楼北侧消防通道"),
    ("road", "{n}号楼南侧道路"),
    ("green", "中心花园{n}号绿地"),
    ("gate_mouth", "东门{n}号出入口"),
)
_METER, _GATE, _SENSOR = CaseKind.METER, CaseKind.GATE, CaseKind.SENSOR
TROUBLES: Final = (
    Trouble(_METER, Found.LEAK, "w", "水表", ("一天里每个半小时都在用水", "water in each half hour of a day"), "water"),
    Trouble(_METER, Found.BURST, "w", "水表", ("用水突然很大", "a sudden great flow"), "water"),
    Trouble(_METER, Found.WELFARE, "h", "独居户", ("12 小时没有用水", "no water in 12 h")),
    Trouble(_METER, Found.REVERSE, "w", "水表", ("读数倒走", "it runs back"), "water"),
    Trouble(_METER, Found.JUMP, "g", "燃气表", ("读数跳变", "it jumps"), "gas"),
    Trouble(_METER, Found.STANDSTILL, "g", "燃气表", ("读数不动", "it stands still"), "gas"),
    Trouble(_METER, Found.TAMPER, "e", "电表", ("表被动过", "it was tampered with"), "electricity"),
    Trouble(_METER, Found.COVER, "e", "电表", ("表盖被打开", "its cover was opened"), "electricity"),
    Trouble(_METER, Found.BATTERY_LOW, "w", "水表", ("电池将尽", "its battery is low"), "water"),
    Trouble(_METER, Found.CLOCK_OFF, "e", "电表", ("时钟偏差", "its clock is off"), "electricity"),
    Trouble(_METER, Found.OFFLINE, "r", "热量表", ("读不到", "it cannot be read"), "heat"),
    Trouble(_METER, Found.OVER_LOAD, "e", "电表", ("负荷过大", "too great a load"), "electricity"),
    Trouble(_METER, Found.VOLTAGE, "e", "电表", ("电压异常", "its voltage is off"), "electricity"),
    Trouble(_GATE, Found.STUCK_OPEN, "gate", "东门道闸", ("长时间未落杆", "its boom stays up")),
    Trouble(_GATE, Found.FORCED, "gate", "东门道闸", ("被强行抬起", "it was forced")),
    Trouble(_GATE, Found.TAILGATE, "gate", "西门门禁", ("一次放行两次通过", "two passed on one release")),
    Trouble(_GATE, Found.REFUSALS, "gate", "西门门禁", ("多次拒绝", "many refusals")),
    Trouble(_GATE, Found.FIRE_LANE, "gate", "消防通道门", ("消防通道门被关闭", "the gate of the fire lane is shut")),
    Trouble(_GATE, Found.LINK_LOST, "gate", "北门道闸", ("联络中断", "no link")),
    Trouble(_SENSOR, Found.ALARM, "s", "周界", ("周界报警", "perimeter alarm"), "perimeter"),
    Trouble(_SENSOR, Found.FAULT, "s", "燃气探测器", ("探测器故障", "a fault"), "gas"),
    Trouble(_SENSOR, Found.SILENT, "s", "烟感", ("没有消息", "it is silent"), "smoke"),
)
_SIGN: Final = {"sign": "plate_missing", "words_zh": "40 次查看都没有车牌", "words_en": "no plate in 40 looks"}


def parked(n: int, at: datetime, draw: Random, rule: str = "dwell") -> Said:
    """A vehicle stands where it may not."""
    kind, name = draw.choice(ZONES)
    stay = {
        "camera": f"cam{n}",
        "zone": "lane",
        "zone_kind": kind,
        "zone_name": name.format(n=draw.randint(1, 4)),
        "slot": f"cam{n}.s1",
        "stay": f"cam{n}.s1.1",
        "rule": rule,
        "behind": f"cam{n}.s2.1" if rule == "double_parked" else None,
    }
    return Said("parking.opened.v1", "alarm", {**stay, **_seen(at, timedelta(minutes=6)), **_dwelt(360.0)})


def abandoned(n: int, at: datetime, draw: Random) -> Said:
    """A vehicle that nobody seems to use."""
    kind, name = draw.choice(ZONES)
    stay = {
        "camera": f"cam{n}",
        "zone": "lane",
        "zone_kind": kind,
        "zone_name": name.format(n=draw.randint(1, 4)),
        "slot": f"cam{n}.s1",
        "stay": f"cam{n}.s1.1",
    }
    since = timedelta(days=30)
    return Said("vehicle.zombie.confirmed.v1", "alarm", {**stay, **_seen(at, since), **_unused(30)})


def thrown(n: int, at: datetime, draw: Random, fall: int = 1) -> Said:
    """Something falls from a window."""
    data = {
        "camera": f"cam{n}",
        "facade": "wall",
        "fall": f"f{n}-{fall}",
        "facade_name": f"{draw.randint(1, 4)}号楼西面",
        "began_at": at - timedelta(seconds=3),
        "ended_at": at - timedelta(seconds=2),
        "floor": {"low": 11, "likely": 12, "high": 13, "by": "grid"},
        "column": 4,
        "height_m": {"low": 31.0, "value": 33.5, "high": 36.0},
        "fell_m": {"low": 6.2, "value": 7.1, "high": 8.0},
        "speed_m_s": 11.4,
        "horizontal_m_s": 0.8,
        "metres_per_pixel": 0.021,
        "picture_size": (1920, 1080),
        "score": 0.97,
        "path": tuple({"s": step / 2, "x": 0.4, "y": 0.3 + step / 10, "size": 0.006} for step in range(3)),
        "words_zh": "约 12 层",
        "words_en": "about floor 12",
        "evidence": (),
    }
    return Said("object.thrown.v1", "alarm", data)


def alarmed(n: int, at: datetime, trouble: Trouble) -> Said:
    """A device is in alarm."""
    device = Device(trouble.of, f"{trouble.device}-{n}", f"{n}号{trouble.called}", trouble.watches)
    return Said(f"{trouble.of}.alarm.opened.v1", "alarm", _alarm(device, trouble, at, "1"))


def again(case: Case, at: datetime, draw: Random) -> Said:
    """What was found at a case's place, or of its device, is found once more."""
    if case.device is not None:
        found = draw.choice([each for each in TROUBLES if each.of is case.device.kind and each.watches in _known(case)])
        return Said(f"{found.of}.alarm.opened.v1", "alarm", _alarm(case.device, found, at, f"{case.sightings + 1}"))
    if case.is_thrown:
        soon = case.entered_at + timedelta(minutes=5)  # of the same window and time, or it would be another matter
        return thrown(int(case.camera.removeprefix("cam")), soon, draw, case.sightings + 1)
    place = _place(case) | {"stay": f"{case.slot}.{case.sightings + 1}"}
    return Said("parking.opened.v1", "alarm", {**place, **_seen(at, timedelta(minutes=6)), **_dwelt(360.0)})


def unused(case: Case, at: datetime, stage: str) -> Said:
    """What is said of a case's vehicle as one that nobody uses: `suspected`, `confirmed` or `milestone`."""
    stood = {**_seen(at, timedelta(days=31)), **_unused(31)}
    more = {"milestone_s": 7 * DAY_S} if stage == "milestone" else {}
    lane = "alarm" if stage == "confirmed" else "event"
    return Said(f"vehicle.zombie.{stage}.v1", lane, {**_place(case), **stood, **more})


def signs_gone(case: Case, at: datetime) -> Said:
    """It stands, and somebody uses it."""
    stood = {**_seen(at, timedelta(days=32)), **_unused(32), "moved": False, "last_seen_at": at, "missed_at": at}
    return Said("vehicle.zombie.cleared.v1", "event", {**_place(case), **stood})


def still_there(case: Case, at: datetime) -> Said:
    """The vehicle stands on."""
    stood = {**_seen(at, timedelta(hours=1)), **_dwelt(HOUR_S), "milestone_s": HOUR_S}
    return Said("parking.milestone.v1", "event", {**_place(case), **stood})


def left(case: Case, at: datetime) -> Said:
    """It has left."""
    gone = {"last_seen_at": at - timedelta(seconds=2), "missed_at": at}
    return Said(
        "parking.cleared.v1", "event", {**_place(case), **_seen(at, timedelta(hours=1)), **_dwelt(HOUR_S), **gone}
    )


def film(case: Case) -> Said:
    """The film of a fall."""
    return Said(
        "object.thrown.clip.v1",
        "event",
        {"camera": case.camera, "facade": case.zone, "fall": case.stay, "evidence": ()},
    )


def looked(case: Case, outcome: str) -> Said:
    """The answer of a camera that was asked to look again."""
    place = {name: getattr(case, name) for name in ("camera", "zone", "slot", "stay")}
    data = {**place, "command": case.look, "outcome": outcome, "looks": 3, "evidence": ()}
    return Said("parking.verification.v1", "alarm", data)


def over(case: Case, at: datetime, *, seen: bool = True) -> tuple[Said, ...]:
    """Each alarm of a case's device that stands is over, or nobody watches it any more."""
    device = case.device
    if device is None:
        return ()
    said = []
    for alarm in case.standing:
        trouble = next(each for each in TROUBLES if each.of is device.kind and each.kind is alarm.kind)
        data = {**_alarm(device, trouble, at, ""), "alarm": alarm.alarm, "seen": seen}
        said.append(Said(f"{device.kind}.alarm.cleared.v1", "event", data))
    return tuple(said)


def _known(case: Case) -> tuple[str, ...]:
    return ("",) if case.device is None else (case.device.watches,)


def _place(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in ("camera", "zone", "zone_kind", "zone_name", "slot", "stay")}


def _seen(at: datetime, since: timedelta) -> Data:
    seen = {"vehicle": "car", "score": 0.9, "box": (0.1, 0.2, 0.4, 0.6), "evidence": ()}
    return {**seen, "entered_at": at - since, "entered_within_s": 2.0}


def _dwelt(dwell_s: float) -> Data:
    return {"dwell_s": dwell_s, "limit_s": 300.0}


def _unused(days: int) -> Data:
    return {"standing_s": days * DAY_S, "limit_s": 30 * DAY_S, "signs": (_SIGN,)}


def _alarm(device: Device, trouble: Trouble, at: datetime, turn: str) -> Data:
    zh, en = trouble.words
    data: dict[str, object] = {
        "device": device.id,
        "device_name": device.name,
        "alarm": f"{device.id}.{trouble.kind.value.replace('_', '-')}.{turn}",
        "kind": trouble.kind.value,
        "began_at": at - timedelta(hours=1),
        "found_at": at,
        "words_zh": zh,
        "words_en": en,
    }
    if trouble.of is CaseKind.METER:
        data["medium"] = device.watches or None
    if trouble.of is CaseKind.SENSOR:
        data["sensor"] = device.watches
    return data
