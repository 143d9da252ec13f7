"""How far the clock can be believed, as walks through a gateway's life."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from edge.health import Clock
from edge.health.clock import HOLDOVER_S
from edge.health.kernel import KernelClock, read_kernel_clock
from edge.values import ClockTrust

GOOD = KernelClock(disciplined=True, max_error_s=0.01)
LOOSE = KernelClock(disciplined=True, max_error_s=2.1)
FREE = KernelClock(disciplined=False, max_error_s=16.0)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
IN_1970 = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """A machine whose clocks the test turns."""

    wall: datetime = NOON
    monotonic_s: float = 100.0
    kernel: KernelClock | None = FREE

    def pass_(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic_s += seconds

    def clock(self, setting: Literal["auto", "yes", "no"] = "auto", not_before: datetime | None = None) -> Clock:
        return Clock(
            setting,
            **({"not_before": not_before} if not_before else {}),
            kernel=lambda: self.kernel,
            wall=lambda: self.wall,
            monotonic=lambda: self.monotonic_s,
        )


AT_ONCE: list[tuple[str, Literal["auto", "yes", "no"], datetime, KernelClock | None, str]] = [
    ("kept right", "auto", NOON, GOOD, "synced"),
    ("error at the limit", "auto", NOON, KernelClock(disciplined=True, max_error_s=2.0), "synced"),
    ("error above the limit", "auto", NOON, LOOSE, "unsynced"),
    ("never set", "auto", NOON, FREE, "unsynced"),
    ("a container that forbids to ask", "auto", NOON, None, "unsynced"),
    ("1970, whatever the kernel says", "auto", IN_1970, GOOD, "unsynced"),
    ("1970, whatever the setting says", "yes", IN_1970, GOOD, "unsynced"),
    ("the last second of 2019", "yes", datetime(2019, 12, 31, 23, 59, 59, tzinfo=UTC), None, "unsynced"),
    ("the first of 2020", "yes", datetime(2020, 1, 1, tzinfo=UTC), None, "synced"),
    ("a person says yes", "yes", NOON, None, "synced"),
    ("a person says no", "no", NOON, GOOD, "unsynced"),
]


@pytest.mark.parametrize(("name", "setting", "wall", "kernel", "trust"), AT_ONCE, ids=[row[0] for row in AT_ONCE])
def test_trust_at_once(
    name: str, setting: Literal["auto", "yes", "no"], wall: datetime, kernel: KernelClock | None, trust: str
) -> None:
    assert World(wall=wall, kernel=kernel).clock(setting).moment().trust == trust


def test_no_time_before_the_build_is_believed() -> None:
    world = World(kernel=GOOD)
    assert world.clock(not_before=NOON + timedelta(seconds=1)).moment().trust == "unsynced"
    assert world.clock(not_before=NOON).moment().trust == "synced"


def _walk(world: World, clock: Clock, steps: list[tuple[float, KernelClock | None, float]]) -> list[ClockTrust]:
    """Each step: seconds pass, the kernel says this, somebody turns the wall clock by so much."""
    said = [clock.moment().trust]
    for seconds, kernel, turned_s in steps:
        world.pass_(seconds)
        world.kernel = kernel
        world.wall += timedelta(seconds=turned_s)
        said.append(clock.moment().trust)
    return said


WALKS: list[tuple[str, KernelClock | None, list[tuple[float, KernelClock | None, float]], list[str]]] = [
    # name,              at the start, (passes, kernel, turned by)…,          said
    ("set after a while", FREE, [(10, FREE, 0), (10, GOOD, 0)], ["unsynced", "unsynced", "synced"]),
    ("the network goes", GOOD, [(60, LOOSE, 0), (3600, FREE, 0)], ["synced", "holdover", "holdover"]),
    ("… and comes back", GOOD, [(60, FREE, 0), (60, GOOD, 0)], ["synced", "holdover", "synced"]),
    ("held as long as may be", GOOD, [(HOLDOVER_S, FREE, 0), (1, FREE, 0)], ["synced", "holdover", "unsynced"]),
    ("turned back by hand", GOOD, [(60, FREE, -3600), (1, FREE, 0)], ["synced", "unsynced", "unsynced"]),
    ("turned forward by hand", GOOD, [(60, FREE, 3600), (1, FREE, 0)], ["synced", "unsynced", "unsynced"]),
    ("turned back, then set", GOOD, [(60, FREE, -3600), (1, GOOD, 3600)], ["synced", "unsynced", "synced"]),
    ("nudged by less than a second", GOOD, [(60, FREE, 0.9)], ["synced", "holdover"]),
    ("set forward by the time service", FREE, [(60, GOOD, 1e9)], ["unsynced", "synced"]),
]


@pytest.mark.parametrize(("name", "first", "steps", "said"), WALKS, ids=[row[0] for row in WALKS])
def test_trust_over_time(
    name: str,
    first: KernelClock | None,
    steps: list[tuple[float, KernelClock | None, float]],
    said: list[str],
) -> None:
    world = World(kernel=first)
    assert _walk(world, world.clock(), steps) == said


def test_a_drift_within_what_crystals_do_is_no_step() -> None:
    world = World(kernel=GOOD)
    clock = world.clock()
    clock.moment()
    world.pass_(50_000)
    world.wall += timedelta(seconds=4)
    world.kernel = FREE
    assert clock.moment().trust == "holdover"


@pytest.mark.parametrize(
    ("back", "kernel", "trust"),
    [
        (timedelta(days=730), FREE, "unsynced"),
        (timedelta(days=730), None, "unsynced"),
        (timedelta(days=730), GOOD, "synced"),
        (timedelta(seconds=9), None, "synced"),
        (timedelta(days=-1), None, "synced"),
    ],
)
def test_a_persons_word_does_not_make_time_run_back(back: timedelta, kernel: KernelClock | None, trust: str) -> None:
    clock = Clock("yes", known=NOON, kernel=lambda: kernel, wall=lambda: NOON - back, monotonic=lambda: 5.0)
    assert clock.moment().trust is ClockTrust(trust)


def test_the_gateways_own_time_counts_from_its_start_and_not_with_the_wall() -> None:
    world = World()
    clock = world.clock()
    world.pass_(5)
    world.wall -= timedelta(days=1)
    assert clock.moment().at_s == clock.elapsed_s() == 5.0


def test_this_kernel_can_be_asked_or_says_that_it_cannot() -> None:
    kernel = read_kernel_clock()
    assert kernel is None or kernel.max_error_s >= 0
