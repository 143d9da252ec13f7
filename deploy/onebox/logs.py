"""What a part says, kept in a bounded file, its last lines at hand."""

from collections import deque
from pathlib import Path
from typing import Final

MAX_LOG_BYTES: Final = 2 * 1024 * 1024  # and as much again in the file before it
TAIL_BYTES: Final = 8 * 1024


class LogFile:
    """Appends to `path`; when that is full it becomes `path.1` and a new one is begun."""

    def __init__(self, path: Path, max_bytes: int = MAX_LOG_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._file = path.open("ab")
        path.chmod(0o600)
        self._size = self._file.tell()
        self._tail: deque[int] = deque(maxlen=TAIL_BYTES)

    def write(self, chunk: bytes) -> None:
        """Keep `chunk`; at once, so that a reader of the file sees it."""
        if self._size + len(chunk) > self._max_bytes:
            self._turn_over()
        self._file.write(chunk)
        self._file.flush()
        self._size += len(chunk)
        self._tail.extend(chunk)

    def last_lines(self, count: int = 15) -> list[str]:
        """The last lines written since this object was made, oldest first."""
        return bytes(self._tail).decode(errors="replace").splitlines()[-count:]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _turn_over(self) -> None:
        self._file.close()
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._file = self.path.open("ab")
        self.path.chmod(0o600)
        self._size = 0
