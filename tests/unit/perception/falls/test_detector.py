"""Frames to falls, each told once."""

import numpy as np
import pytest

from edge.perception.falls.detector import FallDetector
from edge.trajectory import Fall, Verdict
from tests.unit.perception.falls.drawn import FPS, GRID, HEIGHT, WIDTH, Way, dropped, facade, frames


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
    assert detector.observe(small, 3.0) == ()
    assert falls(list(detector.finish())) == []


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


def test_rejected_tracks_are_counted() -> None:
    detector = FallDetector(facade())
    told(detector, lambda at_s: (300.0, 30 + 60 * at_s), seconds=6.0)
    detector.finish()
    assert sum(detector.rejected.values()) >= 1
    assert FPS == 25.0
