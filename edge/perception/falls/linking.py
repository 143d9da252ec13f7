"""Specks of many frames to tracks of one thing each.

A track begins with three specks in line, going down no faster than anything in a picture may, and goes on wherever the
thing goes: that a bird turns or a branch comes back is told by the track's end, not by its not being followed. It may
miss frames, behind a balcony's edge or where the wall is as grey as itself.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.motion import Trace
from edge.perception.falls.noise import Plane
from edge.perception.falls.specks import Specks
from edge.trajectory import Point

MAX_SPEED: Final = 1125.0  # pixels a second, for each 1080 rows: 45 in a frame; 24 m/s at 40 px/m and 25 frames is 38
LEAST_SPEED: Final = 12.0  # pixels a second down, for each 1080 rows: what is slower hangs
TURN: Final = 0.35  # how much a beginning may change its velocity, as a share of it …
SLACK: Final = 2.5  # … or pixels: blur and noise move a middle by so much
GRAVITY_PX: Final = 900.0  # pixels a second², for each 1080 rows: 9.8 m/s² at 92 px/m, the largest scale of use
MAX_GAP_S: Final = 0.28  # how long a track may go unseen …
MAX_KNOWN_GAP_S: Final = 0.5  # … and one that is known well
KNOWN: Final = 7  # points from which it is
MAX_TRACKS: Final = 96  # followed at a time; more is rain or snow
MAX_BIRTHS: Final = 16  # of one frame
MAX_POINTS: Final = 400  # of a track …
MAX_LASTED_S: Final = 20.0  # … and its length: the highest towers are fallen past in 12
BACK: Final = 3  # frames in which a beginning looks for its three specks
ALIKE: Final = 0.5  # of its own strength: what stands out as much could be more of the same
SIGNED: Final = 4  # points from which a track may change from darker to brighter than what lies behind it
RECENT: Final = 8  # points that tell where it goes next


@dataclass(slots=True, eq=False)
class Track:
    """One thing followed. `crowd`: specks about as strong as it is in its frames, on average; at least itself."""

    points: list[Point] = field(default_factory=list)
    crops: list[Plane] = field(default_factory=list)
    crowd: float = 0.0

    @property
    def trace(self) -> Trace:
        """What a verdict rests on."""
        return Trace(tuple(self.points), self.crowd, np.stack(self.crops))

    def ahead(self, at_s: float) -> tuple[float, float, float]:
        """Where it should be at a moment, and its speed: pixels, pixels, pixels a second."""
        recent = self.points[-RECENT:]
        t = np.array([point.at_s for point in recent]) - recent[-1].at_s
        xy = np.array([(point.x, point.y) for point in recent])
        design = np.stack([np.ones_like(t), t], axis=1)
        ahead_s = at_s - recent[-1].at_s
        if len(recent) >= 5:
            design = np.concatenate([design, (t * t)[:, None]], axis=1)
        weight = np.exp(t / 0.2)[:, None]  # the newest count most
        found, *_ = np.linalg.lstsq(design * weight, xy * weight, rcond=None)
        powers = np.array([1.0, ahead_s, ahead_s * ahead_s])[: len(found)]
        x, y = powers @ found
        return float(x), float(y), float(np.hypot(*found[1]))

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
        if lasted_s >= MAX_LASTED_S or len(track.points) >= MAX_POINTS or track.ahead(at_s)[1] > self._rows:
            return True  # it takes too long for a fall, or has left the picture
        return at_s - track.points[-1].at_s > (MAX_KNOWN_GAP_S if len(track.points) >= KNOWN else MAX_GAP_S)

    def _follow(self, newest: _Loose) -> None:
        """The nearest speck to where a track should be is the track's; the longest tracks choose first."""
        specks = newest.specks
        for track in sorted(self._tracks, key=lambda one: -len(one.points)):
            x, y, speed = track.ahead(specks.at_s)
            gap_s = specks.at_s - track.points[-1].at_s
            unknown = 0.5 * GRAVITY_PX * self._scale * gap_s**2  # what it may have gathered since
            known = len(track.points) >= KNOWN
            reach = SLACK * self._scale + 0.12 * speed * gap_s + unknown * (0.25 if known else 1.0)
            fits = newest.free
            if len(track.points) < SIGNED:
                fits = fits & (np.sign(specks.contrast) == np.sign(track.points[-1].contrast))
            best = _nearest(specks, fits, x, y, reach)
            if best is not None:
                newest.free[best[1]] = False
                track.add(specks, best[1])

    def _begin(self, newest: _Loose) -> None:
        """Three loose specks in line, the last in this frame, are a new track."""
        births = 0
        for c in np.flatnonzero(newest.free):
            if births >= MAX_BIRTHS or len(self._tracks) >= MAX_TRACKS:
                return
            line = self._line(newest.specks, int(c))
            if line is None:
                continue
            track = Track()
            for loose, index in (*line, (newest, int(c))):
                track.add(loose.specks, index)
                loose.free[index] = False
            self._tracks.append(track)
            births += 1

    def _line(self, specks: Specks, c: int) -> list[tuple[_Loose, int]] | None:
        """Two loose specks of earlier frames that a falling thing would have left before speck `c`."""
        for j in range(len(self._loose) - 1, 0, -1):
            middle = self._loose[j]
            best: tuple[float, list[tuple[_Loose, int]]] | None = None
            for b in self._above(middle, specks, c):
                for first in self._loose[:j]:
                    found = self._first(first, middle.specks, int(b), specks, c)
                    if found is not None and (best is None or found[0] < best[0]):
                        best = found[0], [(first, found[1]), (middle, int(b))]
            if best is not None:
                return best[1]
        return None

    def _above(self, middle: _Loose, specks: Specks, c: int) -> NDArray[np.intp]:
        """Loose specks from which a thing could have come down to speck `c`."""
        dx, dy = specks.x[c] - middle.specks.x, specks.y[c] - middle.specks.y
        gap_s = (specks.at_s - middle.specks.at_s) * self._scale
        alike = middle.free & (np.sign(middle.specks.contrast) == np.sign(specks.contrast[c]))
        near = np.hypot(dx, dy) <= MAX_SPEED * gap_s
        return np.flatnonzero(alike & near & (dy >= LEAST_SPEED * gap_s))

    def _first(self, first: _Loose, middle: Specks, b: int, last: Specks, c: int) -> tuple[float, int] | None:
        """The loose speck where the thing must have been before it was at `b` and `c`, and how far off it lies."""
        after_s, before_s = last.at_s - middle.at_s, middle.at_s - first.specks.at_s
        dx, dy = (last.x[c] - middle.x[b]) / after_s, (last.y[c] - middle.y[b]) / after_s
        reach = max(SLACK * self._scale, TURN * float(np.hypot(dx, dy)) * before_s)
        reach += 0.5 * GRAVITY_PX * self._scale * before_s**2
        fits = first.free & (np.sign(first.specks.contrast) == np.sign(last.contrast[c]))
        fits &= middle.y[b] - first.specks.y >= 0.3 * dy * before_s
        return _nearest(first.specks, fits, middle.x[b] - dx * before_s, middle.y[b] - dy * before_s, reach)


def _nearest(specks: Specks, fits: NDArray[np.bool_], x: float, y: float, reach: float) -> tuple[float, int] | None:
    """How far off the nearest speck that fits lies, and which it is; None where none lies within reach."""
    if not fits.any():
        return None
    off = np.where(fits, np.hypot(specks.x - x, specks.y - y), np.inf)
    best = int(off.argmin())
    return (float(off[best]), best) if off[best] <= reach else None
