"""The stream to watch: H.264 as a camera sends it, a loop encoded once and put behind itself."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av

from benchmarks.edge_cost import street
from benchmarks.edge_cost.street import I420, Street, Traffic
from deploy.story import footage, scene
from models.packages import Progress, replacing, silent

FPS: Final = 25
KEY_EVERY_S: Final = 2  # the gateway's own `look_every`: bare decoding and the gateway decode the very same pictures
BITS_PER_S: Final = 4_000_000
LOOP_S: Final = 10  # a multiple of KEY_EVERY_S and of street.PASSES_EVERY_S, so that the loop has no seam

# No B-frames, as surveillance cameras send; a set number of threads, for the bytes depend on it.
_X264: Final = {
    "preset": "veryfast",
    "maxrate": str(BITS_PER_S),
    "bufsize": str(BITS_PER_S),
    "g": str(FPS * KEY_EVERY_S),
    "keyint_min": str(FPS * KEY_EVERY_S),
    "sc_threshold": "0",
    "bf": "0",
    "threads": "4",
}


@dataclass(frozen=True, slots=True)
class Stream:
    """A file and what it holds.

    Attributes:
        path: MP4.
        width, height: pixels.
        seconds: length.
    """

    path: Path
    width: int
    height: int
    seconds: int

    @property
    def frames(self) -> int:
        """Pictures in it."""
        return FPS * self.seconds

    @property
    def key_frames(self) -> int:
        """Pictures in it that stand by themselves."""
        return -(-self.seconds // KEY_EVERY_S)

    @property
    def bits_per_s(self) -> int:
        """What it takes on the wire."""
        return self.path.stat().st_size * 8 // self.seconds


def loops(size: tuple[int, int], progress: Progress = silent, cache: Path | None = None) -> dict[Traffic, Path]:
    """Give a loop of `LOOP_S` a kind of traffic, made on first use and kept by the hash of the recipe.

    Raises:
        models.errors.FetchFailed, models.errors.ModelRefused: the film could not be brought, or is another.
    """
    cache = cache or footage.cache_folder().parent / "benchmarks"
    folder = cache / f"{size[0]}x{size[1]}-{_recipe_hash()}"
    made = {traffic: folder / f"{traffic}.mp4" for traffic in Traffic}
    if all(path.is_file() for path in made.values()):
        return made
    folder.mkdir(parents=True, exist_ok=True)
    film = footage.source_film(footage.cache_folder(), progress)
    drawn = Street(scene.compose(footage.read_frames(film, scene.FRAMES)), size)
    for step, (traffic, path) in enumerate(made.items()):
        progress(f"encoding the {traffic} street", step / len(made))
        with replacing(path) as draft:
            encode(drawn.films(traffic, fps=FPS, seconds=LOOP_S), draft, size)
    progress("done", 1.0)
    return made


def encode(pictures: Iterable[I420], path: Path, size: tuple[int, int]) -> None:
    """Write pictures of `size`, width and height, as an H.264 file of `FPS` a second."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options=_X264)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = BITS_PER_S
        stream.time_base = Fraction(1, FPS)
        for number, planes in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def repeat(loop: Path, path: Path, times: int) -> Stream:
    """Write a loop several times behind itself, without coding it anew."""
    frames = 0
    with av.open(str(path), "w", format="mp4") as target:
        stream = None
        for _ in range(times):
            with av.open(str(loop)) as source:
                stream = stream or target.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(video=0):
                    if packet.size and packet.duration:
                        packet.pts = packet.dts = frames * packet.duration
                        packet.stream = stream
                        target.mux(packet)
                        frames += 1
        if stream is None:
            raise ValueError(f"times must be at least 1, not {times}")
        size = stream.codec_context.width, stream.codec_context.height
    return Stream(path, *size, seconds=frames // FPS)


def _recipe_hash() -> str:
    digest = hashlib.sha256(footage.BIKES.sha256.encode())
    for module in (scene.__file__, street.__file__, __file__):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()[:16]
