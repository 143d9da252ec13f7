"""Turns on the quarter hour, and rests after failures."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from firmware_bridge.buses import QUARTER, Rhythm

CHINA = timezone(timedelta(hours=8))
NEPAL = timezone(timedelta(hours=5, minutes=45))

TURNS = [
    # name,                     after,                                          draw, turn
    ("the next quarter", datetime(2026, 1, 1, 8, 7, tzinfo=CHINA), 0.0, datetime(2026, 1, 1, 8, 15, tzinfo=CHINA)),
    ("on it: the next", datetime(2026, 1, 1, 8, 15, tzinfo=CHINA), 0.0, datetime(2026, 1, 1, 8, 30, tzinfo=CHINA)),
    ("over midnight", datetime(2026, 1, 1, 23, 59, tzinfo=CHINA), 0.0, datetime(2026, 1, 2, 0, 0, tzinfo=CHINA)),
    ("spread", datetime(2026, 1, 1, 8, 7, tzinfo=UTC), 0.5, datetime(2026, 1, 1, 8, 15, 15, tzinfo=UTC)),
    ("an odd zone", datetime(2026, 1, 1, 8, 7, tzinfo=NEPAL), 0.0, datetime(2026, 1, 1, 8, 15, tzinfo=NEPAL)),
    # done within the spread: not once more in the same quarter
    (
        "early in a quarter",
        datetime(2026, 1, 1, 8, 15, 1, tzinfo=UTC),
        0.9,
        datetime(2026, 1, 1, 8, 30, 27, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(("name", "after", "draw", "turn"), TURNS, ids=[row[0] for row in TURNS])
def test_turns(name: str, after: datetime, draw: float, turn: datetime) -> None:
    assert QUARTER.next_turn(after, draw) == turn
    assert QUARTER.next_turn(after, draw).tzinfo is after.tzinfo


RESTS = [(1, 1.0, 60), (1, 0.0, 30), (2, 1.0, 120), (3, 1.0, 240), (6, 1.0, 1920), (7, 1.0, 3600), (10_000, 1.0, 3600)]


@pytest.mark.parametrize(("failures", "draw", "seconds"), RESTS)
def test_rests(failures: int, draw: float, seconds: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert QUARTER.again(now, failures, draw) == now + timedelta(seconds=seconds)


DUE = [(0, True), (-60, True), (1, False), (75 * 60 + 30, False), (75 * 60 + 31, True), (86400, True)]


@pytest.mark.parametrize(("ahead_s", "due"), DUE)
def test_what_lies_too_far_ahead_is_due_because_the_clock_was_set_back(ahead_s: int, *, due: bool) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert QUARTER.is_due(now + timedelta(seconds=ahead_s), now) is due


@pytest.mark.parametrize("bad", [{"period": 0}, {"spread": 60}, {"spread": -1}, {"rest": 0}, {"longest_rest": 0}])
def test_bounds(bad: dict[str, int]) -> None:
    settings = {name: timedelta(minutes=value) for name, value in ({"period": 15} | bad).items()}
    with pytest.raises(ValueError, match="positive"):
        Rhythm(**settings)
