"""What `--start` means."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from edge.app.replay import NO_TIME, begin
from edge.config import parse

EIGHT = datetime(2026, 5, 1, 8)  # noqa: DTZ001 - as typed, without a zone
MOMENT = datetime(2026, 5, 1, 0, tzinfo=UTC)
STARTS = [
    # name,                       gateway.timezone, --start,                                        meant in UTC
    ("Beijing's time by default", {}, EIGHT, MOMENT),
    ("the file's time zone", {"timezone": "Asia/Urumqi"}, EIGHT, MOMENT + timedelta(hours=2)),
    ("UTC where the file says so", {"timezone": "UTC"}, EIGHT, MOMENT + timedelta(hours=8)),
    ("a zone given", {"timezone": "UTC"}, EIGHT.replace(tzinfo=timezone(timedelta(hours=8))), MOMENT),
    ("none", {}, None, NO_TIME),
]


@pytest.mark.parametrize(("extra", "start", "meant"), [case[1:] for case in STARTS], ids=[case[0] for case in STARTS])
def test_a_start_is_in_the_gateways_time_zone(extra: dict[str, str], start: datetime | None, meant: datetime) -> None:
    config = parse(
        {"gateway": {"community": "demo", "id": "gw-1", "data": "data", **extra}}, "test", folder=Path("/etc/linli")
    )
    assert begin(start, config) == meant
    assert begin(start, config).isoformat() == meant.isoformat(), "one spelling, for ids are drawn from it"
