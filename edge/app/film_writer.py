"""A film of a replay, written picture by picture: each is shown until the next."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from edge.errors import Misconfigured
from edge.evidence.lettering import Colour, fitted, legible, write
from edge.values import Image

PANEL: Final = 460  # pixels: the column of words beside the picture
LINE: Final = 22  # pixels from one line of words to the next
SIZE: Final = 15  # pixels of a letter
LEAST_HEIGHT: Final = 720
MAX_SIDE: Final = 3840
TICKS: Final = 1000  # a second: what the film's times are counted in
_X264: Final = {"preset": "veryfast", "crf": "23"}


class FilmWriter:
    """Codes pictures as they come. Made by `open_film`."""

    def __init__(self, container: OutputContainer) -> None:
        self._container = container
        self._stream: VideoStream | None = None

    def write(self, canvas: Image, at_s: float) -> None:
        """Show a picture, (h, w, 3) uint8 BGR, from `at_s` seconds on; the first one says how large the film is."""
        canvas = _even(canvas)
        stream = self._stream = self._stream or self._opened(canvas)
        if canvas.shape[:2] != (stream.height, stream.width):  # the camera changed its size: one film has one
            canvas = np.asarray(cv2.resize(canvas, (stream.width, stream.height)), np.uint8)
        frame = av.VideoFrame.from_ndarray(canvas, format="bgr24")
        frame.pts, frame.time_base = round(at_s * TICKS), Fraction(1, TICKS)
        self._container.mux(stream.encode(frame))

    def end(self) -> None:
        """Write what the coder still holds."""
        if self._stream:
            self._container.mux(self._stream.encode(None))

    def _opened(self, canvas: Image) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=25, options=_X264)
        stream.height, stream.width = canvas.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
        return stream


@contextmanager
def open_film(path: Path) -> Iterator[FilmWriter]:
    """Open a film to be written; whoever writes it calls `end`.

    Raises:
        Misconfigured: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(path), "w", format="mp4") as container:
            yield FilmWriter(container)
    except (FFmpegError, OSError) as error:
        raise Misconfigured(f"--video: {path} cannot be written ({error.strerror or error})") from None


def fitting(canvas: Image) -> Image:
    """Enlarge a small picture so that words can be read beside it; shrink one that is larger than a film should be."""
    height, width = canvas.shape[:2]
    scale = min(max(1.0, LEAST_HEIGHT / height), MAX_SIDE / max(height, width))
    return canvas if scale == 1.0 else np.asarray(cv2.resize(canvas, None, fx=scale, fy=scale), np.uint8)


def beside(canvas: Image, lines: Sequence[tuple[str, Colour]]) -> Image:
    """Put a column of words to the right of a picture; lines that find no room are left out."""
    panel = np.full((canvas.shape[0], PANEL, 3), 24, np.uint8)
    for number, (text, colour) in enumerate(lines[: canvas.shape[0] // LINE - 1], 1):
        shown, size = fitted(legible(text), SIZE, PANEL - 16)
        write(panel, shown, (8, number * LINE), size=size, colour=colour)
    return np.hstack([canvas, panel])


def clock(at_s: float) -> str:
    """Minutes and seconds of the recording."""
    minutes, seconds = divmod(at_s, 60)
    return f"{int(minutes):02d}:{seconds:04.1f}"


def _even(canvas: Image) -> Image:
    """H.264 with half the colours wants even sides."""
    height, width = canvas.shape[:2]
    return canvas[: height - height % 2, : width - width % 2]
