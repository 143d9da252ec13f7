"""A camera that is there now: RTSP, a USB device, or a file played at its own pace."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from av.container import InputContainer
from av.video.stream import VideoStream

from edge import config
from edge.address import redact
from edge.sources.cost import Cost, Meter
from edge.sources.decoding import LookDecoder, PictureTooLarge
from edge.sources.freshness import Freshness
from edge.sources.opening import Address, Kind, VideoPacket, open_video
from edge.sources.pace import Pace
from edge.sources.reading import next_packet
from edge.sources.timeline import Timeline
from edge.values import Frame, Moment

LEAST_READ_TIMEOUT_S: Final = 0.5


class CameraSource:
    """One camera, read in a thread of its own. It may be read again after it was lost, by one reader at a time.

    A `file` plays in real time and is lost at its end, as a camera that is switched off. TLS of `rtsps` hides the
    stream from listeners; cameras sign their own certificates, so it does not prove who answers.
    """

    def __init__(
        self, camera: config.Camera, *, moment: Callable[[], Moment], cpu_clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._camera = camera
        self._shown = redact(camera.url)
        self._moment = moment
        self._meter = Meter(cpu_clock)

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Connect, then yield at most one picture in each `look_every` until `stop` is set; one may come a tenth early.

        Blocking: `stop` is noticed after at most `read_timeout`, a silent network after at most twice that, for FFmpeg
        first hands out what it had not finished. Each frame's moment is `moment()` as its packet came.

        Raises:
            SourceLost: it cannot be opened, answers too late, ends, sends nothing that can be decoded, or shows nothing
                new for `stale_after`. The text holds the address without its secrets.
        """
        self._meter.start()
        try:
            container, stream = open_video(
                self._camera.url, read_timeout=max(self._camera.read_timeout, LEAST_READ_TIMEOUT_S)
            )
            with container:
                yield from self._looks(container, stream, stop)
        finally:
            self._meter.stop()

    def cost(self) -> Cost:
        """What was spent since last asked; may be asked from any thread."""
        return self._meter.take()

    def _looks(self, container: InputContainer, stream: VideoStream, stop: threading.Event) -> Iterator[Frame]:
        decoder = LookDecoder(stream.codec_context, self._camera.look_every)
        freshness = self._freshness()
        timeline = Timeline(stream.average_rate)
        pace = Pace(stop) if Address.of(self._camera.url).kind is Kind.FILE else None
        packets = container.demux(stream)
        while not stop.is_set():
            packet = next_packet(packets, self._shown)
            place_s = timeline.place(packet)
            if pace is not None:
                pace.wait(place_s)
            frame = self._look(decoder, packet, place_s, freshness)
            if frame is not None:
                with self._meter.aside():
                    yield frame
                del frame  # its picture is 3 to 6 MB, and the next one is seconds away

    def _freshness(self) -> Freshness:
        return Freshness(
            stale_after=self._camera.stale_after,
            look_every=self._camera.look_every,
            now_s=self._moment().at_s,
            may_stand_still=self._camera.simulated,
        )

    def _look(self, decoder: LookDecoder, packet: VideoPacket, place_s: float, freshness: Freshness) -> Frame | None:
        moment = self._moment()
        try:
            picture = decoder.feed(packet, moment.at_s, place_s)
        except PictureTooLarge as error:
            raise PictureTooLarge(f"{self._shown}: {error}") from None
        if picture is not None:
            freshness.saw(picture.mark(), moment.at_s, key_frame=decoder.key_frames)
        fault = freshness.fault(moment.at_s)
        if fault:
            raise type(fault)(f"{self._shown}: {fault}")
        return None if picture is None else Frame(self._camera.id, moment, picture)
