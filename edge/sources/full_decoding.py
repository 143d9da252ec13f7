"""Every packet decoded, in one thread, with the time that its picture lies at."""

from fractions import Fraction
from typing import Final

from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from edge.sources.decoding import MAX_PIXELS, MAX_SIDE, PictureTooLarge
from edge.sources.opening import VideoPacket
from edge.sources.stamps import Placed

TICKS: Final = 1_000_000  # a second: a decoder hands a packet's stamp through to its picture as a whole number
_TICK: Final = Fraction(1, TICKS)


class FullDecoder:
    """Takes every packet of one video stream, in order, and gives every picture, in the order they are shown."""

    def __init__(self, codec: VideoCodecContext) -> None:
        """Use `codec` alone from now on, in the calling thread only: others of a gateway have their own cameras."""
        codec.thread_count = 1
        codec.options = {"max_pixels": str(MAX_PIXELS)}
        self._codec = codec
        self._begun = False
        self.damaged = 0

    def feed(self, packet: VideoPacket, placed: Placed) -> list[tuple[VideoFrame, float | None]]:
        """Take the next packet; give the pictures that are complete, none before the first key frame.

        The packet is marked with its place and of no other use afterwards.

        Returns:
            each picture with its time on the timeline; None where its packet had no stamp.
        Raises:
            PictureTooLarge: a side of the picture is longer than `MAX_SIDE`.
        """
        self._begun = self._begun or packet.is_keyframe
        if not self._begun:
            return []
        packet.time_base, packet.dts = _TICK, None
        packet.pts = round(placed.at_s * TICKS) if placed.stamped else None
        try:
            pictures = self._codec.decode(packet)
        except FFmpegError:
            self.damaged += 1
            return []
        return [(_sound(one), _seconds(one)) for one in pictures if not one.is_corrupt]

    def begin_anew(self) -> None:
        """Packets were left out: wait for the next key frame."""
        self._codec.flush_buffers()
        self._begun = False


def _sound(picture: VideoFrame) -> VideoFrame:
    if max(picture.width, picture.height) > MAX_SIDE:
        raise PictureTooLarge(f"pictures of {picture.width}×{picture.height}; at most {MAX_SIDE} a side are read")
    return picture


def _seconds(picture: VideoFrame) -> float | None:
    return None if picture.pts is None else picture.pts / TICKS
