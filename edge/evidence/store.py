"""Evidence on disk, named by what it holds: durable before `put` returns, within a budget, never dropped unsent."""

import contextlib
import hashlib
import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.evidence import MAX_FILE_BYTES
from contract.sealing import SEALED
from edge.errors import DiskFull

SUFFIXES: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "video/mp4": "mp4",
    "application/json": "json",
    SEALED: "sealed",
}
MEDIA_TYPES: Final = {suffix: media_type for media_type, suffix in SUFFIXES.items()}

HELD: Final = 0
PENDING: Final = 1
SENT: Final = 2

_SCHEMA: Final = """
create table if not exists file (
    n          integer primary key autoincrement,
    sha256     text not null unique,
    media_type text not null,
    size       integer not null,
    state      integer not null
) strict;
create index if not exists file_by_state on file (state, n);
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that waits to be sent. `size` in bytes."""

    sha256: str
    media_type: str
    size: int


class EvidenceStore:
    """A folder of files and an index of what is to happen to them. Safe to use from several threads of one process.

    A file is *held* (an album may need it), *pending* (an event refers to it: it must reach the cloud) or *sent* (the
    cloud has it: dropped, oldest first, when room is needed). Held and pending files are never dropped for room.

    A file is written beside its place, flushed and renamed, and only then entered in the index, for a file can be taken
    back on a full disk and an entry perhaps not. So a crash leaves at worst a file without an entry. At the next start
    it is taken for pending, as all files are should the index be lost: sending one too many does no harm, losing one
    does.
    """

    def __init__(self, folder: Path, *, budget_bytes: int, reserve_bytes: int) -> None:
        """Open or make the store, clear what a crash left half written, and take up files the index does not know.

        Args:
            budget_bytes: all files together stay within it.
            reserve_bytes: disk space left to the rest of the machine.
        Raises:
            DiskFull: the folder cannot be made or written.
        """
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._reserve_bytes = reserve_bytes
        self._lock = threading.RLock()
        with _refusals_as_disk_full():
            self._temporary = folder / "tmp"
            self._temporary.mkdir(parents=True, exist_ok=True)
            for half_written in self._temporary.iterdir():
                half_written.unlink()
            self._index = _open_index(folder / "index.sqlite")
            self._reconcile()

    def put(self, data: bytes, media_type: str) -> str:
        """Keep a file that an event refers to, until it is sent. Return its SHA-256 once it is safe on disk.

        A file that is held becomes pending; a file that is there already is not written again.

        Raises:
            DiskFull: no room, or the disk refuses; what was kept stays kept, and the same call may be tried again.
            ValueError: empty, too long for the cloud to take, or of a type that events cannot name.
        """
        return self._keep(data, media_type, PENDING)

    def hold(self, data: bytes, media_type: str) -> str:
        """Keep a file that may be needed; it is not sent until `put` is given it. Errors as for `put`."""
        return self._keep(data, media_type, HELD)

    def release(self, sha256: str) -> None:
        """Drop a held file; a pending or sent one is left alone."""
        with self._lock, _refusals_as_disk_full():
            self._drop(self._index.execute("select * from file where sha256 = ? and state = ?", (sha256, HELD)))

    def release_except(self, wanted: set[str]) -> int:
        """Drop every held file that is not in `wanted`; return how many. For the start, after albums are restored."""
        with self._lock, _refusals_as_disk_full():
            held = self._index.execute("select * from file where state = ?", (HELD,)).fetchall()
            unwanted = [row for row in held if row["sha256"] not in wanted]
            self._drop(unwanted)
        return len(unwanted)

    def path(self, sha256: str) -> Path:
        """Where a file lies.

        Raises:
            KeyError: the store does not know it.
        """
        row = self._row(sha256)
        if row is None:
            raise KeyError(sha256)
        return self._place(sha256, row["media_type"])

    def read(self, sha256: str) -> bytes | None:
        """Return the file, or None where it is unknown, gone, or no longer holds what its name says."""
        row = self._row(sha256)
        if row is None:
            return None
        try:
            data = self._place(sha256, row["media_type"]).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def pending(self, limit: int = 100) -> list[Stored]:
        """What must still be sent, oldest first."""
        with self._lock:
            rows = self._index.execute(
                "select sha256, media_type, size from file where state = ? order by n limit ?", (PENDING, limit)
            )
            return [Stored(row["sha256"], row["media_type"], row["size"]) for row in rows]

    def uploaded(self, sha256: str) -> None:
        """The cloud has it whole: it may be dropped when room is needed. An unknown name is left alone."""
        with self._lock, _refusals_as_disk_full(), self._index:
            self._index.execute("update file set state = ? where sha256 = ?", (SENT, sha256))

    def forget(self, sha256: str) -> None:
        """Give up a file whatever its state, for one that `read` says is lost."""
        with self._lock, _refusals_as_disk_full():
            self._drop(self._index.execute("select * from file where sha256 = ?", (sha256,)))

    @property
    def bytes_used(self) -> int:
        """Bytes of all files, sent ones too."""
        with self._lock:
            total: int = self._index.execute("select coalesce(sum(size), 0) from file").fetchone()[0]
        return total

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            self._index.close()

    def _keep(self, data: bytes, media_type: str, state: int) -> str:
        if media_type not in SUFFIXES:
            raise ValueError(f"evidence of type {media_type!r}; known are {', '.join(SUFFIXES)}")
        if not 1 <= len(data) <= MAX_FILE_BYTES:
            raise ValueError(f"evidence of {len(data)} bytes; the cloud takes 1 to {MAX_FILE_BYTES}")
        sha256 = hashlib.sha256(data).hexdigest()
        with self._lock, _refusals_as_disk_full():
            file = Stored(sha256, media_type, len(data))
            if self.read(sha256) is not None:
                self._enter(file, state)
            else:
                self.forget(sha256)
                self._make_room(file.size)
                self._add(file, data, state)
        return sha256

    def _add(self, file: Stored, data: bytes, state: int) -> None:
        place = self._place(file.sha256, file.media_type)
        self._write(place, data)
        try:
            self._enter(file, state)
        except sqlite3.OperationalError:
            place.unlink(missing_ok=True)
            raise

    def _enter(self, file: Stored, state: int) -> None:
        with self._index:
            self._index.execute(
                "insert into file (sha256, media_type, size, state) values (?, ?, ?, ?)"
                " on conflict (sha256) do update set state = excluded.state where file.state < excluded.state",
                (file.sha256, file.media_type, file.size, state),
            )

    def _make_room(self, size: int) -> None:
        """Drop sent files, oldest first, until `size` more bytes fit the budget and the disk."""
        while (lacking := self._lacking(size)) is not None:
            oldest = self._index.execute("select * from file where state = ? order by n limit 1", (SENT,)).fetchall()
            if not oldest:
                raise DiskFull(lacking)
            self._drop(oldest)

    def _lacking(self, size: int) -> str | None:
        used = self.bytes_used
        if used + size > self._budget_bytes:
            return f"store.evidence_bytes is {self._budget_bytes}, unsent evidence takes {used}, {size} more is needed"
        free = shutil.disk_usage(self._folder).free
        if free - size < self._reserve_bytes:
            return f"{self._folder}: {free} bytes free on the disk, store.reserve_bytes keeps {self._reserve_bytes}"
        return None

    def _write(self, place: Path, data: bytes) -> None:
        temporary = self._temporary / place.name
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not place.parent.is_dir():
                place.parent.mkdir()
                _flush_folder(self._folder)
            temporary.replace(place)
            _flush_folder(place.parent)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _drop(self, rows: "sqlite3.Cursor | list[sqlite3.Row]") -> None:
        """Remove files, then their entries: a crash in between leaves an entry alone, not a file to be sent."""
        for row in list(rows):
            self._place(row["sha256"], row["media_type"]).unlink(missing_ok=True)
            with self._index:
                self._index.execute("delete from file where n = ?", (row["n"],))

    def _row(self, sha256: str) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._index.execute("select * from file where sha256 = ?", (sha256,)).fetchone()
        return row

    def _place(self, sha256: str, media_type: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.{SUFFIXES[media_type]}"

    def _reconcile(self) -> None:
        known = {row["sha256"]: row for row in self._index.execute("select * from file")}
        found = {path.stem: path for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*"), key=_age)}
        self._drop([row for sha256, row in known.items() if sha256 not in found])
        for sha256, path in found.items():
            if sha256 not in known:
                self._adopt(sha256, path)

    def _adopt(self, sha256: str, path: Path) -> None:
        """Take a file that the index does not know for pending; one that is not what it is called is removed."""
        media_type = MEDIA_TYPES.get(path.suffix[1:])
        sound = media_type and re.fullmatch("[0-9a-f]{64}", sha256) and path.stat().st_size <= MAX_FILE_BYTES
        if sound and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            self._enter(Stored(sha256, str(media_type), path.stat().st_size), PENDING)
        else:
            path.unlink()


def _age(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _open_index(path: Path) -> sqlite3.Connection:
    """Open the index, flushed at every commit. One that is damaged is set aside: the files themselves make it anew."""
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
    path.replace(path.with_suffix(".damaged"))
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    index = sqlite3.connect(path, check_same_thread=False)
    index.row_factory = sqlite3.Row
    try:
        index.execute("pragma journal_mode = wal")
        index.execute("pragma synchronous = full")
        index.executescript(_SCHEMA)
        index.execute("select count(*), sum(size) from file").fetchone()
    except sqlite3.Error:
        index.close()
        raise
    return index


def _flush_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _refusals_as_disk_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFull(f"the evidence store cannot be written: {error.strerror}") from error
    except sqlite3.OperationalError as error:
        raise DiskFull(f"the evidence store's index cannot be written: {error}") from error
