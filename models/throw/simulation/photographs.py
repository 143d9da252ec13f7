"""Two photographs that a package of the Python registry carries, brought when asked for, kept in the models' folder.

They are `china.jpg` and `flower.jpg` of scikit-learn: real texture for façades, one for each family. Nothing of them is
in this repository, and everything works without them.
"""

import platform
import sys
from pathlib import Path
from typing import Final

from models.errors import FetchFailed
from models.packages import PackageFile, Progress, fetch_all, is_intact, silent
from models.zoo import default_directory

VERSION: Final = "1.6.1"
SHA256: Final = {
    "china.jpg": "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
    "flower.jpg": "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638",
}
ARCHIVES: Final = {
    ("x86_64", (3, 11)): "25fc636bdaf1cc2f4a124a116312d837148b5e10872147bdaf4887926b8c03d8",
    ("x86_64", (3, 12)): "2e69fab4ebfc9c9b580a7a80111b43d214ab06250f8a7ef590a4edf72464dd86",
    ("x86_64", (3, 13)): "e8ca8cb270fee8f1f76fa9bfd5c3507d60c6438bbee5687f81042e2bb98e5a97",
    ("aarch64", (3, 11)): "dc4765af3386811c3ca21638f63b9cf5ecf66261cc4815c1db3f1e7dc7b79db2",
    ("aarch64", (3, 12)): "1061b7c028a8663fb9a1a1baf9317b64a257fcb036dae5c8752b2abef31d136f",
    ("aarch64", (3, 13)): "c06beb2e839ecc641366000ca84f3cf6fa9faa1777e29cf0c04be6e4d096a348",
}
"""The wheel differs from machine to machine, what is taken out of it does not: hash by machine and Python."""


def photographs(into: Path | None = None, progress: Progress = silent) -> dict[str, Path]:
    """Bring the photographs; without any network when they are there already.

    Args:
        into: where they are kept; none means `photographs` in the models' folder.
    Returns:
        each photograph's file by its name.
    Raises:
        models.errors.FetchFailed: no network, no client, or no wheel known for this machine; put the two files there.
        models.errors.ModelRefused: what came has another hash.
    """
    folder = _folder(into)
    if not all(is_intact(folder / name, sha256) for name, sha256 in SHA256.items()):
        archive = _archive(folder)
        files = [
            PackageFile("pypi", "scikit-learn", VERSION, archive, f"sklearn/datasets/images/{name}", sha256)
            for name, sha256 in SHA256.items()
        ]
        fetch_all(files, folder, progress)
    return {name: folder / name for name in SHA256}


def kept(name: str, folder: Path | None = None) -> Path | None:
    """Give a photograph that was brought, None when it was not."""
    path = _folder(folder) / name
    return path if is_intact(path, SHA256[name]) else None


def _folder(chosen: Path | None) -> Path:
    return chosen if chosen is not None else default_directory() / "photographs"


def _archive(folder: Path) -> str:
    machine = (platform.machine(), sys.version_info[:2])
    if machine not in ARCHIVES:
        raise FetchFailed(f"no wheel of scikit-learn is known for {machine}: put {' and '.join(SHA256)} in {folder}")
    return ARCHIVES[machine]
