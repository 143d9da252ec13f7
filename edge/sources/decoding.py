"""Which packets of a stream are decoded, so that looks come about every `look_every` at the least cost.

A key frame is a picture by itself; every other packet needs all packets since the key frame before it. So packets are
kept, not decoded, until a look is due:

- Key frames come often enough (waiting for the next makes a look late by at most one more `look_every`): only they are
  decoded, at most one for each look. This is FFmpeg's `skip_frame=NONKEY`, less the key frames nobody looks at.
- Key frames come more rarely, or no more at all: when a look is due, what was kept since the last key frame is decoded
  and the newest picture taken. A key frame that comes first throws away what was kept: it is not needed any more.

How often key frames come is measured from one to the next, so a camera whose setting changes is followed at once.
It is measured by the stream's own time, so a gateway that cannot keep up does not come to think that they are rare and
decode all there is between them: that would be fifty times the work, when there is least room for it.
"""

from typing import Final

from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from edge.errors import SourceLost
from edge.sources.opening import VideoPacket
from edge.sources.picture import Darkroom, DecodedPicture

EARLY: Final = 0.1  # of look_every: how much too early a key frame may come, for on a network their spacing jitters
LATE: Final = 0.25  # of look_every: how long past its time a key frame is still waited for
MAX_KEPT_BYTES: Final = 32 * 1024 * 1024  # 16 s at 16 Mbit/s; beyond it the next key frame is waited for
MAX_KEPT_PACKETS: Final = 4096
MAX_SIDE: Final = 8192  # pixels
MAX_PIXELS: Final = MAX_SIDE * 4608  # the largest of today's cameras: about 60 MB a picture


class PictureTooLarge(SourceLost):
    """The stream's pictures are larger than any camera's and would take memory that others need."""


class LookDecoder:
    """Takes every packet of one video stream, in order, and gives a picture when a look is due."""

    def __init__(self, codec: VideoCodecContext, look_every: float) -> None:
        """Use `codec` alone from now on, in the calling thread only, so that its CPU time is counted there.

        Args:
            codec: of a stream just opened.
            look_every: seconds, ≥ 0; 0 gives every picture.
        """
        codec.thread_count = 1
        codec.options = {"max_pixels": str(MAX_PIXELS)}
        self._codec = codec
        self._darkroom = Darkroom()
        self._look_every = look_every
        self._kept: list[VideoPacket] = []  # from the key frame on, or from where the codec stands if `_warm`
        self._kept_bytes = 0
        self._warm = False  # the codec has taken everything since the key frame, up to `_kept`
        self._broken = True  # something is missing since the last key frame
        self._key_at: float | None = None
        self._key_every: float | None = None
        self._looked_at: float | None = None
        self.key_frames = 0
        self.damaged = 0

    def feed(self, packet: VideoPacket, at_s: float, place_s: float) -> DecodedPicture | None:
        """Take the next packet; return a picture if a look is due and one can be had.

        Args:
            at_s: when it came: looks are due by this.
            place_s: its place in the stream: how far key frames lie apart is told by this, for to a reader that was
                held up, packets come all at once.
        Raises:
            PictureTooLarge: a side of the picture is longer than `MAX_SIDE`.
        """
        if packet.is_keyframe:
            self._start_group(place_s)
        if self._broken or not self._keep(packet) or not self._is_due(at_s, place_s, key=packet.is_keyframe):
            return None
        picture = self._decode()
        if picture is None:
            return None
        self._looked_at = at_s
        return DecodedPicture(picture, self._darkroom)

    def _start_group(self, place_s: float) -> None:
        self.key_frames += 1
        self._key_every = None if self._key_at is None else place_s - self._key_at
        self._key_at = place_s
        self._broken = False
        if self._kept or not self._warm:
            self._drop_kept()

    def _drop_kept(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0
        self._warm = False
        self._codec.flush_buffers()

    def _keep(self, packet: VideoPacket) -> bool:
        self._kept.append(packet)
        self._kept_bytes += packet.size
        if self._kept_bytes > MAX_KEPT_BYTES or len(self._kept) > MAX_KEPT_PACKETS:
            self._drop_kept()
            self._broken = True
        return not self._broken

    def _is_due(self, at_s: float, place_s: float, *, key: bool) -> bool:
        if self._looked_at is None:
            return True
        due = self._looked_at + self._look_every
        if key:
            return at_s >= due - EARLY * self._look_every
        return at_s >= due and not self._key_is_near(place_s)

    def _key_is_near(self, place_s: float) -> bool:
        if self._key_at is None or self._key_every is None:
            return False
        wait_s = self._key_at + self._key_every - place_s
        return -LATE * self._look_every <= wait_s <= self._look_every

    def _decode(self) -> VideoFrame | None:
        """Decode what is kept and return the newest sound picture; only that one is held, for there may be hundreds.

        A key frame alone is drawn out of the codec at once and kept for what may follow it.
        """
        alone = not self._warm and len(self._kept) == 1
        newest: VideoFrame | None = None
        for packet in (*self._kept, None) if alone else self._kept:
            newest = self._newest(self._decoded(packet), newest)
        if alone:
            self._codec.flush_buffers()
        else:
            self._kept.clear()
            self._kept_bytes = 0
            self._warm = True
        return newest

    def _decoded(self, packet: "VideoPacket | None") -> list[VideoFrame]:
        try:
            return self._codec.decode(packet)
        except FFmpegError:
            self.damaged += 1
            return []

    def _newest(self, pictures: list[VideoFrame], before: VideoFrame | None) -> VideoFrame | None:
        sound = [picture for picture in pictures if not picture.is_corrupt]
        if not sound:
            return before
        picture = sound[-1]
        if max(picture.width, picture.height) > MAX_SIDE:
            raise PictureTooLarge(f"pictures of {picture.width}×{picture.height}; at most {MAX_SIDE} a side are read")
        return picture
