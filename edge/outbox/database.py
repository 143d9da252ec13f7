"""The SQLite file under an outbox: how it is opened, written and given up."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from edge.errors import DiskFull, Misconfigured

MEMORY: Final = ":memory:"
CHECKPOINT_PAGES: Final = 200  # 800 KiB: little enough that the ballast holds what a checkpoint may add
LOCK_WAIT_S: Final = 5.0  # the process before may still be ending

_SCHEMA: Final = """
create table if not exists meta (name text primary key, value text not null) without rowid;
create table if not exists lanes (
  lane text primary key, last integer not null, prevhash text not null, records integer not null, size integer not null
) without rowid;
create table if not exists records (
  lane text not null, seq integer not null, id text not null, body blob not null, primary key (lane, seq)
);
create table if not exists states (name text primary key, value blob not null) without rowid;
create table if not exists commands (ordinal integer primary key autoincrement, id text not null unique);
create table if not exists gaps (lane text not null, first integer not null, last integer not null,
  primary key (lane, first)) without rowid;
create table if not exists dropping (one integer primary key check (one = 1), first integer not null,
  last integer not null);
"""

_DISK: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FILES: Final = ("", "-wal", "-shm")

log = logging.getLogger(__name__)


class Database:
    """One connection that threads share, one after the other. Durable when a transaction's block has ended.

    A file that SQLite finds damaged is moved aside (`….damaged`, one is kept) and a new one begun; `damaged` says so.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = None if str(path) == MEMORY else Path(path)
        self.damaged: Path | None = None
        self._lock = threading.RLock()
        try:
            self._connection = _open(str(path))
        except sqlite3.DatabaseError as error:
            if self.path is None or _code(error) not in _DAMAGED:
                raise _fault(error, path) from None
            self.damaged = _set_aside(self.path)
            self._connection = _open(str(path))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing of it.

        Raises:
            DiskFull: the disk refused; nothing was written.
        """
        with self._lock:
            try:
                self._connection.execute("begin immediate")
                yield self._connection
                self._connection.execute("commit")
            except sqlite3.Error as error:
                self._connection.rollback()
                raise _fault(error, self.path or MEMORY) from error
            except BaseException:
                self._connection.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, with nobody else on it."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _fault(error, self.path or MEMORY) from error

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, so that the log's space serves again, as far as the disk lets it.

        The log keeps its length: it is space that nobody else on a full disk can take.
        """
        self._try("pragma wal_checkpoint(restart)")

    def shrink(self, pages: int) -> None:
        """Give the log and up to `pages` free pages of the file back to the disk."""
        self._try(f"pragma incremental_vacuum({pages:d})")
        self._try("pragma wal_checkpoint(truncate)")

    def _try(self, pragma: str) -> None:
        with self._lock:
            try:
                self._connection.executescript(pragma)  # `execute` would stop an incremental vacuum at its first page
            except sqlite3.OperationalError as error:
                log.debug("%s: %s", pragma, error)

    def close(self) -> None:
        """Give the file back; a second time does nothing."""
        with self._lock:
            self._connection.close()


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("pragma locking_mode = exclusive")  # two gateways on one folder would double every number
        connection.execute("pragma auto_vacuum = incremental")  # counts for a new file only
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma secure_delete = off")  # emptying a full disk must not need more of it
        connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if connection.execute("pragma quick_check(1)").fetchone() != ("ok",):
            raise _damage()
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _damage() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("quick_check found damage")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _set_aside(path: Path) -> Path:
    aside = path.with_name(path.name + ".damaged")
    for suffix in _FILES:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _fault(error: sqlite3.Error, path: Path | str) -> Exception:
    if _code(error) in _DISK:
        return DiskFull(f"{path}: {error}")
    if _code(error) == sqlite3.SQLITE_BUSY:
        return Misconfigured(f"gateway.data: {path} is in use; another gateway runs on the same folder")
    return error
