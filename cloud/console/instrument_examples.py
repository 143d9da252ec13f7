"""Examples of what berths, meters, permits and the evaluation answer; a test holds each against its schema."""

from typing import Final

from pydantic import JsonValue

_SEEN: Final = "2026-11-23T01:30:00Z"
_PLACE: Final[dict[str, JsonValue]] = {"community": "lantian", "gateway": "gw-01"}

BERTHS: Final[JsonValue] = {
    "berths": [
        {
            **_PLACE,
            "camera": "cam-02",
            "zone": "b-17",
            "name": "17 号泊位",
            "state": "taken",
            "since": "2026-11-22T23:05:00Z",
            "vehicle": "car",
            "came": 5,
            "left": 4,
            "counted_since": "2026-11-21T16:00:00Z",
            "observed_at": _SEEN,
            "received_at": "2026-11-23T01:30:02Z",
            "clock": "synced",
            "stale": False,
            "simulated": False,
        }
    ],
    "free": 0,
    "taken": 1,
    "unknown": 0,
    "stale_after_s": 180.0,
    "after": None,
}
PERMITS: Final[JsonValue] = {
    "type": "permits.v1",
    "community": "lantian",
    "version": 1_795_397_400_000,
    "issued_at": _SEEN,
    "entries": [
        {
            "plate": "京A12345",
            "kind": "resident",
            "valid_from": None,
            "valid_until": "2027-01-31T16:00:00Z",
            "periods": [{"days": ["mon", "tue"], "start": "18:00:00", "end": "08:00:00"}],
        }
    ],
    "keyid": "0f1e2d3c4b5a6978",
    "sig": f"{'A' * 86}==",
}
METER: Final[JsonValue] = {
    **_PLACE,
    "meter": "w-3-502",
    "name": "3 号楼 502 水表",
    "medium": "water",
    "unit": "m³",
    "value": "182.431",
    "latest_at": _SEEN,
    "flags": [],
    "voltage_v": None,
    "current_a": None,
    "power_kw": None,
    "failed": 0,
    "received_at": "2026-11-23T01:31:12Z",
    "clock": "synced",
    "odd_time": False,
    "undated": 0,
    "stale": False,
    "simulated": False,
}
METERS: Final[JsonValue] = {"meters": [METER], "stale_after_s": 3600.0, "after": "lantian/gw-01/w-3-502"}
SERIES: Final[JsonValue] = {
    "unit": "m³",
    "step": "day",
    "simulated": False,
    "series": [
        {
            "at": "2026-11-22T16:00:00Z",
            "first": "182.118",
            "last": "182.431",
            "least": "182.118",
            "most": "182.431",
            "use": "0.313",
            "count": 96,
        }
    ],
}
DEVICES: Final[JsonValue] = {
    "gateways": [
        {
            **_PLACE,
            "state": "online",
            "last_seen": _SEEN,
            "reported_at": _SEEN,
            "current": True,
            "software": "0.1.0",
            "health": {
                "uptime_s": 864_000.0,
                "outbox_records": 0,
                "outbox_bytes": 0,
                "evidence_bytes": 1_073_741_824,
                "disk_free_bytes": 21_474_836_480,
                "memory_bytes": 314_572_800,
                "cpu_fraction": 0.31,
            },
            "cameras": [
                {
                    "camera": "cam-02",
                    "state": "live",
                    "detail": "",
                    "last_frame_age_s": 1.8,
                    "told_s": 604_800.0,
                    "seen_s": 518_400.0,
                    "looks_answered": 12,
                    "looks_saw": 11,
                }
            ],
            "lines": [{"line": "rs485-a", "state": "live", "detail": "", "devices": 12, "answering": 12}],
        }
    ],
    "watched_days": 7,
    "after": "lantian/gw-01",
}
SUSPECTS: Final[JsonValue] = {
    "suspects": [
        {
            **_PLACE,
            "camera": "cam-02",
            "zone": "yard",
            "zone_kind": "open",
            "zone_name": "北院",
            "slot": "cam-02.7",
            "stay": "cam-02.7.1",
            "vehicle": "car",
            "entered_at": "2026-11-01T02:00:00Z",
            "entered_within_s": 30.0,
            "standing_s": 1_900_000.0,
            "limit_s": 2_592_000.0,
            "signs": [],
            "plate": None,
            "permit": None,
            "clock": "synced",
            "odd_time": False,
            "simulated": False,
            "told_at": _SEEN,
        }
    ]
}
_CLOSED: Final[JsonValue] = {
    "name": "handled",
    "called_zh": "处置率",
    "called_en": "Handled",
    "formula_zh": "处置数 ÷ 应处置数",
    "formula_en": "handled ÷ due to be handled",
    "form": "share",
    "value": "99.75",
    "numerator": 6507.0,
    "denominator": 6523.0,
    "confirmed": True,
}
EVALUATION: Final[JsonValue] = {
    "period": "2026-10",
    "since": "2026-09-30T16:00:00Z",
    "until": "2026-10-31T16:00:00Z",
    "organisation": None,
    "simulated": False,
    "simulated_left_out": 0,
    "measures": [_CLOSED],
    "organisations": [{"id": "jiangbin", "name_zh": "江滨街道", "name_en": "Jiangbin", "measures": [_CLOSED]}],
    "months": [{"month": "2026-10", "collected": {"parking": 12, "report": 31}, "measures": [_CLOSED]}],
    "problems": [{"community": "lantian", "reported": 31, "found": 12, "overdue": 2, "households": 640}],
    "problems_by_households": True,
}
