"""What a watcher told of one thing: its box in each frame from the first to the last it saw it in."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.throw.measures import Box
from edge.trajectory import Point


def boxes_along(points: Sequence[Point], times: Sequence[float]) -> dict[int, Box]:
    """Give a box in each frame from the first sighting to the last.

    Args:
        points: at least one, in order of time.
        times: of all frames, seconds, rising.
    """
    at = np.array([point.at_s for point in points])
    frames = range(_nearest(times, at[0]), _nearest(times, at[-1]) + 1)
    sizes = ("x", "y", "width", "height")
    when = [times[frame] for frame in frames]
    values = [np.interp(when, at, [float(getattr(point, size)) for point in points]) for size in sizes]
    return {
        frame: (float(x - w / 2), float(y - h / 2), float(x + w / 2), float(y + h / 2))
        for frame, x, y, w, h in zip(frames, *values, strict=True)
    }


def together(tolds: Iterable[Mapping[int, Box]]) -> dict[int, list[Box]]:
    """All boxes of several things, frame by frame."""
    boxes: dict[int, list[Box]] = {}
    for told in tolds:
        for frame, box in told.items():
            boxes.setdefault(frame, []).append(box)
    return boxes


def _nearest(times: Sequence[float], at_s: float) -> int:
    return int(np.abs(np.asarray(times) - at_s).argmin())
