"""Signed events of simulated communities: cars that stand, vehicles nobody uses, things that fall, meters that leak."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.identifiers import uuid7
from contract.signatures import NO_HASH, digest, key_id, public_text, sign

START: Final = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
EVENTS_A_CASE: Final = 20
COMMUNITIES: Final = 100
DAY_S: Final = 86_400.0
ZONES: Final = (
    ("fire_lane", "{n}号楼北侧消防通道"),
    ("road", "{n}号楼南侧道路"),
    ("green", "中心花园{n}号绿地"),
    ("gate_mouth", "东门{n}号出入口"),
)
PROVINCES: Final = "京沪粤浙苏闽"
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"

Data = dict[str, object]


@dataclass(frozen=True, slots=True)
class Signed:
    """One message as a broker delivers it."""

    topic: str
    body: bytes


@dataclass
class Gateway:
    """Numbers, chains and signs what one gateway says. The keys are made from numbers: they guard nothing."""

    community: str
    number: int
    epoch: str = "0000000000000000"
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.number.to_bytes(32))

    @property
    def public(self) -> str:
        return public_text(self.key.public_key())

    def say(self, kind: str, lane: str, at: datetime, data: Data, noise: random.Random) -> Signed:
        """The next event of a lane."""
        seq, before = self.heads.get(lane, (0, NO_HASH))
        body = sign(
            {
                "specversion": "1.0",
                "id": uuid7(at, noise.randbytes(10)),
                "source": f"/linli/{self.community}/gw-1",
                "type": kind,
                "time": at.isoformat().replace("+00:00", "Z"),
                "datacontenttype": "application/json",
                "community": self.community,
                "gateway": "gw-1",
                "epoch": self.epoch,
                "lane": lane,
                "seq": seq + 1,
                "clock": "synced",
                "configversion": "0123456789ab",
                "prevhash": before,
                "keyid": key_id(self.key.public_key()),
                "data": data,
            },
            self.key,
        )
        self.heads[lane] = (seq + 1, digest(body))
        return Signed(f"linli/v1/{self.community}/gw-1/{lane}", body)


def gateways() -> list[Gateway]:
    """One for each community."""
    return [Gateway(f"yard-{number:03d}", number) for number in range(1, COMMUNITIES + 1)]


def story(gateway: Gateway, number: int) -> Iterator[Signed]:
    """The `EVENTS_A_CASE` events of one case; of twenty cases twelve are of parking, three of zombie vehicles."""
    noise = random.Random(number)
    at = START + timedelta(seconds=number % 10_000 * 7)
    match number % 20:
        case 12 | 13 | 14:
            return _zombie(gateway, number, at, noise)
        case 15 | 16:
            return _thrown(gateway, number, at, noise)
        case 17 | 18 | 19:
            return _leak(gateway, number, at, noise)
        case _:
            return _parking(gateway, number, at, noise)


def stories(all_gateways: Sequence[Gateway], cases: int, *, first: int = 0) -> list[list[Signed]]:
    """For each gateway what it says, in its order; of cases numbered from `first`."""
    told: list[list[Signed]] = [[] for _ in all_gateways]
    for number in range(first, first + cases):
        place = number % len(all_gateways)
        told[place] += story(all_gateways[place], number)
    return told


def _parking(gateway: Gateway, number: int, at: datetime, noise: random.Random) -> Iterator[Signed]:
    data = _stay(number, at, noise) | {"limit_s": 300.0}
    yield gateway.say(
        "parking.opened.v1", "alarm", at, data | {"dwell_s": 300.0, "evidence": _pictures(at, noise)}, noise
    )
    for hour in range(1, EVENTS_A_CASE - 1):
        later = at + timedelta(hours=hour)
        said = data | {"dwell_s": 3600.0 * hour, "milestone_s": 3600.0}
        yield gateway.say("parking.milestone.v1", "event", later, said, noise)
    gone = at + timedelta(hours=EVENTS_A_CASE)
    yield gateway.say(
        "parking.cleared.v1", "event", gone, data | {"dwell_s": 3600.0 * EVENTS_A_CASE, **_left(gone)}, noise
    )


def _zombie(gateway: Gateway, number: int, at: datetime, noise: random.Random) -> Iterator[Signed]:
    sign_held = {"sign": "plate_missing", "words_zh": "40 次查看都没有车牌", "words_en": "no plate in 40 looks"}
    data = _stay(number, at - timedelta(days=30), noise) | {"signs": [sign_held], "limit_s": 30 * DAY_S}
    data |= {"plate": {"state": "missing", "looks": 40}}
    found = data | {"standing_s": 30 * DAY_S, "evidence": _pictures(at, noise)}
    yield gateway.say("vehicle.zombie.confirmed.v1", "alarm", at, found, noise)
    for week in range(1, EVENTS_A_CASE - 1):
        said = data | {"standing_s": (30 + 7 * week) * DAY_S, "milestone_s": 7 * DAY_S}
        yield gateway.say("vehicle.zombie.milestone.v1", "event", at + timedelta(minutes=week), said, noise)
    gone = at + timedelta(hours=1)
    said = data | {"standing_s": 200 * DAY_S, "moved": True, **_left(gone)}
    yield gateway.say("vehicle.zombie.cleared.v1", "event", gone, said, noise)


def _thrown(gateway: Gateway, number: int, at: datetime, noise: random.Random) -> Iterator[Signed]:
    for fall in range(EVENTS_A_CASE // 2):
        named = {"camera": f"cam{number % 4 + 5}", "facade": f"wall-{number}", "fall": f"f{number}-{fall}"}
        began = at + timedelta(seconds=20 * fall)
        yield gateway.say("object.thrown.v1", "alarm", began, named | _fall(began, number), noise)
        yield gateway.say("object.thrown.clip.v1", "event", began, named | {"evidence": _pictures(began, noise)}, noise)


def _leak(gateway: Gateway, number: int, at: datetime, noise: random.Random) -> Iterator[Signed]:
    for turn in range(EVENTS_A_CASE // 2):
        began = at + timedelta(hours=turn)
        data: Data = {
            "device": f"w-{number}",
            "device_name": f"{number % 30 + 1}号楼{number % 900 + 101}水表",
            "alarm": f"w-{number}.leak.{turn}",
            "kind": "leak",
            "medium": "water",
            "began_at": _text(began - timedelta(days=1)),
            "found_at": _text(began),
            "words_zh": "一天里每个半小时都在用水",
            "words_en": "water was used in each half hour of a day",
        }
        yield gateway.say("meter.alarm.opened.v1", "alarm", began, data, noise)
        over = began + timedelta(minutes=30)
        yield gateway.say("meter.alarm.cleared.v1", "event", over, data | {"found_at": _text(over)}, noise)


def _stay(number: int, entered: datetime, noise: random.Random) -> Data:
    kind, name = ZONES[number % len(ZONES)]
    plate = noise.choice(PROVINCES) + noise.choice(LETTERS) + f"{noise.randrange(100_000):05d}"
    return {
        "camera": f"cam{number % 4 + 1}",
        "zone": f"zone-{number % 9}",
        "zone_kind": kind,
        "zone_name": name.format(n=number % 30 + 1),
        "slot": f"cam{number % 4 + 1}.s{number}",
        "stay": f"cam{number % 4 + 1}.s{number}.1",
        "vehicle": "car",
        "score": 0.9,
        "box": [0.1, 0.2, 0.4, 0.6],
        "entered_at": _text(entered),
        "entered_within_s": 2.0,
        "plate": {"state": "read", "text": plate, "kind": "ordinary", "looks": 5},
    }


def _fall(began: datetime, number: int) -> Data:
    return {
        "facade_name": f"{number % 30 + 1}号楼西面",
        "began_at": _text(began),
        "ended_at": _text(began + timedelta(seconds=1)),
        "floor": {"low": 11, "likely": 12, "high": 13, "by": "grid"},
        "column": 4,
        "height_m": {"low": 31.0, "value": 33.5, "high": 36.0},
        "fell_m": {"low": 6.2, "value": 7.1, "high": 8.0},
        "speed_m_s": 11.4,
        "horizontal_m_s": 0.8,
        "metres_per_pixel": 0.021,
        "picture_size": [1920, 1080],
        "score": 0.97,
        "path": [
            {"s": 0.0, "x": 0.401, "y": 0.31, "size": 0.006},
            {"s": 0.5, "x": 0.405, "y": 0.39, "size": 0.008},
            {"s": 1.0, "x": 0.409, "y": 0.622, "size": 0.014},
        ],
        "words_zh": "约 12 层，第 4 列窗口，看到下落 7.1 米",
        "words_en": "about floor 12, column 4, seen to fall 7.1 m",
    }


def _pictures(at: datetime, noise: random.Random) -> list[Data]:
    return [
        {
            "sha256": noise.randbytes(32).hex(),
            "media_type": "image/jpeg",
            "size": 80_000,
            "kind": kind,
            "taken_at": _text(at),
            "masked": True,
        }
        for kind in ("enter", "due")
    ]


def _left(at: datetime) -> Data:
    return {"last_seen_at": _text(at - timedelta(seconds=2)), "missed_at": _text(at)}


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
