"""Tracks to train the classifier with: clips of the training family, followed as the product follows them.

`python -m benchmarks.throw.harvest OUT.npz FOLDER --clips 400 --hours 1` writes what the classifier would be shown of
each track, whether it is a fall, and what made it. Judging clips are never harvested.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer
from rich.progress import track as progress

from benchmarks.throw.clips import facade_of, points_of, without_grid
from benchmarks.throw.perception import TrackJudge
from benchmarks.throw.watching import lumas
from edge.perception.falls.features import shown
from edge.perception.falls.following import Follower
from edge.perception.falls.motion import Trace, measure
from edge.perception.falls.place import Place
from edge.perception.falls.verdict import passes_path, passes_physics
from models.throw.classifier import Shown
from models.throw.simulation import (
    RATES,
    TRAINING,
    Clip,
    FlightTrack,
    Scene,
    Throw,
    confuser_clip,
    encode,
    throw_clip,
    thrown,
    tracks,
)

NEAR_PX: Final = 6.0  # about the true box
LONG: Final = 14  # points of a track of which a part is shown too
MINE: Final = 0.7  # share of a track's points near the truth that makes it a fall's
CONFUSER_S: Final = 10.0
RESOLUTIONS: Final = ((1280, 720), (1280, 720), (1920, 1080), (1280, 720), (2304, 1296))  # small ones cost less
THROWN_A_DAY: Final = 12
THROWN_FROM: Final = 100_000  # clips that are never filmed
ELSE: Final = "else"


@dataclass(frozen=True, slots=True)
class Sample:
    """One track: what the classifier is shown, 1 for a fall, what made it, and whether physics lets it through."""

    shown: Shown
    fall: bool
    made_by: str
    physics: bool
    clip: int


def samples(clip: Clip, kept: Path) -> list[Sample]:
    """Follow a clip and tell its tracks. Its recording is made where it is not `kept` from an earlier harvest."""
    scene = clip.scene
    if not kept.exists():
        fresh = kept.with_name(f"fresh_{kept.name}")
        encode(clip, fresh)
        fresh.replace(kept)
    follower = Follower(facade_of(scene), scene.width, scene.height)
    traces = [trace for at_s, luma in lumas(kept) for trace in follower.follow(luma, at_s)]
    return list(_told(traces + follower.finish(), clip))


def _told(traces: list[Trace], clip: Clip) -> Iterator[Sample]:
    scene = clip.scene
    places = _places(scene)
    for trace in traces:
        throw = next((one for one in clip.throws if _is_of(trace, one, scene.fps)), None)
        if throw is None and any(_touches(trace, one, scene.fps) for one in clip.throws):
            continue  # part of a fall and part of something else: neither
        made_by = throw.kind.value if throw else "+".join(one.value for one in clip.confusers) or ELSE
        yield from _samples_of(trace, places, made_by, clip.number, fall=throw is not None)


def _places(scene: Scene) -> tuple[Place, Place]:
    """A scene with its grid drawn, and without."""
    facade = facade_of(scene)
    return Place.of(facade, scene.width, scene.height), Place.of(without_grid(facade), scene.width, scene.height)


def _samples_of(
    trace: Trace, places: tuple[Place, Place], made_by: str, number: int, *, fall: bool
) -> Iterator[Sample]:
    """A track and a part of it, as things are seen that pass behind something; each with a grid drawn and without."""
    for seen in (trace, *_part(trace, number)):
        if passes_path(seen, places[0].height):
            for place in places:
                motion = measure(seen, place)
                yield Sample(shown(motion), fall, made_by, passes_physics(motion), number)


def _part(trace: Trace, number: int) -> Iterator[Trace]:
    """Some points in a row of a long enough track; the same of the same track."""
    whole = len(trace.points)
    if whole < LONG:
        return
    rng = np.random.default_rng([number, whole, round(1000 * trace.points[0].at_s)])
    length = int(whole * rng.uniform(0.4, 0.9))
    start = int(rng.integers(0, whole - length + 1))
    kept = slice(start, start + length)
    yield replace(trace, points=trace.points[kept], crops=trace.crops[kept])


def _is_of(trace: Trace, throw: Throw, fps: float) -> bool:
    return _share(trace, throw, fps) >= MINE


def _touches(trace: Trace, throw: Throw, fps: float) -> bool:
    return _share(trace, throw, fps) > 0.2


def _share(trace: Trace, throw: Throw, fps: float) -> float:
    """The share of a track's points that lie at the thing's true place."""
    boxes = dict(zip(throw.frames, throw.boxes, strict=True))
    near = 0
    for point in trace.points:
        box = boxes.get(round(point.at_s * fps))
        if box is not None:
            x1, y1, x2, y2 = box
            near += x1 - NEAR_PX <= point.x <= x2 + NEAR_PX and y1 - NEAR_PX <= point.y <= y2 + NEAR_PX
    return near / len(trace.points)


def _from_tracks(number: int) -> Iterator[Sample]:
    """A camera's day of confusers, and falls, as tracks without pictures."""
    for confuser in RATES:
        for track in tracks(TRAINING, number, confuser, 1.0):
            yield from _told_of(track, number)
    for i in range(THROWN_A_DAY):
        for track in thrown(throw_clip(TRAINING, THROWN_FROM + number * THROWN_A_DAY + i)):
            yield from _told_of(track, number)


def _told_of(track: FlightTrack, number: int) -> Iterator[Sample]:
    judge = TrackJudge(facade_of(track.scene), track.scene.width, track.scene.height)
    places = _places(track.scene)
    made_by = track.confuser.value if track.confuser else "thrown"
    for trace in judge.traces(points_of(track)):
        yield from _samples_of(trace, places, made_by, number, fall=track.confuser is None)


def _job(job: tuple[str, int, Path]) -> list[Sample]:
    cv2.setNumThreads(1)
    kind, number, folder = job
    if kind == "tracks":
        return list(_from_tracks(number))
    kept = folder / f"{kind}_{number}.mp4"
    resolution = RESOLUTIONS[number % len(RESOLUTIONS)]
    if kind == "throw":
        return samples(throw_clip(TRAINING, number, resolution=resolution), kept)
    return samples(confuser_clip(TRAINING, number, seconds=CONFUSER_S, resolution=resolution), kept)


def main(  # noqa: PLR0917  (a command's options are its parameters)
    out: Annotated[Path, typer.Argument(help="the .npz to write")],
    folder: Annotated[Path, typer.Argument(help="where recordings are kept: made once, a second harvest is quick")],
    clips: Annotated[int, typer.Option(min=0, help="clips with falls")] = 400,
    hours: Annotated[float, typer.Option(min=0, help="hours of what looks like falls")] = 1.0,
    days: Annotated[int, typer.Option(min=0, help="camera-days of them as tracks, without pictures")] = 60,
    first: Annotated[int, typer.Option(min=0, help="number of the first clip")] = 0,
) -> None:
    """Harvest tracks of the training family."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [("throw", first + i, folder) for i in range(clips)]
    jobs += [("confuser", first + i, folder) for i in range(round(hours * 3600 / CONFUSER_S))]
    jobs += [("tracks", first + i, folder) for i in range(days)]
    told: list[Sample] = []
    with ProcessPoolExecutor() as pool:
        for some in progress(pool.map(_job, jobs, chunksize=2), description="采集 harvest", total=len(jobs)):
            told += some
    np.savez_compressed(
        out,
        path=np.stack([one.shown.path for one in told]),
        facts=np.stack([one.shown.facts for one in told]),
        crops=np.stack([one.shown.crops for one in told]).astype(np.float16),
        fall=np.array([one.fall for one in told]),
        physics=np.array([one.physics for one in told]),
        made_by=np.array([one.made_by for one in told]),
        clip=np.array([one.clip for one in told]),
    )
    falls = sum(one.fall for one in told)
    print(f"{out}: {falls} falls, {len(told) - falls} others")


if __name__ == "__main__":
    typer.run(main)
