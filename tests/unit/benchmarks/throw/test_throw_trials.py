"""Faults of a stream: what is sent and shown, and that a plain fall is found with each of them."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks.throw import faults, trials
from benchmarks.throw.faults import Fault, broadcast, bursts, spoiler
from benchmarks.throw.perception import detector
from benchmarks.throw.trials import shown, trial
from benchmarks.throw.watching import lumas
from edge.config import Facade
from edge.perception.falls.detector import FallDetector
from edge.sources.film import PAUSE_S
from models.throw.simulation import Clip, Throw
from models.throw.simulation.shooting import QUIET_S

STEP_S = 1 / 25
LATER = 8  # frames: the fixture's throw begins within what is quiet in a simulated clip
GREY = np.full((4, 4), 100, np.uint8)
Film = Callable[[Clip], Path]


@pytest.fixture
def late(clip: Clip, throw: Throw) -> Clip:
    """A clip whose throw begins after the quiet opening, as in all that the simulator makes."""
    later_s = LATER * STEP_S
    later = replace(
        throw,
        start_s=throw.start_s + later_s,
        frames=tuple(frame + LATER for frame in throw.frames),
        path=tuple((at_s + later_s, x, y, z) for at_s, x, y, z in throw.path),
    )
    assert later.start_s > QUIET_S
    return replace(clip, throws=(later,))


@pytest.mark.parametrize("fault", [None, *Fault])
def test_a_plain_fall_is_found_with_each_fault(fault: Fault | None, late: Clip, film: Film) -> None:
    done = trial(fault, film(late), late, with_classifier=False)
    assert (done.found, done.false) == ((True,), 0)


def test_what_is_not_shown_is_not_found(late: Clip, film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "DROPPED", 0.95)
    assert trial(Fault.DROPPED, film(late), late, with_classifier=False).found == (False,)


def test_the_truth_moves_with_the_clip(late: Clip, film: Film) -> None:
    """The same pictures beside another's truth: what was told is then a false alarm."""
    (throw,) = late.throws
    aside = tuple((x1 + 300, y1, x2 + 300, y2) for x1, y1, x2, y2 in throw.boxes)
    other = replace(late, throws=(replace(throw, boxes=aside),))
    done = trial(Fault.RESTART, film(late), other, with_classifier=False)
    assert (done.found, done.false) == ((False,), 1)


def test_trials_are_the_same_again(late: Clip, film: Film) -> None:
    path = film(late)
    first = trials.trials(path, late, with_classifier=False)
    assert list(first) == [fault.value for fault in Fault]
    assert trials.trials(path, late, with_classifier=False) == first


def test_without_a_fault_pictures_come_as_they_are(late: Clip, film: Film) -> None:
    path = film(late)
    plain = [(at_s, plane.copy()) for at_s, plane in lumas(path)]
    read = [(at_s, plane.copy(), begins) for at_s, plane, begins in shown(path, broadcast(None, late).parts)]
    assert len(plain) - 20 < len(read) <= len(plain)  # the last few wait in the decoder
    assert [at_s for at_s, _, _ in read] == pytest.approx([at_s for at_s, _ in plain[: len(read)]], abs=1e-5)
    assert all(np.array_equal(one[1], other[1]) for one, other in zip(read, plain, strict=False))
    assert [begins for _, _, begins in read] == [True] + [False] * (len(read) - 1)


def test_a_jump_of_an_hour_is_a_pause_in_the_gateway(late: Clip, film: Film) -> None:
    """The gateway anchors stamps anew where they jump, and shows nothing for a while."""
    read = [(at_s, begins) for at_s, _, begins in shown(film(late), broadcast(Fault.JUMPS, late).parts)]
    times = [at_s for at_s, _ in read]
    gaps = [(before, after) for before, after in pairwise(times) if after - before > 1.5 * STEP_S]
    assert [after - before > PAUSE_S for before, after in gaps] == [True, True]
    assert [after for _, after in gaps] == pytest.approx(
        [at_s + PAUSE_S for at_s in (QUIET_S, QUIET_S + 4.0)], abs=0.05
    )
    assert times == sorted(times)
    assert times[-1] < QUIET_S + late.seconds + QUIET_S
    assert [begins for _, begins in read].count(True) == 1
    stamps = [part.stamped_s - part.comes_s for part in broadcast(Fault.JUMPS, late).parts]
    assert stamps == [0.0, 3600.0, 0.0]


def test_a_restart_begins_a_stream_whose_stamps_begin_anew(late: Clip, film: Film) -> None:
    sent = broadcast(Fault.RESTART, late)
    assert [(part.stamped_s, part.anew) for part in sent.parts] == [(0.0, True), (0.0, True)]
    read = [(at_s, begins) for at_s, _, begins in shown(film(late), sent.parts)]
    assert [at_s for at_s, begins in read if begins] == pytest.approx([0.0, sent.whole_s])


DETECTORS = [(None, 1), (Fault.JUMPS, 1), (Fault.RESTART, 2)]


@pytest.mark.parametrize(("fault", "count"), DETECTORS)
def test_a_stream_has_a_detector_of_its_own(
    fault: Fault | None, count: int, late: Clip, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[FallDetector] = []

    def make(facade: Facade, *, with_classifier: bool) -> FallDetector:
        made.append(detector(facade, with_classifier=with_classifier))
        return made[-1]

    monkeypatch.setattr(trials, "detector", make)
    trials.trial(fault, film(late), late, with_classifier=False)
    assert len(made) == count


def test_one_picture_of_ten_is_dropped_in_the_fall_too(late: Clip) -> None:
    drop = spoiler(Fault.DROPPED, late)
    gone = [drop(GREY, i * STEP_S) is None for i in range(2000)]
    assert 0.08 < sum(gone) / len(gone) < 0.12
    again, other = spoiler(Fault.DROPPED, late), spoiler(Fault.DROPPED, replace(late, number=4))
    assert [again(GREY, i * STEP_S) is None for i in range(2000)] == gone
    assert [other(GREY, i * STEP_S) is None for i in range(2000)] != gone


def test_bursts_lie_beside_falls(late: Clip) -> None:
    (throw,) = late.throws
    till_s = (throw.frames[-1] + 1) * STEP_S
    beside: set[bool] = set()
    for seed in range(50):
        for begin, end in bursts(late, np.random.default_rng(seed)):
            assert 0.1 <= end - begin <= 0.3
            assert end <= throw.start_s or begin >= till_s
            beside.add(begin >= till_s)
    assert beside == {False, True}
    nothing_falls = bursts(replace(late, throws=()), np.random.default_rng(0))
    assert any(throw.start_s < begin < till_s for begin, _ in nothing_falls)


def test_in_a_burst_nothing_is_shown(late: Clip) -> None:
    gaps = bursts(late, np.random.default_rng([late.number, 2]))
    spoil = spoiler(Fault.BURSTS, late)
    assert gaps
    for begin, end in gaps:
        seen = [spoil(GREY, at_s) is not None for at_s in (begin - 0.01, begin, end - 0.01, end)]
        assert seen == [True, False, False, True]


def test_exposure_steps_by_a_quarter_at_whole_seconds(late: Clip) -> None:
    spoil = spoiler(Fault.EXPOSURE, late)
    levels: list[int] = []
    for i in range(100):
        picture = spoil(GREY, i * STEP_S)
        assert picture is not None
        levels.append(int(picture[0, 0]))
    assert [i for i in range(1, 100) if levels[i] != levels[i - 1]] == [25, 50, 75]
    assert set(levels[::50]) == {100}
    assert set(levels) <= {75, 100, 125}
    white = spoil(np.full((4, 4), 250, np.uint8), 1.0)
    assert white is not None
    assert int(white[0, 0]) in {188, 255}  # cut off, not turned over


def test_the_filter_swings_once_before_anything_falls(late: Clip) -> None:
    spoil = spoiler(Fault.INFRARED, late)
    levels = {}
    for i in range(100):
        picture = spoil(GREY, i * STEP_S)
        assert picture is not None
        levels[i * STEP_S] = int(picture[0, 0])
    dark = [at_s for at_s, level in levels.items() if level < 20]
    assert 0.2 <= dark[0] <= dark[-1] < QUIET_S - 0.4
    assert all(level == 100 for at_s, level in levels.items() if at_s < 0.2)
    assert levels[99 * STEP_S] != 100
