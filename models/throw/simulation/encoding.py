"""A clip as a camera would send it: H.264 or H.265, real encoders, at rates that cameras are set to."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from models.throw.simulation.clip import Clip
from models.throw.simulation.renderer import frames
from models.throw.simulation.scene import Scene

GREY: Final = 128  # of both chroma planes: what is simulated has no colour
CLOCK: Final = 90_000  # ticks a second, as in MPEG-2 systems and RTP (RFC 3551)
# No B-frames and no looking ahead, as surveillance cameras send. One thread, for the bytes depend on it.
_X264: Final = {"preset": "superfast", "tune": "zerolatency", "threads": "1", "sc_threshold": "0"}
_X265: Final = "pools=none:frame-threads=1:bframes=0:rc-lookahead=0:scenecut=0:log-level=none:open-gop=0"


def encode(clip: Clip, path: Path, pictures: Iterable[NDArray[np.uint8]] | None = None) -> Path:
    """Render a clip and encode it, the time stamps those of its frame rate.

    Args:
        path: of the file to write; its suffix names the container, `.mp4` for one.
        pictures: what to encode instead of `frames(clip)`, shape (height, width), uint8.
    Returns:
        `path`.
    Raises:
        models.errors.ModelMissing: as `frames`.
    """
    scene = clip.scene
    step = Fraction(CLOCK) / Fraction(scene.fps).limit_denominator(1001)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264" if scene.codec == "h264" else "libx265",
            rate=Fraction(scene.fps).limit_denominator(1001),
            options=_options(scene),
        )
        stream.width, stream.height, stream.pix_fmt = scene.width, scene.height, "yuv420p"
        stream.codec_context.color_range = ColorRange.JPEG
        stream.codec_context.time_base = Fraction(1, CLOCK)
        stream.codec_context.gop_size = gop(scene)
        stream.codec_context.bit_rate = scene.bitrate_kbit * 1000
        planes = np.full((scene.height * 3 // 2, scene.width), GREY, np.uint8)
        for index, picture in enumerate(frames(clip) if pictures is None else pictures):
            planes[: scene.height] = picture
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = round(index * step), Fraction(1, CLOCK)
            frame.color_range, frame.pict_type = ColorRange.JPEG, PictureType.NONE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def gop(scene: Scene) -> int:
    """Pictures from one that stands by itself to the next."""
    return max(1, round(scene.gop_s * scene.fps))


def _options(scene: Scene) -> dict[str, str]:
    """What a camera's constant bit rate is: a buffer of a second, and never more than half as much again."""
    most = str(round(scene.bitrate_kbit * 1.5) * 1000)
    if scene.codec == "h264":
        return _X264 | {"maxrate": most, "bufsize": str(scene.bitrate_kbit * 1000), "keyint_min": str(gop(scene))}
    rate = f"keyint={gop(scene)}:min-keyint={gop(scene)}:vbv-maxrate={round(scene.bitrate_kbit * 1.5)}"
    return {"preset": "ultrafast", "x265-params": f"{_X265}:{rate}:vbv-bufsize={scene.bitrate_kbit}"}
