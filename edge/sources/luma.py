"""The brightness of a decoded picture in 8 bits, where it lies."""

import zlib
from typing import Final

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from edge.sources.picture import LUMA, luma_plane

MARK_ROWS: Final = 16  # every sixteenth row is compared: noise is in all of them


def luma(frame: VideoFrame) -> NDArray[np.uint8]:
    """The luma plane, shape (h, w), uint8, in the range that the camera codes it in: often 16–235.

    Of 8 bits it is a view of the decoder's memory, which is kept while the view is: hold few. Of 10 or 12 bits, and of
    a format without such a plane, it is a copy.
    """
    plane = luma_plane(frame)
    if plane is None:
        return np.asarray(frame.reformat(format="gray").to_ndarray(), np.uint8)
    if plane.dtype == np.uint8:
        return np.asarray(plane, np.uint8)
    return (plane >> (LUMA[frame.format.name] - 8)).astype(np.uint8)


def mark(plane: NDArray[np.uint8]) -> int:
    """A number that is the same for two pictures only if every sixteenth row is, to the bit (or by 1 in 4 billion)."""
    return zlib.crc32(plane[::MARK_ROWS].tobytes())
