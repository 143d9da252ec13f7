"""A camera that is there now, every picture of it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from edge import config
from edge.address import redact
from edge.sources.cost import Cost, Meter
from edge.sources.decoding import PictureTooLarge
from edge.sources.film import Gaps, Keeper, Projector, Shot
from edge.sources.freshness import Freshness
from edge.sources.luma import mark
from edge.sources.opening import Address, Kind, VideoPacket, open_video
from edge.sources.pace import Pace
from edge.sources.reading import next_packet
from edge.sources.stamps import LiveStamps, Placed
from edge.sources.timeline import Timeline
from edge.values import Moment

LEAST_READ_TIMEOUT_S: Final = 0.5
WAITED_S: Final = 0.004  # a read that took so long waited for the camera: what lay ready is read in microseconds
MARK_EVERY_S: Final = 1.0  # a picture is compared with the one before at most so often


class FilmCamera:
    """One camera read at full rate, in a thread of its own; otherwise as `CameraSource`.

    What cannot be decoded in time is not caught up with: beyond `stamps.LAG_S` behind, packets are kept and not decoded
    until none lies unread, and the next key frame is where the pictures go on.
    """

    def __init__(
        self,
        camera: config.Camera,
        keeper: Keeper,
        *,
        moment: Callable[[], Moment],
        cpu_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._camera = camera
        self._keeper = keeper
        self._shown = redact(camera.url)
        self._moment = moment
        self._meter = Meter(cpu_clock)
        self._projector: Projector | None = None

    def shots(self, stop: threading.Event) -> Iterator[Shot]:
        """Connect, then yield every picture until `stop` is set.

        Raises:
            SourceLost: as `CameraSource.frames`.
        """
        self._meter.start()
        try:
            timeout_s = max(self._camera.read_timeout, LEAST_READ_TIMEOUT_S)
            container, stream = open_video(self._camera.url, read_timeout=timeout_s)
            with container:
                yield from self._shots(container, stream, stop)
        finally:
            self._meter.stop()

    def cost(self) -> Cost:
        """What was spent since last asked; may be asked from any thread."""
        return self._meter.take()

    def gaps(self) -> Gaps:
        """What was left out since last asked; asked by the thread that reads."""
        return self._projector.take_gaps() if self._projector else Gaps()

    def _shots(self, container: InputContainer, stream: VideoStream, stop: threading.Event) -> Iterator[Shot]:
        self._projector = projector = Projector(stream.codec_context, self._keeper)
        watcher = _Watcher(self._camera, self._moment().at_s)
        for packet, placed, now in self._placed(container, stream, stop):
            watcher.passed(packet)
            try:
                for at_s, luma, begins in projector.feed(packet, placed):
                    watcher.saw(luma, now.at_s)
                    with self._meter.aside():
                        yield Shot(self._camera.id, _moment(now, at_s), luma, begins)
            except PictureTooLarge as error:
                raise PictureTooLarge(f"{self._shown}: {error}") from None
            watcher.check(now.at_s, self._shown)

    def _placed(
        self, container: InputContainer, stream: VideoStream, stop: threading.Event
    ) -> Iterator[tuple[VideoPacket, Placed, Moment]]:
        """Each packet, its place, and when it came."""
        stamps, timeline = LiveStamps(stream.average_rate), Timeline(stream.average_rate)
        pace = Pace(stop) if Address.of(self._camera.url).kind is Kind.FILE else None
        packets = container.demux(stream)
        while not stop.is_set():
            asked_s = time.monotonic()
            packet = next_packet(packets, self._shown)
            idle = pace.wait(timeline.place(packet)) if pace else time.monotonic() - asked_s >= WAITED_S
            now, stamp_s = self._moment(), None if packet.pts is None else float(packet.pts * packet.time_base)
            yield packet, stamps.place(stamp_s, now.at_s, idle=idle), now


class _Watcher:
    """Freshness at full rate: a picture after a key frame is compared with the last such, once a second at most."""

    def __init__(self, camera: config.Camera, now_s: float) -> None:
        standing = camera.simulated
        self._freshness = Freshness(
            stale_after=camera.stale_after, look_every=MARK_EVERY_S, now_s=now_s, may_stand_still=standing
        )
        self._keys = 0
        self._marked_keys = 0
        self._marked_s = float("-inf")

    def passed(self, packet: VideoPacket) -> None:
        self._keys += packet.is_keyframe

    def saw(self, luma: NDArray[np.uint8], now_s: float) -> None:
        if self._keys > self._marked_keys and now_s - self._marked_s >= MARK_EVERY_S:
            self._marked_keys, self._marked_s = self._keys, now_s
            self._freshness.saw(mark(luma), now_s, key_frame=self._keys)
        else:
            self._freshness.came(now_s)

    def check(self, now_s: float, shown: str) -> None:
        fault = self._freshness.fault(now_s)
        if fault:
            raise type(fault)(f"{shown}: {fault}")


def _moment(now: Moment, at_s: float) -> Moment:
    return Moment(at_s, now.seen_at + timedelta(seconds=at_s - now.at_s), now.trust)
