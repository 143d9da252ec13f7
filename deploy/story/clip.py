"""The story's pictures as short clips that a camera could have sent: sensor noise, light that drifts, H.264."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np

from deploy.story import footage, scene
from deploy.story.footage import Picture
from deploy.story.scene import Scene
from models.packages import Progress, replacing, silent

FPS: Final = 15
CLIP_S: Final = 4  # how long the camera takes to notice that the scene has changed; the light comes round once in it
_LIGHT_SWING: Final = 0.03
_NOISE_LEVELS: Final = 2.0  # standard deviation, of 255
_SEED: Final = 20_200_401

# A key frame a second, as surveillance cameras send; no B-frames, so that packets go out in the order they are shown;
# one thread, so that every machine makes the same bytes.
_X264: Final = {
    "preset": "veryfast",
    "crf": "24",
    "g": str(FPS),
    "keyint_min": str(FPS),
    "sc_threshold": "0",
    "bf": "0",
    "threads": "1",
}


def ensure_clips(progress: Progress = silent, cache: Path | None = None) -> dict[Scene, Path]:
    """Give one clip a scene, made on first use and kept by the hash of the recipe.

    Raises:
        models.errors.FetchFailed, models.errors.ModelRefused: the film could not be brought, or is another.
    """
    cache = cache or footage.cache_folder()
    folder = cache / recipe_hash()
    clips = {each: folder / f"{each}.mp4" for each in Scene}
    if all(path.is_file() for path in clips.values()):
        return clips
    folder.mkdir(parents=True, exist_ok=True)
    film = footage.source_film(cache, progress)
    pictures = scene.compose(footage.read_frames(film, scene.FRAMES))
    for step, (each, path) in enumerate(clips.items()):
        progress(f"arranging the scene “{each}”", step / len(clips))
        with replacing(path) as draft:
            encode(pictures[each], draft)
    progress("done", 1.0)
    return clips


def recipe_hash() -> str:
    """Name what the clips are made from and how: the film and the code of these three modules."""
    digest = hashlib.sha256(footage.BIKES.sha256.encode())
    for module in (footage.__file__, scene.__file__, __file__):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()[:16]


def encode(picture: Picture, path: Path) -> None:
    """Write `CLIP_S` seconds of a still scene as an MP4 file; end and beginning fit, so it can be looped."""
    height, width = picture.shape[:2]
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options=_X264)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for number, shown in enumerate(_as_filmed(picture)):
            frame = av.VideoFrame.from_ndarray(shown, format="bgr24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _as_filmed(picture: Picture) -> Iterator[Picture]:
    count = FPS * CLIP_S
    random = np.random.default_rng(_SEED)
    light = 1 + _LIGHT_SWING * np.sin(2 * np.pi * np.arange(count) / count)
    grey = random.normal(0, _NOISE_LEVELS, (*picture.shape[:2], 1)).astype(np.float32)
    for number in range(count):
        shift = random.integers(0, min(picture.shape[:2]), 2)
        noise = np.roll(grey, tuple(shift), (0, 1))  # one field moved about: as good to the eye as a new one, and cheap
        yield (picture * np.float32(light[number]) + noise).clip(0, 255).astype(np.uint8)
