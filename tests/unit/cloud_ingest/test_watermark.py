"""What a receipt says of what has come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.ingest.watermark import LaneKey, Received
from contract.downlink import MAX_MISSING
from contract.envelope import Lane

TABLE = [
    # name,              ranges,                      committed, missing
    ("nothing", (), 0, []),
    ("the first", ((1, 1),), 1, []),
    ("a run", ((1, 9),), 9, []),
    ("not the first", ((2, 9),), 0, [(1, 1)]),
    ("a hole", ((1, 3), (5, 9)), 3, [(4, 4)]),
    ("holes", ((2, 3), (7, 7), (9, 9)), 0, [(1, 1), (4, 6), (8, 8)]),
    ("the last there is", ((1, 2**31 - 1),), 2**31 - 1, []),
]


@pytest.mark.parametrize(("ranges", "committed", "missing"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_committed_and_missing(
    ranges: tuple[tuple[int, int], ...], committed: int, missing: list[tuple[int, int]]
) -> None:
    received = Received(ranges)
    assert received.committed == committed
    assert [(hole.first, hole.last) for hole in received.missing] == missing


@pytest.mark.parametrize(("holes", "named"), [(63, 63), (64, 64), (65, 64), (1000, 64)])
def test_at_most_64_holes_are_named(holes: int, named: int) -> None:
    received = Received(tuple((2 * n, 2 * n) for n in range(1, holes + 1)))
    assert len(received.missing) == named <= MAX_MISSING


@given(st.sets(st.integers(1, 60)))
def test_committed_and_missing_agree_with_counting(seqs: set[int]) -> None:
    received = Received(tuple(_runs(sorted(seqs))))
    assert received.committed == next(n for n in range(61) if n + 1 not in seqs)
    missing = {seq for hole in received.missing for seq in range(hole.first, hole.last + 1)}
    assert missing == set(range(1, max(seqs, default=0))) - seqs


def _runs(seqs: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for seq in seqs:
        if runs and runs[-1][1] == seq - 1:
            runs[-1] = (runs[-1][0], seq)
        else:
            runs.append((seq, seq))
    return runs


def test_a_lane_is_one_of_a_gateways_life() -> None:
    assert LaneKey("a", "b", "c", Lane.ALARM) != LaneKey("a", "b", "d", Lane.ALARM)
