"""A simulated month of one standing car: the gateway is stopped, robbed of all but its database, its clock set back.

Simulated: a painted street, a look each two hours. Real: the watch, its rules, the outbox's database on disk, both
clocks' logic.
"""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contract.envelope import ClockTrust
from contract.parking import ParkingCleared, ParkingMilestone, ParkingOpened
from edge.health import Clock, Timeline
from edge.health.kernel import KernelClock
from edge.values import Frame
from tests.unit.app.street import Yard, street

LOOK_S = 2 * 3600.0  # of a still street; a real camera looks each minute
DAY_S = 86_400.0
BUSY_S = 40.0  # before and after something changes
GAP_S = 4.0  # two busy looks: how well a dwell can be known
BOOT = datetime(2026, 5, 1, tzinfo=UTC)
TWO_YEARS = timedelta(days=730)


@dataclass
class Hardware:
    """A gateway's clocks: what the world's time is, and what the machine believes."""

    world_s: float = 0.0
    booted_s: float = 0.0
    wrong: timedelta = timedelta(0)
    disciplined: bool = True

    def clock(self) -> Clock:
        return Clock(
            kernel=lambda: KernelClock(self.disciplined, 0.01),
            wall=lambda: BOOT + timedelta(seconds=self.world_s) - self.wrong,
            monotonic=lambda: self.world_s - self.booted_s,
        )


@dataclass
class Month:
    """One gateway through a month; the car stands from `came_s` to `left_s` of the world's time."""

    yard: Yard
    came_s: float
    left_s: float
    hardware: Hardware = field(default_factory=Hardware)

    def __post_init__(self) -> None:
        self.timeline = Timeline(self.hardware.clock(), self.yard.watch.last)

    def live(self, until_s: float) -> None:
        while self.hardware.world_s < until_s:
            world_s = self.hardware.world_s
            car = self.came_s <= world_s < self.left_s
            image = street(car=car, seed=int(world_s))
            self.yard.watch.take(Frame("east", self.timeline.moment(), image))
            # Looks come close together while something has just changed, as a camera's do; else one in a long while.
            busy = min(abs(world_s - self.came_s), abs(world_s - self.left_s)) <= BUSY_S
            self.hardware.world_s += 2.0 if busy else min(LOOK_S, self._to_next(world_s))

    def _to_next(self, world_s: float) -> float:
        starts = (self.came_s - BUSY_S, self.left_s - BUSY_S)
        return min((start - world_s for start in starts if start > world_s), default=LOOK_S)

    def power_cut(self, *, away_s: float, wrong: timedelta = timedelta(0), disciplined: bool = True) -> None:
        """Off without a word; only the database is there when the power comes back."""
        self.yard.close()
        for path in self.yard.folder.iterdir():
            if not path.name.startswith("outbox.sqlite"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.hardware.world_s += away_s
        self.hardware.booted_s = self.hardware.world_s
        self.hardware.wrong, self.hardware.disciplined = wrong, disciplined
        self.yard.open()
        self.timeline = Timeline(self.hardware.clock(), self.yard.watch.last)


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return Month(Yard(tmp_path), came_s=DAY_S, left_s=28 * DAY_S + 60)


def test_stopped_in_the_middle_of_a_month_it_opens_once_and_dwell_is_unbroken(month: Month) -> None:
    month.live(15 * DAY_S)
    month.power_cut(away_s=2 * 3600)
    month.live(30 * DAY_S)
    events = month.yard.told()
    assert [type(event) for event in events] == [ParkingOpened, ParkingMilestone, ParkingCleared]
    cleared = events[-1]
    assert isinstance(cleared, ParkingCleared)
    assert cleared.data.dwell_s == pytest.approx(month.left_s - month.came_s, abs=GAP_S)
    assert cleared.data.stay == events[0].data.stay  # type: ignore[union-attr]
    assert {event.clock for event in events} == {ClockTrust.SYNCED}


def test_a_clock_two_years_back_changes_no_duration_and_is_not_trusted(month: Month) -> None:
    month.live(15 * DAY_S)
    month.power_cut(away_s=2 * 3600)
    month.live(20 * DAY_S)
    month.power_cut(away_s=3600, wrong=TWO_YEARS, disciplined=False)
    month.live(30 * DAY_S)
    events = month.yard.told()
    kinds = sorted(type(event).__name__ for event in events)
    assert kinds == ["ParkingCleared", "ParkingMilestone", "ParkingOpened"]
    (cleared,) = (event for event in events if isinstance(event, ParkingCleared))
    # Nobody can say how long it was from the last look to the next start: that time is left out rather than invented.
    unknown_s = LOOK_S + 3600
    assert cleared.data.dwell_s == pytest.approx(month.left_s - month.came_s - unknown_s, abs=GAP_S)
    assert cleared.clock is ClockTrust.UNSYNCED
    assert cleared.time.year == 2024
    (opened,) = (event for event in events if isinstance(event, ParkingOpened))
    assert opened.clock is ClockTrust.SYNCED
    assert cleared.data.stay == opened.data.stay
