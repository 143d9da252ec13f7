"""Clips made on the spot."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from edge.values import Image

Draw = Callable[[int, int, int], Image]


def noisy(index: int, width: int, height: int) -> Image:
    """A grey picture with a sensor's noise and a bar that moves."""
    noise = np.random.default_rng(index).integers(0, 12, (height, width, 3))
    image = (110 + noise).astype(np.uint8)
    left = (index * 4) % (width - 16)
    image[height // 3 : height // 2, left : left + 16] = (20, 60, 220)
    return image


def still(_index: int, width: int, height: int) -> Image:
    """The same picture for ever, as a frozen camera sends it."""
    return noisy(0, width, height)


@dataclass(frozen=True)
class Clip:
    """What to encode: `gop` pictures from one key frame to the next; one size after another."""

    name: str
    seconds: float = 6.0
    codec: str = "libx264"
    rate: int = 10
    gop: int = 10
    sizes: tuple[tuple[int, int], ...] = ((320, 180),)
    draw: Draw = noisy
    options: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Encode it. Of several sizes each has its parameters in the stream, as when a camera's setting changes."""
        path = folder / self.name
        if len(self.sizes) == 1:
            path.write_bytes(self._encoded(*self.sizes[0], form=path.suffix[1:].replace("mkv", "matroska")))
            return path
        raw = b"".join(self._encoded(*size, form="h264") for size in self.sizes)
        if path.suffix == ".h264":
            path.write_bytes(raw)
        else:
            self._remux(raw, path)
        return path

    def _encoded(self, width: int, height: int, *, form: str) -> bytes:
        file = io.BytesIO()
        with av.open(file, "w", format=form) as container:
            stream = container.add_stream(self.codec, rate=self.rate, options=self._encoder_options)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.gop_size = width, height, self.gop
            stream.pix_fmt = "yuvj420p" if self.codec == "mjpeg" else "yuv420p"
            for index in range(int(self.seconds * self.rate) // len(self.sizes)):
                image = self.draw(index, width, height)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
            container.mux(stream.encode(None))
        return file.getvalue()

    def _remux(self, raw: bytes, path: Path) -> None:
        with av.open(io.BytesIO(raw), "r", format="h264") as source, av.open(path, "w") as sink:
            stream = sink.add_stream_from_template(source.streams.video[0])
            for index, packet in enumerate(packet for packet in source.demux(video=0) if packet.size):
                packet.stream, packet.time_base = stream, Fraction(1, self.rate)
                packet.pts = packet.dts = index
                packet.duration = 1
                sink.mux(packet)

    @property
    def _encoder_options(self) -> dict[str, str]:
        if self.codec == "libx265":
            parameters = f"keyint={self.gop}:min-keyint={self.gop}:scenecut=0:log-level=none:pools=1:frame-threads=1"
            return {"preset": "ultrafast", "x265-params": parameters, **self.options}
        if self.codec == "libx264":
            parameters = f"keyint={self.gop}:min-keyint={self.gop}:scenecut=0:threads=1:repeat-headers=1"
            return {"preset": "ultrafast", "x264-params": parameters, **self.options}
        return self.options


def sound(path: Path) -> Path:
    """Write a file that holds sound and no picture."""
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    return path
