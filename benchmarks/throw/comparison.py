"""The same clips decided by one half of what decides, and shown with faults of a stream: rows of the report."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.throw.perception import CLASSIFIER, PHYSICS
from benchmarks.throw.report import AblationRow, FaultRow, Share, rounded
from benchmarks.throw.results import ClipResult, Outcome, Result, TracksResult, camera_days, clips

BOTH: Final = "both"


def ablation_of(results: Sequence[Result]) -> dict[str, AblationRow]:
    """By who decides; empty where no classifier was asked."""
    if not any(one.ablation if isinstance(one, ClipResult) else one.ablation_false for one in results):
        return {}
    halves = {name: _decided(results, _half(name), _half_of_tracks(name)) for name in (PHYSICS, CLASSIFIER)}
    return halves | {BOTH: _decided(results, _as_shipped, lambda one: one.false)}


def faults_of(results: Sequence[Result]) -> dict[str, FaultRow]:
    """By fault, beside the same clips without it; empty where none was put in."""
    spoilt = clips(results, lambda one: bool(one.faults))
    return {name: _fault(name, spoilt) for name in (spoilt[0].faults if spoilt else ())}


def _decided(
    results: Sequence[Result], outcome: Callable[[ClipResult], Outcome], tracks_false: Callable[[TracksResult], int]
) -> AblationRow:
    rendered = clips(results, lambda one: one.confuser is not None)
    tracks = [one for one in results if isinstance(one, TracksResult)]
    hours, days = sum(one.seconds for one in rendered) / 3600, camera_days(results)
    track_days = camera_days(tracks)
    false, false_tracks = sum(outcome(one).false for one in rendered), sum(tracks_false(one) for one in tracks)
    every = sum(outcome(one).false for one in clips(results)) + false_tracks
    return AblationRow(
        recall=Share.of(_found(clips(results), outcome)),
        rendered_false=false,
        false_per_rendered_hour=rounded(false / hours) if hours else None,
        tracks_false=false_tracks,
        false_per_track_day=rounded(false_tracks / track_days) if track_days else None,
        false_alarms_per_camera_day=rounded(every / days) if days else None,
    )


def _fault(name: str, spoilt: Sequence[ClipResult]) -> FaultRow:
    found, clean = Share.of(_found(spoilt, lambda one: one.faults[name])), Share.of(_found(spoilt, _as_shipped))
    return FaultRow(
        clips=len(spoilt),
        falls=found.whole,
        found=found.part,
        found_clean=clean.part,
        recall=found.value,
        recall_clean=clean.value,
        false_alarms=sum(one.faults[name].false for one in spoilt),
        false_alarms_clean=sum(one.detector.false for one in spoilt),
    )


def _half(name: str) -> Callable[[ClipResult], Outcome]:
    return lambda one: one.ablation[name]


def _half_of_tracks(name: str) -> Callable[[TracksResult], int]:
    return lambda one: one.ablation_false[name]


def _as_shipped(clip: ClipResult) -> Outcome:
    return Outcome(found=tuple(fall.found for fall in clip.falls), false=clip.detector.false)


def _found(some: Sequence[ClipResult], outcome: Callable[[ClipResult], Outcome]) -> Iterator[bool]:
    return (found for one in some for found in outcome(one).found)
