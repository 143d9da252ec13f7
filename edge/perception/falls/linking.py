"""Specks of many frames to tracks of one thing each.

A track begins with three specks in line, going down no faster than anything in a picture may, and goes on wherever the
thing goes: that a bird turns or a branch comes back is told by the track's end, not by its not being followed. It may
miss frames, behind a balcony's edge or where the wall is as grey as itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.leading import lead
from edge.perception.falls.motion import Trace
from edge.perception.falls.noise import Plane
from edge.perception.falls.specks import Specks
from edge.trajectory import Point

MAX_SPEED: Final = 1125.0  # pixels a second, for each 1080 rows: 45 in a frame; 24 m/s at 40 px/m and 25 frames is 38
LEAST_SPEED: Final = 12.0  # pixels a second down, for each 1080 rows: what is slower hangs
TURN: Final = 0.35  # how much a beginning may change its velocity, as a share of it …
SLACK: Final = 2.5  # … or pixels: blur and noise move a middle by so much
GRAVITY_PX: Final = 900.0  # pixels a second², for each 1080 rows: 9.8 m/s² at 92 px/m, the largest scale of use
MAX_GAP_S: Final = 0.36  # how long a track may go unseen …
MAX_KNOWN_GAP_S: Final = 0.6  # … and one that is known well
KNOWN: Final = 7  # points from which it is
MAX_TRACKS: Final = 96  # followed at a time; more is rain or snow
MAX_BIRTHS: Final = 16  # of one frame
MAX_POINTS: Final = 400  # of a track …
MAX_LASTED_S: Final = 20.0  # … and its length: the highest towers are fallen past in 12
BACK: Final = 3  # frames in which a beginning looks for its three specks
ALIKE: Final = 0.5  # of its own strength: what stands out as much could be more of the same
SIGNED: Final = 4  # points from which a track may change from darker to brighter than what lies behind it
OFF: Final = 2.0  # spreads of where it should be by which it may be off …
UNSTEADY: Final = 0.08  # … and share of its way since it was last seen: things tumble


@dataclass(slots=True, eq=False)
class Track:
    """One thing followed.

    Attributes:
        crowd: specks about as strong as it is in its frames, on average; at least itself.
        led_y: how low it should be now, pixels.
    """

    points: list[Point] = field(default_factory=list)
    crops: list[Plane] = field(default_factory=list)
    crowd: float = 0.0
    led_y: float = 0.0

    @property
    def trace(self) -> Trace:
        """What a verdict rests on."""
        return Trace(tuple(self.points), self.crowd, np.stack(self.crops))

    def add(self, specks: Specks, i: int) -> None:
        """Take one speck more."""
        self.points.append(specks.point(i))
        self.crops.append(specks.crop(i))
        alike = np.count_nonzero(specks.strength >= ALIKE * specks.strength[i])
        self.crowd += (float(alike) - self.crowd) / len(self.points)


@dataclass(slots=True)
class _Loose:
    """A frame's specks, and which of them belong to no track: shape (n,)."""

    specks: Specks
    free: NDArray[np.bool_]


_Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


class Linker:
    """Links one camera's specks. One instance serves one thread at a time.

    Args:
        rows: of the picture, pixels: what is fast and what is near is measured by it.
    """

    def __init__(self, rows: int) -> None:
        self._rows, self._scale = rows, rows / 1080.0
        self._tracks: list[Track] = []
        self._loose: list[_Loose] = []  # of the last frames

    def link(self, specks: Specks) -> list[Track]:
        """Take the next frame's specks; return the tracks that have ended."""
        newest = _Loose(specks, np.ones(len(specks), bool))
        self._follow(newest)
        self._begin(newest)
        self._loose = [*self._loose[-BACK:], newest]
        ended = [track for track in self._tracks if self._is_over(track, specks.at_s)]
        self._tracks = [track for track in self._tracks if track not in ended]
        return ended

    def finish(self) -> list[Track]:
        """End all tracks: the stream has broken off."""
        ended, self._tracks, self._loose = self._tracks, [], []
        return ended

    def _is_over(self, track: Track, at_s: float) -> bool:
        lasted_s = track.points[-1].at_s - track.points[0].at_s
        if lasted_s >= MAX_LASTED_S or len(track.points) >= MAX_POINTS or track.led_y > self._rows:
            return True  # it takes too long for a fall, or has left the picture
        return at_s - track.points[-1].at_s > (MAX_KNOWN_GAP_S if len(track.points) >= KNOWN else MAX_GAP_S)

    def _follow(self, newest: _Loose) -> None:
        """The nearest speck to where a track should be is the track's; the longest tracks choose first."""
        specks = newest.specks
        tracks = sorted(self._tracks, key=lambda one: -len(one.points))
        there = lead([track.points for track in tracks], specks.at_s, self._scale)
        reach = SLACK * self._scale + OFF * there.spread + UNSTEADY * there.speed * there.gap_s
        for track, x, y, near in zip(tracks, there.x, there.y, reach, strict=True):
            track.led_y = float(y)
            fits = newest.free
            if len(track.points) < SIGNED:
                fits = fits & (np.sign(specks.contrast) == np.sign(track.points[-1].contrast))
            best = _nearest(specks, fits, float(x), float(y), float(near))
            if best is not None:
                newest.free[best[1]] = False
                track.add(specks, best[1])

    def _begin(self, newest: _Loose) -> None:
        """Three loose specks in line, the last in this frame, are a new track; the straightest come first."""
        births = 0
        for j in range(len(self._loose) - 1, 0, -1):
            middle = self._loose[j]
            pairs = self._pairs(middle, newest)
            lines = [(*line, first) for first in self._loose[:j] for line in self._lines(first, middle, newest, pairs)]
            for _, a, b, c, first in sorted(lines, key=lambda line: line[0]):
                if births >= MAX_BIRTHS or len(self._tracks) >= MAX_TRACKS:
                    return
                if first.free[a] and middle.free[b] and newest.free[c]:
                    self._tracks.append(_track((first, a), (middle, b), (newest, c)))
                    births += 1

    def _pairs(self, middle: _Loose, newest: _Loose) -> _Pairs:
        """Loose specks `b` of an earlier frame from which a thing could have come down to speck `c` of the newest."""
        last, before = newest.specks, middle.specks
        dx, dy = last.x[:, None] - before.x, last.y[:, None] - before.y
        gap_s = (last.at_s - before.at_s) * self._scale
        fits = newest.free[:, None] & middle.free & (np.sign(last.contrast)[:, None] == np.sign(before.contrast))
        fits &= (np.hypot(dx, dy) <= MAX_SPEED * gap_s) & (dy >= LEAST_SPEED * gap_s)
        c, b = np.nonzero(fits)
        return b, c

    def _lines(
        self, first: _Loose, middle: _Loose, newest: _Loose, pairs: _Pairs
    ) -> Iterator[tuple[float, int, int, int]]:
        """For each pair the loose speck `a` nearest to where the thing must have been before, and how far off it is."""
        (b, c), begin, before, last = pairs, first.specks, middle.specks, newest.specks
        if not len(b) or not len(begin):
            return
        after_s, before_s = last.at_s - before.at_s, before.at_s - begin.at_s
        dx, dy = (last.x[c] - before.x[b]) / after_s, (last.y[c] - before.y[b]) / after_s
        reach = np.maximum(SLACK * self._scale, TURN * np.hypot(dx, dy) * before_s)
        reach += 0.5 * GRAVITY_PX * self._scale * before_s**2
        fits = first.free & (np.sign(begin.contrast) == np.sign(last.contrast[c])[:, None])
        fits &= before.y[b][:, None] - begin.y >= 0.3 * (dy * before_s)[:, None]
        x, y = before.x[b] - dx * before_s, before.y[b] - dy * before_s
        off = np.where(fits, np.hypot(begin.x - x[:, None], begin.y - y[:, None]), np.inf)
        nearest = off.argmin(axis=1)
        least = off[np.arange(len(b)), nearest]
        for i in np.flatnonzero(least <= reach):
            yield float(least[i]), int(nearest[i]), int(b[i]), int(c[i])


def _track(*line: tuple[_Loose, int]) -> Track:
    """A new track of specks in order of time, which are no longer loose."""
    track = Track()
    for loose, index in line:
        track.add(loose.specks, index)
        loose.free[index] = False
    return track


def _nearest(specks: Specks, fits: NDArray[np.bool_], x: float, y: float, reach: float) -> tuple[float, int] | None:
    """How far off the nearest speck that fits lies, and which it is; None where none lies within reach."""
    if not fits.any():
        return None
    off = np.where(fits, np.hypot(specks.x - x, specks.y - y), np.inf)
    best = int(off.argmin())
    return (float(off[best]), best) if off[best] <= reach else None
