"""Disk space held back, so that a full disk can still be emptied: forgetting a record writes, too."""

import logging
import os
import shutil
from pathlib import Path
from typing import Final

BALLAST_BYTES: Final = 1024 * 1024
SPARE_BYTES: Final = 256 * 1024  # never the disk's last bytes

log = logging.getLogger(__name__)


class Ballast:
    """A file that is there to be thrown away. `path` None holds nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._held = False
        self.take()

    def take(self) -> bool:
        """Hold space where the disk has it to spare; whether there is nothing left to do."""
        if self._path is None or self._held:
            return True
        try:
            self._held = self._is_there(self._path) or self._write(self._path)
        except OSError as error:
            log.debug("no ballast: %s", error.strerror)
        return self._held

    @staticmethod
    def _is_there(path: Path) -> bool:
        return path.exists() and path.stat().st_size == BALLAST_BYTES

    @staticmethod
    def _write(path: Path) -> bool:
        if shutil.disk_usage(path.parent).free < BALLAST_BYTES + SPARE_BYTES:
            return False
        path.write_bytes(os.urandom(BALLAST_BYTES))  # zeros may be stored as nothing
        return True

    def release(self) -> None:
        """Give the space to whoever needs it now."""
        if self._path is None:
            return
        try:
            self._path.unlink(missing_ok=True)
            self._held = False
        except OSError as error:
            log.debug("ballast stays: %s", error.strerror)
