"""One job told in full: what is true, what was said, and why tracks near the truth were rejected."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks.throw.clips import describe, facade_of, true_fall
from benchmarks.throw.judging import clip_of, compared, fall_words, rejected_near, run_tracks
from benchmarks.throw.plan import CONFUSERS_FROM, FLYING, TRACK_DAYS, TRACKS_FROM, Job, JobKind, rendered
from benchmarks.throw.results import ClipResult
from benchmarks.throw.watching import Watched, watch
from edge.trajectory import Fall, Rejected
from models.throw.simulation import Clip, encode


def explain_job(
    family: str, number: int, console: Console, *, with_classifier: bool = True, photographs: bool = False
) -> None:
    """Run the job of a number and print what came of it."""
    if number >= TRACKS_FROM:
        for kind in FLYING:
            done = run_tracks(Job(JobKind.TRACKS, family, number, kind, TRACK_DAYS, classifier=with_classifier))
            console.print(f"{kind}: {done.tracks} tracks in {done.days:g} days, {done.false} false; {done.rejected}")
            for words in done.notes:
                console.print(f"  {words}")
        return
    job = rendered(family, number) if number >= CONFUSERS_FROM else Job(JobKind.THROW, family, number)
    job = replace(job, classifier=with_classifier, photographs=photographs)
    clip = clip_of(job)
    console.print(f"{job.key}: {describe(clip)}; {', '.join(clip.confusers) or 'nothing else moves'}")
    with TemporaryDirectory(prefix="linli-throw-") as folder:
        watched = watch(encode(clip, Path(folder) / "clip.mp4"), facade_of(clip.scene), with_classifier=with_classifier)
    for words in _told(clip, watched, compared(job, clip, watched)):
        console.print(words)


def _told(clip: Clip, watched: Watched, result: ClipResult) -> Iterator[str]:
    for throw, fall in zip((one for one in clip.throws if one.boxes), result.falls, strict=True):
        first, last = (watched.times[frame] for frame in (throw.frames[0], throw.frames[-1]))
        yield f"true: {fall_words(fall)}, {first:.2f} to {last:.2f} s, contrast {max(throw.peaks):.0f} at most"
        by = {"detector": fall.found, "without grid": fall.physics_found, "MOG2": fall.baseline_found}
        yield "  " + ", ".join(f"{who} {'found' if found else 'missed'} it" for who, found in by.items())
        near = sorted(rejected_near(true_fall(throw, clip.scene), watched), key=lambda one: -one[1])
        for rejected, frames in near[:10]:
            yield f"  near it in {frames} frames, {_span(rejected)}: rejected, {rejected.reason}"
    for said in watched.detector.falls:
        floors = (
            "no floor" if said.floors is None else f"floor {said.floors.low}–{said.floors.likely}–{said.floors.high}"
        )
        yield f"said: {_span(said)}, {floors}, score {said.score:.2f}: {said.words_en}"
    for words in result.notes:
        yield f"failure: {words}"
    reasons = sorted(one.reason for one in watched.detector.rejected)
    yield "rejected: " + (", ".join(f"{len(list(same))} {reason}" for reason, same in groupby(reasons)) or "nothing")
    for who, one in (("detector", result.detector), ("MOG2", result.baseline)):
        yield f"{who}: {one.boxes}, TRO {one.tro}, {one.false} false, {one.again} told again"


def _span(verdict: Fall | Rejected) -> str:
    first, last = verdict.points[0], verdict.points[-1]
    return (
        f"{first.at_s:.2f} to {last.at_s:.2f} s, ({first.x:.0f}, {first.y:.0f}) to ({last.x:.0f}, {last.y:.0f}), "
        f"{len(verdict.points)} points"
    )
