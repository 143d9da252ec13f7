"""What is kept of a meter does not depend on the order in which its events come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.telemetry.standing import Arrival, Standing, advance
from contract.envelope import ClockTrust
from contract.metering import Medium, MeterReadings, MeterSeries, Origin, Reading, ReadingsData, Unit

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ARRIVAL = Arrival(START, odd_time=False)
EPOCHS = ("0123456789abcdef", "fedcba9876543210")


def event(
    number: int, *readings: Reading, life: int = 0, clock: ClockTrust = ClockTrust.SYNCED, failed: int = 0
) -> MeterReadings:
    """The `number`-th of a gateway: a quarter of an hour each, and a sequence within each life of its store."""
    at = START - timedelta(days=1) + number * timedelta(minutes=15)
    told = MeterSeries(
        meter="w-1", medium=Medium.WATER, unit=Unit.CUBIC_METRE, name=f"n{number}", readings=readings, failed=failed
    )
    return MeterReadings(
        id="01a1fbd4-f500-74c1-a71e-f797d118eae6",
        source="/linli/demo/gw-1",
        time=at,
        community="demo",
        gateway="gw-1",
        epoch=EPOCHS[life],
        seq=number + 1,
        clock=clock,
        configversion="0123456789ab",
        prevhash="0" * 64,
        keyid="0" * 16,
        sig="AA==",
        data=ReadingsData(since=at, until=at, meters=(told,)),
    )


def reading(minute: int, value: int) -> Reading:
    return Reading(at=START - timedelta(days=1) + timedelta(minutes=minute), value=str(value))


def taken(events: Sequence[MeterReadings], arrival: Arrival = ARRIVAL) -> Standing:
    kept = None
    for each in events:
        kept = advance(kept, each, each.data.meters[0], arrival)
    assert kept is not None
    return kept


readings = st.lists(st.builds(reading, st.integers(0, 1400), st.integers(0, 99)), max_size=3).map(tuple)
stories = st.lists(st.tuples(readings, st.integers(0, 3)), min_size=1, max_size=6)


@given(told=stories, change=st.integers(0, 6), order=st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_any_order_gives_the_same(told: list[tuple[tuple[Reading, ...], int]], change: int, order: Random) -> None:
    """Of a gateway with a good clock, whose store begins a new life with the event `change`."""
    events = [
        event(number, *shown, life=int(number >= change), failed=failed) for number, (shown, failed) in enumerate(told)
    ]
    mixed = list(events)
    order.shuffle(mixed)
    assert forget_ways(taken(mixed)) == forget_ways(taken(events))


def forget_ways(kept: Standing) -> Standing:
    """Without the lives that were heard of on the way."""
    return replace(kept, life=replace(kept.life, past_epochs=()))


def test_a_clock_that_is_not_synced_is_followed_by_the_sequence() -> None:
    arrival = Arrival(START, odd_time=True)
    ahead, behind = (
        event(0, reading(900, 1), clock=ClockTrust.UNSYNCED),
        event(1, reading(100, 2), clock=ClockTrust.UNSYNCED),
    )
    for order in ([ahead, behind], [behind, ahead]):
        latest = taken(order, arrival).latest
        assert latest is not None
        assert latest.value == Decimal(2)


def test_an_old_freeze_is_no_latest_reading() -> None:
    freeze = Reading(at=START - timedelta(days=30), value="1", origin=Origin.FREEZE)
    latest = taken([event(0, reading(5, 7)), event(1, freeze)]).latest
    assert latest is not None
    assert latest.value == Decimal(7)
