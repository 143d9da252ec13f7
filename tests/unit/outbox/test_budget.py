"""Telemetry alone gives way, oldest first, and is told as gone; alarms and events go beyond the budget."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from contract.envelope import Lane
from edge.outbox import Outbox
from edge.outbox.budget import SLACK, Budget
from tests.unit.outbox.makers import MIB, alarm, at, check_chain, events, notice, numbers, receipt, store, telemetry

ONE: Final = len(store(":memory:").commit([telemetry(100)])[0].body)
FITS: Final = 40
BUDGET: Final = FITS * ONE + FITS  # numbers of two digits make bodies a byte longer


def _gaps(outbox: Outbox) -> list[tuple[int, int, int, str]]:
    gaps: list[Any] = [event for event in events(outbox, Lane.EVENT) if event.type == "device.gap.v1"]
    return [(gap.data.first, gap.data.last, gap.data.count, gap.data.reason) for gap in gaps]


def _fill(outbox: Outbox, first: int, last: int) -> None:
    for number in range(first, last + 1):
        outbox.commit([telemetry(100 + number)])


def test_up_to_the_budget_nothing_is_dropped() -> None:
    outbox = store(":memory:", budget_bytes=BUDGET)
    _fill(outbox, 1, FITS)
    assert numbers(outbox, Lane.TELEMETRY) == list(range(1, FITS + 1))
    assert _gaps(outbox) == []


def test_one_beyond_the_budget_drops_the_oldest_and_tells_it_once() -> None:
    outbox = store(":memory:", budget_bytes=BUDGET)
    _fill(outbox, 1, FITS + 1)
    low = numbers(outbox, Lane.TELEMETRY)[0]
    assert 1 < low <= 1 + FITS // SLACK + 2  # a sixteenth and what came
    assert numbers(outbox, Lane.TELEMETRY) == list(range(low, FITS + 2))
    outbox.commit([telemetry(200)])
    outbox.commit([telemetry(201)])
    assert _gaps(outbox)[0] == (1, low - 1, low - 1, "budget")
    assert outbox.stats().size <= BUDGET


def test_after_a_long_time_every_number_is_there_or_told() -> None:
    outbox = store(":memory:", budget_bytes=BUDGET)
    _fill(outbox, 1, 10 * FITS)
    outbox.receive(receipt(outbox, Lane.EVENT, 0), at(1))  # somebody listens: an open run ends
    told = [seq for first, last, _, _ in _gaps(outbox) for seq in range(first, last + 1)]
    assert told + numbers(outbox, Lane.TELEMETRY) == list(range(1, 10 * FITS + 1))
    assert len(_gaps(outbox)) < 9 * FITS  # fewer gaps than records dropped
    check_chain([record.body for record in outbox.pending(Lane.EVENT, 0, 10_000)])


def test_alarms_and_events_go_beyond_the_budget_and_none_is_dropped() -> None:
    outbox = store(":memory:", budget_bytes=10 * ONE)
    for number in range(40):
        outbox.commit([alarm(number), notice(number)])
    assert numbers(outbox, Lane.ALARM) == list(range(1, 41))
    assert numbers(outbox, Lane.EVENT) == list(range(1, 41))
    assert outbox.stats().size > 10 * ONE


def test_telemetry_that_finds_no_room_at_all_is_counted_in_one_gap_and_costs_none_of_the_room() -> None:
    outbox = store(":memory:", budget_bytes=10 * ONE)
    outbox.commit([alarm(number) for number in range(40)])
    _fill(outbox, 1, 30)
    assert numbers(outbox, Lane.TELEMETRY) == []
    assert _gaps(outbox) == []  # the run is still open
    outbox.receive(receipt(outbox, Lane.ALARM, 40), at(50))
    assert _gaps(outbox) == [(1, 30, 30, "budget")]


def test_a_full_outbox_takes_telemetry_again_once_it_has_been_emptied() -> None:
    outbox = store(":memory:", budget_bytes=BUDGET)
    _fill(outbox, 1, 3 * FITS)
    outbox.receive(receipt(outbox, Lane.TELEMETRY, 3 * FITS), at(1))
    outbox.receive(receipt(outbox, Lane.EVENT, len(events(outbox, Lane.EVENT))), at(2))
    assert outbox.stats().records == 0
    _fill(outbox, 3 * FITS + 1, 3 * FITS + 20)
    assert numbers(outbox, Lane.TELEMETRY) == list(range(3 * FITS + 1, 3 * FITS + 21))


def _with_free(outbox: Outbox, free: Callable[[], int]) -> Outbox:
    outbox._budget = replace(outbox._budget, free=free)
    return outbox


@pytest.mark.parametrize(
    ("name", "free", "waits"),
    [("all of the reserve and no more", MIB, False), ("well above the reserve", 3 * MIB, True)],
)
def test_telemetry_leaves_the_reserve_to_the_rest_of_the_machine(name: str, free: int, waits: bool) -> None:
    outbox = _with_free(store(":memory:", reserve_bytes=MIB), lambda: free)
    with outbox._db.reading() as db:
        db.execute("vacuum")  # no free pages inside the file
    outbox.commit([alarm(1), telemetry(1)])
    assert bool(numbers(outbox, Lane.TELEMETRY)) == waits
    assert numbers(outbox, Lane.ALARM) == [1]


def test_a_budget_in_memory_knows_no_disk() -> None:
    assert store(":memory:")._budget == Budget(16 * MIB, 0, None)
