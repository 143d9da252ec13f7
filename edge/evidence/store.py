"""Evidence on disk, named by what it holds: durable before `put` returns, within a byte budget, never dropped unsent."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that waits to be sent. `size` in bytes."""

    sha256: str
    media_type: str
    size: int


class EvidenceStore:
    """A folder of files and an index of what is to happen to them. Safe to use from several threads.

    A file is *held* (an album may need it), *pending* (an event refers to it: it must reach the cloud) or *sent* (the
    cloud has it: dropped, oldest first, when room is needed). Held and pending files are never dropped for room.
    """

    def __init__(self, folder: Path, *, budget_bytes: int, reserve_bytes: int) -> None:
        """Open or make the store and clear what a crash left half written.

        Args:
            budget_bytes: all files together stay within it.
            reserve_bytes: disk space left to the rest of the machine.
        Raises:
            DiskFull: the folder cannot be made or written.
        """
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._reserve_bytes = reserve_bytes

    def put(self, data: bytes, media_type: str) -> str:
        """Keep a file that an event refers to, until it is sent. Return its SHA-256 once it is safe on disk.

        A file that is held becomes pending; a file that is there already is not written again.

        Raises:
            DiskFull: no room, or the disk refuses; nothing has changed.
        """
        raise NotImplementedError

    def hold(self, data: bytes, media_type: str) -> str:
        """Keep a file that may be needed; it is not sent until `put` names it. Errors as for `put`."""
        raise NotImplementedError

    def release(self, sha256: str) -> None:
        """Drop a held file; a pending or sent one is left alone."""
        raise NotImplementedError

    def release_except(self, wanted: set[str]) -> int:
        """Drop every held file that is not in `wanted`; return how many. For the start, after albums are restored."""
        raise NotImplementedError

    def path(self, sha256: str) -> Path:
        """Where a file lies or would lie.

        Raises:
            ValueError: not the hex form of a SHA-256.
            KeyError: the store does not know it.
        """
        raise NotImplementedError

    def read(self, sha256: str) -> bytes | None:
        """Return the file, or None where it is gone or no longer holds what its name says."""
        raise NotImplementedError

    def pending(self, limit: int = 100) -> list[Stored]:
        """What must still be sent, oldest first."""
        raise NotImplementedError

    def uploaded(self, sha256: str) -> None:
        """The cloud has it whole: it may be dropped when room is needed. Unknown names are left alone."""
        raise NotImplementedError

    def forget(self, sha256: str) -> None:
        """Give up a file whatever its state, for one that `read` says is damaged."""
        raise NotImplementedError

    @property
    def bytes_used(self) -> int:
        """Bytes of all files, sent ones too."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the index."""
        raise NotImplementedError
