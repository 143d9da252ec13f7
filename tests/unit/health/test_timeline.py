"""A camera's time never goes back and counts on over restarts."""

from datetime import timedelta

import pytest

from edge.health import Timeline
from edge.health.timeline import MAX_AWAY_S
from edge.values import ClockTrust, Moment
from tests.unit.health.test_clock import FREE, GOOD, NOON, World

RESTARTS = [
    # name,                     trust then,  trust now, away (s),        counted (s)
    ("both believed", "synced", "yes", 600.0, 600.0),
    ("holdover then", "holdover", "yes", 600.0, 600.0),
    ("not believed then", "unsynced", "yes", 600.0, 0.0),
    ("not believed now", "synced", "no", 600.0, 0.0),
    ("the wall went back", "synced", "yes", -5.0, 0.0),
    ("the same instant", "synced", "yes", 0.0, 0.0),
    ("as long as may be", "synced", "yes", MAX_AWAY_S, MAX_AWAY_S),
    ("longer than may be", "synced", "yes", MAX_AWAY_S + 1, 0.0),
]


@pytest.mark.parametrize(("name", "then", "now", "away_s", "counted_s"), RESTARTS, ids=[row[0] for row in RESTARTS])
def test_after_a_restart(name: str, then: str, now: str, away_s: float, counted_s: float) -> None:
    last = Moment(1234.5, NOON - timedelta(seconds=away_s), ClockTrust(then))
    clock = World().clock("yes" if now == "yes" else "no")
    assert Timeline(clock, last).moment().at_s == pytest.approx(1234.5 + counted_s)


def test_a_new_camera_starts_at_zero_whenever_that_is() -> None:
    world = World(kernel=GOOD)
    clock = world.clock()
    world.pass_(100)
    assert Timeline(clock).moment().at_s == 0.0


def test_the_wall_clock_does_not_move_it() -> None:
    world = World(kernel=FREE)
    timeline = Timeline(world.clock())
    seen = []
    for turned_s in (0, -86_400, 1e9, -1e9):
        world.wall += timedelta(seconds=turned_s)
        world.pass_(1)
        seen.append(timeline.moment().at_s)
    assert seen == [1.0, 2.0, 3.0, 4.0]


def test_it_goes_on_from_what_it_said_last() -> None:
    world = World(kernel=GOOD)
    timeline = Timeline(world.clock(), Moment(50.0, NOON, ClockTrust.SYNCED))
    world.pass_(7)
    last = timeline.moment()
    assert last.at_s == 57.0
    world.pass_(3)
    assert Timeline(world.clock(), last).moment().at_s == 60.0
