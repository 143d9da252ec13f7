"""A recording, read on its own clock: the same file gives the same frames at the same times."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from av import time_base as AV_TIME_BASE  # noqa: N812  (FFmpeg's name: ticks in a second)
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from edge.errors import Misconfigured, SourceLost
from edge.sources.cost import Cost, Meter
from edge.sources.decoding import LookDecoder
from edge.sources.opening import VideoPacket, open_video
from edge.sources.picture import DecodedPicture
from edge.sources.timeline import Timeline
from edge.values import ClockTrust, Frame, Moment

READ_TIMEOUT_S: Final = 30.0  # a recording may lie on a network share
MAX_READ_ERRORS: Final = 16  # in a row; then the rest of the file is given up


class Recording:
    """A file whose seconds are counted from `start`."""

    def __init__(self, path: Path, *, camera: str, start: datetime, look_every: float) -> None:
        """Open nothing yet.

        Args:
            path: a file that FFmpeg reads.
            camera: the id its frames carry.
            start: aware; the wall clock at the first picture.
            look_every: seconds, ≥ 0; 0 gives every picture but the last few, which wait in the decoder.
        """
        if start.tzinfo is None:
            raise ValueError("a recording's start has a zone")
        self._path = path
        self._camera = camera
        self._start = start
        self._look_every = look_every
        self._meter = Meter(time.thread_time)
        self._damaged_packets = 0
        self._decoder: LookDecoder | None = None

    @property
    def duration_s(self) -> float | None:
        """How long the file says it is, for a progress bar; None where it does not say.

        Raises:
            Misconfigured: the file cannot be read or holds no video.
        """
        container, _ = open_recording(self._path)
        with container:
            return None if container.duration is None else container.duration / AV_TIME_BASE

    def frames(self) -> Iterator[Frame]:
        """Yield at most one picture in each `look_every`, one may come a tenth early; every call reads anew.

        `at_s` is seconds from the first picture and never goes back, even where the file's time stamps do; `seen_at` is
        `start + at_s`, trust SYNCED. Packets that cannot be decoded are skipped and counted in `damaged`.

        Raises:
            Misconfigured: the file cannot be read or holds no video.
            PictureTooLarge: its pictures are larger than any camera's.
        """
        self._damaged_packets = 0
        self._meter.start()
        try:
            container, stream = open_recording(self._path)
            with container:
                yield from self._looks(container, stream)
        finally:
            self._meter.stop()

    @property
    def damaged(self) -> int:
        """Packets skipped in the present or last reading."""
        return self._damaged_packets + (self._decoder.damaged if self._decoder else 0)

    def cost(self) -> Cost:
        """What was spent since last asked."""
        return self._meter.take()

    def _looks(self, container: InputContainer, stream: VideoStream) -> Iterator[Frame]:
        self._decoder = decoder = LookDecoder(stream.codec_context, self._look_every)
        timeline = Timeline(stream.average_rate)
        first_s: float | None = None
        for packet in recorded_packets(container, stream, self._miss):
            place_s = timeline.place(packet)
            picture = self._look(decoder, packet, place_s)
            if picture is not None:
                first_s = place_s if first_s is None else first_s
                with self._meter.aside():
                    yield Frame(self._camera, self._moment(place_s - first_s), picture)

    def _look(self, decoder: LookDecoder, packet: VideoPacket, at_s: float) -> DecodedPicture | None:
        if packet.is_corrupt:
            self._miss()
            return None
        return decoder.feed(packet, at_s, at_s)

    def _miss(self) -> None:
        self._damaged_packets += 1

    def _moment(self, at_s: float) -> Moment:
        return Moment(at_s, self._start + timedelta(seconds=at_s), ClockTrust.SYNCED)


def open_recording(path: Path) -> tuple[InputContainer, VideoStream]:
    """Open a file; the caller closes it.

    Raises:
        Misconfigured: it cannot be read or holds no video.
    """
    try:
        return open_video(str(path.absolute()), read_timeout=READ_TIMEOUT_S)
    except SourceLost as error:
        raise Misconfigured(f"recording {error}") from None


def recorded_packets(container: InputContainer, stream: VideoStream, miss: Callable[[], None]) -> Iterator[VideoPacket]:
    """Every packet of a file; `miss` is called for each error that is read over."""
    errors = 0
    packets = container.demux(stream)
    while errors < MAX_READ_ERRORS:
        try:
            packet = next(packets, None)
        except FFmpegError:
            errors, packets = errors + 1, container.demux(stream)
            miss()
            continue
        if packet is None or not packet.size:
            return
        errors = 0
        yield packet
