"""Readings in as few events as hold them."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.envelope import MAX_EVENT_BYTES, Lane
from contract.metering import MAX_READINGS, Medium, MeterSeries, Reading, ReadingFlag, Unit
from edge.app.instruments.batches import batches, parted
from edge.outbox import Identity, Outbox
from edge.values import ClockTrust, Moment

NOW = datetime(2026, 3, 2, 4, 19, tzinfo=UTC)


def series(number: int, count: int, *, whole: bool = False) -> MeterSeries:
    """A meter with so many readings; `whole`: as long as they can be."""
    more = {
        "flags": tuple(ReadingFlag),
        "clock_offset_s": -123456.789012,
        "voltage_v": "235.123456",
        "current_a": "-1234.123456",
        "power_kw": "-1234.123456",
    }
    readings = tuple(
        Reading.model_validate(
            {"at": NOW + timedelta(microseconds=n), "value": "999999999.999999", **(more if whole else {})}
        )
        for n in range(count)
    )
    name = "楼" * 80 if whole else ""
    return MeterSeries(
        meter=f"m{number:061d}x", name=name, medium=Medium.WATER, unit=Unit.CUBIC_METRE, readings=readings, failed=3
    )


SPLITS = [
    # name,                   readings of each meter,       readings of each event
    ("nobody", [], []),
    ("one", [1], [1]),
    ("one that failed", [0], [0]),
    ("all that one event holds", [128] * 8, [1024]),
    ("one more", [128] * 8 + [1], [1024, 1]),
    ("a meter stays whole", [100] * 11, [1000, 100]),
    ("512 meters", [1] * 512, [512]),
    ("a meter too many", [0] * 513, [0, 0]),
]


@pytest.mark.parametrize(("counts", "events"), [row[1:] for row in SPLITS], ids=[row[0] for row in SPLITS])
def test_events_hold_what_they_may(counts: list[int], events: list[int]) -> None:
    meters = [series(number, count) for number, count in enumerate(counts)]
    parts = list(parted(meters))
    assert [sum(len(one.readings) for one in part) for part in parts] == events
    assert [one for part in parts for one in part] == meters
    assert max(events, default=0) <= MAX_READINGS


def test_the_longest_batch_is_as_long_as_an_event_may_be() -> None:
    meters = [series(number, 2, whole=True) for number in range(512)]
    now = Moment(0.0, NOW, ClockTrust.SYNCED)
    drafts = list(batches(meters, NOW - timedelta(minutes=15), NOW, simulated=True, now=now))
    with Outbox(
        ":memory:",
        identity=Identity("c" * 63, "g" * 63),
        key=Ed25519PrivateKey.generate(),
        config_version="0" * 12,
        budget_bytes=1 << 30,
        reserve_bytes=0,
    ) as outbox:
        outbox.commit(drafts)
        sizes = [len(record.body) for record in outbox.pending(Lane.TELEMETRY, 0, 100)]
    assert len(sizes) > 1
    assert 0.9 * MAX_EVENT_BYTES < max(sizes) <= MAX_EVENT_BYTES


def test_a_clock_that_was_set_back_makes_no_span_that_ends_before_it_begins() -> None:
    now = Moment(0.0, NOW, ClockTrust.UNSYNCED)
    (draft,) = batches([series(1, 1)], NOW + timedelta(hours=1), NOW, simulated=False, now=now)
    assert draft.data.model_dump()["since"] == draft.data.model_dump()["until"] == NOW
