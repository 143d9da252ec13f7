"""A decoder's picture, converted to BGR only where somebody looks at it.

At 1080p the whole picture in BGR is 6 MB, twice what the decoder holds, and most looks need no more of it than the
gate's small picture, in grey, which comes straight from the decoder's luma.
"""

import threading
import zlib
from collections.abc import Mapping
from typing import Any, Final

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

from edge.values import Image, Luma, grey, shrunk, small_size

MARK_ROWS: Final = 4  # every fourth row is compared: noise is in all of them
ROWS_AVERAGED: Final = 4  # of those that become one row of the small picture in grey
SMALL: Final = Interpolation.AREA | Interpolation.FULL_CHR_H_INT  # colours, too, of each pixel and not of two
LUMA: Final[Mapping[str, int]] = {
    **dict.fromkeys(("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p", "nv12", "nv21", "gray"), 8),
    **dict.fromkeys(("yuv420p10le", "yuv422p10le", "yuv444p10le", "gray10le"), 10),
    **dict.fromkeys(("yuv420p12le", "yuv422p12le", "yuv444p12le", "gray12le"), 12),
}
"""Bits of a pixel of the first plane, for formats of which that plane is luma alone."""

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
    if frame.format.name.startswith("gray") and not _is_full_range(frame):
        return np.asarray(cv2.LUT(image, STRETCHED), np.uint8)
    return image


class DecodedPicture:
    """A `RawPicture`. The decoder's buffer goes back to it with the first `image`, or with this."""

    def __init__(self, frame: VideoFrame, darkroom: Darkroom) -> None:
        """Take over `frame`; nobody else may use it."""
        self._held: VideoFrame | Image = frame
        self._reduced: Image | None = None  # the largest small picture so far
        self._darkroom = darkroom

    @property
    def image(self) -> Image:
        """As `RawPicture.image`."""
        with self._darkroom.lock:
            if isinstance(self._held, VideoFrame):
                self._held = self._darkroom.whole(self._held)
            return self._held

    def small(self, side: int) -> Image:
        """As `RawPicture.small`. Ask for the largest first: smaller ones are made of it."""
        with self._darkroom.lock:
            reduced = self._reduced
            if reduced is not None and max(reduced.shape) >= 2 * side:
                return shrunk(reduced, side)
            held = self._held
            small = self._darkroom.small(held, side) if isinstance(held, VideoFrame) else shrunk(held, side)
            if reduced is None or small.size > reduced.size:
                self._reduced = small
            return small

    def grey(self, side: int) -> Luma:
        """As `RawPicture.grey`."""
        with self._darkroom.lock:
            luma = _grey(self._held, side) if isinstance(self._held, VideoFrame) else None
        return grey(self.small(side)) if luma is None else luma

    def mark(self) -> int:
        """A number that is the same for two pictures only if every fourth row is, to the bit (or by 1 in 4 billion)."""
        with self._darkroom.lock:
            luma = luma_plane(self._held) if isinstance(self._held, VideoFrame) else None
        rows = self.image if luma is None else luma
        return zlib.crc32(rows[::MARK_ROWS].tobytes())


def _grey(frame: VideoFrame, side: int) -> Luma | None:
    """The luma plane made small, 0–255 whatever its range; None where a format has none.

    A few rows of those that make a small picture's row are enough: noise and compression are averaged out all the same,
    and most of the time goes into reading.
    """
    luma = luma_plane(frame)
    if luma is None:
        return None
    size = small_size(frame.width, frame.height, side)
    step = max(1, frame.height // (size[1] * ROWS_AVERAGED))
    small = cv2.resize(luma[step // 2 :: step], size, interpolation=cv2.INTER_AREA).astype(np.float32)
    unit = 2.0 ** (LUMA[frame.format.name] - 8)
    black, white = (0.0, 256.0 * unit - 1) if _is_full_range(frame) else (16.0 * unit, 235.0 * unit)
    return np.asarray(((small - black) * (255.0 / (white - black))).clip(0, 255), np.float32)


def _is_full_range(frame: VideoFrame) -> bool:
    return frame.format.name.startswith("yuvj") or frame.color_range == ColorRange.JPEG


def luma_plane(frame: VideoFrame) -> NDArray[np.unsignedinteger[Any]] | None:
    """The luma plane, shape (h, w), where it lies, 8 to 12 bits as `LUMA` has them; None where a format has none."""
    bits, plane = LUMA.get(frame.format.name), frame.planes[0]
    pixel: np.dtype[np.unsignedinteger[Any]] = np.dtype("u1" if bits == 8 else "<u2")
    if bits is None or plane.line_size < pixel.itemsize * frame.width or plane.line_size % pixel.itemsize:
        return None
    rows = np.frombuffer(memoryview(plane), pixel).reshape(-1, plane.line_size // pixel.itemsize)
    return rows[: frame.height, : frame.width]
