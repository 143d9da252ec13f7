"""Hashed lists on disk: one file each, for the gateway alone, written whole or not at all."""

import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from edge.errors import DiskFull, Misconfigured
from edge.permits.hashing import HashedList, Hasher

FOLDER: Final = "permits"  # below gateway.data
SUFFIX: Final = ".list"
MAX_KEPT_BYTES: Final = 16 * 1024 * 1024  # 20,000 permits with dates and a period each come to about 6 MB
MAX_LISTS: Final = 33  # 16 of the settings, 16 imported, the cloud's


class Unreadable(Exception):
    """A file holds no list of this gateway: damaged, or written under another key. Its text says what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path: Final = path


class Storage:
    """The lists that a gateway keeps.

    Args:
        data: the gateway's data folder; the lists' own is made when one is written.
    """

    def __init__(self, data: Path, hasher: Hasher) -> None:
        self.folder: Final = data / FOLDER
        self._hasher = hasher

    def write(self, hashed: HashedList) -> Path:
        """Keep a list in place of the one of that name.

        Raises:
            Misconfigured: there are as many lists as there may be, or the folder cannot be written.
            DiskFull: the disk refuses.
        """
        path = self.path(hashed.name)
        if not path.exists() and len(self._files()) >= MAX_LISTS:
            raise Misconfigured(f"{self.folder}: 名单太多 at most {MAX_LISTS} lists are kept; remove one first")
        body = hashed.model_dump_json(exclude_defaults=False).encode()
        try:
            _replace(path, self._hasher.seal(body).encode() + b"\n" + body)
        except PermissionError as error:
            raise Misconfigured(f"{self.folder}: 不能写 cannot be written ({error.strerror})") from None
        except OSError as error:
            raise DiskFull(f"{self.folder}: {error.strerror}") from None
        return path

    def read(self, name: str) -> HashedList | None:
        """The list of that name, or None where there is none.

        Raises:
            Unreadable: it is no list of this gateway.
        """
        path = self.path(name)
        return self._read(path) if path.exists() else None

    def remove(self, name: str) -> bool:
        """Forget a list; whether there was one."""
        path = self.path(name)
        if not path.exists():
            return False
        path.unlink()
        return True

    def path(self, name: str) -> Path:
        """The file of the list of that name, there or not."""
        return self.folder / (hashlib.sha256(name.encode()).hexdigest()[:16] + SUFFIX)

    def all(self) -> Iterator[HashedList | Unreadable]:
        """Every list that is kept, and why one cannot be read."""
        for path in self._files()[:MAX_LISTS]:
            try:
                yield self._read(path)
            except Unreadable as fault:
                yield fault

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    def _read(self, path: Path) -> HashedList:
        try:
            with path.open("rb") as file:
                raw = file.read(MAX_KEPT_BYTES + 1)
        except OSError as error:
            raise Unreadable(path, f"读不了 cannot be read ({error.strerror})") from None
        seal, _, body = raw.partition(b"\n")
        if len(raw) > MAX_KEPT_BYTES or not hmac.compare_digest(seal, self._hasher.seal(body).encode()):
            raise Unreadable(
                path, "损坏，或网关换过钥匙，请重新导入 damaged, or the gateway has another key now: import it again"
            )
        try:
            return HashedList.model_validate_json(body)
        except ValidationError:
            raise Unreadable(path, "别的版本，请重新导入 of another version: import it again") from None


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
