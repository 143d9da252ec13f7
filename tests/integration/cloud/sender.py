"""A gateway as ingest sees one: it composes, numbers, chains and signs events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import urandom
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.identifiers import uuid7
from contract.signatures import NO_HASH, digest, key_id, public_text, sign

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

PLACE = {"camera": "cam1", "zone": "fire-lane", "slot": "cam1.s1", "stay": "cam1.s1.1"}
PARKING = {
    **PLACE,
    "zone_kind": "fire_lane",
    "zone_name": "3号楼消防通道",
    "vehicle": "car",
    "score": 0.9,
    "box": [0.1, 0.2, 0.4, 0.6],
    "entered_at": "2026-11-21T01:55:00Z",
    "entered_within_s": 2.0,
    "dwell_s": 300.0,
    "limit_s": 300.0,
}
LEFT = {"last_seen_at": "2026-11-21T02:06:00Z", "missed_at": "2026-11-21T02:06:02Z"}
DAY_S = 86_400.0
ZOMBIE = {
    **{name: value for name, value in PARKING.items() if name not in {"dwell_s", "limit_s"}},
    "entered_at": "2026-10-21T01:55:00Z",
    "plate": {"state": "missing", "looks": 40},
    "standing_s": 30 * DAY_S,
    "limit_s": 30 * DAY_S,
    "signs": [{"sign": "plate_missing", "words_zh": "40 次查看都没有车牌", "words_en": "no plate in 40 looks"}],
}
FALL = {"camera": "cam7", "facade": "wall", "fall": "f1"}
THROWN = {
    **FALL,
    "facade_name": "3号楼西面",
    "began_at": "2026-11-21T01:59:57Z",
    "ended_at": "2026-11-21T01:59:58Z",
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
ALARM = {
    "device": "w-301",
    "device_name": "3号楼301水表",
    "alarm": "w-301.leak.1",
    "began_at": "2026-11-20T02:00:00Z",
    "found_at": "2026-11-21T02:00:00Z",
    "words_zh": "一天里每个半小时都在用水",
    "words_en": "water was used in each half hour of a day",
}
OF_DEVICE = {
    "meter": {"medium": "water", "kind": "leak"},
    "gate": {"kind": "stuck_open"},
    "sensor": {"sensor": "gas", "kind": "alarm"},
}
LANES = {
    "meter.alarm.opened.v1": "alarm",
    "gate.alarm.opened.v1": "alarm",
    "sensor.alarm.opened.v1": "alarm",
    "object.thrown.v1": "alarm",
    "vehicle.zombie.confirmed.v1": "alarm",
    "berth.occupancy.v1": "telemetry",
    "meter.readings.v1": "telemetry",
    "parking.opened.v1": "alarm",
    "parking.verification.v1": "alarm",
    "device.birth.v1": "state",
    "device.death.v1": "state",
    "device.health.v1": "telemetry",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message, ready for a broker."""

    id: str
    topic: str
    body: bytes
    seq: int


@dataclass
class Sender:
    community: str = "demo"
    gateway: str = "gw-1"
    epoch: str = "0123456789abcdef"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def public(self) -> str:
        return public_text(self.key.public_key())

    def topic(self, channel: str) -> str:
        return f"linli/v1/{self.community}/{self.gateway}/{channel}"

    def say(self, kind: str, data: dict[str, Any], *, key: Ed25519PrivateKey | None = None, **changes: Any) -> Sent:
        """The next event of its lane; `changes` bend attributes of the envelope before it is signed."""
        lane = str(changes.pop("lane", LANES.get(kind, "event")))
        seq, before = self.heads.get(lane, (0, NO_HASH))
        number = 0 if lane == "state" else seq + 1
        document = {
            "specversion": "1.0",
            "id": uuid7(START + timedelta(seconds=seq), urandom(10)),
            "source": f"/linli/{self.community}/{self.gateway}",
            "type": kind,
            "time": "2026-11-21T02:00:00Z",
            "datacontenttype": "application/json",
            "community": self.community,
            "gateway": self.gateway,
            "epoch": self.epoch,
            "lane": lane,
            "seq": number,
            "clock": "synced",
            "configversion": "0123456789ab",
            "prevhash": NO_HASH if lane == "state" else before,
            "keyid": key_id((key or self.key).public_key()),
            "data": data,
        }
        body = sign(document | changes, key or self.key)
        if lane != "state":
            self.heads[lane] = (number, digest(body))
        return Sent(str((document | changes)["id"]), self.topic(lane), body, number)

    def opened(self, **data: Any) -> Sent:
        return self.say("parking.opened.v1", {**PARKING, **data})

    def milestone(self, **data: Any) -> Sent:
        return self.say("parking.milestone.v1", {**PARKING, "milestone_s": 3600.0, "dwell_s": 3600.0, **data})

    def cleared(self, **data: Any) -> Sent:
        return self.say("parking.cleared.v1", {**PARKING, **LEFT, "dwell_s": 400.0, **data})

    def suspected(self, **data: Any) -> Sent:
        week = {"standing_s": 7 * DAY_S, "limit_s": 7 * DAY_S}
        return self.say("vehicle.zombie.suspected.v1", {**ZOMBIE, **week, **data})

    def confirmed(self, **data: Any) -> Sent:
        return self.say("vehicle.zombie.confirmed.v1", {**ZOMBIE, **data})

    def zombie_stands(self, days: float = 37, **data: Any) -> Sent:
        milestone = {"standing_s": days * DAY_S, "milestone_s": 7 * DAY_S}
        return self.say("vehicle.zombie.milestone.v1", {**ZOMBIE, **milestone, **data})

    def zombie_ends(self, *, moved: bool, days: float = 40, **data: Any) -> Sent:
        ends = {"standing_s": days * DAY_S, "moved": moved, **LEFT}
        return self.say("vehicle.zombie.cleared.v1", {**ZOMBIE, **ends, **data})

    def thrown(self, **data: Any) -> Sent:
        return self.say("object.thrown.v1", {**THROWN, **data})

    def filmed(self, **data: Any) -> Sent:
        return self.say("object.thrown.clip.v1", {**FALL, **data})

    def alarm(self, sort: str = "meter", phase: str = "opened", **data: Any) -> Sent:
        """A meter, a gate or a sensor is in alarm, or with `cleared` is not any more; as it stands, water leaks."""
        return self.say(f"{sort}.alarm.{phase}.v1", {**ALARM, **OF_DEVICE[sort], **data})

    def occupancy(self, *berths: dict[str, Any], camera: str = "cam1", **changes: Any) -> Sent:
        since = {"counted_since": "2026-11-01T00:00:00Z"}
        return self.say("berth.occupancy.v1", {"camera": camera, **since, "berths": list(berths)}, **changes)

    def readings(self, *meters: dict[str, Any], **changes: Any) -> Sent:
        """What meters showed; each with its `readings`, the rest as a water meter's."""
        water = {"medium": "water", "unit": "m³"}
        span = {"since": "2026-11-21T01:45:00Z", "until": "2026-11-21T02:00:00Z"}
        return self.say("meter.readings.v1", {**span, "meters": [{**water, **meter} for meter in meters]}, **changes)

    def verification(self, command: str, outcome: str, **data: Any) -> Sent:
        return self.say(
            "parking.verification.v1", {**PLACE, "command": command, "outcome": outcome, "looks": 3, **data}
        )

    def gap(self, lane: str, first: int, last: int) -> Sent:
        data = {"in_lane": lane, "first": first, "last": last, "count": last - first + 1, "reason": "budget"}
        return self.say("device.gap.v1", data)

    def health(self, **data: Any) -> Sent:
        numbers = ("uptime_s", "outbox_records", "outbox_bytes", "evidence_bytes", "disk_free_bytes", "cpu_fraction")
        return self.say("device.health.v1", {**dict.fromkeys((*numbers, "memory_bytes"), 1), **data})

    def birth(self, **data: Any) -> Sent:
        return self.say("device.birth.v1", {"software": "0.1.0", "started_at": "2026-11-21T02:00:00Z", **data})

    def death(self, reason: str = "lost") -> Sent:
        return self.say("device.death.v1", {"reason": reason})
