"""Frames to falls, each told once."""

import numpy as np
import pytest

from edge.perception.falls.detector import FallDetector
from edge.trajectory import Fall, Rejected, Rejection, Verdict
from tests.unit.perception.falls.drawn import FPS, GRID, HEIGHT, WHOLE, WIDTH, Way, dropped, facade, frames


def told(detector: FallDetector, way: Way, *, seconds: float = 4.0, from_s: float = 0.0) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for at_s, luma in frames(way, seconds=seconds):
        verdicts += detector.observe(luma, from_s + at_s)
    return verdicts


def falls(verdicts: list[Verdict]) -> list[Fall]:
    return [verdict for verdict in verdicts if isinstance(verdict, Fall)]


def test_a_fall_is_told_once_and_within_two_seconds() -> None:
    detector = FallDetector(facade(grid=GRID))
    way = dropped(1.5)
    ended_s, told_s = 0.0, None
    for at_s, luma in frames(way, seconds=6.0):
        place = way(at_s)
        if place is not None and place[1] < HEIGHT - 4:
            ended_s = at_s
        if falls(list(detector.observe(luma, at_s))):
            assert told_s is None
            told_s = at_s
    assert told_s is not None
    assert 0 < told_s - ended_s < 1.0


def test_a_quiet_wall_gives_nothing() -> None:
    detector = FallDetector(facade())
    assert falls(told(detector, lambda at_s: None, seconds=8.0)) == []


def test_hidden_half_way_it_is_one_fall() -> None:
    way = dropped(1.5, y=30.0)

    def hidden(at_s: float) -> tuple[float, float] | None:
        return None if 2.4 < at_s < 2.9 else way(at_s)

    verdicts = told(FallDetector(facade(grid=GRID)), hidden, seconds=6.0)
    assert len(falls(verdicts)) == 1


def test_two_falls_are_two() -> None:
    first, second = dropped(1.5, x=150.0), dropped(4.5, x=450.0)
    verdicts = told(FallDetector(facade(grid=GRID)), lambda at_s: second(at_s) or first(at_s), seconds=9.0)
    assert len(falls(verdicts)) == 2


def test_what_is_ignored_is_not_looked_at() -> None:
    left = ((0.3, 0.0), (0.7, 0.0), (0.7, 1.0), (0.3, 1.0))
    assert falls(told(FallDetector(facade(ignore=(left,))), dropped(1.5))) == []


@pytest.mark.parametrize("jump_s", [-100.0, 500.0])
def test_a_stream_that_starts_again_is_followed_again(jump_s: float) -> None:
    detector = FallDetector(facade(grid=GRID))
    assert len(falls(told(detector, dropped(1.5), seconds=5.0))) == 1
    assert len(falls(told(detector, dropped(1.0), from_s=5.0 + jump_s, seconds=5.0))) == 1


def test_a_stream_that_breaks_off_in_a_fall_still_tells_it() -> None:
    detector = FallDetector(facade(grid=GRID))
    assert falls(told(detector, dropped(1.5), seconds=3.0)) == []
    assert len(falls(told(detector, lambda at_s: None, from_s=60.0, seconds=1.0))) == 1


def test_another_size_of_picture_begins_anew() -> None:
    detector = FallDetector(facade(grid=GRID))
    told(detector, dropped(1.5), seconds=2.0)
    small = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)
    assert falls([*detector.observe(small, 3.0), *detector.finish()]) == []


def test_dropped_frames_do_not_hide_a_fall() -> None:
    rng, detector = np.random.default_rng(3), FallDetector(facade(grid=GRID))
    verdicts: list[Verdict] = []
    for at_s, luma in frames(dropped(1.5), seconds=5.0):
        if rng.random() > 0.3:
            verdicts += detector.observe(luma, at_s)
    assert len(falls(verdicts)) == 1


def test_exposure_that_changes_each_second_hides_no_fall() -> None:
    detector = FallDetector(facade(grid=GRID))
    verdicts: list[Verdict] = []
    for at_s, luma in frames(dropped(1.5), seconds=5.0):
        gain = (0.8, 1.0, 1.2)[int(at_s) % 3]
        verdicts += detector.observe(np.clip(luma * gain, 0, 255).astype(np.uint8), at_s)
    assert len(falls(verdicts)) == 1


def test_what_is_no_fall_is_told_with_its_reason() -> None:
    detector = FallDetector(facade())
    verdicts = [*told(detector, lambda at_s: (300.0, 30 + 60 * at_s), seconds=6.0), *detector.finish()]
    assert [one.reason for one in verdicts if isinstance(one, Rejected) and len(one.points) > 20] == [Rejection.STEADY]


@pytest.mark.parametrize(
    ("seen_s", "later_s", "x", "y"),
    [
        (0.9, 0.9, 300.0, 60.0),  # from the same window, when the first is out of sight
        (1.2, 0.5, 300.0, 60.0),
        (1.3, 1.5, 320.0, 120.0),  # from two floors below
    ],
)
def test_a_second_thing_thrown_soon_after_is_told_as_well(seen_s: float, later_s: float, x: float, y: float) -> None:
    first, second = dropped(1.5, x=300.0, y=60.0), dropped(1.5 + seen_s + later_s, x=x, y=y)

    def way(at_s: float) -> tuple[float, float] | None:
        return second(at_s) or (first(at_s) if at_s < 1.5 + seen_s else None)

    assert len(falls(told(FallDetector(facade(grid=GRID)), way, seconds=9.0))) == 2


def test_when_the_size_changes_what_was_followed_is_told_first() -> None:
    detector = FallDetector(facade(grid=GRID))
    assert falls(told(detector, dropped(1.5), seconds=3.2)) == []
    small = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)
    assert len(falls(list(detector.observe(small, 3.2)))) == 1


@pytest.mark.parametrize("size", [(8, 8), (20, 2593), (480, 15)])
def test_a_picture_without_a_whole_block_shows_nothing(size: tuple[int, int]) -> None:
    detector = FallDetector(facade())
    for number in range(60):
        assert detector.observe(np.full(size, number, np.uint8), number / FPS) == ()


def test_a_facade_that_is_ignored_all_over_shows_nothing() -> None:
    assert told(FallDetector(facade(ignore=(WHOLE,))), dropped(1.5)) == []
