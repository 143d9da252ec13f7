"""One clip compared with its truth; files decoded and watched."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.throw import perception, watching
from benchmarks.throw.clips import (
    facade_of,
    points_of,
    size_name,
    times_of,
    true_fall,
    without_grid,
)
from benchmarks.throw.judging import compared
from benchmarks.throw.perception import CLASSIFIER, PHYSICS, TrackJudge, by_classifier
from benchmarks.throw.plan import Job, JobKind
from benchmarks.throw.watching import Seen, Watched, lumas, watch
from edge.perception.falls.verdict import SURE_OF_ONE
from edge.trajectory import Curve, Estimate, Fall, FloorBy, Floors, Point, Rejected, Rejection
from models.throw.classifier import Shown
from models.throw.simulation import Clip, Confuser, FlightTrack, Scene, Throw

JOB = Job(JobKind.THROW, "judging", 3)
ONE = Estimate(1.0, 1.0, 1.0)
Film = Callable[[Clip], Path]


def points_along(clip: Clip, first: int, last: int, aside: float = 0.0) -> tuple[Point, ...]:
    """Sightings of the throw, from its frame `first` to before `last`."""
    (throw,) = clip.throws
    rows = list(zip(throw.frames, throw.boxes, strict=True))[first:last]
    return tuple(
        Point(frame / clip.scene.fps, (x1 + x2) / 2 + aside, (y1 + y2) / 2, 6.0, 6.0, 30.0, 40.0)
        for frame, (x1, y1, x2, y2) in rows
    )


def told(points: tuple[Point, ...], floors: Floors | None) -> Fall:
    at, x, y = (np.array([getattr(point, name) for point in points]) for name in ("at_s", "x", "y"))
    curve = Curve(points[0].at_s, points[-1].at_s, at, x, y)
    return Fall(points, curve, ONE, ONE, ONE, floors, 2, 15.0, 0.0, 0.9, "坠物", "something fell")


def watched(clip: Clip, *, falls: list[Fall], rejected: list[Rejected] | None = None) -> Watched:
    seen = Seen(falls, rejected or [], [0.3] * len(falls))
    return Watched(times_of(clip), seen, Seen(), [])


def test_a_fall_that_is_told_is_found_with_its_floor(clip: Clip) -> None:
    fall = told(points_along(clip, 5, 40), Floors(4, 5, 7, FloorBy.GRID))
    result = compared(JOB, clip, watched(clip, falls=[fall]))
    (one,) = result.falls
    assert (one.found, one.physics_found, one.baseline_found, one.column_right) == (True, False, False, True)
    assert one.floors is not None
    assert one.floors.within_one(one.floor)
    frames = len(clip.throws[0].frames)
    lasting = min(40, frames) - 5
    assert (result.detector.boxes.right, result.detector.boxes.false) == (lasting, 0)
    assert result.detector.boxes.missed == frames - lasting
    assert result.detector.tro == pytest.approx(lasting / frames)
    assert (result.detector.false, result.baseline.false, result.baseline.tro) == (0, 0, 0.0)
    assert (result.notes, result.delay_s) == ((), 0.3)


def test_a_fall_elsewhere_is_a_false_alarm_and_the_true_one_is_missed(clip: Clip) -> None:
    points = points_along(clip, 5, 40)
    result = compared(
        JOB,
        clip,
        watched(
            clip,
            falls=[told(points_along(clip, 5, 40, aside=200.0), None)],
            rejected=[Rejected(Rejection.STEADY, points), Rejected(Rejection.ERRATIC, points[:2])],
        ),
    )
    assert not result.falls[0].found
    assert result.falls[0].reasons == {"steady": 1}  # the other was near in two frames only
    assert (result.detector.false, result.detector.boxes.right) == (1, 0)
    assert [note.split(":")[0] for note in result.notes] == ["missed", "false"]
    assert result.rejected == {"steady": 1, "erratic": 1}


def test_a_wrong_floor_is_noted(clip: Clip) -> None:
    wrong = told(points_along(clip, 5, 40), Floors(1, 2, 3, FloorBy.GRID))
    assert compared(JOB, clip, watched(clip, falls=[wrong])).notes == (
        f"floor: brick of 18 px from floor 5, seen in {len(clip.throws[0].frames)} frames ← 2 (1 to 3)",
    )


def test_what_nobody_could_see_is_no_fall_of_the_clip(clip: Clip, throw: Throw) -> None:
    hidden = replace(throw, frames=(), boxes=(), peaks=())
    result = compared(JOB, replace(clip, throws=(hidden,)), watched(clip, falls=[]))
    assert result.falls == ()
    assert result.detector.tro is None


def test_the_truth_of_a_fall(scene: Scene, throw: Throw) -> None:
    fall = true_fall(throw, scene)
    assert fall.pixels_per_metre == pytest.approx(24.0)
    assert (fall.kind, fall.floor, fall.column, fall.area) == ("brick", 5, 2, 18.0)
    assert fall.boxes[throw.frames[3]] == throw.boxes[3]


def test_a_facade_is_drawn_as_it_is_and_its_storeys_are_not_measured(scene: Scene) -> None:
    facade = facade_of(scene)
    assert facade.grid is not None
    assert (facade.grid.floors, facade.grid.columns, facade.grid.floor_height) == ((1, 6), 5, 2.9)
    assert without_grid(facade).grid is None
    assert without_grid(facade).polygon == facade.polygon


SIZES = [
    (0.0, "< 6 px"),
    (5.9, "< 6 px"),
    (6.0, "6–12 px"),
    (12.0, "12–30 px"),
    (99.9, "30–100 px"),
    (100.0, "> 100 px"),
]


@pytest.mark.parametrize(("area", "name"), SIZES)
def test_classes_of_size(area: float, name: str) -> None:
    assert size_name(area) == name


def flight(scene: Scene, y: np.ndarray, t: np.ndarray) -> FlightTrack:
    n = len(t)
    xy = np.stack([np.full(n, 300.0) + 0.1 * np.sin(40 * t), y], axis=1)
    return FlightTrack(Confuser.BIRD, 0, scene, t, xy, np.full(n, 4.0), np.full((n, 2), 4.0), np.full(n, 30.0))


def test_tracks_are_judged_as_perception_would(scene: Scene) -> None:
    t = np.arange(0.0, 1.4, 1 / 25)
    judge = TrackJudge(facade_of(scene), scene.width, scene.height, with_classifier=False)
    falling = points_of(flight(scene, 40.0 + 24.0 * 9.81 * t * t / 2 + 20 * t, t))
    assert falling[0].area == 16.0
    assert [(type(one.verdict), one.by_physics) for one in judge.judged(falling)] == [(Fall, True)]
    steady = points_of(flight(scene, 40.0 + 150.0 * t, t))
    assert all(isinstance(one.verdict, Rejected) and not one.by_physics for one in judge.judged(steady))
    outside = tuple(Point(p.at_s, 10.0, p.y, p.width, p.height, p.area, p.contrast) for p in falling)
    assert list(judge.judged(outside)) == []


def test_a_file_is_decoded_whole(clip: Clip, film: Film) -> None:
    frames = [(at_s, plane.shape, plane.dtype) for at_s, plane in lumas(film(clip))]
    assert [at_s for at_s, _, _ in frames] == pytest.approx(times_of(clip), abs=1e-3)
    assert {(shape, dtype) for _, shape, dtype in frames} == {((480, 640), np.dtype("uint8"))}


def test_a_film_of_a_fall_is_watched_by_all(clip: Clip, film: Film) -> None:
    """The real detector and the baseline on a drawn fall, plain to see."""
    seen = watch(film(clip), facade_of(clip.scene), with_classifier=False)
    result = compared(JOB, clip, seen)
    (fall,) = result.falls
    assert (fall.found, fall.physics_found, fall.baseline_found) == (True, True, True)
    assert (result.detector.false, result.physics.false) == (0, 0)
    assert result.detector.tro is not None
    assert result.detector.tro > 0.5
    assert result.detector.frames.f_measure is not None
    assert result.detector.frames.f_measure > 0.7
    assert result.delay_s is not None
    assert result.delay_s < 2.0


class Says:
    """A classifier that always says the same."""

    def __init__(self, score: float) -> None:
        self._score = score

    def score(self, shown: Shown) -> float:
        return self._score


def says(score: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (perception, watching):
        monkeypatch.setattr(module, "classifier", lambda *, wanted=True: Says(score) if wanted else None)


HALVES = [
    # the classifier says, found by: both, physics, the classifier
    (0.0, (False, True, False)),
    (1.0, (True, True, True)),
]


@pytest.mark.parametrize(("score", "found"), HALVES)
def test_a_film_is_decided_by_each_half_too(
    score: float, found: tuple[bool, bool, bool], clip: Clip, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(score, monkeypatch)
    result = compared(JOB, clip, watch(film(clip), facade_of(clip.scene)))
    (fall,) = result.falls
    assert (fall.found, *(result.ablation[half].found[0] for half in (PHYSICS, CLASSIFIER))) == found
    assert result.ablation[PHYSICS].false == 0


def test_where_no_classifier_is_asked_there_are_no_halves(clip: Clip, film: Film) -> None:
    assert watch(film(clip), facade_of(clip.scene), with_classifier=False).ablation == {}


WORDS = [
    # likeness, whether the classifier alone tells a fall
    (0.0, False),
    (SURE_OF_ONE - 0.01, False),
    (SURE_OF_ONE, True),  # it was refused for being busy
]


@pytest.mark.parametrize(("likeness", "is_fall"), WORDS)
def test_the_classifiers_word_stands_in_what_was_refused(likeness: float, is_fall: bool, clip: Clip) -> None:
    points = points_along(clip, 5, 40)
    assert by_classifier(Rejected(Rejection.UNLIKE, points, likeness)) is is_fall
    assert by_classifier(told(points, None))


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_what_physics_says_of_a_track_does_not_hang_on_the_classifier(
    score: float, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(score, monkeypatch)
    t = np.arange(0.0, 1.4, 1 / 25)
    judge = TrackJudge(facade_of(scene), scene.width, scene.height)
    falling = list(judge.judged(points_of(flight(scene, 40.0 + 24.0 * 9.81 * t * t / 2 + 20 * t, t))))
    assert [(isinstance(one.verdict, Fall), one.by_physics) for one in falling] == [(score > 0, True)]
    steady = list(judge.judged(points_of(flight(scene, 40.0 + 150.0 * t, t))))
    assert [(isinstance(one.verdict, Fall), one.by_physics) for one in steady] == [(score > 0, False)]
