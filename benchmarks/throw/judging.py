"""One job run: simulated, encoded, decoded, watched, and compared with the truth."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.throw.baseline import falls
from benchmarks.throw.clips import (
    TrueFall,
    facade_of,
    light_of,
    points_of,
    resolution_of,
    true_falls,
    without_grid,
)
from benchmarks.throw.matching import Matching, frames_near, match
from benchmarks.throw.measures import Box, boxes_tally, frames_tally, range_overlap
from benchmarks.throw.perception import CLASSIFIER, PHYSICS, TrackJudge, by_classifier, classifier
from benchmarks.throw.plan import CLIP_S, MIXED, Job, JobKind
from benchmarks.throw.results import ClipResult, FallResult, Result, ToldFloors, TracksResult, WatcherResult
from benchmarks.throw.told import boxes_along, together
from benchmarks.throw.trials import outcome, trials
from benchmarks.throw.watching import Seen, Watched, watch
from edge.trajectory import Fall, Rejected
from models.throw.simulation import FAMILIES, Clip, Scene, confuser_clip, encode, throw_clip, tracks

MOST_NOTES: Final = 20  # of one job
NEAR_FRAMES: Final = 3  # in which a rejected track must be near a fall to be named with it


def run(job: Job, scratch: Path) -> Result:
    """Run a job; files are written to `scratch` and removed."""
    if job.kind is JobKind.TRACKS:
        return run_tracks(job)
    clip = clip_of(job)
    with TemporaryDirectory(dir=scratch) as folder:
        path = encode(clip, Path(folder) / "clip.mp4")
        result = compared(job, clip, watch(path, facade_of(clip.scene), with_classifier=job.classifier))
        faults = trials(path, clip, with_classifier=job.classifier) if job.faults else {}
    return result.model_copy(update={"faults": faults})


def clip_of(job: Job) -> Clip:
    """The clip that a job is about."""
    family = FAMILIES[job.family]
    if job.kind is JobKind.THROW:
        return throw_clip(family, job.number, photographs=job.photographs)
    kinds = None if job.confuser is None else (job.confuser,)
    return confuser_clip(family, job.number, confusers=kinds, seconds=CLIP_S, photographs=job.photographs)


def compared(job: Job, clip: Clip, watched: Watched) -> ClipResult:
    """Hold what was seen against the truth."""
    true = true_falls(clip)
    said = {
        "detector": [boxes_along(fall.points, watched.times) for fall in watched.detector.falls],
        "physics": [boxes_along(fall.points, watched.times) for fall in watched.physics.falls],
        "baseline": [boxes_along(points, watched.times) for points in watched.baseline],
    }
    matched = {name: _matched(true, paths) for name, paths in said.items()}
    results = {name: _watcher(true, paths, matched[name]) for name, paths in said.items()}
    fallen = tuple(_fall(fall, i, watched, matched) for i, fall in enumerate(true))
    scene = clip.scene
    return ClipResult(
        key=job.key,
        number=job.number,
        confuser=None if job.kind is JobKind.THROW else (job.confuser.value if job.confuser else MIXED),
        weather=scene.weather.value,
        light=light_of(scene),
        resolution=resolution_of(scene),
        fps=scene.fps,
        codec=scene.codec,
        photograph=scene.photograph is not None,
        seconds=clip.seconds,
        falls=fallen,
        detector=results["detector"],
        physics=results["physics"],
        baseline=results["baseline"],
        ablation={name: outcome(true, paths, watched.times) for name, paths in watched.ablation.items()},
        faults={},
        delay_s=max(watched.detector.delay_s, default=None),
        rejected=dict(watched.detector.reasons()),
        notes=tuple(_notes(fallen, watched, matched["detector"]))[:MOST_NOTES],
    )


def run_tracks(job: Job) -> TracksResult:
    """Judge a confuser's camera-days."""
    if job.confuser is None:
        raise ValueError(f"{job.key}: tracks are of one kind of confuser")
    count: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    notes: list[str] = []
    judges: _Judges | None = None
    asked = classifier(wanted=job.classifier) is not None
    for track in tracks(FAMILIES[job.family], job.number, job.confuser, job.days):
        if judges is None or judges.scene != track.scene:
            judges = _Judges.of(track.scene, with_classifier=job.classifier)
        points = points_of(track)
        rulings = tuple(judges.drawn.judged(points))
        seen = Seen()
        seen.take([ruling.verdict for ruling in rulings], points[-1].at_s)
        notes += [f"false: day {track.day}, {fall.began_s:.1f} s: {fall.words_en}" for fall in seen.falls]
        rejected += seen.reasons()
        count["tracks"] += 1
        count["false"] += len(seen.falls)
        count["by classifier"] += sum(by_classifier(ruling.verdict) for ruling in rulings)
        count["by physics"] += sum(ruling.by_physics for ruling in rulings)
        count["physics"] += sum(isinstance(ruling.verdict, Fall) for ruling in judges.undrawn.judged(points))
        count["baseline"] += falls(points, track.scene.height)
    return TracksResult(
        key=job.key,
        confuser=job.confuser.value,
        days=job.days,
        tracks=count["tracks"],
        false=count["false"],
        physics_false=count["physics"],
        baseline_false=count["baseline"],
        ablation_false={PHYSICS: count["by physics"], CLASSIFIER: count["by classifier"]} if asked else {},
        rejected=dict(rejected),
        notes=tuple(notes[:MOST_NOTES]),
    )


@dataclass(frozen=True, slots=True)
class _Judges:
    """For tracks that one camera saw: with the façade's windows drawn, and without."""

    scene: Scene
    drawn: TrackJudge
    undrawn: TrackJudge

    @classmethod
    def of(cls, scene: Scene, *, with_classifier: bool) -> "_Judges":
        facade, size = facade_of(scene), (scene.width, scene.height)
        drawn, undrawn = (
            TrackJudge(one, *size, with_classifier=with_classifier) for one in (facade, without_grid(facade))
        )
        return cls(scene, drawn, undrawn)


def _matched(true: Sequence[TrueFall], paths: Sequence[Mapping[int, Box]]) -> Matching:
    return match([fall.boxes for fall in true], paths, [fall.pixels_per_metre for fall in true])


def _watcher(true: Sequence[TrueFall], paths: Sequence[Mapping[int, Box]], matched: Matching) -> WatcherResult:
    is_so, said = together(fall.boxes for fall in true), together(paths)
    return WatcherResult(
        boxes=boxes_tally(is_so, said),
        frames=frames_tally(is_so, said),
        tro=range_overlap(is_so, said),
        false=len(matched.false),
        again=len(matched.again),
    )


def _fall(fall: TrueFall, number: int, watched: Watched, matched: Mapping[str, Matching]) -> FallResult:
    told = _told(watched.detector, matched["detector"], number)
    physics = _told(watched.physics, matched["physics"], number)
    column_right = told.column == fall.column if told and told.floors and fall.column else None
    near = Counter(one.reason.value for one, _ in rejected_near(fall, watched))
    return FallResult(
        kind=fall.kind,
        floor=fall.floor,
        area=round(fall.area, 2),
        seen=len(fall.boxes),
        found=told is not None,
        floors=ToldFloors.of(told.floors) if told else None,
        column_right=column_right,
        physics_found=physics is not None,
        physics_floors=ToldFloors.of(physics.floors) if physics else None,
        baseline_found=matched["baseline"].found[number] is not None,
        reasons=dict(near),
    )


def _told(seen: Seen, matched: Matching, number: int) -> Fall | None:
    which = matched.found[number]
    return None if which is None else seen.falls[which]


def rejected_near(fall: TrueFall, watched: Watched) -> Iterator[tuple[Rejected, int]]:
    """Rejected tracks that were near a fall, and in how many frames."""
    for one in watched.detector.rejected:
        near = frames_near(boxes_along(one.points, watched.times), fall.boxes, fall.pixels_per_metre)
        if near >= NEAR_FRAMES:
            yield one, near


def _notes(fallen: Sequence[FallResult], watched: Watched, matched: Matching) -> Iterator[str]:
    for fall in fallen:
        if not fall.found:
            yield f"missed: {fall_words(fall)}; near it {fall.reasons or 'no track'}"
        elif fall.floors is None:
            yield f"no floor: {fall_words(fall)}"
        elif not fall.floors.within_one(fall.floor) or not fall.floors.holds(fall.floor):
            told = fall.floors
            yield f"floor: {fall_words(fall)} ← {told.likely} ({told.low} to {told.high})"
    for number in matched.false:
        false = watched.detector.falls[number]
        yield f"false: {false.began_s:.2f} to {false.ended_s:.2f} s, {len(false.points)} points: {false.words_en}"


def fall_words(fall: FallResult) -> str:
    """A true fall in a few words."""
    return f"{fall.kind} of {fall.area:.0f} px from floor {fall.floor}, seen in {fall.seen} frames"
