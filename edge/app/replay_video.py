"""A replay as a film: zones, slots, dwell and decisions drawn over each look, so that an installer sees why.

One picture a look, each shown until the next, so the film runs as long as the recording. What is drawn is not masked:
the film stays with whoever made it.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from edge.app.account import Account
from edge.app.zone_picture import FACE, shade
from edge.config import Camera
from edge.errors import Misconfigured
from edge.rules.dwell import Record
from edge.values import Box, Finding, Image, PlateState, Presence, Sighting, ZombieFinding

PANEL: Final = 420  # pixels: the column of words beside the picture
LEAST_HEIGHT: Final = 540
LINE: Final = 20  # pixels from one line of words to the next
MAX_DECISIONS: Final = 8
TICKS: Final = 1000  # a second: what the film's times are counted in
LAST_S: Final = 2.0  # for which the last look is shown
MAX_SIDE: Final = 3840

PRESENCE: Final = {  # BGR
    Presence.SEEN: (80, 220, 80),
    Presence.HIDDEN: (0, 200, 255),
    Presence.MISSED: (0, 110, 255),
    Presence.LEFT: (160, 160, 160),
}
FAINT: Final = (170, 170, 170)
WHITE: Final = (255, 255, 255)
_X264: Final = {"preset": "veryfast", "crf": "23"}


class ReplayVideo:
    """The film of one replay. Made by `open_video`."""

    def __init__(self, container: OutputContainer, camera: Camera) -> None:
        self._container = container
        self._camera = camera
        self._stream: VideoStream | None = None
        self._decisions: deque[str] = deque(maxlen=MAX_DECISIONS)
        self._last: tuple[Image, float] | None = None

    def show(self, account: Account) -> None:
        """Draw one look and put it into the film."""
        at_s = account.frame.moment.at_s
        self._decisions += [f"{_clock(at_s)} {_said(finding)}" for finding in account.findings]
        canvas = _even(_beside(_drawn(account, self._camera), self._panel(account)))
        self._write(canvas, at_s)
        self._last = canvas, at_s

    def end(self) -> None:
        """Show the last look a little longer and finish the film."""
        if self._last and self._stream:
            canvas, at_s = self._last
            self._write(canvas, at_s + LAST_S)
            self._container.mux(self._stream.encode(None))

    def _write(self, canvas: Image, at_s: float) -> None:
        stream = self._stream = self._stream or self._opened(canvas)
        if canvas.shape[:2] != (stream.height, stream.width):  # the camera changed its size: one film has one
            canvas = np.asarray(cv2.resize(canvas, (stream.width, stream.height)), np.uint8)
        frame = av.VideoFrame.from_ndarray(canvas, format="bgr24")
        frame.pts, frame.time_base = round(at_s * TICKS), Fraction(1, TICKS)
        self._container.mux(stream.encode(frame))

    def _opened(self, canvas: Image) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=25, options=_X264)
        stream.height, stream.width = canvas.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
        return stream

    def _panel(self, account: Account) -> list[tuple[str, tuple[int, int, int]]]:
        view = account.view
        look = "detected" if view.inferred else "still: not detected on" if view.visible else "no view"
        lines = [(f"{_clock(account.frame.moment.at_s)}  {self._camera.id}  {look}", WHITE)]
        for sighting in account.sightings:
            lines += [(line, PRESENCE[sighting.presence]) for line in _told(sighting, account.records)]
        lines += [("", WHITE), ("decisions:", WHITE)]
        return lines + [(text, WHITE) for text in self._decisions]


@contextmanager
def open_video(path: Path, camera: Camera) -> Iterator[ReplayVideo]:
    """Open a film to be written, and finish it at the end.

    Raises:
        Misconfigured: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(path), "w", format="mp4") as container:
            video = ReplayVideo(container, camera)
            yield video
            video.end()
    except (FFmpegError, OSError) as error:
        raise Misconfigured(f"--video: {path} cannot be written ({error.strerror or error})") from None


def _drawn(account: Account, camera: Camera) -> Image:
    """The frame with its zones, what was detected in it, and the slots in the colour of what the look says of them."""
    canvas = _fitting(shade(account.frame.image, camera.zones))
    for found in account.view.detections if account.view.inferred else ():
        _box(canvas, found.box, FAINT, 1)
    for sighting in account.sightings:
        _box(canvas, sighting.box, PRESENCE[sighting.presence], 2)
        left, top, _, _ = _pixels(sighting.box, canvas)
        _words(canvas, _short(sighting.stay), (left + 3, max(14, top + 15)), PRESENCE[sighting.presence])
    return canvas


def _fitting(canvas: Image) -> Image:
    height, width = canvas.shape[:2]
    scale = max(1.0, LEAST_HEIGHT / height)
    scale = min(scale, MAX_SIDE / max(height, width))
    return canvas if scale == 1.0 else np.asarray(cv2.resize(canvas, None, fx=scale, fy=scale), np.uint8)


def _beside(canvas: Image, lines: Sequence[tuple[str, tuple[int, int, int]]]) -> Image:
    panel = np.full((canvas.shape[0], PANEL, 3), 24, np.uint8)
    for number, (text, colour) in enumerate(lines[: canvas.shape[0] // LINE - 1], 1):
        _words(panel, text, (8, number * LINE), colour)
    return np.hstack([canvas, panel])


def _told(sighting: Sighting, records: Sequence[Record]) -> list[str]:
    """What is known of one stay: presence, plate, and its dwell in each zone that it is in."""
    plate = sighting.plate.text or "" if sighting.plate and sighting.plate.state is PlateState.READ else ""
    lines = [f"{_short(sighting.stay)} {sighting.vehicle.value} {sighting.presence.value} {_ascii(plate)}".rstrip()]
    stood_s = sighting.last_seen.at_s - sighting.entered.at_s
    lines.append(f"   stands {_duration(stood_s)}, in since {_clock(sighting.entered.at_s)}")
    for record in records:
        if record.stay == sighting.stay and record.member.inside:
            state = "cleared" if record.closed else "OPENED" if record.opened else "counting"
            lines.append(f"   {record.zone}: {_duration(record.dwell_s)} {state}")
    return lines


def _said(finding: Finding | ZombieFinding) -> str:
    kind = finding.stage.value if isinstance(finding, ZombieFinding) else finding.kind.value
    dwell_s = finding.standing_s if isinstance(finding, ZombieFinding) else finding.dwell_s
    limit = _duration(finding.limit_s)
    return f"{kind.upper()} {_short(finding.sighting.stay)} {finding.zone} {_duration(dwell_s)} of {limit}"


def _short(stay: str) -> str:
    """A stay without its camera's name."""
    return stay.partition(".")[2] or stay


def _ascii(plate: str) -> str:
    """A plate in the film's letters: they have none for a province."""
    return "".join(letter if letter.isascii() else "*" for letter in plate)


def _clock(at_s: float) -> str:
    minutes, seconds = divmod(at_s, 60)
    return f"{int(minutes):02d}:{seconds:04.1f}"


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _pixels(box: Box, canvas: Image) -> tuple[int, int, int, int]:
    height, width = canvas.shape[:2]
    return round(box.x1 * width), round(box.y1 * height), round(box.x2 * width), round(box.y2 * height)


def _box(canvas: Image, box: Box, colour: tuple[int, int, int], thickness: int) -> None:
    left, top, right, bottom = _pixels(box, canvas)
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, thickness)


def _words(canvas: Image, text: str, place: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(canvas, text, place, FACE, 0.45, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(canvas, text, place, FACE, 0.45, colour, 1, cv2.LINE_AA)


def _even(canvas: Image) -> Image:
    """H.264 with half the colours wants even sides."""
    height, width = canvas.shape[:2]
    return canvas[: height - height % 2, : width - width % 2]
