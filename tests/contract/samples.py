"""Sound messages of each kind, to be signed, bent and broken by the tests."""

from copy import deepcopy
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.signatures import NO_HASH, key_id, sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
SIG = "A" * 86 + "=="
ID = "01930f6e-7a2b-7c3d-8e4f-0123456789ab"

PARKING = {
    "camera": "east-gate",
    "zone": "fire-lane-1",
    "zone_kind": "fire_lane",
    "zone_name": "3号楼消防通道",
    "slot": "east-gate.s1",
    "stay": "east-gate.s1.1",
    "vehicle": "car",
    "score": 0.91,
    "box": [0.1, 0.2, 0.4, 0.6],
    "entered_at": "2026-11-21T02:00:00Z",
    "entered_within_s": 2.0,
    "dwell_s": 300.0,
    "limit_s": 300.0,
}

STAY = {name: value for name, value in PARKING.items() if name not in {"dwell_s", "limit_s"}}
ZOMBIE = {
    **STAY,
    "plate": {"state": "missing", "looks": 40},
    "standing_s": 2_592_000.0,
    "limit_s": 2_592_000.0,
    "signs": [{"sign": "plate_missing", "words_zh": "40 次查看都没有车牌", "words_en": "no plate in 40 looks"}],
}

THROWN = {
    "camera": "west-wall",
    "facade": "building-3-west",
    "facade_name": "3号楼西面",
    "fall": "f20261121t020500.120",
    "began_at": "2026-11-21T02:05:00.12Z",
    "ended_at": "2026-11-21T02:05:01.32Z",
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
        {"s": 0.4, "x": 0.405, "y": 0.345, "size": 0.008},
        {"s": 0.8, "x": 0.409, "y": 0.448, "size": 0.011},
        {"s": 1.2, "x": 0.413, "y": 0.622, "size": 0.014},
    ],
    "words_zh": "约 12 层，第 4 列窗口，下落 7.1 米",
    "words_en": "about floor 12, window 4, fell 7.1 m",
}

ALARM = {
    "device_name": "3号楼2单元401 水表",
    "alarm": "water-401.leak.1",
    "began_at": "2026-11-20T02:00:00Z",
    "found_at": "2026-11-21T02:00:00Z",
    "words_zh": "从 11-20 10:00 到 11-21 10:00 每个半小时都在用水。",
    "words_en": "water was used in each half hour from 11-20 10:00 to 11-21 10:00.",
}
LEAK = {**ALARM, "device": "water-401", "kind": "leak", "medium": "water"}
STUCK_OPEN = {**ALARM, "device": "east-gate", "alarm": "east-gate.stuck-open.1", "kind": "stuck_open"}
SMOKE = {**ALARM, "device": "smoke-1", "alarm": "smoke-1.alarm.1", "sensor": "smoke", "kind": "alarm"}

DATA: dict[str, tuple[str, dict[str, Any]]] = {
    "parking.opened.v1": ("alarm", PARKING),
    "parking.milestone.v1": ("event", {**PARKING, "milestone_s": 3600.0}),
    "parking.cleared.v1": (
        "event",
        {**PARKING, "last_seen_at": "2026-11-21T02:06:00Z", "missed_at": "2026-11-21T02:06:02Z"},
    ),
    "parking.verification.v1": (
        "alarm",
        {
            "command": ID,
            "camera": "east-gate",
            "zone": "fire-lane-1",
            "slot": "east-gate.s1",
            "stay": "east-gate.s1.1",
            "outcome": "gone",
            "looks": 3,
        },
    ),
    "vehicle.zombie.suspected.v1": ("event", ZOMBIE),
    "vehicle.zombie.confirmed.v1": ("alarm", ZOMBIE),
    "vehicle.zombie.milestone.v1": ("event", {**ZOMBIE, "milestone_s": 604_800.0}),
    "vehicle.zombie.cleared.v1": (
        "event",
        {**ZOMBIE, "last_seen_at": "2026-11-21T02:06:00Z", "missed_at": "2026-11-21T02:06:02Z", "moved": True},
    ),
    "object.thrown.v1": ("alarm", THROWN),
    "object.thrown.clip.v1": ("event", {name: THROWN[name] for name in ("camera", "facade", "fall")}),
    "berth.occupancy.v1": (
        "telemetry",
        {
            "camera": "east-gate",
            "counted_since": "2026-11-01T00:00:00Z",
            "berths": [{"zone": "b-1", "state": "free", "since": "2026-11-21T02:00:00Z", "came": 3, "left": 3}],
        },
    ),
    "meter.readings.v1": (
        "telemetry",
        {
            "since": "2026-11-21T01:45:00Z",
            "until": "2026-11-21T02:00:00Z",
            "meters": [
                {
                    "meter": "water-401",
                    "name": "3号楼2单元401 水表",
                    "medium": "water",
                    "unit": "m³",
                    "readings": [{"at": "2026-11-21T01:45:10Z", "value": "123.456", "flags": ["battery_low"]}],
                },
                {
                    "meter": "power-401",
                    "medium": "electricity",
                    "unit": "kWh",
                    "readings": [{"at": "2026-11-21T01:45:11Z", "value": "4711.08", "power_kw": "-0.25"}],
                    "failed": 1,
                },
            ],
        },
    ),
    "meter.alarm.opened.v1": ("alarm", LEAK),
    "meter.alarm.cleared.v1": ("event", LEAK),
    "gate.alarm.opened.v1": ("alarm", STUCK_OPEN),
    "gate.alarm.cleared.v1": ("event", STUCK_OPEN),
    "sensor.alarm.opened.v1": ("alarm", SMOKE),
    "sensor.alarm.cleared.v1": ("event", SMOKE),
    "device.birth.v1": ("state", {"software": "0.1.0", "started_at": "2026-11-21T02:00:00Z"}),
    "device.death.v1": ("state", {"reason": "lost"}),
    "device.health.v1": (
        "telemetry",
        {
            "uptime_s": 1.0,
            "outbox_records": 0,
            "outbox_bytes": 0,
            "evidence_bytes": 0,
            "disk_free_bytes": 1,
            "cpu_fraction": 0.2,
            "memory_bytes": 1,
        },
    ),
    "device.gap.v1": ("event", {"in_lane": "telemetry", "first": 3, "last": 9, "count": 7, "reason": "budget"}),
    "device.config.v1": ("event", {"version": "0123456789ab"}),
}


def event(kind: str = "parking.opened.v1", **changes: object) -> dict[str, Any]:
    """A sound event of a kind, not yet signed; `changes` replace attributes of the envelope."""
    lane, data = DATA[kind]
    return {
        "specversion": "1.0",
        "id": ID,
        "source": "/linli/demo/gw-1",
        "type": kind,
        "time": "2026-11-21T02:05:00Z",
        "datacontenttype": "application/json",
        "community": "demo",
        "gateway": "gw-1",
        "epoch": "0123456789abcdef",
        "lane": lane,
        "seq": 0 if lane == "state" else 1,
        "clock": "synced",
        "configversion": "0123456789ab",
        "prevhash": NO_HASH,
        "keyid": key_id(KEY.public_key()),
        "data": deepcopy(data),
        **changes,
    }


def signed(kind: str = "parking.opened.v1", **changes: object) -> bytes:
    """A sound, signed event as it travels."""
    return sign(event(kind, **changes), KEY)
