"""Disk space held back, so that a full disk can still be emptied: forgetting a record writes, too."""

import logging
import os
from pathlib import Path
from typing import Final

BALLAST_BYTES: Final = 1024 * 1024

log = logging.getLogger(__name__)


class Ballast:
    """A file that is there to be thrown away. `path` None holds nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._held = False
        self.take()

    def take(self) -> None:
        """Hold space, where the disk has it to spare twice over; blocks are written, not only promised."""
        if self._path is None or self._held:
            return
        try:
            if self._path.exists() and self._path.stat().st_size == BALLAST_BYTES:
                self._held = True
                return
            disk = os.statvfs(self._path.parent)
            if disk.f_bavail * disk.f_frsize < 2 * BALLAST_BYTES:
                return
            self._path.write_bytes(os.urandom(BALLAST_BYTES))  # zeros may be stored as nothing
            self._held = True
        except OSError as error:
            log.debug("no ballast: %s", error.strerror)

    def release(self) -> None:
        """Give the space to whoever needs it now."""
        if self._path is None:
            return
        try:
            self._path.unlink(missing_ok=True)
            self._held = False
        except OSError as error:
            log.debug("ballast stays: %s", error.strerror)
