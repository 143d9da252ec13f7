"""Every picture of a recording, on its own clock: the same file gives the same shots at the same times."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from edge.sources.cost import Cost, Meter
from edge.sources.film import Gaps, Keeper, Projector, Shot
from edge.sources.recording import open_recording, recorded_packets
from edge.sources.stamps import RecordedStamps
from edge.values import ClockTrust, Moment


class FilmRecording:
    """A file whose seconds are counted from `start`."""

    def __init__(self, path: Path, keeper: Keeper, *, camera: str, start: datetime) -> None:
        """Open nothing yet.

        Args:
            start: aware; the wall clock at the first packet.
        """
        if start.tzinfo is None:
            raise ValueError("a recording's start has a zone")
        self._path = path
        self._keeper = keeper
        self._camera = camera
        self._start = start
        self._meter = Meter(time.thread_time)
        self._projector: Projector | None = None

    def shots(self) -> Iterator[Shot]:
        """Yield every picture but the last few, which wait in the decoder; every call reads anew.

        `at_s` is seconds from the first packet, by the file's own stamps; `seen_at` is `start + at_s`, trust SYNCED.

        Raises:
            Misconfigured: the file cannot be read or holds no video.
            PictureTooLarge: its pictures are larger than any camera's.
        """
        self._meter.start()
        try:
            container, stream = open_recording(self._path)
            with container:
                yield from self._shots(container, stream)
        finally:
            self._meter.stop()

    def cost(self) -> Cost:
        """What was spent since last asked."""
        return self._meter.take()

    def gaps(self) -> Gaps:
        """What was left out since last asked."""
        return self._projector.take_gaps() if self._projector else Gaps()

    def _shots(self, container: InputContainer, stream: VideoStream) -> Iterator[Shot]:
        self._projector = projector = Projector(stream.codec_context, self._keeper)
        stamps = RecordedStamps(stream.average_rate)
        for packet in recorded_packets(container, stream, lambda: None):
            placed = stamps.place(None if packet.pts is None else float(packet.pts * packet.time_base))
            for at_s, luma, begins in projector.feed(packet, placed):
                with self._meter.aside():
                    yield Shot(self._camera, self._moment(at_s), luma, begins)

    def _moment(self, at_s: float) -> Moment:
        return Moment(at_s, self._start + timedelta(seconds=at_s), ClockTrust.SYNCED)
