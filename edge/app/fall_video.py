"""A replay of falls as a film: façades, tracks, the fitted curve and what was decided of each track, and why.

Every picture of the recording, at its own times. What became of a track is known once it has ended, so the recording is
run through first and then shown with what is known. In grey, for brightness is what is judged. What is drawn is not
masked: the film stays with whoever made it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.app.facade_picture import outline
from edge.app.fall_watch import Glimpse
from edge.app.film_writer import SIZE, FilmWriter, beside, clock, fitting, open_film
from edge.app.zone_picture import label
from edge.config import Camera
from edge.evidence.lettering import Colour, legible
from edge.perception.falls.verdict import WORDS
from edge.sources.film import Shot
from edge.sources.film_recording import FilmRecording
from edge.trajectory import Fall, Point, Rejected, Rejection, Verdict
from edge.values import Image

MAX_TRACKS: Final = 20_000  # that are remembered to be drawn; an hour of rain
SHOWN_S: Final = 2.0  # after its end a track is still drawn
LONGEST_S: Final = 20.0  # no track lasts longer
MAX_TOLD: Final = 12  # tracks named beside the picture
TRACK: Final = (255, 200, 80)  # BGR: still followed
NOT: Final = (150, 150, 150)  # no fall
FALL: Final = (60, 60, 255)
CURVE: Final = (0, 191, 255)
WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class _Track:
    """A track with what was decided of it."""

    began_s: float
    ended_s: float
    verdict: Verdict


@dataclass(slots=True)
class Verdicts:
    """What was decided while the recording was run through."""

    tracks: list[_Track] = field(default_factory=list)

    def add(self, glimpse: Glimpse) -> None:
        """Take what a shot came to."""
        for _, verdict in glimpse.verdicts:
            if verdict.points and len(self.tracks) < MAX_TRACKS:
                self.tracks.append(_Track(verdict.points[0].at_s, verdict.points[-1].at_s, verdict))


class _Nobody:
    """Keeps no packets."""

    def begin(self, codec: str, size: tuple[int, int], extradata: bytes) -> None:
        """Nothing to do."""

    def keep(self, data: bytes, at_s: float, *, is_key: bool) -> None:
        """Nothing to do."""


def write_film(
    path: Path, source: Path, camera: Camera, verdicts: Verdicts, *, progress: Callable[[float], None]
) -> None:
    """Write the film of a recording that was run through.

    Args:
        progress: told the seconds of the recording that are done.
    Raises:
        Misconfigured: it cannot be written, or the recording not be read.
    """
    tracks = sorted(verdicts.tracks, key=lambda track: track.began_s)
    recording = FilmRecording(source, _Nobody(), camera=camera.id, start=datetime.fromtimestamp(0, UTC))
    with open_film(path) as film:
        for shot in recording.shots():
            _show(film, shot, camera, tracks)
            progress(shot.moment.at_s)
        film.end()


def _show(film: FilmWriter, shot: Shot, camera: Camera, tracks: Sequence[_Track]) -> None:
    at_s = shot.moment.at_s
    shown = list(_at(tracks, at_s))
    canvas = cv2.cvtColor(np.ascontiguousarray(shot.luma), cv2.COLOR_GRAY2BGR)
    drawn = fitting(np.asarray(canvas, np.uint8))
    scale = drawn.shape[1] / shot.luma.shape[1]
    for facade in camera.facades:
        outline(drawn, facade)
    for track in shown:
        _track(drawn, track, at_s, scale)
    film.write(beside(drawn, _told(shown, camera, at_s)), at_s)


def _at(tracks: Sequence[_Track], at_s: float) -> Iterator[_Track]:
    """Those drawn at a time, of tracks in the order they began."""
    first = bisect_left(tracks, at_s - LONGEST_S - SHOWN_S, key=lambda track: track.began_s)
    last = bisect_right(tracks, at_s, key=lambda track: track.began_s)
    return (track for track in tracks[first:last] if track.ended_s + SHOWN_S >= at_s)


def _track(canvas: Image, track: _Track, at_s: float, scale: float) -> None:
    verdict, over = track.verdict, at_s > track.ended_s
    seen = [point for point in verdict.points if point.at_s <= at_s]
    colour = (FALL if isinstance(verdict, Fall) else NOT) if over else TRACK
    if isinstance(verdict, Fall):
        curve = np.column_stack([verdict.curve.x, verdict.curve.y])[verdict.curve.at_s <= at_s]
        _line(canvas, curve * scale, CURVE)
    _line(canvas, np.array([(point.x, point.y) for point in seen]).reshape(-1, 2) * scale, colour)
    if not over and seen:
        _frame(canvas, seen[-1], scale, colour)
    elif over and seen and not _is_brief(verdict):
        place = round(seen[-1].x * scale) + 6, round(seen[-1].y * scale)
        label(canvas, legible(_verdict(verdict)[0]), place, SIZE, colour)


def _line(canvas: Image, points: NDArray[np.float64], colour: Colour) -> None:
    cv2.polylines(canvas, [points.round().astype(np.int32)], isClosed=False, color=colour, lineType=cv2.LINE_AA)


def _frame(canvas: Image, point: Point, scale: float, colour: Colour) -> None:
    x, y = point.x * scale, point.y * scale
    half_x, half_y = point.width * scale / 2 + 4, point.height * scale / 2 + 4
    corners = (round(x - half_x), round(y - half_y)), (round(x + half_x), round(y + half_y))
    cv2.rectangle(canvas, *corners, colour, 1)


def _told(shown: Sequence[_Track], camera: Camera, at_s: float) -> list[tuple[str, Colour]]:
    lines: list[tuple[str, Colour]] = [(f"{clock(at_s)}  {camera.id}", WHITE), ("", WHITE)]
    for track in [track for track in shown if not _is_brief(track.verdict)][-MAX_TOLD:]:
        colour = FALL if isinstance(track.verdict, Fall) else NOT
        if at_s <= track.ended_s:
            lines.append((f"{clock(track.began_s)} 跟踪中 followed", TRACK))
        else:
            lines += [(f"{clock(track.began_s)} {words}", colour) for words in _verdict(track.verdict)]
    return lines


def _is_brief(verdict: Verdict) -> bool:
    """Whether it is noise as much as anything: drawn, but not worth words, which would cover the rest."""
    return isinstance(verdict, Rejected) and verdict.reason is Rejection.TOO_SHORT


def _verdict(verdict: Verdict) -> tuple[str, str]:
    return WORDS[verdict.reason] if isinstance(verdict, Rejected) else (verdict.words_zh, verdict.words_en)
