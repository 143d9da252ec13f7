"""Room on the disk: telemetry alone gives way, oldest first, and what was dropped is told."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.envelope import Lane
from edge.outbox import lanes
from edge.outbox.record import Span

SLACK: Final = 16  # a run drops to 15/16 of the budget, so that one gap tells of many records


def free_bytes(path: Path) -> int:
    """Bytes that the disk under `path` has left."""
    return shutil.disk_usage(path.parent).free


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may wait. `free` tells the disk's free bytes; a store in memory has no disk."""

    limit: int
    reserve: int
    free: Callable[[], int] | None

    def excess(self, db: sqlite3.Connection, incoming: int) -> int:
        """Bytes of telemetry that have to go before `incoming` bytes fit; 0 where they fit."""
        total = lanes.waiting(db) + incoming
        allowed = min(self.limit, lanes.waiting(db) + self._room(db))
        return 0 if total <= allowed else total - (allowed - allowed // SLACK)

    def _room(self, db: sqlite3.Connection) -> int:
        """Bytes by which the store may grow: pages that are free inside the file, and the disk above the reserve."""
        if self.free is None:
            return self.limit
        pages, size = (db.execute(f"pragma {name}").fetchone()[0] for name in ("freelist_count", "page_size"))
        return int(pages) * int(size) + max(0, self.free() - self.reserve)


def drop(db: sqlite3.Connection, excess: int) -> int:
    """Drop the oldest telemetry until `excess` bytes are free or none is left; how many bytes that freed."""
    freed, last = 0, 0
    for seq, size in db.execute("select seq, length(body) from records where lane = 'telemetry' order by seq"):
        if freed >= excess:
            break
        freed, last = freed + size, seq
    if last:
        note(db, Span(lanes.oldest(db, Lane.TELEMETRY), last))
        lanes.remove(db, Lane.TELEMETRY, last)
    return freed


def note(db: sqlite3.Connection, span: Span) -> None:
    """Add to the run of dropped numbers; it grows until `take` ends it."""
    db.execute(
        "insert into dropping values (1, ?1, ?2) on conflict (one) do update set last = max(last, ?2)",
        (span.first, span.last),
    )


def take(db: sqlite3.Connection) -> Span | None:
    """End the run of dropped numbers, if there is one."""
    row = db.execute("delete from dropping returning first, last").fetchone()
    return Span(*row) if row else None
