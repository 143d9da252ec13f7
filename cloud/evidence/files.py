"""The object store: a local folder or S3. What is put is durable when `put` returns."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from cloud.errors import Misconfigured, StoreLost

LISTED: Final = 500  # files listed at a time


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies in the store."""

    path: str
    size: int  # bytes
    stored_at: datetime  # by the store's clock


class Files:
    """Bytes by path."""

    def __init__(self, url: str) -> None:
        """Open `file:///folder`, which is made when missing, or `s3://bucket/prefix`.

        Raises:
            Misconfigured: there is no such store, or the folder cannot be made.
        """
        self._folder: Final = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None
        try:
            if self._folder is None:
                self._store = from_url(url)
            else:
                self._store = LocalStore(self._folder, automatic_cleanup=True, mkdir=True)
        except (BaseError, ValueError, OSError) as error:
            raise Misconfigured(f"evidence: {url} cannot be opened ({_first_line(error)})") from None

    async def put(self, path: str, body: bytes) -> None:
        """Store `body`, in place of what was there.

        Raises:
            StoreLost: the store is full, gone, or refuses.
        """
        try:
            await obstore.put_async(self._store, path, body)
            if self._folder is not None:
                await asyncio.to_thread(_sync, self._folder / path, self._folder)
        except (BaseError, OSError) as error:
            raise StoreLost(f"evidence store: {_first_line(error)}") from None

    async def get(self, path: str) -> bytes | None:
        """What lies at `path`; None: nothing.

        Raises:
            StoreLost: the store does not answer.
        """
        try:
            found = await obstore.get_async(self._store, path)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise StoreLost(f"evidence store: {_first_line(error)}") from None

    async def has(self, path: str) -> bool:
        """Whether anything lies at `path`.

        Raises:
            StoreLost: the store does not answer.
        """
        try:
            await obstore.head_async(self._store, path)
        except (NotFoundError, FileNotFoundError):
            return False
        except (BaseError, OSError) as error:
            raise StoreLost(f"evidence store: {_first_line(error)}") from None
        return True

    async def delete(self, paths: Iterable[str]) -> None:
        """Remove what lies at `paths`; nothing there is no fault.

        Raises:
            StoreLost: the store does not answer.
        """
        for path in paths:
            try:
                await obstore.delete_async(self._store, path)
            except (NotFoundError, FileNotFoundError):
                continue
            except (BaseError, OSError) as error:
                raise StoreLost(f"evidence store: {_first_line(error)}") from None

    async def batches(self, prefix: str) -> AsyncIterator[list[Stored]]:
        """What lies under `prefix`, at most `LISTED` files at a time, in no order that holds between stores.

        Raises:
            StoreLost: the store does not answer.
        """
        stream = obstore.list(self._store, prefix=prefix, chunk_size=LISTED)
        try:
            while True:
                batch = await anext(stream, None)
                if batch is None:
                    return
                yield [Stored(file["path"], file["size"], file["last_modified"]) for file in batch]
        except (BaseError, OSError) as error:
            raise StoreLost(f"evidence store: {_first_line(error)}") from None


def _sync(file: Path, root: Path) -> None:
    """Have the file and the folders that name it written to the disk: a crash right after must not undo it."""
    for path in (file, *(folder for folder in file.parents if folder.is_relative_to(root))):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
