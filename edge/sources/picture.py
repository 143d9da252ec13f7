"""A decoder's picture, converted to BGR only where somebody looks at it.

At 1080p the whole picture in BGR is 6 MB, twice what the decoder holds, and most looks need no more of it than the
gate's small picture. That one is scaled and converted in one step, by swscale, so that every pixel format, colour
range and matrix is treated as in the whole picture.
"""

import threading
import zlib
from typing import Final

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from edge.values import Image, shrunk, small_size

MARK_ROWS: Final = 4  # every fourth row is compared: noise is in all of them
SMALL: Final = Interpolation.AREA | Interpolation.FULL_CHR_H_INT  # colours, too, of each pixel and not of two
BYTES_OF_LUMA: Final = {
    **dict.fromkeys(("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p", "nv12", "gray"), 1),
    **dict.fromkeys(("yuv420p10le", "yuv422p10le", "gray10le"), 2),
}
"""Bytes a pixel of the first plane, where that plane is luma alone."""

STRETCHED: Final = ((np.arange(256) - 16) * 255 / 219).clip(0, 255).round().astype(np.uint8)
"""From the range that video has unless it says otherwise, 16–235, to 0–255: swscale forgets it for grey formats."""


class Darkroom:
    """What converts the pictures of one source. Kept from look to look: to set a conversion up costs as much as it."""

    def __init__(self) -> None:
        self.lock: Final = threading.Lock()
        self._whole = VideoReformatter()
        self._small = VideoReformatter()

    def whole(self, frame: VideoFrame) -> Image:
        """(h, w, 3) uint8 BGR; with `lock` held."""
        return _bgr(self._whole.reformat(frame, format="bgr24", threads=1), frame)

    def small(self, frame: VideoFrame, side: int) -> Image:
        """(h, w, 3) uint8 BGR, the longer side `side` at most; with `lock` held."""
        width, height = small_size(frame.width, frame.height, side)
        return _bgr(self._small.reformat(frame, width, height, "bgr24", interpolation=SMALL, threads=1), frame)


def _bgr(converted: VideoFrame, frame: VideoFrame) -> Image:
    image = np.asarray(converted.to_ndarray(), np.uint8)
    if frame.format.name.startswith("gray") and frame.color_range != ColorRange.JPEG:
        return np.asarray(cv2.LUT(image, STRETCHED), np.uint8)
    return image


class DecodedPicture:
    """A `RawPicture`. The decoder's buffer goes back to it with the first `image`, or with this."""

    def __init__(self, frame: VideoFrame, darkroom: Darkroom) -> None:
        """Take over `frame`; nobody else may use it."""
        self._held: VideoFrame | Image = frame
        self._darkroom = darkroom

    @property
    def image(self) -> Image:
        """As `RawPicture.image`."""
        with self._darkroom.lock:
            if isinstance(self._held, VideoFrame):
                self._held = self._darkroom.whole(self._held)
            return self._held

    def small(self, side: int) -> Image:
        """As `RawPicture.small`."""
        with self._darkroom.lock:
            if isinstance(self._held, VideoFrame):
                return self._darkroom.small(self._held, side)
        return shrunk(self.image, side)

    def mark(self) -> int:
        """A number that is the same for two pictures only if every fourth row is, to the bit (or by 1 in 4 billion)."""
        with self._darkroom.lock:
            luma = _luma(self._held) if isinstance(self._held, VideoFrame) else None
        rows = self.image if luma is None else luma
        return zlib.crc32(rows[::MARK_ROWS].tobytes())


def _luma(frame: VideoFrame) -> Image | None:
    """The bytes of the luma plane, shape (h, bytes of a row), where it lies; None where a format has none."""
    pixel = BYTES_OF_LUMA.get(frame.format.name)
    plane = frame.planes[0]
    if pixel is None or plane.line_size < pixel * frame.width:
        return None
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : pixel * frame.width]
