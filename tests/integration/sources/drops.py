"""Simulated clips of a dark thing that falls before a drawn façade."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

GRAVITY = 9.80665
COLUMNS, FLOORS = 8, 6
LEFT, TOP, RIGHT, BOTTOM = 0.1, 0.05, 0.9, 0.85  # of the windows' rectangle


def facade(width: int, height: int) -> NDArray[np.uint8]:
    """A wall with a texture and a window in each cell of its grid, each with something small and bright in it."""
    draw = np.random.default_rng(3)
    image = np.full((height, width, 3), 150, np.float32) + draw.normal(0, 8, (height, width, 1))
    wide, tall = (RIGHT - LEFT) * width / COLUMNS, (BOTTOM - TOP) * height / FLOORS
    for row in range(FLOORS):
        for column in range(COLUMNS):
            x, y = int(LEFT * width + (column + 0.2) * wide), int(TOP * height + (row + 0.2) * tall)
            image[y : y + int(0.6 * tall), x : x + int(0.6 * wide)] = (70, 60, 50 + 10 * row)
            image[y + 4 : y + int(0.3 * tall), x + 4 : x + int(0.2 * wide)] = (40, 230, 240)
    return np.clip(cv2.GaussianBlur(image, (3, 3), 0), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Drop:
    """A thing let go at `at_s` seconds, at `x`, `y` pixels."""

    at_s: float
    x: float
    y: float


@dataclass(frozen=True)
class Drops:
    """What to encode."""

    name: str = "drop.mp4"
    seconds: float = 7.0
    codec: str = "libx264"
    rate: int = 25
    gop: int = 25
    size: tuple[int, int] = (640, 360)
    pixels_per_metre: float = 12.0
    drops: tuple[Drop, ...] = (Drop(2.0, 330.0, 50.0),)
    options: dict[str, str] = field(default_factory=dict)
    pix_fmt: str = "yuv420p"

    @property
    def falls_s(self) -> float:
        """How long the first thing falls until it is out of sight."""
        return float(np.sqrt(2 * (self.size[1] - self.drops[0].y) / (GRAVITY * self.pixels_per_metre)))

    def write(self, folder: Path) -> Path:
        """Encode it; noise as a sensor has it."""
        path, (width, height) = folder / self.name, self.size
        ground, noise = facade(width, height), np.random.default_rng(5)
        with av.open(path, "w") as container:
            stream = container.add_stream(self.codec, rate=self.rate, options=self._encoder_options)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = width, height, self.pix_fmt
            for number in range(int(self.seconds * self.rate)):
                image = self._drawn(ground, number / self.rate) + noise.normal(0, 1.5, (height, width, 1))
                frame = av.VideoFrame.from_ndarray(np.clip(image, 0, 255).astype(np.uint8), format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, self.rate)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    def _drawn(self, ground: NDArray[np.uint8], at_s: float) -> NDArray[np.uint8]:
        image = ground.copy()
        for drop in self.drops:
            passed_s = at_s - drop.at_s
            if passed_s >= 0:
                y = drop.y + GRAVITY * self.pixels_per_metre * passed_s**2 / 2
                blur = GRAVITY * self.pixels_per_metre * passed_s / self.rate / 4
                corners = (int(drop.x), int(y - blur)), (int(drop.x) + 4, int(y + blur) + 4)
                cv2.rectangle(image, *corners, (15, 15, 15), cv2.FILLED)
        return image

    @property
    def _encoder_options(self) -> dict[str, str]:
        group = f"keyint={self.gop}:min-keyint={self.gop}:scenecut=0"
        if self.codec == "libx265":
            given = f"{group}:log-level=none:pools=1:frame-threads=1"
            return {"preset": "ultrafast", "crf": "22", "x265-params": given, **self.options}
        return {"preset": "veryfast", "crf": "20", "x264-params": f"{group}:threads=1", **self.options}


def remuxed(path: Path, target: Path, times: list[float]) -> Path:
    """Copy a clip, without pictures shown before others, into MPEG-TS, which keeps the presentation times it is given.

    Args:
        times: seconds, one a packet; at most 0.1 s before even spacing at 25 a second.
    """
    with av.open(path) as source, av.open(target, "w", format="mpegts") as sink:
        stream = sink.add_stream_from_template(source.streams.video[0])
        packets = (packet for packet in source.demux(video=0) if packet.size)
        for number, (packet, time) in enumerate(zip(packets, times, strict=True)):
            packet.stream, packet.time_base = stream, Fraction(1, 90_000)
            packet.pts, packet.dts = round((time + 0.1) * 90_000), number * 3600
            sink.mux(packet)
    return target
