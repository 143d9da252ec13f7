"""A receipt empties the outbox up to its number, and what the cloud lacks is sent again or told as gone."""

from typing import Any

import pytest

from contract.envelope import Lane
from edge.outbox import Outbox, Span, lanes
from tests.unit.outbox.makers import alarm, at, check_chain, events, notice, numbers, receipt, store, telemetry

RECEIPTS: list[tuple[str, int, list[tuple[int, int]], list[int], list[tuple[int, int]]]] = [
    # name,                              committed, missing,           left,            sent again
    ("nothing yet", 0, [], [1, 2, 3, 4, 5], []),
    ("up to the third", 3, [], [4, 5], []),
    ("all", 5, [], [], []),
    ("a hole", 1, [(3, 4)], [2, 3, 4, 5], [(3, 4)]),
    ("two holes", 0, [(1, 1), (3, 5)], [1, 2, 3, 4, 5], [(1, 1), (3, 5)]),
    ("a hole below what it has", 3, [(2, 4)], [4, 5], [(4, 4)]),
    ("a hole that is no hole", 3, [(5, 4)], [4, 5], []),
    ("beyond the last: refused whole", 6, [], [1, 2, 3, 4, 5], []),
    ("asks beyond the last: refused whole", 2, [(4, 6)], [1, 2, 3, 4, 5], []),
]


@pytest.mark.parametrize(("name", "committed", "missing", "left", "again"), RECEIPTS, ids=[row[0] for row in RECEIPTS])
def test_receipt(
    name: str, committed: int, missing: list[tuple[int, int]], left: list[int], again: list[tuple[int, int]]
) -> None:
    outbox = store(":memory:")
    outbox.commit([alarm(i) for i in range(5)])
    reception = outbox.receive(receipt(outbox, Lane.ALARM, committed, *missing), at(9))
    assert numbers(outbox, Lane.ALARM) == left
    assert [(span.first, span.last) for span in reception.resend] == again
    assert bool(reception.refused) == ("refused" in name)
    assert events(outbox, Lane.EVENT) == []


def test_a_receipt_of_another_epoch_changes_nothing() -> None:
    outbox = store(":memory:")
    outbox.commit([alarm(1)])
    reception = outbox.receive(receipt(outbox, Lane.ALARM, 1, epoch="f" * 16), at(2))
    assert "another epoch" in reception.refused
    assert numbers(outbox, Lane.ALARM) == [1]


def test_a_receipt_speaks_of_its_own_lane_alone() -> None:
    outbox = store(":memory:")
    outbox.commit([alarm(1), notice(1), telemetry(1)])
    assert outbox.receive(receipt(outbox, Lane.EVENT, 1), at(2)).removed == 1
    assert [numbers(outbox, lane) for lane in (Lane.ALARM, Lane.EVENT, Lane.TELEMETRY)] == [[1], [], [1]]


def test_a_thousand_copies_of_a_receipt_do_what_one_does() -> None:
    outbox = store(":memory:")
    outbox.commit([alarm(i) for i in range(3)])
    removed = [outbox.receive(receipt(outbox, Lane.ALARM, 2), at(4)).removed for _ in range(1000)]
    assert sum(removed) == 2
    assert numbers(outbox, Lane.ALARM) == [3]


def _emptied() -> Outbox:
    outbox = store(":memory:")
    outbox.commit([alarm(i) for i in range(10)])
    outbox.receive(receipt(outbox, Lane.ALARM, 8), at(11))
    return outbox


def _told(outbox: Outbox) -> list[tuple[int, int, str]]:
    gaps: list[Any] = [event for event in events(outbox, Lane.EVENT) if event.type == "device.gap.v1"]
    return [(gap.data.first, gap.data.last, gap.data.reason) for gap in gaps]


def test_what_a_restored_cloud_asks_for_and_is_gone_is_told_once() -> None:
    outbox = _emptied()
    reception = outbox.receive(receipt(outbox, Lane.ALARM, 4, (5, 10)), at(12))
    assert (reception.forgotten, reception.resend) == ((Span(5, 8),), (Span(9, 10),))
    again = outbox.receive(receipt(outbox, Lane.ALARM, 4, (5, 10)), at(13))
    assert again.forgotten == ()
    assert _told(outbox) == [(5, 8, "forgotten")]
    check_chain([record.body for record in outbox.pending(Lane.EVENT, 0, 10)])


def test_only_the_part_that_was_not_told_yet_is_told() -> None:
    outbox = _emptied()
    outbox.receive(receipt(outbox, Lane.ALARM, 3, (5, 6)), at(12))
    outbox.receive(receipt(outbox, Lane.ALARM, 3, (4, 8)), at(13))
    assert _told(outbox) == [(5, 6, "forgotten"), (4, 4, "forgotten"), (7, 8, "forgotten")]


def test_told_ranges_that_touch_become_one_and_no_more_are_kept_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lanes, "MAX_TOLD", 2)
    outbox = store(":memory:")
    outbox.commit([alarm(i) for i in range(12)])
    outbox.receive(receipt(outbox, Lane.ALARM, 12), at(13))
    for first, last in ((1, 2), (3, 4), (6, 7), (9, 10)):
        outbox.receive(receipt(outbox, Lane.ALARM, 0, (first, last)), at(14))
    with outbox._db.reading() as db:
        kept = db.execute("select first, last from gaps order by first").fetchall()
    assert kept == [(6, 7), (9, 10)]
