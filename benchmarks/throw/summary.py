"""Results of jobs added up to a report."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Literal

from benchmarks.machine import Machine
from benchmarks.throw.clips import SIZE_NAMES, size_name
from benchmarks.throw.comparison import ablation_of, faults_of
from benchmarks.throw.measures import Tally, mean
from benchmarks.throw.perception import classifier
from benchmarks.throw.report import (
    ConfuserRow,
    CostFigures,
    FalseAlarms,
    Figures,
    FloorFigures,
    Group,
    Report,
    Share,
    missed,
    rounded,
)
from benchmarks.throw.results import ClipResult, FallResult, Result, TracksResult, WatcherResult, camera_days, clips

WatcherName = Literal["detector", "physics", "baseline"]


def report_of(
    family: str,
    results: Sequence[Result],
    cost: CostFigures,
    seconds: float,
    machine: Machine,
    *,
    with_classifier: bool = True,
    photographs: bool = False,
) -> Report:
    """Add a run up; `seconds` that it took."""
    thrown = clips(results, lambda one: one.confuser is None)
    falls = [fall for clip in thrown for fall in clip.falls]
    shares = _shares(falls)
    own = _figures("detector", results, shares["recall"])
    report = Report(
        family=family,
        recall=own.recall,
        f_measure=own.f_measure,
        tro=own.tro,
        false_alarms_per_camera_day=own.false_alarms_per_camera_day,
        floor_within_1=shares["floor_within_1"].value,
        interval_coverage=shares["interval_coverage"].value,
        core_fraction_1080p25=cost.core_fraction,
        over_decode=cost.over_decode,
        memory_mb=cost.memory_mb,
        baseline=_figures("baseline", results, shares["baseline_recall"]),
        physics_only=FloorFigures(
            **_figures("physics", results, shares["physics_recall"]).model_dump(),
            floor_within_1=shares["physics_floor_within_1"].value,
            interval_coverage=shares["physics_interval_coverage"].value,
        ),
        shares=shares,
        frames_f_measure=rounded(_sum(clip.detector.frames for clip in thrown).f_measure),
        delay_s=rounded(max((clip.delay_s for clip in thrown if clip.delay_s is not None), default=None)),
        classifier=classifier(wanted=with_classifier) is not None,
        photographs=photographs,
        photographed=sum(one.photograph for one in clips(results)),
        median_area=rounded(median(fall.area for fall in falls)) if falls else None,
        clips=len(thrown),
        falls=len(falls),
        false_alarms=_false_alarms(results),
        cost=cost,
        by_size=_by_fall(thrown, lambda fall: size_name(fall.area), SIZE_NAMES),
        by_weather=_by_clip(thrown, lambda clip: clip.weather),
        by_resolution=_by_clip(thrown, lambda clip: clip.resolution),
        by_kind=_by_fall(thrown, lambda fall: fall.kind),
        by_light=_by_clip(thrown, lambda clip: clip.light),
        by_codec=_by_clip(thrown, lambda clip: clip.codec),
        by_fps=_by_clip(thrown, lambda clip: f"{clip.fps:g}"),
        by_wall=_by_clip(thrown, _wall) if any(clip.photograph for clip in thrown) else {},
        by_confuser=_by_confuser(results),
        ablation=ablation_of(results),
        faults=faults_of(results),
        rejected=dict(_rejected(results).most_common()),
        seconds=round(seconds, 1),
        targets_missed=(),
        machine=machine,
    )
    return report.model_copy(update={"targets_missed": missed(report)})


def _shares(falls: Sequence[FallResult]) -> dict[str, Share]:
    found = [fall for fall in falls if fall.found]
    by_physics = [fall for fall in falls if fall.physics_found]
    return {
        "recall": Share.of(fall.found for fall in falls),
        "floor_within_1": _within_one(found),
        "interval_coverage": _coverage(found),
        "column_right": Share.of(fall.column_right for fall in found if fall.column_right is not None),
        "physics_recall": Share.of(fall.physics_found for fall in falls),
        "physics_floor_within_1": _within_one(by_physics, physics=True),
        "physics_interval_coverage": _coverage(by_physics, physics=True),
        "baseline_recall": Share.of(fall.baseline_found for fall in falls),
    }


def false_per_camera_day(watcher: WatcherName, results: Sequence[Result]) -> float | None:
    """False alarms in a camera-day, all kinds of confusers together; None where nothing was looked at.

    Every rendered false alarm counts as one, though confusers come far more often there than before a real camera; of
    what the days are made `camera_days` tells.
    """
    tracks = [one for one in results if isinstance(one, TracksResult)]
    days = camera_days(results)
    false = sum(_watcher(one, watcher).false for one in clips(results))
    false += sum(_tracks_false(one, watcher) for one in tracks)
    return false / days if days else None


def _figures(watcher: WatcherName, results: Sequence[Result], recall: Share) -> Figures:
    thrown = clips(results, lambda one: one.confuser is None)
    return Figures(
        recall=recall.value,
        f_measure=rounded(_sum(_watcher(clip, watcher).boxes for clip in thrown).f_measure),
        tro=rounded(mean(_watcher(clip, watcher).tro for clip in thrown)),
        false_alarms_per_camera_day=rounded(false_per_camera_day(watcher, results)),
    )


def _watcher(clip: ClipResult, watcher: WatcherName) -> WatcherResult:
    return {"detector": clip.detector, "physics": clip.physics, "baseline": clip.baseline}[watcher]


def _tracks_false(tracks: TracksResult, watcher: WatcherName) -> int:
    return {"detector": tracks.false, "physics": tracks.physics_false, "baseline": tracks.baseline_false}[watcher]


def _within_one(found: Iterable[FallResult], *, physics: bool = False) -> Share:
    told = ((fall.physics_floors if physics else fall.floors, fall.floor) for fall in found)
    return Share.of(floors is not None and floors.within_one(true) for floors, true in told)


def _coverage(found: Iterable[FallResult], *, physics: bool = False) -> Share:
    told = ((fall.physics_floors if physics else fall.floors, fall.floor) for fall in found)
    return Share.of(floors.holds(true) for floors, true in told if floors is not None)


def _wall(clip: ClipResult) -> str:
    return "photograph" if clip.photograph else "drawn"


def _by_clip(thrown: Sequence[ClipResult], name: Callable[[ClipResult], str]) -> dict[str, Group]:
    names = sorted({name(clip) for clip in thrown})
    return {one: _group(chosen, chosen) for one in names if (chosen := [clip for clip in thrown if name(clip) == one])}


def _by_fall(
    thrown: Sequence[ClipResult], name: Callable[[FallResult], str], order: Sequence[str] | None = None
) -> dict[str, Group]:
    known = {name(fall) for clip in thrown for fall in clip.falls}
    groups: dict[str, Group] = {}
    for one in order or sorted(known):
        if one in known:
            mine = [(clip, tuple(fall for fall in clip.falls if name(fall) == one)) for clip in thrown]
            some = [clip.model_copy(update={"falls": falls}) for clip, falls in mine if falls]
            alone = [clip for clip, falls in mine if falls and falls == clip.falls]
            groups[one] = _group(some, alone)
    return groups


def _group(some: Sequence[ClipResult], alone: Sequence[ClipResult]) -> Group:
    """Falls are counted of `some` clips; F, TRO and false alarms of those in which nothing else falls."""
    falls = [fall for clip in some for fall in clip.falls]
    found = [fall for fall in falls if fall.found]
    return Group(
        clips=len(some),
        falls=len(falls),
        recall=Share.of(fall.found for fall in falls),
        f_measure=rounded(_sum(clip.detector.boxes for clip in alone).f_measure),
        tro=rounded(mean(clip.detector.tro for clip in alone)),
        false_alarms=sum(clip.detector.false for clip in alone),
        floor_within_1=_within_one(found),
        interval_coverage=_coverage(found),
        baseline_recall=Share.of(fall.baseline_found for fall in falls),
        baseline_f_measure=rounded(_sum(clip.baseline.boxes for clip in alone).f_measure),
    )


def _by_confuser(results: Sequence[Result]) -> dict[str, ConfuserRow]:
    rendered = clips(results, lambda one: one.confuser is not None)
    tracks = [one for one in results if isinstance(one, TracksResult)]
    names = sorted({*(one.confuser or "" for one in rendered), *(one.confuser for one in tracks)})
    return {
        name: _confuser([o for o in rendered if o.confuser == name], [o for o in tracks if o.confuser == name])
        for name in names
    }


def _confuser(rendered: Sequence[ClipResult], tracks: Sequence[TracksResult]) -> ConfuserRow:
    days, false = sum(one.days for one in tracks), sum(one.false for one in tracks)
    return ConfuserRow(
        rendered_hours=round(sum(one.seconds for one in rendered) / 3600, 3),
        rendered_false=sum(one.detector.false for one in rendered),
        rendered_baseline_false=sum(one.baseline.false for one in rendered),
        camera_days=round(days, 2),
        tracks=sum(one.tracks for one in tracks),
        tracks_false=false,
        tracks_physics_false=sum(one.physics_false for one in tracks),
        tracks_baseline_false=sum(one.baseline_false for one in tracks),
        false_per_camera_day=rounded(false / days) if days else None,
        rejected=dict(_rejected([*rendered, *tracks]).most_common()),
    )


def _false_alarms(results: Sequence[Result]) -> FalseAlarms:
    rendered, thrown = (
        clips(results, lambda one: one.confuser is not None),
        clips(results, lambda o: o.confuser is None),
    )
    tracks = [one for one in results if isinstance(one, TracksResult)]
    kinds = len({one.confuser for one in tracks})
    return FalseAlarms(
        rendered_hours=round(sum(one.seconds for one in rendered) / 3600, 3),
        rendered=sum(one.detector.false for one in rendered),
        throw_hours=round(sum(one.seconds for one in thrown) / 3600, 3),
        throws=sum(one.detector.false for one in thrown),
        camera_days=round(sum(one.days for one in tracks) / kinds, 2) if kinds else 0.0,
        tracks=sum(one.false for one in tracks),
        told_again=sum(one.detector.again for one in thrown),
    )


def _rejected(results: Iterable[Result]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in results:
        total.update(one.rejected)
    return total


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, start=Tally())
