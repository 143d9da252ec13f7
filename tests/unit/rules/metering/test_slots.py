"""Half hours out of spans between readings; seconds after the first half hour's begin."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from edge.rules.metering.slots import MAX_STILL, Filling, begin_of, filled, index_of
from tests.unit.rules.metering.walking import START

FIRST = index_of(START)

WALKS = [
    # name, (reading at, litres since the one before)…, (half hour, litres or None, carried)…
    ("on the dot", [(0, 0), (1800, 3)], [(0, 3, 0)]),
    ("two quarter hours", [(0, 0), (900, 1), (1800, 2)], [(0, 3, 0)]),
    ("two minutes off at either end", [(120, 0), (1680, 3)], [(0, 3, 0)]),
    ("late to begin", [(121, 0), (1680, 3)], [(0, None, 3)]),
    ("early to end", [(0, 0), (1679, 3)], []),
    ("late to end", [(0, 0), (1921, 3), (3600, 1)], [(0, None, 0), (1, None, 4)]),
    ("nothing used across the boundary", [(0, 0), (1921, 0), (3600, 1)], [(0, 0, 0), (1, 1, 0)]),
    ("one reading is missing, with use", [(0, 0), (3600, 3)], [(0, None, 0), (1, None, 3)]),
    ("one reading is missing, without", [(0, 0), (3600, 0)], [(0, 0, 0), (1, 0, 0)]),
    (
        "a gap with use tells its last half hour",
        [(0, 0), (1800, 1), (9000, 5)],
        [(0, 1, 0), (1, None, 0), (4, None, 5)],
    ),
    ("two readings within moments", [(0, 0), (1795, 3), (1805, 1), (3600, 2)], [(0, 3, 0), (1, 3, 0)]),
]


@pytest.mark.parametrize(("readings", "expected"), [row[1:] for row in WALKS], ids=[row[0] for row in WALKS])
def test_slots(readings: list[tuple[int, int]], expected: list[tuple[int, int | None, int]]) -> None:
    filling, told = Filling(), []
    for (since, _), (to, litres) in pairwise(readings):
        begin, end = (START + timedelta(seconds=second) for second in (since, to))
        filling, slots = filled(filling, begin, end, Decimal(litres))
        told += [
            (slot.index - FIRST, slot.use if slot.use is None else int(slot.use), int(slot.carried)) for slot in slots
        ]
    assert told == expected


def test_a_long_gap_without_use_is_told_for_two_days_at_most() -> None:
    _, slots = filled(Filling(), START, START + timedelta(days=30), Decimal(0))
    assert [slot.index - FIRST for slot in slots] == list(range(30 * 48 - 1 - MAX_STILL, 30 * 48))


def test_an_index_is_a_half_hour_of_universal_time() -> None:
    assert begin_of(FIRST) == START
    assert index_of(START + timedelta(seconds=1799.9)) == FIRST
    assert index_of(START + timedelta(seconds=1800)) == FIRST + 1
