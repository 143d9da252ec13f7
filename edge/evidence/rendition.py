"""A clip for everybody's eyes: decoded, made small, masked picture by picture and coded anew."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.evidence.pixels import Pixels
from edge.evidence.reel import Clip
from edge.evidence.remux import NotFilmed
from edge.evidence.screening import screen
from edge.evidence.strobe import LEAD_S, draw_curve, patches_of
from edge.evidence.veil import Find, cover, persons_in, veil
from edge.trajectory import Fall, Point
from edge.values import Box, Image, small_size

MAX_SIDE: Final = 1280  # pixels
MAX_RATE: Final = 30.0  # pictures a second
MAX_PICTURES: Final = 2400  # 80 s at the most pictures a second; a clip is shorter
LOOK_EVERY_S: Final = 0.5  # for persons
COVER_S: Final = 1.0  # before and after a look that found somebody, who is covered for so long
NEAR_S: Final = 0.05  # how long before and after a sighting its patch is shown
TICKS: Final = 90_000  # a second
_X264: Final = {
    "preset": "veryfast",
    "tune": "zerolatency",  # holds no pictures back, which would be tens of MB
    "crf": "26",
    "maxrate": "4M",
    "bufsize": "4M",
    "threads": "1",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A fall, and the window that it came from in pixels of the camera's own picture."""

    fall: Fall
    window: Pixels


def render(clip: Clip, subjects: Sequence[Subject], find: Find) -> bytes:
    """Make an MP4, H.264, of at most `MAX_SIDE` a side, `MAX_RATE` pictures a second and 4 Mbit/s.

    Every picture is veiled but for the windows of `subjects`; of a falling thing is shown what differs, in a small box
    where it is, from a picture before it fell, and the path that it has come. Persons are covered over all of that.

    Raises:
        NotFilmed: nothing of it can be decoded, or FFmpeg refuses to code it.
    """
    file = io.BytesIO()
    try:
        with av.open(file, "w", format="mp4") as container:
            _write(container, _veiled(clip, subjects, find))
    except FFmpegError as error:
        raise NotFilmed(f"the rendition: {error.strerror}") from None
    return file.getvalue()


def _veiled(clip: Clip, subjects: Sequence[Subject], find: Find) -> Iterator[tuple[float, Image]]:
    scouted = _scouted(clip, subjects, find)
    things = [_Thing(subject.fall) for subject in subjects]
    last_s = float("-inf")
    for at_s, picture in screen(clip, float("-inf"), float("inf")):
        if at_s - last_s < 0.9 / MAX_RATE:
            continue
        last_s = at_s
        image, scale = _small(picture)
        windows = [_scaled(subject.window, scale, image) for subject in subjects]
        persons = [box for looked_s, boxes in scouted if abs(looked_s - at_s) <= COVER_S for box in boxes]
        masked = veil(image, windows)
        for subject in subjects:
            draw_curve(masked, subject.fall, until_s=at_s, scale=scale)
        for thing in things:
            thing.show(masked, image, at_s, scale)
        cover(masked, persons)
        yield at_s, masked


def _scouted(clip: Clip, subjects: Sequence[Subject], find: Find) -> list[tuple[float, tuple[Box, ...]]]:
    """Where persons are in and around the windows, each half second; looked for before anything is shown."""
    found: list[tuple[float, tuple[Box, ...]]] = []
    for at_s, picture in screen(clip, float("-inf"), float("inf")):
        if not found or at_s - found[-1][0] >= LOOK_EVERY_S:
            image, scale = _small(picture)
            windows = [_scaled(subject.window, scale, image) for subject in subjects]
            found.append((at_s, persons_in(image, windows, find)))
    return found


class _Thing:
    """What falls, told from a picture without it, which is kept until it has fallen."""

    def __init__(self, fall: Fall) -> None:
        self._fall = fall
        self._ground: Image | None = None

    def show(self, masked: Image, image: Image, at_s: float, scale: float) -> None:
        """Put it back where it is in the next picture, made smaller by `scale`."""
        point = _near(self._fall, at_s)
        if self._ground is None or at_s <= self._fall.began_s - LEAD_S or at_s > self._fall.ended_s + NEAR_S:
            self._ground = image  # afterwards too: the older one need not be kept
        elif point is not None and image.shape == self._ground.shape:
            for patch in patches_of(self._ground, image, _smaller(point, scale)):
                x1, y1, x2, y2 = patch.area
                differs = patch.stands_out > 0
                masked[y1:y2, x1:x2][differs] = patch.pixels[differs]


def _near(fall: Fall, at_s: float) -> Point | None:
    nearest = min(fall.points, key=lambda point: abs(point.at_s - at_s))
    return nearest if abs(nearest.at_s - at_s) <= NEAR_S else None


def _smaller(point: Point, scale: float) -> Point:
    x, y, wide, tall = (value * scale for value in (point.x, point.y, point.width, point.height))
    return Point(point.at_s, x, y, wide, tall, point.area, point.contrast)


def _small(picture: VideoFrame) -> tuple[Image, float]:
    """BGR of even sides, and how many of its pixels one of the camera's makes."""
    width, height = small_size(picture.width, picture.height, MAX_SIDE)
    width, height = max(2, width // 2 * 2), max(2, height // 2 * 2)
    small = picture.reformat(width, height, "bgr24").to_ndarray()
    return np.asarray(small, np.uint8), width / picture.width


def _scaled(window: Pixels, scale: float, image: Image) -> Pixels:
    x1, y1, x2, y2 = (round(edge * scale) for edge in window)
    height, width = image.shape[:2]
    return min(x1, width), min(y1, height), min(x2, width), min(y2, height)


def _write(container: OutputContainer, pictures: Iterator[tuple[float, Image]]) -> None:
    stream: VideoStream | None = None
    first_s = 0.0
    for number, (at_s, image) in enumerate(pictures):
        if stream is None:
            stream, first_s = _opened(container, image), at_s
        if image.shape[:2] != (stream.height, stream.width) or number >= MAX_PICTURES:
            break  # one film has one size; a clip of two is never cut
        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts, frame.time_base = round((at_s - first_s) * TICKS), Fraction(1, TICKS)
        container.mux(stream.encode(frame))
    if stream is None:
        raise NotFilmed("nothing of it can be decoded")
    container.mux(stream.encode(None))


def _opened(container: OutputContainer, image: Image) -> VideoStream:
    stream = container.add_stream("libx264", rate=round(MAX_RATE), options=_X264)
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
    return stream
