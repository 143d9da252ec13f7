"""Waiting doubles, is capped and jittered."""

import pytest

from edge.uplink.pace import Pace, doubled, jittered

WAITS = [(0, 1.0), (1, 2.0), (5, 32.0), (6, 60.0), (10**9, 60.0)]


@pytest.mark.parametrize(("attempt", "wait_s"), WAITS)
def test_waits_double_up_to_the_cap(attempt: int, wait_s: float) -> None:
    assert doubled(1.0, attempt, 60.0) == wait_s


def test_jitter_spreads_and_stays_within_a_quarter() -> None:
    waits = [jittered(100.0) for _ in range(200)]
    assert 75.0 <= min(waits) < max(waits) <= 125.0
    assert len(set(waits)) > 100


def test_who_was_refused_waits_longer_than_who_lost_a_connection() -> None:
    assert Pace().refused(0) > Pace().back_off(0)
    assert Pace().refused(99) <= 750.0
    assert Pace().resend(99) <= 375.0
